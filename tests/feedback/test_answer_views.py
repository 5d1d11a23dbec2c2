"""The pages of answers: whom they went to, what moved since, the second look."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, services, theme_services
from feedback.models import Answer, FeedbackItem
from feedback.rules import Lifted
from milestones.models import Plan
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}
WEEKS = 20


def answered(place: Place, day: int = -7 * WEEKS // 2, counts: int = WEEKS, **values: object) -> FeedbackItem:
    """A barrier on a milestone that was at 50 % before the hub's answer, and at 92 % in the weeks since."""
    session = place.session
    measure = make.make_measure(session, place.school)
    plan = session.scalar(select(Plan)) or make.make_plan(session, place.school)
    milestone = make.make_milestone(session, place.school, plan=plan, name="Coaching held", measure=measure)
    for week in range(counts):
        on = TODAY - timedelta(weeks=counts - week)
        make.make_measurement(
            session, measure, place.school, count=22 if on > later(day) else 12, population=24, on=on
        )
    item = place.sent(later(day - 3), milestone_id=milestone.id)
    hub = place.actor("hub")
    answer_services.answer(session, item, ANSWER | values, by=hub, at=place.at(later(day)), day=later(day))
    return item


def page_of(item: FeedbackItem, session: Session) -> str:
    return f"/answers/{session.get_one(Answer, item.answer_id).public_id}"


def test_the_item_says_that_what_it_blocked_moved(session: Session, browse: Browse, place: Place) -> None:
    item = answered(place)

    for who in ("school", "hub"):
        page = browse(place.people[who]).get(f"/feedback/{item.public_id}").text
        assert "Coaching held moved the right way since the answer: +42 points" in page
        assert "95 times in 100" in page
        assert "which need not be why" in page
        assert page.count('class="pt up"') == 12  # six counts in either picture


def test_too_few_counts_are_said_to_be_too_few(session: Session, browse: Browse, place: Place) -> None:
    item = answered(place, day=-8)

    page = browse(place.people["school"]).get(f"/feedback/{item.public_id}").text

    assert "too few counts since the answer to tell (1 of 3)" in page


def test_small_groups_of_students_are_no_counts_of_a_reader_above(
    session: Session, browse: Browse, place: Place
) -> None:
    measure = make.make_measure(session, place.school, counts_students=True)
    milestone = make.make_milestone(session, place.school, name="Fluent readers", measure=measure)
    for week in range(8):
        on = TODAY - timedelta(weeks=8 - week)
        make.make_measurement(session, measure, place.school, count=4, population=9, on=on)
    item = place.sent(later(-32), milestone_id=milestone.id)
    hub = place.actor("hub")
    answer_services.answer(session, item, ANSWER, by=hub, at=place.at(later(-29)), day=later(-29))

    own = browse(place.people["school"]).get(f"/feedback/{item.public_id}").text
    above = browse(place.people["hub"]).get(f"/feedback/{item.public_id}").text

    assert "Fluent readers: no clear move since the answer" in own
    assert "44.4%" in own
    assert "44.4%" not in above
    assert "8 counts are hidden: too few people" in above


def test_an_answer_tells_what_became_of_it(session: Session, browse: Browse, place: Place) -> None:
    item = answered(place, applies_to="Every school", applies_from=later(-60), look_again_on=later(30))
    services.confirm(session, item, Lifted.YES, "3 of 3", by=place.actor("school"), at=NOON, day=TODAY)

    page = browse(place.people["hub"]).get(page_of(item, session)).text

    for words in ("Memo 26-04", "Every school", "Did what it blocked move?", f"F-{item.number}", "Lifted"):
        assert words in page
    assert "<dt>yes</dt><dd>1</dd>" in page


def test_the_second_look_is_the_answerers_and_everybody_reads_it(
    session: Session, browse: Browse, place: Place
) -> None:
    item = answered(place, look_again_on=later(-1))
    hub, school, peer = (browse(place.people[who]) for who in ("hub", "school", "peer"))
    address = page_of(item, session)
    assert "Your turn: look at it again" in hub.get(address).text
    assert "1 answer of yours waits to be looked at again" in hub.get("/feedback/answers").text

    empty = hub.post(f"{address}/look", data={"found": " ", "look_again_on": later(-2).isoformat()})
    refused = school.post(f"{address}/look", data={"found": "It holds."})
    assert (empty.status_code, refused.status_code) == (422, 403)
    assert "Say what you found" in empty.text
    assert peer.get(address).status_code == 404

    done = hub.post(f"{address}/look", data={"found": "It holds at 5 of 6.", "version": 1})

    assert (done.status_code, done.location) == (303, address)
    assert "It holds at 5 of 6." in school.get(f"/feedback/{item.public_id}").text
    assert "Your turn" not in hub.get(address).text
    assert hub.post(f"{address}/look", data={"found": "Again", "version": 1}).status_code == 409


def test_a_theme_says_what_its_sites_counts_say(session: Session, browse: Browse, place: Place) -> None:
    item = answered(place)
    theme = theme_services.create_theme(
        session, place.network.id, place.hub.id, {"title": "Cover"}, by=place.actor("hub"), at=NOON
    )
    item.theme_id = theme.id
    session.flush()

    hub = browse(place.people["hub"]).get(f"/themes/{theme.public_id}/moved").text
    peer = browse(place.people["peer"]).get(f"/themes/{theme.public_id}/moved").text

    assert "At the one site with counts enough the milestone moved the right way." in hub
    assert "Coaching held" in hub
    assert "Coaching held" not in peer
    assert "No answered report that you may read" in peer


@pytest.mark.parametrize("page", ["answers", "answer", "item", "moved"])
def test_pages_take_the_same_statements_however_many_sites(
    session: Session, browse: Browse, count_queries: CountQueries, place: Place, page: str
) -> None:
    item = answered(place, counts=8)
    theme = make.make_theme(session, place.hub)
    item.theme_id = theme.id
    session.flush()
    address = {
        "answers": "/feedback/answers", "answer": page_of(item, session),
        "item": f"/feedback/{item.public_id}", "moved": f"/themes/{theme.public_id}/moved",
    }[page]  # fmt: skip
    client, counts = browse(place.people["hub"]), []
    for more in (0, 3):
        for _each in range(more):
            other = answered(place, counts=8)
            other.theme_id, other.answer_id = theme.id, item.answer_id
        session.flush()
        session.expire_all()
        with count_queries() as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_the_api_tells_answers_and_looks_and_moves(session: Session, browse: Browse, place: Place) -> None:
    item = answered(place, look_again_on=later(-1))
    hub, address = browse(place.people["hub"]), f"/api/v1/feedback{page_of(item, session)}"

    due = hub.get("/api/v1/feedback/answers?due=true").get_json()["items"]
    assert [each["came"]["waiting"] for each in due] == [1]
    moved = hub.get(f"/api/v1/feedback/{item.public_id}/moved").get_json()
    assert (moved["sites"][0]["verdict"], moved["sites"][0]["since"]) == ("better", 6)
    assert hub.get(f"{address}/moved").get_json()["sites"] == moved["sites"]

    stale = hub.post(f"{address}/look", json={"version": 9, "found": "It holds."})
    done = hub.post(f"{address}/look", json={"version": 1, "found": "It holds."})

    assert (stale.status_code, done.status_code) == (412, 200)
    assert done.get_json()["looked_again"] == "It holds."
    assert hub.get("/api/v1/feedback/answers?due=true").get_json()["items"] == []
    assert len(hub.get("/api/v1/feedback/answers?limit=1").get_json()["items"]) == 1


def test_the_list_of_feedback_says_what_the_team_still_owes(
    session: Session, browse: Browse, place: Place
) -> None:
    make.make_policy_notice(session, place.state)
    answered(place, look_again_on=later(-1))

    hub, observer = (browse(place.people[who]).get("/feedback").text for who in ("hub", "observer"))

    assert "1 policy notice to acknowledge" in hub
    assert "1 answer to look at again" in hub
    assert "to acknowledge" not in observer
