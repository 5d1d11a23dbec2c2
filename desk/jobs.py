"""Background work of the desk: counts that a rhythm has missed are told, and digests are sent."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from desk import (
    digest_queries,
    digest_services,
    due_count_queries,
    due_count_services,
    reader_queries,
    retention_services,
)
from desk.due_counts import due_of, is_school_day
from milestones.calendar_queries import school_days
from nic_platform import clock, mail
from nic_platform.database import transaction
from nic_platform.jobs import Report, every, register
from nic_platform.storage import storage
from teams.network_jobs import go_round

REMIND = "measures.missed_counts"
DIGESTS = "desk.digests"
RETENTION = "desk.retention"
PIECE = 200  # series in one transaction


@register(REMIND)
def remind_of_counts(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Remind of missed counts, network by network; on a day without school nobody is reminded.

    Harmless when repeated: nobody is told of the same series twice within its rhythm.
    """
    at = clock.now()

    def work(network_id: int, time_zone: str) -> int:
        return _remind_network(network_id, time_zone, at)

    return {"reminders": go_round(work, report)}


def _remind_network(network_id: int, time_zone: str, at: datetime) -> int:
    today, zone, written = clock.today(time_zone), ZoneInfo(time_zone), 0
    with transaction() as current:
        days = school_days(current, network_id)
        if not is_school_day(days, today):
            return 0
        counted = due_count_queries.counted_by(current, network_id, today)
    due = [each for series in counted if (each := due_of(series, days, today)) and each.is_missed(today)]
    for start in range(0, len(due), PIECE):
        with transaction() as current:
            written += due_count_services.remind(
                current, due[start : start + PIECE], network_id, days, today=today, at=at, zone=zone
            )
    return written


every(REMIND, minutes=6 * 60)


@register(DIGESTS)
def send_digests(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Send the digests whose hour has come, each in a transaction of its own. Harmless when repeated."""
    at, sent = clock.now(), 0
    with transaction() as current:
        due = [person for person in digest_queries.waiting(current) if person.is_due(at)]
    for place, person in enumerate(due, 1):
        with transaction() as current:
            base_url = str(current_app.config["BASE_URL"])
            sent += digest_services.send_digest(current, person, base_url=base_url, at=at)
        report(round(100 * place / len(due)))
    return {"sent": sent}


every(DIGESTS, minutes=10)


@register(RETENTION)
def take_out(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Take out what was deleted longer ago than things are kept. Harmless when repeated."""
    days = int(current_app.config["KEPT_DAYS"])
    return retention_services.purge_all(storage(), days, at=clock.now(), report=report).as_dict()


every(RETENTION, minutes=24 * 60)
mail.ask_before_sending(reader_queries.hidden_letters)
