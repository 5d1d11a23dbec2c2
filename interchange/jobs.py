"""Background work of interchange: messages to other systems, and milestones that were met or missed."""

from typing import Any

from flask import current_app

from interchange import milestone_telling_services, sending_services
from interchange.telling_services import SEND_JOB
from nic_platform import clock
from nic_platform.database import transaction
from nic_platform.jobs import Report, every, register
from teams.network_jobs import go_round

MILESTONES_JOB = "interchange.tell_of_milestones"


@register(SEND_JOB)
def send_webhooks(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Send what waits; repeats every minute and is rung when something is written."""
    config = current_app.config
    sending_services.forget_old(clock.now())
    return dict(
        sending_services.send_due(
            report, base_url=str(config["BASE_URL"]), allow_loopback=bool(config.get("OUTGOING_LOOPBACK"))
        )
    )


@register(MILESTONES_JOB)
def tell_of_milestones(_payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Tell which milestones were met or missed, network by network."""
    at = clock.now()

    def work(network_id: int, time_zone: str) -> int:
        with transaction(at=at) as current:
            return milestone_telling_services.tell_of_milestones(current, network_id, time_zone, at)

    return {"told": go_round(work, report)}


every(SEND_JOB, minutes=1)
every(MILESTONES_JOB, minutes=30)
