"""Whoever holds a theme's reports answers them there; what is taken back is what it was before."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, batch_services, services, theme_answer_queries, theme_services
from feedback.models import Answer, FeedbackItem, Theme
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

Browse = Callable[..., FlaskClient]
ANSWER = {"changes": "policy", "text": "Memo 26-04: buses leave at three again."}


def filed(place: Place, theme: Theme, *, up: bool = False) -> FeedbackItem:
    item, hub = place.sent(), place.actor("hub")
    theme_services.join(place.session, item, theme, by=hub, at=NOON, day=TODAY)
    if up:
        answer_services.lift(place.session, item, place.further, "All of us", by=hub, at=NOON, day=TODAY)
    return item


@pytest.fixture
def lifted(place: Place) -> tuple[Theme, FeedbackItem, FeedbackItem]:
    """Return a theme that the hub keeps, with a report that the state holds and one still at the hub."""
    theme = make.make_theme(place.session, place.hub)
    found = theme, filed(place, theme, up=True), filed(place, theme)
    place.session.commit()
    return found


def test_the_holder_of_lifted_reports_answers_the_theme_from_its_queue(
    session: Session, browse: Browse, place: Place, lifted: tuple[Theme, FeedbackItem, FeedbackItem]
) -> None:
    theme, up, below = lifted
    state = browse(place.people["state"])
    queue, address = state.get("/feedback/queue").text, f"/themes/{theme.public_id}"
    assert "Kept by Hub" in queue
    assert f"{address}#answer" in queue
    page = state.get(address).text
    assert "2 reports wait" in page
    assert "Lift them all further" not in page

    assert state.post(f"{address}/answer", data=ANSWER).status_code == 303

    session.expire_all()
    assert {(item.state, item.holder_id) for item in (up, below)} == {("answered", place.hub.id)}
    assert session.scalars(select(Answer.team_id)).all() == [place.state.id]


def test_who_neither_keeps_a_theme_nor_holds_a_report_of_it_does_not_answer(
    browse: Browse, place: Place, lifted: tuple[Theme, FeedbackItem, FeedbackItem]
) -> None:
    address = f"/themes/{lifted[0].public_id}"
    school = browse(place.people["school"])

    assert school.post(f"{address}/answer", data=ANSWER).status_code == 403
    assert "Answer all of them at once" not in school.get(address).text
    assert {item.state for item in lifted[1:]} == {"waiting"}


def test_its_keeper_does_not_answer_what_stands_higher(
    session: Session, place: Place, lifted: tuple[Theme, FeedbackItem, FeedbackItem]
) -> None:
    theme, up, below = lifted
    hub = place.actor("hub")

    assert theme_answer_queries.open_for(session, theme, place.hub.id) == [below.id]
    assert theme_services.answer_theme(session, theme, ANSWER, by=hub, at=NOON, day=TODAY) == 1
    assert (up.state, up.holder_id) == ("waiting", place.state.id)


def test_the_holder_gives_all_reports_of_a_theme_to_somebody(
    session: Session, browse: Browse, place: Place, lifted: tuple[Theme, FeedbackItem, FeedbackItem]
) -> None:
    theme, up, _below = lifted
    state, person = browse(place.people["state"]), place.people["state"]
    assert "No owner" in state.get("/feedback/queue").text

    page = state.get(f"/feedback/queue/act?act=assigned&theme={theme.public_id}").text
    assert f'name="items" value="{up.public_id}.{up.version}"' in page
    body: dict[str, Any] = {
        "act": "assigned", "items": f"{up.public_id}.{up.version}", "person": person.public_id,
    }  # fmt: skip
    assert state.post("/feedback/queue/act", data=body).status_code == 303

    assert "No owner" not in state.get("/feedback/queue").text
    assert f"{person.name} works on it" in state.get(f"/feedback/{up.public_id}").text


def test_an_answer_taken_back_leaves_what_was_asked_back_as_it_was(session: Session, place: Place) -> None:
    theme, hub = make.make_theme(session, place.hub), place.actor("hub")
    asked, waits = filed(place, theme), filed(place, theme)
    answer_services.ask_back(session, asked, "Since when?", by=hub, at=NOON, day=TODAY)
    owed = asked.due_on
    batch, many = theme_services.answer_all(session, theme, ANSWER, by=hub, at=NOON, day=TODAY)
    assert (many, asked.state) == (2, "answered")

    batch_services.undo(session, batch, by=hub, at=NOON, day=TODAY)

    assert (asked.state, asked.holder_id, asked.due_on) == ("asked_back", place.school.id, owed)
    services.reply(session, asked, "Since August", by=place.actor("school"), at=NOON, day=TODAY)
    assert (asked.state, asked.holder_id) == ("waiting", place.hub.id)
    assert waits.state == "waiting"


def test_a_hub_hands_the_answer_of_a_theme_down_once_for_all_and_takes_it_back(
    session: Session, browse: Browse, place: Place
) -> None:
    theme = make.make_theme(session, place.hub)
    items = [filed(place, theme, up=True), filed(place, theme, up=True)]
    state = place.actor("state")
    theme_services.answer_all(session, theme, ANSWER, by=state, at=NOON, day=TODAY, team_id=place.state.id)
    session.commit()
    hub, address = browse(place.people["hub"]), f"/themes/{theme.public_id}"
    assert "Hand it down to all" in hub.get(address).text
    assert f"{address}#down" in hub.get(f"/feedback/{items[0].public_id}").text
    assert browse(place.people["school"]).post(f"{address}/hand-down").status_code == 403

    done = hub.post(f"{address}/hand-down", data={"words": "From Monday"})

    assert done.status_code == 303
    session.expire_all()
    assert {(item.state, item.holder_id) for item in items} == {("answered", place.school.id)}
    assert "From Monday" in hub.get(f"/feedback/{items[0].public_id}").text
    batch = done.location.split("done=")[1]
    hub.post(f"/feedback/batches/{batch}/undo")
    session.expire_all()
    assert {(item.state, item.holder_id) for item in items} == {("answered", place.hub.id)}


def test_the_answer_of_a_theme_is_handed_down_over_the_api(
    session: Session, browse: Browse, place: Place
) -> None:
    theme = make.make_theme(session, place.hub)
    item = filed(place, theme, up=True)
    state = browse(place.people["state"])
    answered = state.post(f"/api/v1/feedback/themes/{theme.public_id}/answers", json=ANSWER)
    assert answered.status_code == 201, answered.json

    done = browse(place.people["hub"]).post(f"/api/v1/feedback/themes/{theme.public_id}/hand-down", json={})

    assert (done.status_code, done.json["many"]) == (201, 1)
    session.expire_all()
    assert item.holder_id == place.school.id
