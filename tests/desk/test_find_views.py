"""Search and histories: what is found and told, and to whom."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories as make
from tests.desk.scenes import a_busy_team

Browse = Callable[..., FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]


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


def test_the_history_of_a_part_says_what_it_is_and_leads_back_to_the_whole(
    session: Session, browse: Browse
) -> None:
    cycle = make.make_cycle(session, make.make_team(session))
    words = "Copy the tickets for all four rooms, " * 8
    task = make.make_task(session, cycle, text=words)

    page = browse(make.make_user(session, cycle.team)).get(f"/history/cycle_task/{task.public_id}").text

    assert "<h1>Task: Copy the tickets for all four rooms, " in page
    assert words.strip() not in page.split("<h1>")[1].split("</h1>")[0]
    assert f'href="/cycles/{cycle.public_id}"' in page
