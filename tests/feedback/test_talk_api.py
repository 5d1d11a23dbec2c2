from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import answer_services
from feedback.models import FeedbackItem, FeedbackMessage
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

Browse = Callable[..., FlaskClient]
API = "/api/v1/feedback"


def test_a_conversation_through_the_api(browse: Browse, place: Place) -> None:
    item = place.sent()
    address = f"{API}/{item.public_id}/messages"
    school, hub = browse(place.people["school"]), browse(place.people["hub"])
    people = hub.get(f"{API}/{item.public_id}/people").json["items"]
    lead = next(person for person in people if person["id"] == str(place.people["school"].public_id))

    made = hub.post(address, json={"text": "Which days?", "audience": "hop", "people": [lead["id"]]})

    assert made.status_code == 201
    assert (made.json["audience"], made.json["told"], made.json["team"]) == ("hop", [lead["name"]], "Hub")
    assert [row["text"] for row in school.get(address).json["items"]] == ["Which days?"]
    assert browse(place.people["peer"]).get(address).status_code == 404


def test_a_message_with_a_key_is_written_once(session: Session, browse: Browse, place: Place) -> None:
    item, body = place.sent(), {"text": "Which days?", "key": str(uuid4())}
    hub = browse(place.people["hub"])

    answers = [hub.post(f"{API}/{item.public_id}/messages", json=body).json["id"] for _time in range(2)]

    assert answers == [body["key"]] * 2
    assert session.query(FeedbackMessage).count() == 1


@pytest.mark.parametrize(
    ("body", "field"), [({"text": " "}, "text"), ({"text": "Hm", "people": [str(uuid4())]}, "people")]
)
def test_what_can_not_be_sent_says_why(
    session: Session, browse: Browse, place: Place, body: dict[str, object], field: str
) -> None:
    item = place.sent()

    response = browse(place.people["hub"]).post(f"{API}/{item.public_id}/messages", json=body)

    assert response.status_code == 422
    assert field in response.json["errors"]
    assert session.query(FeedbackMessage).count() == 0


def test_an_item_with_a_key_is_made_once_and_its_topic_chooses_the_link(
    session: Session, browse: Browse, place: Place
) -> None:
    school = browse(place.people["school"])
    body = {"title": "Coaches are pulled", "happens": "Daily", "key": str(uuid4())}

    made = [school.post(API, json=body).json for _time in range(2)]
    act = {"act": "sent", "version": made[0]["version"]}
    sent = [school.post(f"{API}/{made[0]['id']}/acts", json=act) for _time in range(2)]

    assert [row["id"] for row in made] == [body["key"]] * 2
    assert [answer.status_code for answer in sent] == [200, 200]
    assert session.query(FeedbackItem).one().holder_id == place.hub.id


def test_an_act_that_comes_too_late_is_told_what_happened(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    version = item.version
    answer_services.ask_back(session, item, "Which days?", by=place.actor("hub"), at=NOON, day=TODAY)
    body = {"act": "answered", "version": version, "answer": {"changes": "policy", "text": "Memo 26-04"}}

    response = browse(place.people["hub"]).post(f"{API}/{item.public_id}/acts", json=body)

    assert response.status_code == 409
    last = response.json["happened"][-1]
    assert (last["what"], last["team"], last["words"]) == ("Asked back", "Hub", "Which days?")
    assert response.json["version"] == item.version
    session.expire_all()
    assert item.answer_id is None


def test_words_kept_to_a_hop_through_the_api(browse: Browse, place: Place) -> None:
    item = place.sent()
    body = {"act": "asked_back", "version": item.version, "words": "Whose days?", "audience": "hop"}

    asked = browse(place.people["hub"]).post(f"{API}/{item.public_id}/acts", json=body)

    leg = asked.json["track"][1]
    assert (leg["words"], leg["audience"], leg["is_kept"]) == ("Whose days?", "hop", False)


def test_only_who_wrote_a_message_takes_it_back(session: Session, browse: Browse, place: Place) -> None:
    item = place.sent()
    hub, school = browse(place.people["hub"]), browse(place.people["school"])
    said = hub.post(f"{API}/{item.public_id}/messages", json={"text": "Wrong school, sorry"}).json
    page, address = f"/feedback/{item.public_id}", f"{API}/{item.public_id}/messages/{said['id']}"
    assert school.delete(address).status_code == 403
    assert school.post(f"{page}/messages/{said['id']}").status_code == 403
    assert f"{page}/messages/{said['id']}" not in school.get(page).text

    assert hub.post(f"{page}/messages/{said['id']}").status_code == 303

    seen = school.get(page).text
    assert "Its author took this message back." in seen
    assert "Wrong school, sorry" not in seen
    assert "Put it back" in hub.get(page).text
    history = school.get(f"/history/feedback_item/{item.public_id}")
    assert history.status_code == 200
    assert hub.post(f"{address}/restore").status_code == 204
    assert "Wrong school, sorry" in school.get(page).text
    assert hub.delete(address).status_code == 204
    assert hub.get(f"{API}/{item.public_id}/messages").json["items"] == []
