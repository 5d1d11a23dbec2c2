"""Acts that come too late, are sent twice, or choose who reads their words."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import answer_services, services, talk_services
from feedback.audiences import Audience
from feedback.models import FeedbackItem, FeedbackMessage
from nic_platform.actor import Level
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import FIELDS, Place

Browse = Callable[..., FlaskClient]
OURS = {"Origin": "http://localhost"}


def address(item: FeedbackItem, act: str = "") -> str:
    return f"/feedback/{item.public_id}" + (f"/{act}" if act else "")


def decline(place: Place, item: FeedbackItem, words: str = "Not a rule of ours") -> None:
    answer_services.decline(place.session, item, words, by=place.actor("hub"), at=NOON, day=TODAY)


def test_what_was_declined_is_solved_or_not_and_never_partly(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    decline(place, item)
    school = browse(place.people["school"])

    page = school.get(address(item)).text
    offered = re.findall(r'name="lifted"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="lifted"', page)
    assert sorted("".join(each) for each in offered) == ["no", "yes"]
    assert "it counts as not lifted" in page
    sent = {"version": item.version, "lifted": "partly", "words": "Some"}
    assert school.post(address(item, "confirm"), data=sent).status_code == 409
    session.expire_all()
    assert (item.state, item.lifted) == ("declined", "")


def test_an_act_that_fits_no_more_is_refused_and_its_words_are_still_there(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    version = item.version
    decline(place, item)
    body = {"version": version, "words": "Six schools say so", "link": str(place.further.public_id),
            "audience": "hop"}  # fmt: skip

    response = browse(place.people["hub"]).post(address(item, "lift"), data=body)

    assert response.status_code == 409
    assert "This moved on while you were writing" in response.text
    assert "Declined" in response.text
    assert "Not a rule of ours" in response.text
    assert re.search(r"<textarea[^>]*readonly[^>]*>\s*Six schools say so", response.text)
    kept = re.search(r'<input[^>]*id="message-audience-1"[^>]*>', response.text)
    assert kept is not None
    assert {'value="hop"', "checked"} <= set(re.findall(r'value="hop"|checked', kept[0]))
    session.expire_all()
    assert (item.state, item.holder_id) == ("declined", place.school.id)


def test_an_act_that_still_fits_stands_in_its_form_to_be_sent_again(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    version = item.version
    item.theme_id = make.make_theme(session, place.hub).id
    session.flush()
    hub = browse(place.people["hub"])
    body = {"words": "Which days?", "audience": "hop"}

    response = hub.post(address(item, "ask"), data=body | {"version": version})

    assert response.status_code == 409
    assert "Put into another theme" in response.text
    assert re.search(r'id="ask-words"[^>]*>\s*Which days\?', response.text)
    assert re.search(r'value="hop"[^>]*checked|checked[^>]*value="hop"', response.text)
    session.expire_all()
    assert hub.post(address(item, "ask"), data=body | {"version": item.version}).status_code == 303


def test_whoever_writes_while_it_is_taken_back_gets_the_words_back(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    version = item.version
    services.withdraw(session, item, by=place.actor("school"), at=NOON, day=TODAY)
    body = {"version": version, "words": "Six schools say so"}

    response = browse(place.people["hub"]).post(address(item, "ask"), data=body, headers=OURS)

    assert response.status_code == 409
    assert "took this back" in response.text
    assert "Six schools say so" in response.text
    assert item.title not in response.text
    assert browse(place.people["peer"]).post(address(item, "ask"), data=body).status_code == 404


def test_the_same_form_sent_twice_is_done_once(session: Session, browse: Browse, place: Place) -> None:
    item = place.sent()
    body = {"version": item.version, "words": "Which days?"}
    hub = browse(place.people["hub"])

    answers = [hub.post(address(item, "ask"), data=body).status_code for _time in range(2)]

    assert answers == [303, 303]
    session.expire_all()
    assert item.state == "asked_back"


def test_a_thing_is_raised_but_once_however_often_its_form_is_sent(
    session: Session, browse: Browse, place: Place
) -> None:
    client = browse(place.people["school"])
    key = re.search(r'name="key" value="([^"]+)"', client.get("/feedback/new").text)
    assert key is not None
    body = FIELDS | {"save": "send", "link": str(place.up.public_id), "key": key[1]}

    first, second = (client.post("/feedback/new", data=body) for _time in range(2))

    assert first.location == second.location
    assert session.query(FeedbackItem).one().state == "waiting"


def test_a_draft_that_a_teammate_sent_meanwhile_keeps_what_was_typed(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()

    response = browse(place.people["school"]).post(
        address(item, "edit"), data={"version": item.version - 1, "happens": "Now on 7 of 12 days"}
    )

    assert response.status_code == 409
    assert "Now on 7 of 12 days" in response.text
    session.expire_all()
    assert item.happens == FIELDS["happens"]


def test_the_topic_chooses_the_link(session: Session, browse: Browse, place: Place) -> None:
    hr = make.make_team(session, site=place.hub.site, level=Level.DISTRICT, name="Staffing")
    make.make_link(session, place.school, hr, topics=["Staffing"])
    client = browse(place.people["school"])
    page = client.get("/feedback/new").text

    draft = place.draft(topic="Staffing")
    assert "“Staffing” goes to Staffing." in client.get(address(draft)).text
    services.delete(session, draft, by=place.actor("school"), at=NOON)
    client.post("/feedback/new", data=FIELDS | {"save": "send", "topic": "staffing", "link": ""})
    client.post("/feedback/new", data=FIELDS | {"save": "send", "topic": "buses", "link": ""})

    assert "The team that takes its topic" in page
    sent = session.query(FeedbackItem).filter_by(state="waiting").order_by(FeedbackItem.number)
    holders = [item.holder_id for item in sent]
    assert holders == [hr.id, place.hub.id]


def test_words_of_a_step_are_kept_to_its_two_teams_on_pages_and_in_history(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    body = {
        "version": item.version, "words": "The union asks", "audience": "hop",
        "link": str(place.further.public_id),
    }  # fmt: skip
    assert browse(place.people["hub"]).post(address(item, "lift"), data=body).status_code == 303
    said = talk_services.say(session, item, "Quiet word", by=place.actor("state"), at=NOON,
                             audience=Audience.HOP)  # fmt: skip

    pages = {who: browse(place.people[who]).get(address(item)).text for who in ("school", "hub", "state")}

    assert {who for who, page in pages.items() if "The union asks" in page} == {"hub", "state"}
    assert {who for who, page in pages.items() if "Quiet word" in page} == {"hub", "state"}
    assert "for the two teams of this step" in pages["school"]
    history = f"/history/feedback_message/{said.public_id}"
    found = {who: browse(place.people[who]).get(history).status_code for who in pages}
    assert found == {"school": 404, "hub": 200, "state": 200}
    api = f"/api/v1/feedback/{item.public_id}"
    track = browse(place.people["school"]).get(api).json["track"]
    assert [(leg["words"], leg["is_kept"]) for leg in track][1] == ("", True)


@pytest.mark.parametrize("audience", ["track", "hop", "team"])
def test_a_message_is_written_with_its_readers_and_names(
    session: Session, browse: Browse, place: Place, audience: str
) -> None:
    item = place.sent()
    client = browse(place.people["school"])
    coach = place.people["coach"]
    page = client.get(address(item) + "?tell=yes").text
    assert coach.name in page

    body = {"text": "Which days?", "audience": audience, "people": [str(coach.public_id)]}
    response = client.post(address(item, "messages"), data=body)

    assert response.status_code == 303
    message = session.query(FeedbackMessage).one()
    assert message.mentions == [coach.id]
    assert message.audience == {"hop": "hop1"}.get(audience, audience)


def test_an_item_raised_about_a_notice_keeps_it(session: Session, browse: Browse, place: Place) -> None:
    notice = make.make_policy_notice(session, place.hub)
    client = browse(place.people["school"])
    page = client.get(f"/feedback/new?notice={notice.public_id}").text

    client.post("/feedback/new", data=FIELDS | {"save": "draft", "notice": str(notice.public_id)})

    assert notice.title in page
    item = session.query(FeedbackItem).one()
    assert item.notice_id == notice.id
    client.post(address(item, "edit"), data=FIELDS | {"version": item.version, "save": "draft",
                                                      "notice": str(notice.public_id)})  # fmt: skip
    session.expire_all()
    assert item.notice_id == notice.id
