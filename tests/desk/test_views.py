"""The desk's pages: who may come in, what they show, how many statements they take."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import SignIn
from nic_platform import clock
from nic_platform.access import Level, NetworkRole, TeamRole
from nic_platform.tables import Notice
from teams.models import Network, Team
from tests import factories as make

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


def a_notice(session: Session, user: Any, **columns: Any) -> Notice:
    at = clock.now()
    columns = {"kind": "test", "subject": "The State has answered", "path": "/feedback", **columns}
    notice = Notice(user_id=user.id, created_at=at, mail_after=at, mail_state="none", **columns)
    session.add(notice)
    session.flush()
    return notice


def a_busy_team(session: Session, rows: int = 1) -> tuple[Team, Team]:
    """Return a school and the hub it lifts to, with *rows* of everything that a week shows."""
    network = make.make_network(session)
    today = clock.today(network.time_zone)
    hub = make.make_team(session, network, level=Level.DISTRICT, name="Cottonwood Valley hub")
    school = make.make_team(session, network, name="Alder Creek Elementary")
    make.make_link(session, school, hub)
    plan = make.make_plan(session, school)
    for number in range(rows):
        measure = make.make_measure(session, school)
        make.make_milestone(
            session,
            school,
            plan=plan,
            measure=measure,
            name=f"Exit tickets {number}",
            due_on=today - timedelta(days=3),
        )
        for week in range(12):
            make.make_measurement(
                session,
                measure,
                school,
                today - timedelta(days=7 * (12 - week)),
                count=week,
                population=24,
            )
        ramp = make.make_ramp(session, school, title=f"One-item ticket {number}")
        cycle = make.make_cycle(session, school, ramp=ramp, stage="study", ends_on=today, number=5)
        make.make_prediction(session, cycle)
        item = make.make_item(
            session, school, title=f"Coaches cover classes {number}", state="waiting", holder_id=hub.id,
            due_on=today - timedelta(days=2),
        )  # fmt: skip
        make.make_step(session, item, school, 0, reached_at=clock.now() - timedelta(days=12))
        make.make_step(session, item, hub, 1, reached_at=clock.now() - timedelta(days=10))
        make.make_action_step(session, plan, text=f"Print the cards {number}", due_on=today)
    return school, hub


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


def test_search_finds_by_words_in_any_case(session: Session, browse: Browse) -> None:
    school, _hub = a_busy_team(session)

    page = browse(make.make_user(session, school)).get("/search?q=EXIT+tickets").text

    assert "Exit tickets 0" in page


def test_search_finds_an_item_by_its_number(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    item = make.make_item(session, team, title="Windows overlap")

    page = browse(make.make_user(session, team)).get(f"/search?q=F-{item.number}").text

    assert "Windows overlap" in page


def test_search_that_finds_nothing_says_so_and_escapes(session: Session, browse: Browse) -> None:
    client = browse(make.make_user(session, make.make_team(session)))

    page = client.get("/search?q=<script>alert(1)</script>").text

    assert "Nothing that you may see holds" in page
    assert "<script>alert" not in page


def test_search_tells_a_peer_nothing_of_a_teams_own_work(session: Session, browse: Browse) -> None:
    school, _hub = a_busy_team(session)
    peer = make.make_team(session, site=make.make_site(session, parent=school.site))

    page = browse(make.make_user(session, peer)).get("/search?q=0").text

    for words in ("Exit tickets", "One-item ticket", "Coaches cover"):
        assert words not in page


def test_search_never_leaves_the_network(session: Session, browse: Browse) -> None:
    a_busy_team(session)
    stranger = make.make_team(session, name="Elsewhere")

    page = browse(make.make_user(session, stranger)).get("/search?q=Alder").text

    assert "Alder Creek" not in page


def test_search_takes_no_more_than_twelve_statements(
    session: Session, browse: Browse, count_queries: Counting
) -> None:
    school, _hub = a_busy_team(session, 10)
    client = browse(make.make_user(session, school))

    with count_queries() as seen:
        client.get("/search?q=0")

    assert len(seen) <= 12


def test_history_tells_a_member_everything(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    user = make.make_user(session, team)
    cycle = make.make_cycle(session, team, title="Door card")
    cycle.title = "Objective on the door card"
    session.flush()

    page = browse(user).get(f"/history/cycle/{cycle.public_id}").text

    assert "<del>Door card</del>" in page
    assert "<ins>Objective on the door card</ins>" in page


def test_history_keeps_the_draft_from_the_team_above(session: Session, browse: Browse) -> None:
    school, hub = a_busy_team(session)
    item = make.make_item(session, school, title="Harsh first words")
    item.title, item.state, item.holder_id = "Kind words", "waiting", hub.id
    session.flush()
    make.make_step(session, item, hub)
    item.topic = "Time"
    session.flush()

    page = browse(make.make_user(session, hub)).get(f"/history/feedback_item/{item.public_id}").text

    assert "Time" in page
    assert "Harsh first words" not in page
    assert "What the team wrote before it sent this is its own." in page


@pytest.mark.parametrize("kind", ["cycle", "person", "nonsense"])
def test_history_of_what_is_not_there_is_a_404(session: Session, browse: Browse, kind: str) -> None:
    client = browse(make.make_user(session, make.make_team(session)))

    assert client.get(f"/history/{kind}/{uuid4()}").status_code == 404


def test_history_of_another_teams_cycle_is_a_404(session: Session, browse: Browse) -> None:
    school, _hub = a_busy_team(session)
    cycle = make.make_cycle(session, school, stage="do")
    peer = make.make_team(session, site=make.make_site(session, parent=school.site))

    response = browse(make.make_user(session, peer)).get(f"/history/cycle/{cycle.public_id}")

    assert response.status_code == 404


def test_a_notice_is_read_by_opening_it(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user)
    client = browse(user)
    assert "1 unread" in client.get("/notices").text

    response = client.post(f"/notices/{notice.public_id}/read")

    assert (response.status_code, response.location) == (303, "/feedback")
    session.refresh(notice)
    assert notice.read_at is not None


def test_a_notice_leads_nowhere_off_the_site(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    notice = a_notice(session, user, path="//evil.example/")

    assert browse(user).post(f"/notices/{notice.public_id}/read").location == "/notices"


def test_nobody_reads_anothers_notice(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    notice = a_notice(session, make.make_user(session, team))

    response = browse(make.make_user(session, team)).post(f"/notices/{notice.public_id}/read")

    assert response.status_code == 404
    session.refresh(notice)
    assert notice.read_at is None


def test_all_notices_are_read_at_once_and_only_the_own(session: Session, browse: Browse) -> None:
    team = make.make_team(session)
    user, other = make.make_user(session, team), make.make_user(session, team)
    mine, theirs = a_notice(session, user), a_notice(session, other)

    browse(user).post("/notices/read")

    session.refresh(mine)
    session.refresh(theirs)
    assert (mine.read_at is not None, theirs.read_at) == (True, None)


def test_old_notices_are_a_page_away(session: Session, browse: Browse) -> None:
    user = make.make_user(session, make.make_team(session))
    for number in range(31):
        a_notice(session, user, subject=f"Told {number:02d}")

    page = browse(user).get("/notices").text

    assert "Told 30" in page
    assert "Told 00" not in page
    assert "Older notices" in page


def test_switching_the_team_is_kept_and_stays_in_the_section(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    first, second = (make.make_team(session, network, name=name) for name in ("Aspen", "Birch"))
    client = browse(make.make_user(session, first, second))

    response = client.post(f"/switch/{second.public_id}", data={"next": f"/cycles/{uuid4()}"})

    assert (response.status_code, response.location) == (303, "/cycles")
    assert session.query(SignIn).filter_by(team_id=second.id).count() == 1


@pytest.mark.parametrize("next_path", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_switching_leads_nowhere_off_the_site(session: Session, browse: Browse, next_path: str) -> None:
    team = make.make_team(session)

    response = browse(make.make_user(session, team)).post(
        f"/switch/{team.public_id}", data={"next": next_path}
    )

    assert response.location == "/"


def test_nobody_switches_to_a_team_they_are_not_in(session: Session, browse: Browse) -> None:
    network = make.make_network(session)
    own, other = make.make_team(session, network), make.make_team(session, network)

    response = browse(make.make_user(session, own)).post(f"/switch/{other.public_id}")

    assert response.status_code == 404
    assert session.query(SignIn).filter_by(team_id=other.id).count() == 0


@pytest.mark.parametrize("path", ["/help", "/welcome", "/imports", "/notices", "/search"])
def test_plain_pages_open_for_every_role_within_twelve_statements(
    session: Session, browse: Browse, count_queries: Counting, path: str
) -> None:
    team = make.make_team(session)
    analyst = make.make_user(session)
    make.make_network_member(session, session.get_one(Network, team.network_id), analyst, NetworkRole.ANALYST)

    for user in (make.make_user(session, team), make.make_user(session), analyst):
        client = browse(user)
        with count_queries() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 12


def test_a_page_that_is_not_there_offers_search(session: Session, browse: Browse) -> None:
    response = browse(make.make_user(session, make.make_team(session))).get("/no/such/page")

    assert response.status_code == 404
    assert "Page not found" in response.text
    assert 'action="/search"' in response.text
