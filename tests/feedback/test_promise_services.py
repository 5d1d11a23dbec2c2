from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from feedback import answer_services, promise_services
from feedback.models import FeedbackItem
from feedback.track_services import legs_of
from nic_platform.actor import Level
from nic_platform.tables import Notice, NoticeChoice
from tests.factories import NOON, TODAY, make_link, make_team, make_user
from tests.feedback.conftest import Place, later, make_break

ANSWER = {"changes": "guidance", "text": "Use the spare slot."}


def run(session: Session, place: Place, day: date) -> list[str]:
    """Do what the job does on one day, and return what was done."""
    done = []
    for late in (True, False):
        found = promise_services.piece(session, place.network.id, day, late=late)
        for item_id in found.ids:
            item = session.get_one(FeedbackItem, item_id, populate_existing=True)
            done.append(promise_services.see_to(session, item, today=day, at=place.at(day)))
    return done


def told(session: Session, kind: str) -> set[int | None]:
    return set(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def test_nothing_happens_while_the_promise_holds(session: Session, place: Place) -> None:
    place.sent()

    assert run(session, place, later(6)) == []


def test_a_late_hub_is_told_then_the_state_is_offered_it_then_the_network_lead(
    session: Session, place: Place
) -> None:
    item = place.sent()

    assert run(session, place, later(11)) == ["tell"]
    assert told(session, "late") == {place.people["hub"].id, place.people["school"].id}
    assert run(session, place, later(12)) == []
    assert run(session, place, later(18)) == ["offer"]
    assert item.offered_to_id == place.state.id
    assert {place.people[who].id for who in ("state", "reviewer", "school")} <= told(session, "offered")
    assert run(session, place, later(25)) == ["network"]
    assert item.with_network
    assert place.people["network_lead"].id in told(session, "late")
    assert run(session, place, later(60)) == []
    assert (item.state, item.holder_id) == ("waiting", place.hub.id)


def test_running_twice_on_one_day_tells_nobody_twice(session: Session, place: Place) -> None:
    place.sent()
    run(session, place, later(11))
    before = session.scalar(select(func.count(Notice.id)))

    run(session, place, later(11))

    assert session.scalar(select(func.count(Notice.id))) == before


def test_the_level_above_takes_a_late_item_over(session: Session, place: Place) -> None:
    item = place.sent()
    for day in (11, 18):
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

    assert done == [["reminded"], [], ["reminded"], [], ["closed_unconfirmed"]]
    assert (item.state, item.holder_id, item.lifted) == ("unconfirmed", None, "")
    assert told(session, "unconfirmed") == {place.people["hub"].id, place.people["school"].id}


def test_a_team_with_nobody_above_is_the_network_leads_at_once(session: Session, place: Place) -> None:
    item = place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)

    assert run(session, place, later(22)) == ["tell"]
    assert run(session, place, later(29)) == ["network"]
    assert item.with_network


def test_the_chain_above_never_names_the_team_that_raised_the_item(session: Session, place: Place) -> None:
    assert promise_services.teams_above(session, place.school.id, 0) == (place.hub.id, place.state.id)
    assert promise_services.teams_above(session, place.hub.id, place.state.id) == ()


def test_an_item_climbs_by_the_link_that_its_topic_goes_by(session: Session, place: Place) -> None:
    other = make_team(session, place.network, level=Level.STATE, name="Assessment")
    make_link(session, place.hub, other, topics=["testing"])

    assert promise_services.teams_above(session, place.hub.id, 0, "Testing") == (other.id,)
    assert promise_services.teams_above(session, place.hub.id, 0, "staffing") == (place.state.id,)


def test_deleted_and_closed_items_are_left_alone(session: Session, place: Place) -> None:
    item = place.sent()
    item.deleted_at = NOON
    session.flush()

    assert run(session, place, later(50)) == []
    assert session.scalar(select(func.count(FeedbackItem.id))) == 1


def test_a_holder_is_reminded_once_before_its_promise_passes_and_nothing_typed_is_refused(
    session: Session, place: Place
) -> None:
    item = place.sent()
    version = item.version

    assert [run(session, place, later(day)) for day in (6, 7, 8)] == [[], ["nudged"], []]

    assert told(session, "nudge") == {place.people["hub"].id}
    subject = session.scalar(select(Notice.subject).where(Notice.kind == "feedback.nudge"))
    assert subject == "Your promise passes in 3 days, Mar 7: Coaches are pulled to cover classes"
    assert item.version == version
    answer_services.answer(
        session, item, ANSWER, by=place.actor("hub"), at=NOON, day=later(8), version=version
    )


def test_who_works_on_an_item_is_reminded_alone(session: Session, place: Place) -> None:
    other = make_user(session, place.hub)
    item = place.sent()
    item.owner_id = other.id
    session.flush()

    run(session, place, later(8))

    assert told(session, "nudge") == {other.id}


def test_a_break_stops_reminders_and_lateness(session: Session, place: Place) -> None:
    make_break(session, place.network, later(8), later(17))
    item = place.sent()

    assert item.due_on == later(20)
    assert [run(session, place, later(day)) for day in (7, 12, 18)] == [["nudged"], [], []]
    assert run(session, place, later(21)) == ["tell"]


def test_after_a_pause_of_the_platform_every_step_still_has_its_week(session: Session, place: Place) -> None:
    place.sent()

    done = [run(session, place, later(40 + days)) for days in (0, 1, 6, 7, 13, 14)]

    assert done == [["tell"], [], [], ["offer"], [], ["network"]]


def test_after_a_pause_a_silent_school_still_has_a_week_after_each_reminder(
    session: Session, place: Place
) -> None:
    item = place.sent()
    answer_services.answer(session, item, ANSWER, by=place.actor("hub"), at=NOON, day=TODAY)

    done = [run(session, place, later(60 + days)) for days in (0, 1, 7, 13, 14)]

    assert done == [["reminded"], [], ["reminded"], [], ["closed_unconfirmed"]]


def test_only_the_last_notices_on_a_promise_cannot_be_turned_down(session: Session, place: Place) -> None:
    for who in ("hub", "school", "network_lead", "state"):
        for kind in ("feedback.late", "feedback.reminders"):
            session.add(NoticeChoice(user_id=place.people[who].id, kind=kind, on_page=False, by_mail="none"))
    place.sent()

    for day in (11, 18, 25):
        run(session, place, later(day))

    shown = session.execute(
        select(Notice.user_id, Notice.subject, Notice.mail_state, Notice.is_last)
        .where(Notice.on_page, Notice.kind == "feedback.late")
        .order_by(Notice.id)
    ).all()
    people = {place.people[who].id for who in ("hub", "school", "network_lead")}
    assert {row.user_id for row in shown} == people
    assert {(row.mail_state, row.is_last) for row in shown} == {("waiting", True)}
    assert shown[0].subject.startswith("Nobody acted, 15 days past the promise")


def test_the_last_reminder_before_a_school_is_closed_unconfirmed_reaches_it(
    session: Session, place: Place
) -> None:
    item = place.sent()
    answer_services.answer(session, item, ANSWER, by=place.actor("hub"), at=NOON, day=TODAY)

    for day in (15, 22):
        run(session, place, later(day))

    kinds = session.execute(
        select(Notice.is_last, Notice.body).where(Notice.kind == "feedback.reminder").order_by(Notice.id)
    ).all()
    assert [tuple(row) for row in kinds] == [
        (False, ""), (True, "Without a word from your team it is closed unconfirmed in a week."),
    ]  # fmt: skip


def test_without_a_network_lead_who_can_sign_in_the_reviewer_hears_last(
    session: Session, place: Place
) -> None:
    place.people["network_lead"].disabled_at = NOON
    item = place.sent()
    answer_services.lift(session, item, place.further, "Up", by=place.actor("hub"), at=NOON, day=TODAY)

    for day in (22, 29):
        run(session, place, later(day))

    last = set(session.scalars(select(Notice.user_id).where(Notice.is_last)))
    assert place.people["reviewer"].id in last
    assert place.people["network_lead"].id not in last


def test_none_waits_behind_many_that_rest(
    session: Session, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promise_services, "PIECE", 2)
    items = [place.sent() for _ in range(5)]
    for item in items[:3]:
        item.with_network = True
    session.flush()

    first = promise_services.piece(session, place.network.id, later(11), late=True)

    assert first.ids == (items[3].id, items[4].id)
    following = promise_services.piece(session, place.network.id, later(11), late=True, after=first.last)
    assert (following.ids, following.last) == ((), None)


def test_two_workers_at_one_item_do_one_step(session: Session, place: Place) -> None:
    item = place.sent()
    before = {"escalations": item.escalations, "nudged_on": item.nudged_on}

    first = promise_services._note(session, item, escalations=1, nudged_on=later(11))
    for name, value in before.items():  # what the other worker had read
        set_committed_value(item, name, value)
    second = promise_services._note(session, item, escalations=1, nudged_on=later(11))

    assert (first, second) == (True, False)
