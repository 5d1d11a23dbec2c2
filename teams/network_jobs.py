"""A round of work through all networks, each in its own time zone and its own words."""

from collections.abc import Callable

from sqlalchemy import select

from nic_platform.database import transaction
from nic_platform.jobs import Report
from nic_platform.words import speaking
from teams.models import Network


def go_round(work: Callable[[int, str], int], report: Report) -> int:
    """Do *work* for each network and return the sum of what it returned.

    Args:
        work: takes a network's number and its time zone, opens its own transactions, and returns a count.
        report: told the percentage done after each network.
    """
    with transaction() as current:
        networks = current.execute(
            select(Network.id, Network.time_zone, Network.words)
            .where(Network.deleted_at.is_(None))
            .order_by(Network.id)
        ).all()
    done = 0
    for place, (network_id, time_zone, own) in enumerate(networks, 1):
        with speaking(own):
            done += work(network_id, time_zone)
        report(round(100 * place / len(networks)))
    return done
