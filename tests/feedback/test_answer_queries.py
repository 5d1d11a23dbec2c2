from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from feedback import answer_services, promise_services, services
from feedback.answer_queries import Came, what_came
from feedback.models import FeedbackItem
from feedback.rules import Lifted
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}


def answered(place: Place) -> FeedbackItem:
    item = place.sent()
    answer_services.answer(place.session, item, ANSWER, by=place.actor("hub"), at=NOON, day=TODAY)
    return item


def came(session: Session, item: FeedbackItem) -> Came:
    assert item.answer_id is not None
    return what_came(session, [item.answer_id])[item.answer_id]


@pytest.mark.parametrize(
    ("lifted", "expected"),
    [(Lifted.YES, Came(1, 1, yes=1)), (Lifted.PARTLY, Came(1, 1, partly=1)), (Lifted.NO, Came(1, 1, no=1))],
)
def test_what_a_team_says_counts_once(session: Session, place: Place, lifted: Lifted, expected: Came) -> None:
    item = answered(place)
    assert came(session, item) == Came(1, 1, waiting=1)

    services.confirm(session, item, lifted, "So", by=place.actor("school"), at=NOON, day=TODAY)

    assert came(session, item) == expected


def test_partly_and_then_silence_is_unconfirmed_alone(session: Session, place: Place) -> None:
    item, day = answered(place), later(1)
    services.confirm(session, item, Lifted.PARTLY, "So", by=place.actor("school"), at=NOON, day=TODAY)
    for _week in range(8):
        day += timedelta(weeks=1)
        promise_services.see_to(session, item, today=day, at=place.at(day))

    found = came(session, item)

    assert found == Came(1, 1, unconfirmed=1)
    assert sum(astuple(found)[2:]) == found.items
