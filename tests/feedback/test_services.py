from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, services, talk_services
from feedback.models import FeedbackItem
from feedback.rules import Lifted, State
from feedback.track_services import legs_of
from nic_platform.errors import ConflictError, InputError, RuleError
from nic_platform.tables import Notice
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}


def track(session: Session, item: FeedbackItem) -> list[tuple[int, str]]:
    return [(leg.team_id, leg.act) for leg in legs_of(session, item)]


def told(session: Session, kind: str) -> set[int | None]:
    return set(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def test_a_draft_needs_nothing_and_gets_the_next_number(session: Session, place: Place) -> None:
    first = services.create(session, place.school.id, {}, by=place.actor("school"), at=NOON)
    second = services.create(session, place.peer.id, {}, by=place.actor("peer"), at=NOON)

    assert (first.state, first.title, first.holder_id) == ("draft", "", place.school.id)
    assert second.number == first.number + 1


def test_sending_starts_the_clock_of_the_link_and_tells_the_hub(session: Session, place: Place) -> None:
    item = place.sent()

    assert (item.state, item.holder_id, item.due_on) == ("waiting", place.hub.id, later(10))
    assert item.highest_rank == place.hub.rank
    assert track(session, item) == [(place.school.id, "sent"), (place.hub.id, "")]
    assert told(session, "arrived") == {place.people["hub"].id}
    session.refresh(place.up)
    assert place.up.last_exchange_at == NOON


def test_an_empty_draft_can_not_be_sent_and_says_what_is_missing(session: Session, place: Place) -> None:
    item = services.create(session, place.school.id, {}, by=place.actor("school"), at=NOON)

    with pytest.raises(InputError) as refusal:
        services.send(session, item, place.up, by=place.actor("school"), at=NOON, day=TODAY)

    assert set(refusal.value.fields) == {"title", "happens"}
    assert item.state == "draft"


def test_a_link_of_another_team_is_no_way_up(session: Session, place: Place) -> None:
    item = place.draft()

    with pytest.raises(RuleError, match="no such link"):
        services.send(session, item, place.further, by=place.actor("school"), at=NOON, day=TODAY)


def test_what_was_sent_stays_as_it_was(session: Session, place: Place) -> None:
    item = place.sent()

    with pytest.raises(RuleError):
        services.save(session, item, {"title": "Other"}, by=place.actor("school"), at=NOON)
    with pytest.raises(RuleError):
        services.delete(session, item, by=place.actor("school"), at=NOON)
    assert item.title == "Coaches are pulled to cover classes"


def test_sending_can_be_undone_until_the_hub_acts(session: Session, place: Place) -> None:
    item = place.sent()
    services.withdraw(session, item, by=place.actor("school"), at=NOON, day=TODAY)
    assert (item.state, item.holder_id, item.sent_at) == ("draft", place.school.id, None)

    services.send(session, item, place.up, by=place.actor("school"), at=NOON, day=TODAY)
    answer_services.ask_back(session, item, "Which days?", by=place.actor("hub"), at=NOON, day=TODAY)
    with pytest.raises(RuleError):
        services.withdraw(session, item, by=place.actor("school"), at=NOON, day=TODAY)
    assert item.state == "asked_back"


def test_lifting_needs_own_words_and_takes_the_next_promise(session: Session, place: Place) -> None:
    item, hub = place.sent(), place.actor("hub")

    with pytest.raises(InputError):
        answer_services.lift(session, item, place.further, " ", by=hub, at=NOON, day=later(3))
    answer_services.lift(session, item, place.further, "Six schools", by=hub, at=NOON, day=later(3))

    assert (item.holder_id, item.due_on, item.highest_rank) == (place.state.id, later(24), place.state.rank)
    assert legs_of(session, item)[1].words == "Six schools"


def test_the_clock_stands_still_while_the_school_is_asked(session: Session, place: Place) -> None:
    item = place.sent()
    at = NOON + timedelta(days=2)
    answer_services.ask_back(session, item, "Which days?", by=place.actor("hub"), at=at, day=later(2))
    assert (item.state, item.holder_id, item.due_on) == ("asked_back", place.school.id, later(9))

    at = NOON + timedelta(days=5)
    services.reply(session, item, "Tuesdays", by=place.actor("school"), at=at, day=later(5))

    assert (item.state, item.holder_id, item.due_on) == ("waiting", place.hub.id, later(13))
    assert legs_of(session, item)[-1].promised_on == later(13)


def test_an_answer_of_the_state_comes_down_through_the_hub(session: Session, place: Place) -> None:
    item, hub, state = place.sent(), place.actor("hub"), place.actor("state")
    answer_services.lift(session, item, place.further, "Yours", by=hub, at=NOON, day=TODAY)
    answer_services.answer(session, item, ANSWER, by=state, at=NOON, day=TODAY)
    assert (item.state, item.holder_id, item.due_on) == ("answered", place.hub.id, later(5))
    assert told(session, "answered") >= {place.people["school"].id, place.people["hub"].id}

    answer_services.hand_down(session, item, "New rosters", by=hub, at=NOON, day=TODAY)

    assert (item.holder_id, item.due_on) == (place.school.id, later(14))
    assert [act for _team, act in track(session, item)] == ["sent", "lifted", "answered", "passed", ""]


def test_an_answer_that_changes_nothing_says_why(session: Session, place: Place) -> None:
    item = place.sent()

    with pytest.raises(InputError) as refusal:
        answer_services.answer(
            session, item, {"changes": "none", "text": "No"}, by=place.actor("hub"), at=NOON, day=TODAY
        )

    assert set(refusal.value.fields) == {"why"}
    assert (item.state, item.answer_id) == ("waiting", None)


def answered(session: Session, place: Place) -> FeedbackItem:
    item = place.sent()
    answer_services.answer(session, item, ANSWER, by=place.actor("hub"), at=NOON, day=TODAY)
    return item


def say(session: Session, place: Place, item: FeedbackItem, lifted: Lifted, **more: Any) -> None:
    services.confirm(session, item, lifted, "words", by=place.actor("school"), at=NOON, day=TODAY, **more)


def test_yes_closes_the_loop(session: Session, place: Place) -> None:
    item = answered(session, place)

    say(session, place, item, Lifted.YES)

    assert (item.state, item.holder_id, item.lifted, item.closed_at) == ("closed", None, "yes", NOON)
    assert told(session, "confirmed_yes") == {place.people["hub"].id}


def test_partly_stays_with_the_school_until_a_date_to_look_again(session: Session, place: Place) -> None:
    item = answered(session, place)

    say(session, place, item, Lifted.PARTLY, look_again_on=later(20))

    assert (item.state, item.holder_id, item.lifted) == ("partly", place.school.id, "partly")
    assert item.look_again_on == item.due_on == later(20)
    say(session, place, item, Lifted.YES)
    assert item.state == "closed"


def test_no_goes_back_to_the_answerer_with_a_new_promise(session: Session, place: Place) -> None:
    item = answered(session, place)

    say(session, place, item, Lifted.NO)

    assert (item.state, item.holder_id, item.due_on) == ("waiting", place.hub.id, later(10))
    assert (item.lifted, item.answered_at) == ("no", None)


def test_the_school_may_confirm_while_the_answer_is_on_its_way_down(session: Session, place: Place) -> None:
    item = place.sent()
    answer_services.lift(session, item, place.further, "Yours", by=place.actor("hub"), at=NOON, day=TODAY)
    answer_services.answer(session, item, ANSWER, by=place.actor("state"), at=NOON, day=TODAY)

    say(session, place, item, Lifted.NO)

    assert (item.state, item.holder_id, item.due_on) == ("waiting", place.state.id, later(21))


def test_a_declined_item_can_be_sent_back(session: Session, place: Place) -> None:
    item = place.sent()
    answer_services.decline(session, item, "Not ours", by=place.actor("hub"), at=NOON, day=TODAY)
    assert (item.state, item.holder_id) == ("declined", place.school.id)

    say(session, place, item, Lifted.NO)

    assert (item.state, item.holder_id) == ("waiting", place.hub.id)


def test_what_was_declined_goes_back_to_who_declined_it_not_to_an_earlier_answerer(
    session: Session, place: Place
) -> None:
    item, hub = answered(session, place), place.actor("hub")
    say(session, place, item, Lifted.NO)
    answer_services.lift(session, item, place.further, "Yours", by=hub, at=NOON, day=TODAY)
    answer_services.decline(session, item, "Not ours", by=place.actor("state"), at=NOON, day=TODAY)

    say(session, place, item, Lifted.NO)

    assert (item.state, item.holder_id, item.due_on) == ("waiting", place.state.id, later(21))


def test_what_is_opened_again_goes_to_who_had_it_last_not_to_an_earlier_answerer(
    session: Session, place: Place
) -> None:
    item = answered(session, place)
    when: dict[str, Any] = {"at": NOON, "day": TODAY}
    say(session, place, item, Lifted.NO)
    answer_services.lift(session, item, place.further, "Yours", by=place.actor("hub"), **when)
    services.drop(session, item, "Over", by=place.actor("school"), **when)

    services.reopen(session, item, "It is back", by=place.actor("school"), **when)

    assert (item.state, item.holder_id) == ("waiting", place.state.id)


def test_of_two_receivers_who_act_at_once_only_the_first_succeeds(session: Session, place: Place) -> None:
    item, hub = place.sent(), place.actor("hub")
    read = item.version
    answer_services.lift(session, item, place.further, "Up", by=hub, at=NOON, day=TODAY, version=read)

    with pytest.raises(ConflictError):
        answer_services.decline(session, item, "No", by=hub, at=NOON, day=TODAY, version=read)

    assert (item.state, item.holder_id) == ("waiting", place.state.id)


def test_passing_to_a_better_place_refuses_the_team_itself(session: Session, place: Place) -> None:
    item, hub = place.sent(), place.actor("hub")

    for team in (place.hub, place.school):
        with pytest.raises(InputError):
            answer_services.pass_on(session, item, team, "There", by=hub, at=NOON, day=TODAY)
    answer_services.pass_on(session, item, place.state, "There", by=hub, at=NOON, day=TODAY)
    assert (item.holder_id, item.due_on) == (place.state.id, later(21))


def test_a_solution_is_taken_up_with_thanks_and_shared_on_purpose(session: Session, place: Place) -> None:
    item = place.sent(kind="solution")
    answer_services.thank(session, item, "In our deck", by=place.actor("hub"), at=NOON, day=TODAY)

    services.share(session, item, True, by=place.actor("school"), at=NOON)

    assert (item.state, item.lifted, item.is_shared) == ("closed", "", True)


@pytest.mark.parametrize("ending", ["drop", "confirm"])
def test_what_ended_can_be_opened_again(session: Session, place: Place, ending: str) -> None:
    item, school = answered(session, place), place.actor("school")
    if ending == "confirm":
        say(session, place, item, Lifted.YES)
    else:
        say(session, place, item, Lifted.PARTLY)
        services.drop(session, item, "Moved on", by=school, at=NOON, day=TODAY)
        assert item.state == State.DROPPED

    services.reopen(session, item, "It came back", by=school, at=NOON, day=TODAY)

    assert (item.state, item.holder_id, item.lifted, item.closed_at) == ("waiting", place.hub.id, "", None)
    assert [leg.words for leg in legs_of(session, item)[-2:]] == ["It came back", ""]


def test_a_message_tells_the_other_side(session: Session, place: Place) -> None:
    item = place.sent()

    message = talk_services.say(session, item, " Which days? ", by=place.actor("hub"), at=NOON)

    assert (message.team_id, message.text) == (place.hub.id, "Which days?")
    assert told(session, "message") == {place.people["school"].id}


def test_a_deleted_draft_comes_back(session: Session, place: Place) -> None:
    item, school = place.draft(), place.actor("school")
    services.delete(session, item, by=school, at=NOON)
    assert item.deleted_at == NOON

    services.restore(session, item, by=school, at=NOON)

    assert item.deleted_at is None
