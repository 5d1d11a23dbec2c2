"""Background work: networks and accounts whose grace is over are deleted. Harmless when repeated."""

import logging
from typing import Any

from sqlalchemy.exc import IntegrityError

from desk import ending_queries, network_purge_services, person_purge_services
from desk.ending import NETWORK
from nic_platform import clock
from nic_platform.database import transaction
from nic_platform.errors import PlatformError
from nic_platform.jobs import Report, every, register
from nic_platform.storage import storage

ENDINGS = "desk.endings"
HINDERED = (PlatformError, IntegrityError, OSError)
log = logging.getLogger(__name__)


@register(ENDINGS)
def end_what_is_due(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Delete what is due, each by itself; what can't be now waits for the next turn."""
    at, done = clock.now(), {"networks": 0, "people": 0, "waiting": 0}
    with transaction(at=at) as current:
        due = ending_queries.due(current, at)
    for place, (deletion_id, kind) in enumerate(due, 1):
        try:
            if kind == NETWORK:
                network_purge_services.purge(storage(), deletion_id, at)
                done["networks"] += 1
            else:
                done["people"] += person_purge_services.purge(deletion_id, at)
        except HINDERED as error:  # the others do not wait for this one
            done["waiting"] += 1
            log.warning("A deletion that is due waits: %s", type(error).__name__)
        report(round(100 * place / len(due)))
    return done


every(ENDINGS, minutes=6 * 60)
