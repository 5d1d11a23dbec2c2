"""Policy notices on pages and in the API: who acknowledged, what they hinder, barriers raised about them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import Acknowledgement, FeedbackItem, PolicyNotice
from nic_platform import clock
from tests.factories import make_link, make_policy_notice, make_site, make_team
from tests.feedback.conftest import FIELDS, Place, later

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


def address(notice: PolicyNotice, act: str = "") -> str:
    return f"/feedback/notices/{notice.public_id}" + (f"/{act}" if act else "")


def test_a_notice_is_written_sent_and_acknowledged_and_a_barrier_raised_about_it(
    session: Session, browse: Browse, place: Place
) -> None:
    state, school = browse(place.people["state"]), browse(place.people["school"])
    soon = (clock.now() + timedelta(days=10)).date().isoformat()
    words = {"title": "Coaching days", "text": "They are kept.", "acknowledge_by": soon}
    assert state.post("/feedback/notices/new", data=words).status_code == 303
    notice = session.scalars(select(PolicyNotice)).one()
    assert state.post(address(notice, "send")).status_code == 303
    assert "Your turn: say what it means for you" in school.get(address(notice)).text
    assert "To be acknowledged by" in school.get("/feedback/notices").text

    done = school.post(address(notice, "acknowledge"), data={"hinders": "No substitutes to hire"})
    raised = school.post(
        "/feedback/new",
        data=FIELDS | {"save": "send", "link": str(place.up.public_id), "notice": str(notice.public_id)},
    )

    assert (done.status_code, raised.status_code) == (303, 303)
    item = session.scalars(select(FeedbackItem)).one()
    assert item.notice_id == notice.id
    assert "Coaching days" in school.get(raised.location).text
    page = state.get(address(notice)).text
    assert "1 of 3 teams have acknowledged it; it hinders something at 1" in page
    assert "No substitutes to hire" in state.get(address(notice) + "?show=hinders").text
    assert item.title not in page  # it has not come to the state
    assert item.title in browse(place.people["hub"]).get(address(notice)).text


def test_a_notice_that_can_not_be_sent_says_why_beside_the_field(
    session: Session, browse: Browse, place: Place
) -> None:
    notice = make_policy_notice(session, place.state, sent_at=None, acknowledge_by=later(-1), text="Kept")

    response = browse(place.people["state"]).post(address(notice, "send"))

    assert response.status_code == 422
    assert "by a day that has come" in response.text
    assert "Kept" in response.text
    session.expire_all()
    assert notice.sent_at is None


def test_a_draft_is_deleted_with_undo(session: Session, browse: Browse, place: Place) -> None:
    notice = make_policy_notice(session, place.state, sent_at=None)
    state = browse(place.people["state"])

    gone = state.post(address(notice, "delete"))
    assert "The draft is deleted" in gone.text
    assert state.get(address(notice)).status_code == 404
    assert browse(place.people["hub"]).post(address(notice, "delete")).status_code == 404

    assert state.post(address(notice, "delete")).status_code == 303
    assert state.get(address(notice)).status_code == 200


def test_the_table_has_every_team_that_the_reader_may_read(
    session: Session, browse: Browse, place: Place
) -> None:
    notice = make_policy_notice(session, place.state)
    browse(place.people["peer"]).post(address(notice, "acknowledge"), data={"enables": "=1+1"})

    rows = {who: browse(place.people[who]).get(address(notice) + ".csv").text for who in ("state", "school")}

    assert len(rows["state"].splitlines()) == 4
    assert "'=1+1" in rows["state"]
    assert len(rows["school"].splitlines()) == 2
    assert "1+1" not in rows["school"]


def test_the_page_takes_the_same_statements_for_two_teams_and_for_sixty(
    session: Session, browse: Browse, count_queries: CountQueries, place: Place
) -> None:
    notice = make_policy_notice(session, place.hub)
    client, counts = browse(place.people["hub"]), []
    for more in (0, 58):
        for _each in range(more):
            make_link(session, make_team(session, site=make_site(session, place.network)), place.hub)
        session.expire_all()
        with count_queries() as seen:
            page = client.get(address(notice) + "?show=silent").text
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12
    assert "Show more" in page
    assert "0 of 60 teams" in page


def test_the_api_writes_sends_and_acknowledges(session: Session, browse: Browse, place: Place) -> None:
    state, school = browse(place.people["state"]), browse(place.people["school"])
    api = "/api/v1/feedback/notices"
    made = state.post(api, json={"title": "Coaching days"}).get_json()
    one = f"{api}/{made['id']}"
    assert state.post(f"{one}/send").status_code == 422
    assert state.patch(one, json={"version": 9, "text": "Kept"}).status_code == 412
    assert state.patch(one, json={"version": made["version"], "text": "Kept"}).status_code == 200
    assert school.get(one).status_code == 404
    assert state.post(f"{one}/send").get_json()["sent_at"] is not None
    assert state.delete(one).status_code == 409

    said = school.put(f"{one}/acknowledgement", json={"hinders": "No substitutes"})

    assert said.get_json()["acknowledged_at"] is not None
    assert session.scalars(select(Acknowledgement.hinders)).all() == ["No substitutes"]
    levels = state.get(f"{one}/overview").get_json()["items"]
    assert [(each["level"], each["told"], each["hinders"]) for each in levels] == [
        ("district", 1, 0),
        ("school", 2, 1),
    ]
    first = state.get(f"{one}/said?limit=2").get_json()
    rest = state.get(f"{one}/said?limit=2&after={first['next']}").get_json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert state.put(f"{one}/acknowledgement", json={}).status_code == 403


def test_words_that_no_database_keeps_are_refused_beside_their_field(
    session: Session, browse: Browse, place: Place
) -> None:
    notice = make_policy_notice(session, place.state)
    long = "No substitutes. " * 5000

    response = browse(place.people["school"]).post(address(notice, "acknowledge"), data={"hinders": long})

    assert response.status_code == 422
    assert 'id="hinders-error"' in response.text
    assert session.scalars(select(Acknowledgement)).all() == []


def test_the_page_and_the_table_tell_what_a_team_said_before(browse: Browse, place: Place) -> None:
    notice = make_policy_notice(place.session, place.state)
    school = browse(place.people["school"])
    for words in ("No substitutes", "Only on Fridays"):
        assert school.post(address(notice) + "/acknowledge", data={"hinders": words}).status_code == 303

    state = browse(place.people["state"])
    page, table = state.get(address(notice)).text, state.get(address(notice) + ".csv").text
    assert "Said before: one answer" in page
    assert page.index("Only on Fridays") < page.index("No substitutes")
    assert "No substitutes" in table
