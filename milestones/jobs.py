"""Background work of the milestones domain: checks that are overdue are told to who makes them."""

from typing import Any
from zoneinfo import ZoneInfo

from milestones import watch_queries, watch_services
from milestones.calendar_queries import breaks_of
from nic_platform import clock
from nic_platform.database import transaction
from nic_platform.importing import pieces
from nic_platform.jobs import Report, every, register
from teams.network_jobs import go_round

REMIND = "milestones.overdue_checks"
PIECE = 200  # plans in one transaction


@register(REMIND)
def remind_of_checks(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Remind of overdue checks, network by network; in a break nobody is reminded.

    Harmless when repeated: nobody is told of the same milestone twice within its rhythm.
    """
    at = clock.now()

    def work(network_id: int, time_zone: str) -> int:
        return _remind_network(network_id, time_zone, at)

    return {"reminders": go_round(work, report)}


def _remind_network(network_id: int, time_zone: str, at: Any) -> int:
    today, written = clock.today(time_zone), 0
    with transaction() as current:
        breaks = breaks_of(current, network_id)
        plans = watch_queries.plans_in_force(current, network_id, today)
    if breaks.holds(today):
        return 0
    for piece in pieces(plans, PIECE):
        with transaction() as current:
            due = watch_queries.overdue_checks(current, piece, today, ZoneInfo(time_zone), breaks)
            written += watch_services.remind(current, due, network_id, at=at)
    return written


every(REMIND, minutes=12 * 60)
