"""Whoever works on a report goes on with it when it comes back, and hears when it goes."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, services
from feedback.models import FeedbackItem
from feedback.rules import Lifted
from nic_platform.tables import Notice
from tests import factories as make
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place

GIVEN = {"changes": "guidance", "text": "Coaches are not to cover classes."}


def owned(place: Place) -> tuple[FeedbackItem, int]:
    """Return a report at the hub that a second person there works on."""
    item, second = place.sent(), make.make_user(place.session, place.hub)
    item.owner_id = second.id
    place.session.flush()
    return item, second.id


def told(session: Session, user_id: int) -> list[str]:
    query = select(Notice.kind).where(Notice.user_id == user_id).order_by(Notice.id)
    return list(session.scalars(query))


def test_a_question_back_and_its_reply_leave_the_report_with_who_works_on_it(place: Place) -> None:
    item, owner = owned(place)

    answer_services.ask_back(place.session, item, "Which days?", by=place.actor("hub"), at=NOON, day=TODAY)
    assert item.owner_id is None
    assert told(place.session, owner) == ["feedback.moved"]
    services.reply(place.session, item, "Tuesdays", by=place.actor("school"), at=NOON, day=TODAY)

    assert item.owner_id == owner


def test_an_answer_that_did_not_help_goes_back_to_who_worked_on_it(place: Place) -> None:
    item, owner = owned(place)
    answer_services.answer(place.session, item, GIVEN, by=place.actor("hub"), at=NOON, day=TODAY)
    assert (item.holder_id, item.owner_id) == (place.school.id, None)
    later = TODAY + timedelta(days=1)

    services.confirm(place.session, item, Lifted.NO, "Still so", by=place.actor("school"), at=NOON, day=later)

    assert (item.holder_id, item.owner_id) == (place.hub.id, owner)
    assert "feedback.moved" not in told(place.session, owner)  # the answer told them


def test_lifted_further_it_is_nobodys_there_and_comes_down_to_who_had_it(place: Place) -> None:
    item, owner = owned(place)
    hub, state = place.actor("hub"), place.actor("state")

    answer_services.lift(place.session, item, place.further, "Six schools", by=hub, at=NOON, day=TODAY)
    assert item.owner_id is None
    answer_services.answer(place.session, item, GIVEN, by=state, at=NOON, day=TODAY)

    assert (item.holder_id, item.owner_id) == (place.hub.id, owner)
    assert told(place.session, owner) == ["feedback.moved", "feedback.answered"]


def test_who_left_the_team_or_had_it_earlier_does_not_get_it_back(place: Place) -> None:
    item, owner = owned(place)
    for answered in (1, 2):
        answer_services.ask_back(
            place.session, item, f"{answered}?", by=place.actor("hub"), at=NOON, day=TODAY
        )
        services.reply(place.session, item, "Yes", by=place.actor("school"), at=NOON, day=TODAY)
        assert item.owner_id == (owner if answered == 1 else None)
        item.owner_id = None  # somebody took it off them
        place.session.flush()
    item.owner_id = make.make_user(place.session, place.peer).id
    place.session.flush()

    answer_services.ask_back(place.session, item, "3?", by=place.actor("hub"), at=NOON, day=TODAY)
    services.reply(place.session, item, "Yes", by=place.actor("school"), at=NOON, day=TODAY)

    assert item.owner_id is None
