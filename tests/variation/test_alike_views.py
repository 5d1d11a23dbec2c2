"""Who else works on the same: the right teams, named where they share, and nothing more."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from measures.models import Measure
from milestones.models import Milestone
from teams.models import Network, Team
from tests import factories as make
from tests.factories import TODAY

Browse = Callable[..., FlaskClient]


class Schools:
    """Four schools that count by one measure: the reader's, one that shares its plan, one that doesn't, and
    one that only drafts; and a fifth that counts by another."""

    network: Network
    measure: Measure
    own: Team
    open: Team
    closed: Team
    drafts: Team
    other: Team
    milestones: dict[int, Milestone]


@pytest.fixture
def schools(session: Session) -> Schools:
    found, network = Schools(), make.make_network(session)
    found.network, found.measure = network, make.make_measure(session, network_id=network.id, name="Frames")
    names = {
        "own": "Own",
        "open": "Openhill",
        "closed": "Closedale",
        "drafts": "Draftfield",
        "other": "Otherby",
    }
    found.milestones = {}
    for key, name in names.items():
        team = make.make_team(session, network, name=name)
        setattr(found, key, team)
        plan = make.make_plan(session, team, is_shared=key == "open")
        measure = found.measure if key != "other" else make.make_measure(session, network_id=network.id)
        found.milestones[team.id] = make.make_milestone(
            session, team, plan=plan, measure=measure, is_draft=key == "drafts",
            name=f"{name} milestone", what="using sentence frames",
        )  # fmt: skip
    return found


def _main(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return page.get_data(as_text=True).partition("<main")[2]


def test_teams_that_count_by_the_same_measure_are_named_only_where_they_share_their_plan(
    session: Session, browse: Browse, schools: Schools
) -> None:
    client = browse(make.make_user(session, schools.own))

    page = _main(client, "/who-else")
    items = client.get("/api/v1/who-else").get_json()["items"]

    assert "Openhill" in page
    assert "One more team counts by it" in page
    assert not [name for name in ("Closedale", "Draftfield", "Otherby") if name in page]
    assert [(item["name"], item["measures"]) for item in items] == [
        ("Openhill", ["Frames"]),
        ("", ["Frames"]),
    ]
    assert [item["id"] for item in items] == [str(schools.open.public_id), None]


def test_one_milestone_finds_the_teams_of_its_measure(
    session: Session, browse: Browse, schools: Schools
) -> None:
    client = browse(make.make_user(session, schools.own))
    own = schools.milestones[schools.own.id]

    assert "Openhill" in _main(client, f"/who-else?milestone={own.public_id}")
    hidden = schools.milestones[schools.closed.id]
    assert client.get(f"/who-else?milestone={hidden.public_id}").status_code == 404


def test_a_barrier_in_like_words_that_may_not_be_read_is_not_told(
    session: Session, browse: Browse, schools: Schools
) -> None:
    mine = make.make_item(session, schools.own, title="Substitutes are missing on planning days")
    for team, shared in ((schools.open, True), (schools.closed, False)):
        make.make_item(
            session, team, kind="barrier", state="waiting", title=f"Planning days lack cover, {team.name}",
            is_shared=shared, sent_at=mine.created_at, sent_on=TODAY,
        )  # fmt: skip

    page = _main(browse(make.make_user(session, schools.own)), f"/who-else?item={mine.public_id}")

    assert "Closedale" not in page


def test_nothing_of_a_cycle_that_is_not_shared_shows(
    session: Session, browse: Browse, schools: Schools
) -> None:
    idea = make.make_idea(session, schools.own, is_shared=True, title="Sentence frames at the door")
    for team in (schools.open, schools.closed):
        ramp = make.make_ramp(session, team, idea, title=f"Ramp of {team.name}")
        make.make_cycle(
            session, team, ramp=ramp, stage="closed", decision="abandon", is_draft=False, title="Hushed test",
            learned="Nobody stood at the door", change="Frames on paper", began_on=TODAY,
        )  # fmt: skip
    client = browse(make.make_user(session, schools.own))

    for address in ("/who-else", f"/who-else?idea={idea.public_id}", f"/ideas/{idea.public_id}"):
        page = _main(client, address)
        told = [
            word
            for word in ("Hushed", "Nobody stood", "Frames on paper", "Ramp of", "Closedale")
            if word in page
        ]
        assert told == [], address


def test_another_network_finds_nothing(session: Session, browse: Browse, schools: Schools) -> None:
    stranger = make.make_team(session, make.make_network(session), name="Elsewhere")
    page = _main(browse(make.make_user(session, stranger)), "/who-else")

    assert "Openhill" not in page
    own = schools.milestones[schools.own.id]
    client = browse(make.make_user(session, stranger))
    assert client.get(f"/who-else?milestone={own.public_id}").status_code == 404
