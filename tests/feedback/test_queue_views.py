"""The pages of the queue: sorting, acting on many, themes as a whole, templates, tables to take away."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, theme_services
from feedback.models import ActBatch, AnswerTemplate, FeedbackItem, Theme
from nic_platform.actor import TeamRole
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

Browse = Callable[..., FlaskClient]
ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}
SAME = {"title": "The test window takes our coaching days", "happens": "Two weeks without meetings"}


def value(item: FeedbackItem) -> str:
    return f"{item.public_id}.{item.version}"


def lifted(place: Place, **fields: Any) -> FeedbackItem:
    item = place.sent(**fields)
    hub = place.actor("hub")
    answer_services.lift(place.session, item, place.further, "Six schools", by=hub, at=NOON, day=TODAY)
    return item


@pytest.fixture
def state(browse: Browse, place: Place) -> FlaskClient:
    return browse(place.people["state"])


def batch_of(session: Session) -> ActBatch:
    return session.scalars(select(ActBatch).order_by(ActBatch.id.desc())).first()  # type: ignore[return-value]


def test_a_new_report_is_filed_with_those_like_it_and_the_next_is_shown(
    session: Session, state: FlaskClient, place: Place
) -> None:
    first, like, other = lifted(place, **SAME), lifted(place, **SAME), lifted(place)
    page = state.get("/feedback/queue").text
    assert "These say much the same" in page
    assert f'name="items" value="{value(like)}"' in page

    body = {"item": value(first), "items": [value(like)], "theme": "new", "title": "Test window"}
    filed = state.post("/feedback/queue/sort", data=body)

    assert filed.status_code == 303
    session.expire_all()
    theme = session.scalars(select(Theme)).one()
    assert (first.theme_id, like.theme_id, other.theme_id) == (theme.id, theme.id, None)
    assert filed.location == f"/feedback/queue?done={batch_of(session).public_id}#new"
    after = state.get(filed.location).text
    assert other.title in after
    assert "2 reports acted on" in after


def test_filing_is_undone_from_the_queue(session: Session, state: FlaskClient, place: Place) -> None:
    item = lifted(place)
    state.post("/feedback/queue/sort", data={"item": value(item), "theme": "new", "title": "Cover"})

    response = state.post(f"/feedback/batches/{batch_of(session).public_id}/undo")

    assert response.status_code == 303
    session.expire_all()
    assert item.theme_id is None


def test_a_new_theme_without_a_title_is_shown_again_with_what_was_chosen(
    session: Session, state: FlaskClient, place: Place
) -> None:
    first, like = lifted(place, **SAME), lifted(place, **SAME)

    body = {"item": value(first), "items": [value(like)], "theme": "new", "title": ""}
    response = state.post("/feedback/queue/sort", data=body)

    assert response.status_code == 422
    assert "Give the theme a title" in response.text
    assert re.search(rf'value="{value(like)}" checked', response.text)
    assert session.scalars(select(Theme)).all() == []


def test_a_report_that_moved_on_is_not_filed_and_the_words_are_kept(
    session: Session, state: FlaskClient, place: Place
) -> None:
    item = lifted(place)
    old = value(item)
    answer_services.ask_back(session, item, "Which days?", by=place.actor("state"), at=NOON, day=TODAY)
    session.commit()

    response = state.post("/feedback/queue/sort", data={"item": old, "theme": "new", "title": "Cover"})

    assert response.status_code == 409
    assert "It moved on: Asked back, State." in response.text
    assert session.scalars(select(Theme)).all() == []


def test_many_are_answered_from_a_template_and_taken_back(
    session: Session, state: FlaskClient, place: Place
) -> None:
    items = [lifted(place), lifted(place)]
    template = make.make_answer_template(session, place.state, changes="policy", text="Memo 26-04")
    query = {"act": "answered", "items": [value(item) for item in items]}
    assert "Begin from a template" in state.get("/feedback/queue/act", query_string=query).text
    begun = state.get("/feedback/queue/act", query_string=query | {"template": str(template.public_id)}).text
    assert "Memo 26-04</textarea>" in begun

    done = state.post("/feedback/queue/act", data=query | ANSWER)

    assert done.status_code == 303
    session.expire_all()
    assert {item.state for item in items} == {"answered"}
    page = state.get(done.location).text
    assert "2 reports answered" in page
    assert state.post(f"{done.location}/undo").status_code == 303
    session.expire_all()
    assert {(item.state, item.holder_id) for item in items} == {("waiting", place.state.id)}
    assert "Taken back on" in state.get(done.location).text


def test_what_was_typed_stays_when_every_chosen_report_moved_on(
    session: Session, state: FlaskClient, place: Place
) -> None:
    item = lifted(place)
    old = value(item)
    answer_services.decline(session, item, "No", by=place.actor("state"), at=NOON, day=TODAY)
    session.commit()

    response = state.post(
        "/feedback/queue/act", data={"act": "declined", "items": [old], "words": "Not ours"}
    )

    assert response.status_code == 409
    assert "It moved on: Declined, State." in response.text
    assert "Not ours</textarea>" in response.text


def test_an_act_without_its_words_is_asked_for_them(state: FlaskClient, place: Place) -> None:
    item = lifted(place)

    response = state.post("/feedback/queue/act", data={"act": "declined", "items": [value(item)]})

    assert response.status_code == 422
    assert "Give the reason" in response.text


def test_reports_are_given_to_somebody_who_finds_them_by_owner(
    session: Session, state: FlaskClient, browse: Browse, place: Place
) -> None:
    mine, other = lifted(place, title="Mine to do"), lifted(place, title="Not given")
    second = make.make_user(session, place.state)
    body = {"act": "assigned", "items": [value(mine)], "person": str(second.public_id)}

    assert state.post("/feedback/queue/act", data=body).status_code == 303

    page = browse(second).get("/feedback/queue/items?owner=me").text
    assert mine.title in page
    assert other.title not in page


@pytest.mark.parametrize(
    ("query", "finds"),
    [("", True), ("q=covered", False), ("q=pulled", True), ("theme=none", True), ("late=1", True),
     ("owner=none", True), ("owner=me", False),
     ("kind=success", False), ("district=Cottonwood", True), ("district=Elsewhere", False),
     ("after=2026-01-01~1", True), ("after=2099-01-01~1", False), ("after=nonsense", True)],
)  # fmt: skip
def test_the_list_is_narrowed_and_paged(state: FlaskClient, place: Place, query: str, finds: bool) -> None:
    item = lifted(place)

    page = state.get(f"/feedback/queue/items?{query}").text

    assert (f"F-{item.number}" in page) == finds


def test_a_theme_is_joined_split_and_filled_from_its_page(
    session: Session, state: FlaskClient, place: Place
) -> None:
    old = make.make_theme(session, place.state, title="Test window in January")
    new = make.make_theme(session, place.state, title="Testing calendar")
    inside, fresh = lifted(place, **SAME), lifted(place, **SAME)
    theme_services.join(session, inside, old, by=place.actor("state"), at=NOON, day=TODAY)
    page = state.get(f"/themes/{old.public_id}/arrange").text
    assert f'value="{value(fresh)}"' in page
    assert "“Test”" in page

    state.post(f"/themes/{old.public_id}/take-in", data={"items": [value(fresh)]})
    session.expire_all()
    assert fresh.theme_id == old.id
    split = {"items": [value(fresh)], "title": "Coaching days"}
    assert state.post(f"/themes/{old.public_id}/split", data=split).status_code == 303
    merged = state.post(f"/themes/{old.public_id}/merge", data={"into": str(new.public_id)})

    session.expire_all()
    assert inside.theme_id == new.id
    assert old.joined_into_id == new.id
    made = session.get_one(Theme, fresh.theme_id)
    assert (made.title, made.split_from_id) == ("Coaching days", old.id)
    assert "1 report acted on" in state.get(merged.location).text
    assert f"T-{new.number}</a>" in state.get(f"/themes/{old.public_id}").text


def test_a_theme_is_given_to_somebody_of_the_team(session: Session, state: FlaskClient, place: Place) -> None:
    theme = make.make_theme(session, place.state)
    person = place.people["state"]
    body = {"title": "Cover", "person": str(person.public_id), "version": theme.version}

    assert state.post(f"/themes/{theme.public_id}/edit", data=body).status_code == 303

    session.expire_all()
    assert theme.owner_id == person.id
    assert person.name in state.get(f"/themes/{theme.public_id}").text


def test_a_template_is_written_changed_deleted_and_brought_back(
    session: Session, state: FlaskClient, place: Place
) -> None:
    assert state.post("/feedback/templates/new", data={"title": "", "text": ""}).status_code == 422
    made = state.post("/feedback/templates/new", data={"title": "Protected days", "text": "Memo 26-04"})
    assert made.status_code == 303
    template = session.scalars(select(AnswerTemplate)).one()
    address = f"/feedback/templates/{template.public_id}"
    state.post(address, data={"title": "Protected days", "text": "Memo 26-05", "version": template.version})
    session.expire_all()
    assert template.text == "Memo 26-05"

    assert "Bring it back" in state.post(f"{address}/delete").text
    assert state.get(address).status_code == 404
    assert state.post(f"{address}/delete").status_code == 303
    assert "Protected days" in state.get("/feedback/templates").text


def test_a_template_can_begin_from_the_answer_of_a_theme(
    session: Session, state: FlaskClient, place: Place
) -> None:
    theme = make.make_theme(session, place.state)
    theme_services.join(session, lifted(place), theme, by=place.actor("state"), at=NOON, day=TODAY)
    theme_services.answer_theme(session, theme, ANSWER, by=place.actor("state"), at=NOON, day=TODAY)
    session.commit()

    assert ANSWER["text"] in state.get(f"/feedback/templates/new?theme={theme.public_id}").text


def test_other_teams_do_not_know_of_templates_and_acts(
    session: Session, browse: Browse, place: Place
) -> None:
    template, batch = make.make_answer_template(session, place.state), make.make_batch(session, place.state)
    for who in ("hub", "school", "network_lead"):
        client = browse(place.people[who])
        assert client.get(f"/feedback/templates/{template.public_id}").status_code == 404
        assert client.post(f"/feedback/batches/{batch.public_id}/undo").status_code == 404


def test_who_looks_on_sees_the_queue_and_can_not_act(session: Session, browse: Browse, place: Place) -> None:
    item = place.sent()
    watcher = make.make_user(session)
    make.make_membership(session, place.hub, watcher, role=TeamRole.OBSERVER)
    client = browse(watcher)

    assert item.title in client.get("/feedback/queue/items").text
    assert "File and show the next" not in client.get("/feedback/queue").text
    body = {"item": value(item), "theme": "new", "title": "Cover"}
    assert client.post("/feedback/queue/sort", data=body).status_code == 403
    assert client.post("/feedback/queue/act", data={"act": "declined"}).status_code == 403


def test_the_queue_is_taken_away_as_tables(session: Session, state: FlaskClient, place: Place) -> None:
    theme = make.make_theme(session, place.state, title="=Cover")
    item = lifted(place)
    theme_services.join(session, item, theme, by=place.actor("state"), at=NOON, day=TODAY)
    session.commit()

    themes = list(csv.reader(io.StringIO(state.get("/feedback/queue/themes.csv").text)))
    reports = list(csv.reader(io.StringIO(state.get("/feedback/queue/reports.csv").text)))

    assert themes[1][:2] == [f"T-{theme.number}", "'=Cover"]
    assert dict(zip(reports[0], reports[1], strict=True))["Through"] == "Hub"
    assert reports[1][0] == f"F-{item.number}"
    assert state.get("/feedback/queue/reports.xlsx").data[:2] == b"PK"


def test_one_report_is_given_to_somebody_from_its_page(
    session: Session, state: FlaskClient, browse: Browse, place: Place
) -> None:
    item = lifted(place)
    link = f"/feedback/queue/act?act=assigned&amp;items={value(item)}"

    assert link in state.get(f"/feedback/{item.public_id}").text
    assert link not in browse(place.people["school"]).get(f"/feedback/{item.public_id}").text
    page = state.get(link.replace("&amp;", "&")).text
    assert item.title in page
    assert place.people["state"].name in page
