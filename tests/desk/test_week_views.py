"""This week: what it says to a school, a hub, a new team; and how many statements it takes."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle
from feedback.models import FeedbackItem
from measures.models import Measure
from milestones.models import ActionStep, Milestone
from nic_platform import clock
from nic_platform.actor import Level, NetworkRole, TeamRole
from tests import factories as make
from tests.desk.scenes import a_busy_team

NAMED = (Milestone, Measure)
Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def test_a_visitor_is_asked_to_sign_in(browse: Browse) -> None:
    response = browse().get("/")

    assert (response.status_code, response.location.split("?")[0]) == (303, "/sign-in")


def test_the_week_of_a_school_says_what_is_due(session: Session, browse: Browse) -> None:
    school, _hub = a_busy_team(session)

    page = browse(make.make_user(session, school)).get("/").text

    assert "Study cycle 5: One-item ticket 0" in page
    assert "1 result to compare with your prediction." in page
    assert "Count: Exit tickets 0" in page
    assert "Print the cards 0" in page
    assert "One milestone was missed." in page
    assert "With Cottonwood Valley hub." in page
    assert "2 days past promise" in page


def test_the_week_of_a_hub_shows_what_waits_and_what_is_off_below(session: Session, browse: Browse) -> None:
    _school, hub = a_busy_team(session)

    page = browse(make.make_user(session, hub)).get("/").text

    assert "Act on “Coaches cover classes 0”" in page
    assert "Alder Creek Elementary waits for you." in page
    assert "One item from below waits with you, 1 past your promise." in page
    assert "Teams that lift to you" in page


def test_a_team_with_nothing_is_welcomed(session: Session, browse: Browse) -> None:
    team = make.make_team(session, name="Sagebrush Elementary")

    page = browse(make.make_user(session, team)).get("/").text

    assert "Join as Sagebrush Elementary" in page
    assert "first count goes here" in page
    assert 'href="/milestones/new"' not in page  # it stands in a plan, and there is none yet


def test_a_person_without_a_team_is_told_whom_to_ask(session: Session, browse: Browse) -> None:
    page = browse(make.make_user(session)).get("/").text

    assert "in no team yet" in page


def test_drafts_of_a_team_are_nothing_for_its_observer(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    make.make_cycle(session, team, title="Secret plan", starts_on=clock.today("America/Denver"))
    make.make_cycle(session, team, title="Running test", stage="do")

    page = browse(make.make_user(session, team, role=TeamRole.OBSERVER)).get("/").text

    assert "Running test" in page
    assert "Secret plan" not in page


def test_the_weeks_of_two_networks_are_kept_apart(session: Session, browse: Browse) -> None:
    teams = []
    for name in ("Aspen", "Birch"):
        school, hub = a_busy_team(session)
        for model in (FeedbackItem, Cycle, Milestone, ActionStep, Measure):
            for thing in session.scalars(select(model).where(model.network_id == school.network_id)):
                setattr(thing, "text" if model is ActionStep else "name" if model in NAMED else "title", name)
        teams += [(name, school), (name, hub)]

    for name, team in teams:
        main = browse(make.make_user(session, team)).get("/").text.split("<main", 1)[1]
        other = "Birch" if name == "Aspen" else "Aspen"
        assert (name in main, other in main) == (True, False)


@pytest.mark.parametrize("which", [0, 1], ids=["school", "hub"])
def test_the_week_takes_as_many_statements_for_ten_times_the_rows(
    session: Session, browse: Browse, count_queries: Counting, which: int
) -> None:
    counts = []
    for rows in (1, 10):
        client = browse(make.make_user(session, a_busy_team(session, rows)[which]))
        with count_queries() as seen:
            assert client.get("/").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert counts[0] <= 20


@pytest.mark.parametrize(
    ("role", "pages", "others"),
    [
        (NetworkRole.ANALYST, ["/compare", "/feedback/loops"], ["/feedback/queue"]),
        (NetworkRole.REVIEWER, ["/feedback/queue", "/compare"], []),
        (NetworkRole.LEAD, ["/feedback/queue", "/network", "/compare"], []),
    ],
)
def test_who_works_for_the_network_without_a_team_is_shown_their_pages(
    session: Session, browse: Browse, role: NetworkRole, pages: list[str], others: list[str]
) -> None:
    person = make.make_user(session)
    level = Level.STATE if role is NetworkRole.REVIEWER else None
    network = make.make_network(session)
    make.make_team(session, network, level=Level.STATE)
    make.make_network_member(session, network, person, role, level)
    client = browse(person)

    main = client.get("/").text.split("<main", 1)[1].split("</main>", 1)[0]

    assert "in no team yet" not in main
    assert [f'href="{page}"' in main for page in pages] == [True] * len(pages)
    assert [f'href="{page}"' in main for page in others] == [False] * len(others)
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)


def test_the_lead_of_a_network_without_teams_is_not_sent_to_a_queue(session: Session, browse: Browse) -> None:
    person = make.make_user(session)
    make.make_network_member(session, make.make_network(session), person, NetworkRole.LEAD)

    main = browse(person).get("/").text.split("<main", 1)[1].split("</main>", 1)[0]

    assert 'href="/feedback/queue"' not in main
    assert 'href="/network"' in main
