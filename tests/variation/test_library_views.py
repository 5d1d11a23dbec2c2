"""The library: what came of each idea, for whom; who is named to whom; how many statements it takes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea, Cycle, IdeaDriver, Prediction
from measures.models import Measure
from nic_platform.actor import NetworkRole, TeamRole
from teams.models import Network, SpreadLink, Team
from tests import factories as make
from variation.models import IdeaStory
from variation.rungs import Rung

STARTS = date(2025, 9, 1)
Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]


class Place:
    """A network with one idea, tested by six schools of eight; the first is the reader's."""

    idea: ChangeIdea
    teams: list[Team]
    measure: Measure


def _measure(session: Session, measure: Measure, team: Team, gain: int) -> None:
    for week in range(12):
        count = 8 + (week % 3) + (gain if week >= 6 else 0)
        on = STARTS + timedelta(weeks=week)
        make.make_measurement(session, measure, team, on=on, count=count, population=24)


@pytest.fixture
def place(session: Session) -> Place:
    found, network = Place(), make.make_network(session)
    found.measure = make.make_measure(
        session, network_id=network.id, name="Tickets in lessons", unit="teachers"
    )
    found.teams = [make.make_team(session, network, name=f"School {letter}") for letter in "ABCDEFGH"]
    found.idea = make.make_idea(
        session, found.teams[1], title="A stem on the slide", is_shared=True, measure_id=found.measure.id
    )
    for at, team in enumerate(found.teams):
        _measure(session, found.measure, team, 6 if at < 6 else 0)
        if at < 6:
            let_test(session, found.idea, team, decision="abandon" if at == 5 else "adopt")
    return found


def let_test(session: Session, idea: ChangeIdea, team: Team, *, decision: str, **columns: Any) -> Cycle:
    """Let a team test an idea in one closed cycle that began in the sixth week."""
    ramp = make.make_ramp(session, team, idea)
    began = STARTS + timedelta(weeks=5, days=3)
    return make.make_cycle(
        session, team, ramp=ramp, stage="closed", decision=decision, is_draft=False, outcome="done",
        began_on=began, starts_on=began, learned=f"Learned at {team.name}", **columns,
    )  # fmt: skip


def test_the_list_tells_decisions_and_the_pooled_change(
    session: Session, browse: Browse, place: Place
) -> None:
    page = browse(make.make_user(session, place.teams[0])).get("/library").get_data(as_text=True)

    assert "6 teams, 6 cycles" in page
    assert "5 adopted, 0 adapted, 1 abandoned" in page
    assert "+25" in page


def test_the_api_tells_the_same_with_its_rung(session: Session, browse: Browse, place: Place) -> None:
    items = browse(make.make_user(session, place.teams[0])).get("/api/v1/library").json["items"]

    assert [(item["teams"], item["abandoned"], item["teams_estimated"]) for item in items] == [(6, 1, 6)]
    assert items[0]["change"]["mean"]["value"] == pytest.approx(25, abs=0.5)
    assert items[0]["evidence"] == Rung.NEXT.value


def test_four_teams_are_listed_and_not_estimated(session: Session, browse: Browse, place: Place) -> None:
    other = make.make_idea(session, place.teams[0], is_shared=True, measure_id=place.measure.id)
    for team in place.teams[:4]:
        let_test(session, other, team, decision="adapt")

    found = (
        browse(make.make_user(session, place.teams[0])).get(f"/api/v1/ideas/{other.public_id}/effect").json
    )

    assert (found["teams"], found["teams_estimated"], found["change"]) == (4, 4, None)


def test_groups_too_small_to_be_shown_are_in_no_estimate(
    session: Session, browse: Browse, place: Place
) -> None:
    place.measure.counts_students = True
    session.flush()

    found = browse(make.make_user(session, place.teams[0])).get("/api/v1/library").json["items"][0]

    assert (found["teams"], found["teams_estimated"], found["change"]) == (6, 0, None)


def test_a_failure_is_told_by_name_only_where_its_team_shares_it(
    session: Session, browse: Browse, place: Place
) -> None:
    address = f"/ideas/{place.idea.public_id}"
    client = browse(make.make_user(session, place.teams[0]))
    before = client.get(address).get_data(as_text=True)
    cycle = session.scalars(select(Cycle).where(Cycle.team_id == place.teams[5].id)).one()
    cycle.is_shared = True
    session.flush()

    assert "Learned at School F" not in before
    assert "School F" not in before
    assert "Learned at School F" in client.get(address).get_data(as_text=True)


def test_only_who_reads_a_team_sees_its_own_change(session: Session, browse: Browse, place: Place) -> None:
    address = f"/api/v1/ideas/{place.idea.public_id}/effect"
    lead = make.make_user(session)
    network = session.get_one(Network, place.teams[0].network_id)
    make.make_network_member(session, network, lead, NetworkRole.LEAD)

    own = browse(make.make_user(session, place.teams[0])).get(address).json["by_team"]
    every = browse(lead).get(address).json["by_team"]

    assert [team["name"] for team in own] == ["School A"]
    assert len(every) == 6


def test_adopting_fills_the_plan_with_what_to_expect_and_can_be_taken_back(
    session: Session, browse: Browse, place: Place
) -> None:
    team = place.teams[7]
    client = browse(make.make_user(session, team))

    client.post(f"/ideas/{place.idea.public_id}/adopt")

    cycle = session.scalars(select(Cycle).where(Cycle.team_id == team.id)).one()
    prediction = session.scalars(select(Prediction).where(Prediction.cycle_id == cycle.id)).one()
    link = session.scalars(select(SpreadLink).where(SpreadLink.to_id == team.id)).one()
    assert prediction.number == pytest.approx(25, abs=0.5)
    assert (link.from_id, link.idea_id, link.on is not None) == (place.teams[1].id, place.idea.id, True)

    client.post(f"/ideas/{place.idea.public_id}/adopt/undo")
    session.expire_all()
    assert cycle.deleted_at is not None
    assert link.deleted_at is not None


def test_a_story_stands_with_its_team_only_where_it_wishes(
    session: Session, browse: Browse, place: Place
) -> None:
    address = f"/ideas/{place.idea.public_id}"
    giver = browse(make.make_user(session, place.teams[2]))
    said = {"kind": "advice", "words": "Put it there on Sunday."}
    assert giver.post(f"{address}/stories", data=said).status_code == 303

    page = browse(make.make_user(session, place.teams[0])).get(address).get_data(as_text=True)

    assert "Put it there on Sunday." in page
    assert "School C" not in page
    story = session.scalars(select(IdeaStory)).one()
    assert browse(make.make_user(session, place.teams[0])).post(
        f"/ideas/stories/{story.public_id}/remove").status_code == 403  # fmt: skip


def test_a_story_without_words_is_refused_beside_its_field(
    session: Session, browse: Browse, place: Place
) -> None:
    answer = browse(make.make_user(session, place.teams[0])).post(
        f"/ideas/{place.idea.public_id}/stories", data={"kind": "advice", "address": "nowhere"}
    )

    assert answer.status_code == 422
    assert session.scalars(select(IdeaStory)).all() == []


def test_the_package_holds_failures_and_names_nobody(session: Session, browse: Browse, place: Place) -> None:
    cycle = session.scalars(select(Cycle).where(Cycle.team_id == place.teams[5].id)).one()
    cycle.is_shared, cycle.learned = True, "The slide was never open."
    session.flush()

    page = browse(make.make_user(session, place.teams[0])).get("/library/package").get_data(as_text=True)

    sheet = page[page.index('class="sheet"') :]
    assert "The slide was never open." in sheet
    assert "School F" not in sheet


def test_the_package_tells_an_idea_once_and_each_of_its_drivers_refers_to_it(
    session: Session, browse: Browse, place: Place
) -> None:
    network = session.get_one(Network, place.idea.network_id)
    first, second = (make.make_driver(session, network, name=name) for name in ("Lessons", "Coaching"))
    for driver in (first, second):
        session.add(IdeaDriver(network_id=network.id, idea_id=place.idea.id, driver_id=driver.id))
    make.make_idea(session, place.teams[0], title="Text before the call", is_shared=True)
    client = browse(make.make_user(session, place.teams[0]))

    page = client.get("/library/package").get_data(as_text=True)
    found = client.get("/api/v1/library/package").json
    part = client.get(f"/api/v1/library/package?driver={second.public_id}").json

    assert page.count('class="idea"') == 2
    assert page.count("Works on: Coaching; Lessons") == 1
    assert [(each["name"], each["ideas"]) for each in found["drivers"]] == [
        ("Lessons", [1]), ("Coaching", [1]), ("On no driver yet", [2])
    ]  # fmt: skip
    assert [each["idea"]["title"] for each in found["ideas"]] == [place.idea.title, "Text before the call"]
    assert [each["idea"]["title"] for each in part["ideas"]] == [place.idea.title]


@pytest.mark.parametrize("path", ["/library", "/library/export.csv"])
def test_statements_do_not_grow_with_teams(
    session: Session, browse: Browse, place: Place, count_queries: Count, path: str
) -> None:
    client = browse(make.make_user(session, place.teams[0]))
    client.get(path)
    with count_queries() as few:
        client.get(path)
    for team in place.teams[6:]:
        let_test(session, make.make_idea(session, team, is_shared=True), team, decision="adopt")
    with count_queries() as more:
        client.get(path)

    assert len(few) == len(more)


def test_the_ideas_page_keeps_its_number_of_statements(
    session: Session, browse: Browse, place: Place, count_queries: Count
) -> None:
    client, address = browse(make.make_user(session, place.teams[0])), f"/ideas/{place.idea.public_id}"
    client.get(address)
    with count_queries() as few:
        client.get(address)
    let_test(session, place.idea, place.teams[6], decision="adapt", is_shared=True)
    with count_queries() as more:
        client.get(address)

    assert len(few) == len(more) <= 20


def test_an_observer_adds_nothing(session: Session, browse: Browse, place: Place) -> None:
    watcher = browse(make.make_user(session, place.teams[0], role=TeamRole.OBSERVER))

    assert watcher.post(f"/ideas/{place.idea.public_id}/stories", data={"words": "x"}).status_code == 403
