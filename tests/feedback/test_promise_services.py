from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback import answer_services, promise_services
from feedback.models import FeedbackItem
from feedback.track_services import legs_of
from nic_platform.tables import Notice
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

ANSWER = {"changes": "guidance", "text": "Use the spare slot."}


def run(session: Session, place: Place, day: date) -> list[str]:
    """Do what the job does on one day."""
    late = promise_services.late_items(session, place.network.id, day)
    return [promise_services.see_to(session, item, today=day, at=place.at(day)) for item in late]


def told(session: Session, kind: str) -> set[int | None]:
    return set(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def test_nothing_happens_while_the_promise_holds(session: Session, place: Place) -> None:
    place.sent()

    assert run(session, place, later(10)) == []


def test_a_late_hub_is_told_then_the_state_is_offered_it_then_the_network_lead(
    session: Session, place: Place
) -> None:
    item = place.sent()

    assert run(session, place, later(11)) == ["tell"]
    assert told(session, "late") == {place.people["hub"].id, place.people["school"].id}
    assert run(session, place, later(12)) == [""]
    assert run(session, place, later(17)) == ["offer"]
    assert item.offered_to_id == place.state.id
    assert place.people["state"].id in told(session, "offered")
    assert run(session, place, later(24)) == ["network"]
    assert item.with_network
    assert place.people["network_lead"].id in told(session, "late")
    assert run(session, place, later(60)) == [""]
    assert (item.state, item.holder_id) == ("waiting", place.hub.id)


def test_running_twice_on_one_day_tells_nobody_twice(session: Session, place: Place) -> None:
    place.sent()
    run(session, place, later(11))
    before = session.scalar(select(func.count(Notice.id)))

    run(session, place, later(11))

    assert session.scalar(select(func.count(Notice.id))) == before


def test_the_level_above_takes_a_late_item_over(session: Session, place: Place) -> None:
    item = place.sent()
    for day in (11, 17):
        run(session, place, later(day))

    answer_services.take(session, item, by=place.actor("state"), at=NOON, day=later(18))

    assert (item.holder_id, item.due_on) == (place.state.id, later(18 + 21))
    assert (item.offered_to_id, item.escalations, item.with_network) == (None, 0, False)
    assert [leg.act for leg in legs_of(session, item)] == ["sent", "taken", ""]


def test_an_answer_that_a_hub_does_not_hand_down_goes_down_by_itself(session: Session, place: Place) -> None:
    item = place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)
    answer_services.answer(session, item, ANSWER, by=place.actor("state"), at=NOON, day=TODAY)

    assert run(session, place, later(6)) == ["handed_down"]

    assert (item.state, item.holder_id) == ("answered", place.school.id)
    assert legs_of(session, item)[-2].user_id is None


def test_a_silent_school_is_reminded_twice_and_its_item_closed_unconfirmed(
    session: Session, place: Place
) -> None:
    item = place.sent()
    answer_services.answer(session, item, ANSWER, by=place.actor("hub"), at=NOON, day=TODAY)

    done = [run(session, place, later(14 + days)) for days in (1, 2, 8, 14, 15)]

    assert done == [["reminded"], [""], ["reminded"], [""], ["closed_unconfirmed"]]
    assert (item.state, item.holder_id, item.lifted) == ("unconfirmed", None, "")
    assert told(session, "unconfirmed") == {place.people["hub"].id, place.people["school"].id}


def test_a_team_with_nobody_above_is_the_network_leads_at_once(session: Session, place: Place) -> None:
    item = place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)

    assert run(session, place, later(22)) == ["tell"]
    assert run(session, place, later(28)) == ["network"]
    assert item.with_network


def test_the_chain_above_never_names_the_team_that_raised_the_item(session: Session, place: Place) -> None:
    assert promise_services.teams_above(session, place.school.id, 0) == (place.hub.id, place.state.id)
    assert promise_services.teams_above(session, place.hub.id, place.state.id) == ()


def test_deleted_and_closed_items_are_left_alone(session: Session, place: Place) -> None:
    item = place.sent()
    item.deleted_at = NOON
    session.flush()

    assert run(session, place, later(50)) == []
    assert session.scalar(select(func.count(FeedbackItem.id))) == 1
