"""Background work of the feedback domain: what happens when a promise has passed."""

from typing import Any

from sqlalchemy import select

from feedback import promise_services
from feedback.models import FeedbackItem
from nic_platform import clock
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError
from nic_platform.jobs import Report, every, register
from nic_platform.words import speaking
from teams.models import Network

PROMISES = "feedback.promises"


@register(PROMISES)
def keep_promises(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """See to every item whose promise has passed, one transaction each, so that one conflict stops no other.

    Harmless when repeated: every step is taken once, on its day.
    """
    at = clock.now()
    done: dict[str, int] = {}
    with transaction() as current:
        networks = current.execute(
            select(Network.id, Network.time_zone, Network.words).where(Network.deleted_at.is_(None))
        ).all()
    for place, (network_id, time_zone, own) in enumerate(networks):
        today = clock.today(time_zone)
        with transaction() as current:
            late = [item.id for item in promise_services.late_items(current, network_id, today)]
        for item_id in late:
            with speaking(own):
                act = _see_to(item_id, today, at)
            if act:
                done[act] = done.get(act, 0) + 1
        report(round(100 * (place + 1) / len(networks)))
    return done


def _see_to(item_id: int, today: Any, at: Any) -> str:
    try:
        with transaction() as current:
            item = current.get_one(FeedbackItem, item_id, populate_existing=True)
            return promise_services.see_to(current, item, today=today, at=at)
    except ConflictError:
        session().expire_all()  # somebody acted this very moment; that is better than any reminder
        return ""


every(PROMISES, minutes=60)
