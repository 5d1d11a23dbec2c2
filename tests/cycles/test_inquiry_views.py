import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CLOSED: dict[str, Any] = {
    "stage": "closed", "outcome": "done", "decision": "adapt", "observations": "It ran.",
    "learned": "It fits.", "began_on": TODAY - timedelta(days=40), "ended_on": TODAY - timedelta(days=20),
    "closed_at": NOON,
}  # fmt: skip


@pytest.fixture
def world(session: Session) -> World:
    world = make_world(session)
    own = session.scalars(select(Cycle).where(Cycle.public_id == world.ids["cycle_id"])).one()
    own.stage, own.is_draft = "plan", True  # so that only a test's own cycles count
    session.flush()
    return world


def told(session: Session, team: Team, many: int, **columns: Any) -> list[Cycle]:
    """Add closed cycles, each with a prediction of 5 to 7 of 10 and a result of 6."""
    cycles = [make.make_cycle(session, team, **CLOSED | columns) for _ in range(many)]
    for cycle in cycles:
        make.make_prediction(
            session, cycle, number=6.0, low=5.0, high=7.0, out_of=10.0, result_number=6.0, verdict="held",
            locked_at=NOON,
        )  # fmt: skip
    return cycles


def test_a_team_sees_its_shares_beside_the_published_ones(
    session: Session, world: World, browse: Browse
) -> None:
    told(session, world.school, 12)
    page = browse(world.people["member"]).get(f"/teams/{world.school.public_id}/inquiry").text
    assert "12 of 12 cycles that ended (100%) are documented through act." in page
    assert "Published: 71% of 421 (McNicholas et al. 2019). More often than published." in page
    assert "12 of 12 results (100%) fell within the predicted range" in page


def test_few_cycles_are_said_to_be_few(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 2)
    page = browse(world.people["member"]).get(f"/teams/{world.school.public_id}/inquiry").text
    assert "Only 2 to count: too few to say much." in page
    assert "8 more predictions with a range and a result" in page


def test_an_unknown_year_shows_all_of_them(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 2)
    client = browse(world.people["member"])
    address = f"/teams/{world.school.public_id}/inquiry"
    pages = (client.get(f"{address}?year=1999-00").text, client.get(address).text)
    unknown, all_years = (re.sub(r'name="csrf_token" value="[^"]*"', "", page) for page in pages)  # dated
    assert unknown.replace("year=1999-00&amp;", "") == all_years  # but in links to its files


def test_a_hub_pools_the_teams_below_it_without_their_names(
    session: Session, world: World, browse: Browse
) -> None:
    told(session, world.school, 6, title="Frames at the door")
    told(session, world.peer, 6)
    told(session, world.hub, 3)
    page = browse(world.people["hub"]).get("/network/inquiry").text
    assert "12 cycles have begun." in page  # not the hub's own
    main = page.split("<main")[1]
    assert "Frames at the door" not in main
    assert world.peer.name not in main


def test_the_network_lead_pools_all_teams_but_no_other_network(
    session: Session, world: World, browse: Browse
) -> None:
    told(session, world.school, 6)
    told(session, world.stranger, 6)
    assert "6 cycles have begun" in browse(world.people["network_lead"]).get("/network/inquiry").text


def test_a_team_to_which_none_lifts_is_refused(session: Session, world: World, browse: Browse) -> None:
    assert browse(world.people["peer"]).get("/network/inquiry").status_code == 403


def test_an_analyst_sees_no_sums_of_few_teams(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 20)
    client = browse(world.people["analyst"])
    page = client.get("/network/inquiry").text.split("<main")[1]
    assert "20 of" not in page
    assert "Over time" not in page
    table = client.get("/network/inquiry.csv").text.splitlines()
    assert table[1].startswith("Documented through act,All school years,,,")
    assert client.get("/api/v1/network/inquiry").json["shares"][0]["count"] is None


def test_an_analyst_sees_the_sums_of_many_teams(session: Session, world: World, browse: Browse) -> None:
    for _ in range(5):
        told(session, make.make_team(session, world.network), 4)
    page = browse(world.people["analyst"]).get("/network/inquiry").text
    assert "20 of 20 cycles that ended" in page


def test_the_own_team_reads_its_results_and_those_above_only_where_they_lie(
    session: Session, world: World, browse: Browse
) -> None:
    for cycle in told(session, world.school, 12):
        cycle.predictions[0].question = "How many students answered?"
    session.flush()
    address = f"/teams/{world.school.public_id}/inquiry"
    assert "6 of 10 (60%)" in browse(world.people["member"]).get(address).text
    above = browse(world.people["hub"]).get(address).text
    assert "6 of 10" not in above
    assert "How many students answered?" not in above
    assert "Within the range" in above


def test_the_table_has_a_row_for_each_share_and_year(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 12)
    lines = (
        browse(world.people["member"]).get(f"/teams/{world.school.public_id}/inquiry.csv").text.splitlines()
    )
    assert len(lines) == 1 + 5 * 2 + 1
    assert lines[1].startswith("Documented through act,All school years,12,12,100.0,")
    assert lines[-1].startswith("Results within their predicted range,All school years,12,12,")


def test_the_api_gives_what_the_page_gives(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 12)
    found = browse(world.people["member"]).get(f"/api/v1/teams/{world.school.public_id}/inquiry").json
    assert found["shares"][0] | {"low": 0, "high": 0} == {
        "key": "act", "count": 12, "of": 12, "low": 0, "high": 0, "published_percent": 71,
        "published_of": 421,
        "sentence": found["shares"][0]["sentence"], "hidden": "",
    }  # fmt: skip
    assert found["calibration"]["inside"] == 12
    assert found["calibration"]["share"] == 1.0


def test_the_pages_take_as_many_statements_for_many_cycles(
    session: Session,
    world: World,
    browse: Browse,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client = browse(world.people["network_lead"])

    def asked() -> int:
        with count_queries() as statements:
            assert client.get("/network/inquiry").status_code == 200
        return len(statements)

    told(session, world.school, 3)
    before = asked()
    for _ in range(3):
        told(session, make.make_team(session, world.network), 6, ramp=make.make_ramp(session, world.school))
    assert asked() == before <= 12


def test_pages_of_the_team_lead_here(session: Session, world: World, browse: Browse) -> None:
    told(session, world.school, 3)
    client, address = browse(world.people["member"]), f"/teams/{world.school.public_id}/inquiry"
    for page in ("/cycles", "/", f"/teams/{world.school.public_id}"):
        assert address in client.get(page).text
    assert "/network/inquiry" in browse(world.people["hub"]).get("/network").text
    assert "/network/inquiry" not in browse(world.people["peer"]).get("/network").text
