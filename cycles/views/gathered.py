"""What was counted for a cycle, read once for a page, and how the milestone that it serves stands."""

from collections.abc import Sequence

from flask import g

from cycles import data_queries
from cycles.choice_queries import MilestoneChoice
from cycles.data_queries import Data
from cycles.models import Cycle
from cycles.views import serves
from cycles.views.serves import Served
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session


def data_of(actor: Actor, cycle: Cycle, served: Sequence[MilestoneChoice]) -> Data:
    """Return what was counted for a cycle; two statements, once for each version of it."""
    key = (cycle.id, cycle.version)
    kept: dict[tuple[int, int], Data] = g.setdefault("cycle_data", {})
    if key not in kept:
        kept[key] = data_queries.read(session(), actor, cycle, served, clock.today(actor.time_zone))
    return kept[key]


def standing_in(actor: Actor, data: Data) -> Served | None:
    """Return how the milestone that a cycle serves stands; ``None`` where it serves no measured one."""
    beside = data.beside
    if beside is None:
        return None
    return serves.standing_of(actor, beside.row, beside.series, beside.found, is_above=beside.is_above)
