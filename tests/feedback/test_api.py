from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import answer_services
from feedback.models import FeedbackItem
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

Browse = Callable[..., FlaskClient]
API = "/api/v1/feedback"
ANSWER = {"changes": "policy", "text": "Memo 26-04"}


def test_the_whole_loop_through_the_api(browse: Browse, place: Place) -> None:
    school, hub = browse(place.people["school"]), browse(place.people["hub"])
    made = school.post(API, json={"title": "Coaches are pulled", "happens": "On 5 of 12 days"})
    assert made.status_code == 201
    item = f"{API}/{made.json['id']}"

    def act(client: FlaskClient, version: int, name: str, **more: object) -> Any:
        answer = client.post(f"{item}/acts", json={"act": name, "version": version, **more})
        assert answer.status_code == 200, answer.json
        return answer.json

    sent = act(school, made.json["version"], "sent", link_id=str(place.up.public_id))
    assert (sent["state"], sent["holder"]) == ("waiting", "Hub")
    back = act(hub, sent["version"], "answered", answer=ANSWER)
    assert (back["state"], back["answer"]) == ("answered", "Memo 26-04")
    end = act(school, back["version"], "confirmed", lifted="yes")

    assert (end["state"], end["lifted"], end["holder"]) == ("closed", "yes", None)
    assert [leg["act"] for leg in school.get(item).json["track"]] == ["sent", "answered", "confirmed"]


def test_each_lists_what_they_may_read_in_turn(browse: Browse, place: Place) -> None:
    """The statement is kept for all who ask alike; who asks, and what for, comes in anew."""
    sent, draft = place.sent(title="Sent"), place.draft(title="Draft", kind="question")
    at_school, at_peer, at_hub = (browse(place.people[who]) for who in ("school", "peer", "hub"))

    def listed(client: FlaskClient, more: str = "") -> list[str]:
        return [each["title"] for each in client.get(f"{API}?limit=9{more}").json["items"]]

    assert [listed(each) for each in (at_school, at_peer, at_hub, at_school)] == [
        ["Draft", "Sent"], [], ["Sent"], ["Draft", "Sent"],
    ]  # fmt: skip
    assert listed(at_school, "&kind=barrier") == ["Sent"]
    assert listed(at_school, "&kind=question") == ["Draft"]
    assert listed(at_school, "&state=waiting") == ["Sent"]
    assert listed(at_school, "&state=draft") == ["Draft"]
    assert listed(at_school, f"&after={draft.number}") == ["Sent"]
    assert listed(at_school, f"&after={sent.number}") == []


def test_an_old_version_is_refused_and_changes_nothing(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    body = {"act": "declined", "words": "No", "version": item.version - 1}

    response = browse(place.people["hub"]).post(f"{API}/{item.public_id}/acts", json=body)

    assert response.status_code == 409
    assert [event["what"] for event in response.json["happened"]] == ["Raised"]
    assert response.json["version"] == item.version
    session.expire_all()
    assert item.state == "waiting"


@pytest.mark.parametrize(
    "body", [{"state": "closed"}, {"team_id": "x"}, {"kind": "rumour"}, {"title": "a" * 201}]
)
def test_what_is_not_known_or_does_not_fit_is_refused(
    session: Session, browse: Browse, place: Place, body: dict[str, object]
) -> None:
    assert browse(place.people["school"]).post(API, json=body).status_code == 422
    assert session.query(FeedbackItem).count() == 0


def test_a_milestone_of_another_team_can_not_be_named(session: Session, browse: Browse, place: Place) -> None:
    foreign = make.make_milestone(session, place.peer)

    response = browse(place.people["school"]).post(API, json={"milestone_id": str(foreign.public_id)})

    assert response.status_code == 422
    assert "milestone_id" in response.json["errors"]


def test_an_answer_says_what_is_missing(browse: Browse, place: Place) -> None:
    item = place.sent()
    body = {"act": "answered", "version": item.version, "answer": {"changes": "none", "text": "No"}}

    response = browse(place.people["hub"]).post(f"{API}/{item.public_id}/acts", json=body)

    assert response.status_code == 422
    assert set(response.json["errors"]) == {"why"}


@pytest.mark.parametrize(
    ("who", "status"), [("peer", 404), ("observer", 403), ("state", 404), ("coach", 403)]
)
def test_who_may_not_act(session: Session, browse: Browse, place: Place, who: str, status: int) -> None:
    item = place.sent()
    body = {"act": "withdrawn", "version": item.version}

    response = browse(place.people[who]).post(f"{API}/{item.public_id}/acts", json=body)

    assert response.status_code == status
    session.expire_all()
    assert item.state == "waiting"


def test_the_list_holds_only_what_one_may_read_and_pages_by_number(browse: Browse, place: Place) -> None:
    items = [place.sent() for _ in range(3)]
    place.draft()
    hub = browse(place.people["hub"])

    first = hub.get(API, query_string={"limit": 2}).json
    rest = hub.get(API, query_string={"limit": 2, "after": first["next"]}).json

    numbers = [row["number"] for row in [*first["items"], *rest["items"]]]
    assert numbers == sorted((item.number for item in items), reverse=True)
    assert rest["next"] is None
    assert browse(place.people["peer"]).get(API).json["items"] == []


def test_a_shared_solution_comes_without_its_track(session: Session, browse: Browse, place: Place) -> None:
    item = place.sent(kind="solution")
    answer_services.thank(session, item, "Thanks", by=place.actor("hub"), at=NOON, day=TODAY)
    item.is_shared = True
    session.flush()

    found = browse(place.people["peer"]).get(f"{API}/{item.public_id}").json

    assert found["happens"] == "On 5 of 12 days"
    assert found["track"] is None


def test_drafts_change_and_go(session: Session, browse: Browse, place: Place) -> None:
    item, school = place.draft(), browse(place.people["school"])
    address = f"{API}/{item.public_id}"

    changed = school.patch(address, json={"title": "Better", "version": item.version})

    assert changed.json["title"] == "Better"
    assert school.delete(address, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert school.get(address).status_code == 404


def test_themes_are_listed(session: Session, browse: Browse, place: Place) -> None:
    theme = make.make_theme(session, place.state)

    assert [row["title"] for row in browse(place.people["peer"]).get(f"{API}/themes").json["items"]] == [
        theme.title
    ]
