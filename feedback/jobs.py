"""Background work of the feedback domain: promises that pass or have passed, notices that nobody answered."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from feedback import look_services, promise_services, recall_services
from feedback.models import FeedbackItem
from nic_platform import clock
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError
from nic_platform.jobs import Report, every, register
from nic_platform.words import speaking
from teams.models import Network

PROMISES = "feedback.promises"
MORNING = 7  # the hour from which a day's reminders go out


@register(PROMISES)
def keep_promises(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """See to every promise that is about to pass, or has; each item in a transaction of its own.

    Harmless when repeated or run by two workers: every step is taken once, from the morning of its day.
    """
    at = clock.now()
    done: dict[str, int] = {}
    with transaction() as current:
        networks = current.execute(
            select(Network.id, Network.time_zone, Network.words).where(Network.deleted_at.is_(None))
        ).all()
    for place, (network_id, time_zone, own) in enumerate(networks):
        here = at.astimezone(ZoneInfo(time_zone))
        if here.hour >= MORNING:
            with speaking(own):
                for act in _keep_network(network_id, here.date(), at):
                    done[act] = done.get(act, 0) + 1
        report(round(100 * (place + 1) / len(networks)))
    return done


def _keep_network(network_id: int, today: date, at: datetime) -> Iterator[str]:
    """Yield what was done in one network."""
    for late in (True, False):
        after: tuple[date, int] | None = None
        while True:
            with transaction() as current:
                found = promise_services.piece(current, network_id, today, late=late, after=after)
            for item_id in found.ids:
                act = _see_to(item_id, today, at)
                if act:
                    yield act
            after = found.last
            if after is None:
                break
    with transaction() as current:
        wanting = recall_services.wanting(current, network_id, today)
    for notice_id in wanting:
        with transaction() as current:
            if recall_services.recall(current, notice_id, today=today, at=at):
                yield "recalled"
    with transaction() as current:
        to_look_at = look_services.due(current, network_id, today)
    for answer_id in to_look_at:
        with transaction() as current:
            if look_services.ask(current, answer_id, today=today, at=at):
                yield "asked_to_look_again"


def _see_to(item_id: int, today: Any, at: Any) -> str:
    try:
        with transaction() as current:
            item = current.get_one(FeedbackItem, item_id, populate_existing=True)
            return promise_services.see_to(current, item, today=today, at=at)
    except ConflictError:
        session().expire_all()  # somebody acted this very moment; that is better than any reminder
        return ""


every(PROMISES, minutes=60)
