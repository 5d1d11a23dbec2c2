import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback import answer_services, services, talk_services, theme_services
from feedback.models import FeedbackItem, PolicyNotice
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import FIELDS, Place, later

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}


def lifted(place: Place) -> FeedbackItem:
    item = place.sent()
    hub = place.actor("hub")
    answer_services.lift(place.session, item, place.further, "Six schools", by=hub, at=NOON, day=TODAY)
    return item


def address(item: FeedbackItem, act: str = "") -> str:
    return f"/feedback/{item.public_id}" + (f"/{act}" if act else "")


def test_a_draft_can_be_kept_with_nothing(session: Session, browse: Browse, place: Place) -> None:
    response = browse(place.people["school"]).post("/feedback/new", data={"save": "draft"})

    assert response.status_code == 303
    item = session.query(FeedbackItem).one()
    assert (item.state, item.team_id, item.title) == ("draft", place.school.id, "")


def test_raising_and_sending_at_once(session: Session, browse: Browse, place: Place) -> None:
    milestone = make.make_milestone(session, place.school, name="Coaching held")
    client = browse(place.people["school"])
    body = FIELDS | {"save": "send", "link": str(place.up.public_id), "milestone": str(milestone.public_id)}

    response = client.post("/feedback/new", data=body)

    item = session.query(FeedbackItem).one()
    assert response.location == address(item)
    assert (item.state, item.holder_id, item.milestone_id) == ("waiting", place.hub.id, milestone.id)
    assert "Coaching held" in client.get(address(item)).text


def test_sending_an_empty_item_says_what_is_missing_and_keeps_nothing(
    session: Session, browse: Browse, place: Place
) -> None:
    body = {"save": "send", "link": str(place.up.public_id), "happens": "On 5 of 12 days"}

    response = browse(place.people["school"]).post("/feedback/new", data=body)

    assert response.status_code == 422
    assert 'href="#title"' in response.text
    assert "On 5 of 12 days" in response.text
    assert session.query(FeedbackItem).count() == 0


def test_the_whole_loop_from_school_to_state_and_back(session: Session, browse: Browse, place: Place) -> None:
    item = place.sent()
    hub, state, school = (browse(place.people[who]) for who in ("hub", "state", "school"))

    up = hub.post(address(item, "lift"), data={"link": str(place.further.public_id), "words": "Six schools"})
    down = state.post(address(item, "answer"), data=ANSWER)
    on = hub.post(address(item, "hand-down"), data={"words": "New rosters"})
    page = school.get(address(item)).text
    end = school.post(address(item, "confirm"), data={"lifted": "yes", "words": "3 of 3 kept"})

    assert [r.status_code for r in (up, down, on, end)] == [303] * 4
    assert "Is it solved for you?" in page
    assert "Memo 26-04" in page
    session.expire_all()
    assert (item.state, item.lifted) == ("closed", "yes")


def test_an_answer_asks_the_school_at_once_even_while_the_hub_hands_it_down(
    session: Session, browse: Browse, place: Place
) -> None:
    item = lifted(place)
    school = browse(place.people["school"])
    assert "solved?" not in school.get("/").text

    assert browse(place.people["state"]).post(address(item, "answer"), data=ANSWER).status_code == 303

    session.expire_all()
    assert item.holder_id == place.hub.id
    assert "Is “Coaches are pulled to cover classes” solved?" in school.get("/").text
    assert "Your turn: Is it solved?" in school.get(address(item)).text
    assert "Is it solved?" not in browse(place.people["hub"]).get(address(item)).text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("school", 200), ("coach", 200), ("observer", 200), ("hub", 200), ("peer", 404), ("state", 404),
        ("network_lead", 404), ("reviewer", 404), ("analyst", 404),
    ],
)  # fmt: skip
def test_who_reads_what_was_sent_to_the_hub(browse: Browse, place: Place, who: str, status: int) -> None:
    item = place.sent()

    assert browse(place.people[who]).get(address(item)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("state", 200), ("network_lead", 200), ("reviewer", 200), ("peer", 404), ("analyst", 404)],
)
def test_who_reads_what_reached_the_state(browse: Browse, place: Place, who: str, status: int) -> None:
    item = lifted(place)

    assert browse(place.people[who]).get(address(item)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("school", 200), ("coach", 200), ("observer", 404), ("hub", 404)]
)
def test_who_reads_a_draft(browse: Browse, place: Place, who: str, status: int) -> None:
    item = place.draft()

    assert browse(place.people[who]).get(address(item)).status_code == status


def test_a_shared_solution_shows_peers_what_happens_but_not_the_conversation(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent(kind="solution")
    talk_services.say(session, item, "Between us", by=place.actor("hub"), at=NOON)
    peer = browse(place.people["peer"])
    assert peer.get(address(item)).status_code == 404

    shared = browse(place.people["school"]).post(address(item, "share"), data={"wanted": "yes"})

    assert shared.status_code == 303
    page = peer.get(address(item))
    assert page.status_code == 200
    assert "On 5 of 12 days" in page.text
    assert "Between us" not in page.text
    assert item.title in peer.get("/feedback/shared").text
    assert peer.post(address(item, "messages"), data={"text": "x"}).status_code == 403


@pytest.mark.parametrize("who", ["observer", "coach", "hub", "state", "reviewer"])
def test_only_the_team_that_raised_it_confirms(
    session: Session, browse: Browse, place: Place, who: str
) -> None:
    item = lifted(place)
    answer_services.answer(session, item, ANSWER, by=place.actor("state"), at=NOON, day=TODAY)

    response = browse(place.people[who]).post(address(item, "confirm"), data={"lifted": "yes"})

    assert response.status_code == 403
    session.expire_all()
    assert item.state == "answered"


@pytest.mark.parametrize("act", ["answer", "lift", "ask", "decline", "pass", "theme"])
def test_the_school_can_not_act_for_the_hub(session: Session, browse: Browse, place: Place, act: str) -> None:
    item = place.sent()

    response = browse(place.people["school"]).post(address(item, act), data=ANSWER | {"words": "x"})

    assert response.status_code == 403
    session.expire_all()
    assert (item.state, item.holder_id) == ("waiting", place.hub.id)


def test_of_two_at_the_hub_who_act_at_once_the_second_is_told(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.sent()
    version = item.version
    second = make.make_user(session, place.hub)
    body = {"link": str(place.further.public_id), "words": "Up", "version": version}
    assert browse(place.people["hub"]).post(address(item, "lift"), data=body).status_code == 303

    response = browse(second).post(address(item, "decline"), data={"words": "No", "version": version})

    assert response.status_code == 409
    session.expire_all()
    assert (item.state, item.holder_id) == ("waiting", place.state.id)


def test_an_answer_without_words_is_shown_again_beside_its_field(browse: Browse, place: Place) -> None:
    item = place.sent()

    response = browse(place.people["hub"]).post(
        address(item, "answer"), data={"changes": "none", "text": "No way"}
    )

    assert response.status_code == 422
    assert "Nothing changes: say why." in response.text
    assert "No way" in response.text


def test_no_identifier_stands_twice_on_the_page(browse: Browse, place: Place) -> None:
    page = browse(place.people["hub"]).get(address(place.sent())).text

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_editing_a_draft_that_somebody_saved_meanwhile_shows_both(
    session: Session, browse: Browse, place: Place
) -> None:
    item = place.draft()
    version = item.version
    services.save(session, item, {"title": "Theirs"}, by=place.actor("school"), at=NOON)

    response = browse(place.people["school"]).post(
        address(item, "edit"), data={"title": "Mine", "kind": "barrier", "version": version}
    )

    assert response.status_code == 409
    assert "Theirs" in response.text
    assert "Mine" in response.text


def test_a_deleted_draft_can_be_brought_back(session: Session, browse: Browse, place: Place) -> None:
    item = place.draft()
    client = browse(place.people["school"])

    gone = client.post(address(item, "delete"))
    assert client.get(address(item)).status_code == 404
    assert "Bring it back" in client.get(gone.location).text

    assert client.post(gone.location).status_code == 303
    assert client.get(address(item)).status_code == 200


def test_the_list_says_whose_turn_it_is(browse: Browse, place: Place) -> None:
    lifted(place)

    assert "1 item needs you." in browse(place.people["state"]).get("/feedback").text
    school = browse(place.people["school"]).get("/feedback").text
    assert "Nothing needs you." in school
    assert "With State." in school
    assert "Passed on by you" in browse(place.people["hub"]).get("/feedback").text


def test_the_list_counts_all_that_waits_also_where_it_shows_the_nearest(
    browse: Browse, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedback.queries.NEAREST", 2)
    monkeypatch.setattr("feedback.queries.open_at.__defaults__", (2,))
    for _number in range(3):
        lifted(place)
    page = browse(place.people["state"]).get("/feedback").text

    assert "3 items need you." in page
    assert page.count('class="turn') <= 2
    assert "Everything that is open" in page


def test_the_queue_sorts_proposes_and_files(session: Session, browse: Browse, place: Place) -> None:
    item = lifted(place)
    theme = make.make_theme(session, place.state, title="Coaches cover classes on coaching days")
    client = browse(place.people["state"])

    page = client.get("/feedback/queue").text
    assert "Waiting for State" in page
    assert "Coaches cover classes on coaching days" in page
    assert "Cottonwood" in page
    body = {"theme": str(theme.public_id), "from": "queue"}
    filed = client.post(address(item, "theme"), data=body)

    assert filed.location == "/feedback/queue"
    session.expire_all()
    assert item.theme_id == theme.id
    assert "Everything that waits is in a theme." in client.get("/feedback/queue").text


def test_one_answer_reaches_every_team_of_a_theme(session: Session, browse: Browse, place: Place) -> None:
    theme = make.make_theme(session, place.state)
    far, near = lifted(place), place.sent()
    for item in (far, near):
        theme_services.join(session, item, theme, by=place.actor("state"), at=NOON, day=TODAY)

    response = browse(place.people["state"]).post(f"/themes/{theme.public_id}/answer", data=ANSWER)

    assert response.status_code == 303
    session.expire_all()
    assert {(item.state, item.holder_id) for item in (far, near)} == {("answered", place.hub.id)}
    hub = browse(place.people["hub"])
    assert hub.post(f"/themes/{theme.public_id}/answer", data=ANSWER).status_code == 403


def test_a_policy_notice_goes_down_and_is_acknowledged(
    session: Session, browse: Browse, place: Place
) -> None:
    state, school = browse(place.people["state"]), browse(place.people["school"])
    made = state.post("/feedback/notices/new", data={"title": "Memo 26-04", "text": "Coaching days are kept"})
    assert school.get(made.location).status_code == 404

    assert state.post(made.location + "/send").status_code == 303
    assert "Coaching days are kept" in school.get(made.location).text
    said = school.post(made.location + "/acknowledge", data={"enables": "Coaching on Tuesdays"})

    assert said.status_code == 303
    assert "Coaching on Tuesdays" in state.get(made.location).text
    assert "Coaching on Tuesdays" not in browse(place.people["peer"]).get(made.location).text


def test_a_notice_needs_nothing_to_be_kept_but_words_to_be_sent(
    session: Session, browse: Browse, place: Place
) -> None:
    state = browse(place.people["state"])

    made = state.post("/feedback/notices/new", data={})

    assert made.status_code == 303
    assert state.post(made.location + "/send").status_code == 422
    assert session.query(PolicyNotice).one().sent_at is None


def test_an_analyst_sees_counts_only(browse: Browse, place: Place) -> None:
    item = place.sent()
    client = browse(place.people["analyst"])

    page = client.get("/feedback", follow_redirects=True)

    assert page.status_code == 200
    assert "How the loops close" in page.text
    assert item.title not in page.text
    assert client.get("/feedback/queue").status_code == 404


def test_strangers_are_sent_to_sign_in(browse: Browse, place: Place) -> None:
    assert "/sign-in" in browse(None).get("/feedback").location


def fill(place: Place, many: int) -> FeedbackItem:
    """Items of many teams and districts, at the state, in themes and not."""
    session, state = place.session, place.actor("state")
    first = lifted(place)
    theme = make.make_theme(session, place.state)
    for number in range(many):
        site = make.make_site(session, parent=place.hub.site)
        team = make.make_team(session, site=site)
        person = make.make_user(session, team)
        link = make.make_link(session, team, place.hub)
        by = make.actor_of(session, person)
        item = services.create(session, team.id, FIELDS, by=by, at=NOON)
        services.send(session, item, link, by=by, at=NOON, day=TODAY)
        if number % 2:
            hub = place.actor("hub")
            answer_services.lift(session, item, place.further, "Up", by=hub, at=NOON, day=later(1))
            theme_services.join(session, item, theme, by=state, at=NOON, day=TODAY)
        talk_services.say(session, first, f"Line {number}", by=state, at=NOON)
    return first


PAGES = {
    ("hub", "/feedback"): 12, ("state", "/feedback"): 12, ("hub", "/feedback/all"): 12,
    ("state", "/feedback/queue"): 20, ("state", "item"): 12, ("school", "item"): 12,
    ("peer", "/feedback/shared"): 12, ("analyst", "/feedback/loops"): 14, ("hub", "/feedback/notices"): 12,
    ("school", "/feedback/new"): 12,
}  # fmt: skip


def test_pages_ask_the_database_equally_often_however_much_there_is(
    session: Session, browse: Browse, count_queries: CountQueries, place: Place
) -> None:
    first, counts = fill(place, 2), []
    for more in (0, 18):
        fill(place, more) if more else None
        asked = {}
        for who, page in PAGES:
            client = browse(place.people[who])
            session.expire_all()
            with count_queries() as seen:
                assert client.get(address(first) if page == "item" else page).status_code == 200
            asked[who, page] = len(seen)
        counts.append(asked)

    assert counts[0] == counts[1]
    assert {place: most for place, most in counts[0].items() if most > PAGES[place]} == {}
