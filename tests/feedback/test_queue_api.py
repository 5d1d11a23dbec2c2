"""The queue, themes, acts on many and templates in the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services
from feedback.models import AnswerTemplate, FeedbackItem
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

Browse = Callable[..., FlaskClient]
API = "/api/v1/feedback"
ANSWER = {"changes": "policy", "text": "Memo 26-04"}


@pytest.fixture
def hub(browse: Browse, place: Place) -> FlaskClient:
    return browse(place.people["hub"])


def read(*items: FeedbackItem) -> list[dict[str, Any]]:
    return [{"id": str(item.public_id), "version": item.version} for item in items]


def test_the_queue_is_read_by_theme_and_district(session: Session, hub: FlaskClient, place: Place) -> None:
    theme = make.make_theme(session, place.hub)
    place.sent()
    place.sent().theme_id = theme.id
    session.flush()

    found = hub.get(f"{API}/queue").json

    assert (found["teams"], found["waiting"], found["unsorted"]) == (["Hub"], 2, 1)
    assert [(row["id"], row["items"], row["sites"]) for row in found["themes"]] == [
        (str(theme.public_id), 1, 1)
    ]
    assert (found["origins"], found["districts"]) == ([{"name": place.school.site.name, "value": 2}], 2)
    assert found["origins_are"] == "sites"


def test_the_list_is_paged_by_key(hub: FlaskClient, place: Place) -> None:
    items = [place.sent() for _ in range(3)]

    first = hub.get(f"{API}/queue/items?limit=2").json
    second = hub.get(f"{API}/queue/items", query_string={"limit": 2, "after": first["next"]}).json

    assert [row["number"] for row in first["items"] + second["items"]] == [item.number for item in items]
    assert second["next"] is None
    assert hub.get(f"{API}/queue/items?after=x").status_code == 422
    assert hub.get(f"{API}/queue/items?theme=x").status_code == 422
    assert len(hub.get(f"{API}/queue/items?theme=none&owner=none&late=1&q=pulled").json["items"]) == 3


@pytest.mark.parametrize(
    "more",
    [{"act": "answered", "answer": ANSWER}, {"act": "declined", "words": "Not ours"},
     {"act": "joined", "title": "Cover"}, {"act": "lifted", "words": "Six schools"}, {"act": "assigned"}],
)  # fmt: skip
def test_many_are_acted_on_and_taken_back(
    session: Session, hub: FlaskClient, place: Place, more: dict[str, Any]
) -> None:
    items = [place.sent(), place.sent()]
    named: dict[str, Any] = {"items": read(*items)}
    if more["act"] == "lifted":
        named["link_id"] = str(place.further.public_id)
    if more["act"] == "assigned":
        named["person_id"] = str(place.people["hub"].public_id)

    done = hub.post(f"{API}/batches", json=named | more)
    assert done.status_code == 201, done.json
    assert (done.json["many"], done.json["left"]) == (2, [])
    undone = hub.post(f"{API}/batches/{done.json['id']}/undo")

    assert undone.status_code == 200, undone.json
    assert undone.json["undone_at"] is not None
    session.expire_all()
    assert {(item.state, item.holder_id, item.theme_id, item.owner_id) for item in items} == {
        ("waiting", place.hub.id, None, None)
    }
    assert hub.post(f"{API}/batches/{done.json['id']}/undo").status_code == 409


def test_what_moved_on_is_named_and_the_rest_is_done(
    session: Session, hub: FlaskClient, place: Place
) -> None:
    gone, here = place.sent(), place.sent()
    sent = read(gone, here)
    answer_services.decline(session, gone, "No", by=place.actor("hub"), at=NOON, day=TODAY)
    session.commit()

    done = hub.post(f"{API}/batches", json={"act": "answered", "items": sent, "answer": ANSWER})

    assert (done.status_code, done.json["many"]) == (201, 1)
    assert [(each["number"], each["why"]) for each in done.json["left"]] == [
        (gone.number, "It moved on: Declined, Hub.")
    ]


def test_themes_are_written_joined_split_and_answered(
    session: Session, hub: FlaskClient, place: Place
) -> None:
    one = hub.post(f"{API}/themes", json={"title": "Coaches pulled to cover"}).json
    two = hub.post(f"{API}/themes", json={"title": "Cover on coaching days"}).json
    inside, goes = place.sent(), place.sent()
    like = hub.get(f"{API}/themes/{one['id']}/like").json["items"]
    assert {row["number"] for row in like} == {inside.number, goes.number}
    assert "pulled" in like[0]["words"]
    hub.post(f"{API}/batches", json={"act": "joined", "theme_id": one["id"], "items": read(inside, goes)})
    session.expire_all()

    split = hub.post(f"{API}/themes/{one['id']}/split", json={"title": "Subs", "items": read(goes)})
    merged = hub.post(f"{API}/themes/{one['id']}/merge", json={"into_id": two["id"]})
    answered = hub.post(f"{API}/themes/{two['id']}/answers", json=ANSWER)

    assert [made.status_code for made in (split, merged, answered)] == [201] * 3
    assert [made.json["many"] for made in (split, merged, answered)] == [1, 1, 1]
    assert hub.get(f"{API}/themes/{one['id']}").json["closed_at"] is not None
    session.expire_all()
    assert (inside.state, goes.state) == ("answered", "waiting")


def test_a_theme_is_changed_from_the_version_that_was_read(hub: FlaskClient, place: Place) -> None:
    theme = hub.post(f"{API}/themes", json={"title": "Cover"}).json
    person = place.people["hub"]
    body = {"version": theme["version"], "title": "Cover on coaching days", "owner_id": str(person.public_id)}

    changed = hub.patch(f"{API}/themes/{theme['id']}", json=body)

    assert (changed.json["title"], changed.json["owner"]) == ("Cover on coaching days", person.name)
    assert hub.patch(f"{API}/themes/{theme['id']}", json=body).status_code == 412
    stranger = {"version": changed.json["version"], "owner_id": str(place.people["peer"].public_id)}
    assert hub.patch(f"{API}/themes/{theme['id']}", json=stranger).status_code == 422
    closed = hub.patch(
        f"{API}/themes/{theme['id']}", json={"version": changed.json["version"], "closed": True}
    )
    assert closed.json["closed_at"] is not None


def test_templates_are_kept_changed_and_deleted(session: Session, hub: FlaskClient, place: Place) -> None:
    made = hub.post(f"{API}/templates", json={"title": "Protected days", "text": "Memo 26-04"}).json
    address = f"{API}/templates/{made['id']}"

    changed = hub.patch(address, json={"version": made["version"], "why": "Time is short"})

    assert (changed.json["why"], changed.json["text"]) == ("Time is short", "Memo 26-04")
    assert [row["title"] for row in hub.get(f"{API}/templates").json["items"]] == ["Protected days"]
    seen = {"If-Match": changed.headers["ETag"]}
    assert hub.delete(address, headers=seen).status_code == 204
    assert hub.get(f"{API}/templates").json["items"] == []
    assert session.scalars(select(AnswerTemplate)).one().deleted_at is not None


def test_a_school_knows_nothing_of_the_hubs_acts(session: Session, browse: Browse, place: Place) -> None:
    batch = make.make_batch(session, place.hub)
    school = browse(place.people["school"])

    assert school.get(f"{API}/batches/{batch.public_id}").status_code == 404
    theme = make.make_theme(session, place.hub)
    assert school.patch(f"{API}/themes/{theme.public_id}", json={"version": 1}).status_code == 403
