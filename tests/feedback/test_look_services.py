"""An answer is looked at again on its day: its team is asked, everybody hears what it found."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import answer_services, look_services
from feedback.models import Answer
from nic_platform.errors import ConflictError, InputError
from nic_platform.tables import Notice
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later

ANSWER = {"changes": "policy", "text": "Memo 26-04: coaching days are protected."}


@pytest.fixture
def given(session: Session, place: Place) -> Answer:
    """The state's answer to a school's barrier, to be looked at again in 60 days."""
    item = place.sent()
    hub, state = place.actor("hub"), place.actor("state")
    answer_services.lift(session, item, place.further, "Six schools", by=hub, at=NOON, day=TODAY)
    values = ANSWER | {"look_again_on": later(60)}
    return answer_services.answer(session, item, values, by=state, at=NOON, day=TODAY)


def told(session: Session, kind: str) -> set[int | None]:
    return set(session.scalars(select(Notice.user_id).where(Notice.kind == f"feedback.{kind}")))


def run(session: Session, place: Place, day: date) -> int:
    found = look_services.due(session, place.network.id, day)
    return sum(look_services.ask(session, each, today=day, at=place.at(day)) for each in found)


def test_who_answered_is_asked_on_the_day_and_once_more(
    session: Session, place: Place, given: Answer
) -> None:
    assert [run(session, place, later(day)) for day in (59, 60, 60, 61, 67, 68, 90)] == [0, 1, 0, 0, 1, 0, 0]
    assert told(session, "look_again") == {place.people["state"].id}


def test_two_workers_ask_once(session: Session, place: Place, given: Answer) -> None:
    day = later(60)
    both = look_services.due(session, place.network.id, day) + look_services.due(
        session, place.network.id, day
    )

    assert [look_services.ask(session, each, today=day, at=NOON) for each in both] == [True, False]


def test_what_was_found_reaches_every_team_of_the_path(session: Session, place: Place, given: Answer) -> None:
    state = place.actor("state")

    look_services.record(
        session, given, " It holds at 5 of 6. ", later(150), by=state, at=place.at(later(60)), day=later(60)
    )

    assert (given.looked_again, given.looked_again_on) == ("It holds at 5 of 6.", later(60))
    assert given.look_again_on == later(150)
    assert told(session, "looked_again") == {place.people["school"].id, place.people["hub"].id}
    assert [run(session, place, later(day)) for day in (60, 149, 150)] == [0, 0, 1]


def test_nothing_found_is_refused_and_changes_nothing(session: Session, place: Place, given: Answer) -> None:
    state = place.actor("state")

    with pytest.raises(InputError):
        look_services.record(session, given, "", None, by=state, at=NOON, day=later(60))
    with pytest.raises(ConflictError):
        look_services.record(
            session, given, "It holds.", None, by=state, at=NOON, day=later(60), version=given.version + 1
        )

    assert (given.looked_again, given.looked_again_on) == ("", None)
    assert told(session, "looked_again") == set()
