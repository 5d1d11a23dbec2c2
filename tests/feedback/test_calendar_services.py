"""A break that came after promises were given: they are counted, moved past it as one act, and taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import batch_services, calendar_services
from feedback.models import ActBatch, FeedbackStep
from feedback.policies import can_take_batch_back
from nic_platform import clock
from nic_platform.errors import RuleError
from nic_platform.tables import Notice
from teams.breaks import Breaks
from teams.models import SchoolYear
from tests.factories import NOON, TODAY
from tests.feedback.conftest import Place, later, make_break

Browse = Callable[..., FlaskClient]


def move(place: Place) -> tuple[ActBatch, int, int]:
    return calendar_services.move(
        place.session, place.network.id, by=place.actor("network_lead"), at=NOON, today=TODAY
    )


def promised(place: Place, item_id: int) -> list[object]:
    query = select(FeedbackStep.promised_on).where(FeedbackStep.item_id == item_id)
    return list(place.session.scalars(query.order_by(FeedbackStep.position)))


@pytest.mark.parametrize(("due", "moved"), [(5, 5), (7, 15), (10, 18), (14, 22), (15, 15)])
def test_a_day_in_a_break_keeps_the_days_that_were_promised(due: int, moved: int) -> None:
    breaks = Breaks(((later(7), later(14)),))

    assert breaks.moved(later(due)) == later(moved)
    if moved != due:
        assert breaks.between(TODAY, later(moved)) == due


def test_promises_in_a_new_break_move_past_it_and_come_back(place: Place) -> None:
    session = place.session
    caught, free = place.sent(), place.sent(TODAY - timedelta(days=6))
    assert (caught.due_on, free.due_on) == (later(10), later(4))
    make_break(session, place.network, later(7), later(14))
    session.info.clear()  # the calendar is read once a transaction
    assert calendar_services.in_breaks(session, place.network.id, TODAY) == 1

    batch, many, left = move(place)

    assert (many, left, caught.due_on, free.due_on) == (1, 0, later(18), later(4))
    assert promised(place, caught.id) == [None, later(18)]
    told = session.execute(select(Notice.user_id, Notice.subject).where(Notice.kind == "feedback.moved"))
    assert [row[0] for row in told] == [place.people["hub"].id]
    with pytest.raises(RuleError):
        move(place)
    batch_services.undo(session, batch, by=place.actor("network_lead"), at=NOON, day=TODAY)
    assert caught.due_on == later(10)
    assert promised(place, caught.id) == [None, later(10)]


def test_a_break_that_is_over_moves_nothing(place: Place) -> None:
    place.sent(TODAY - timedelta(days=20))
    make_break(place.session, place.network, later(-15), later(-5))
    place.session.info.clear()

    assert calendar_services.in_breaks(place.session, place.network.id, TODAY) == 0


def test_only_the_network_lead_takes_the_move_back(place: Place) -> None:
    hub = place.actor("hub")
    lead = place.actor("network_lead")

    assert can_take_batch_back(lead, "calendar", place.hub.id, place.hub.rank)
    assert not can_take_batch_back(hub, "calendar", place.hub.id, place.hub.rank)
    assert can_take_batch_back(hub, "joined", place.hub.id, place.hub.rank)


def test_the_calendar_says_how_many_promises_a_break_caught(
    session: Session, place: Place, browse: Browse
) -> None:
    item, today = place.sent(), clock.today(place.network.time_zone)
    item.due_on = today + timedelta(days=10)
    make_break(session, place.network, today + timedelta(days=7), today + timedelta(days=14))
    lead: FlaskClient = browse(place.people["network_lead"])
    year = session.scalars(select(SchoolYear).where(SchoolYear.network_id == place.network.id)).one()

    page = lead.get(f"/network/years/{year.public_id}").text
    assert "1 open promise falls into a break" in page
    moved = lead.post("/feedback/calendar/move")
    shown = lead.get(moved.location).text
    assert "1 promise moved past a break" in shown
    assert "falls into a break" not in lead.get(f"/network/years/{year.public_id}").text
    batch = session.scalars(select(ActBatch)).one()
    assert browse(place.people["hub"]).get(moved.location).status_code == 404
    assert lead.post(f"/feedback/batches/{batch.public_id}/undo").status_code == 303
    session.expire_all()
    assert item.due_on == today + timedelta(days=10)
    assert lead.get("/api/v1/feedback/promises-in-breaks").json == {"count": 1}
