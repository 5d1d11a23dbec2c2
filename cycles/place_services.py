"""Putting a cycle where it belongs, at any stage: on milestones, on a ramp; and cycles on a milestone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone, Ramp
from cycles.services import next_number, set_milestones
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _


def place(
    session: Session,
    cycle: Cycle,
    *,
    milestone_ids: Collection[int],
    ramp: Ramp | None,
    by: Actor,
    at: datetime,
) -> None:
    """Let a cycle serve exactly these milestones, and stand on *ramp*; without one it stays where it is.

    On another ramp it is the newest cycle. What grew from it stays on the old one.

    Raises:
        InputError: the ramp is another team's.
    """
    if ramp is not None and ramp.team_id != cycle.team_id:
        text = _("This ramp is another team’s. Choose one of your own.")
        raise InputError(text, {"ramp": text})
    set_milestones(session, cycle, milestone_ids)
    if ramp is not None and ramp.id != cycle.ramp_id:
        cycle.number = next_number(session, ramp)
        cycle.ramp_id, cycle.parent_id = ramp.id, None
    cycle.updated_at = at
    session.flush()


def hang(
    session: Session, milestone_id: int, cycles: Collection[Cycle], wanted: Collection[int], *, at: datetime
) -> int:
    """Let those of *cycles* serve a milestone whose numbers are wanted, and the others not; return how many
    changed."""
    found = session.execute(
        select(CycleMilestone.cycle_id, CycleMilestone.milestone_id).where(
            CycleMilestone.cycle_id.in_([cycle.id for cycle in cycles])
        )
    )
    served: dict[int, set[int]] = {}
    for cycle_id, number in found:
        served.setdefault(cycle_id, set()).add(number)
    changed = 0
    for cycle in cycles:
        before = served.get(cycle.id, set())
        after = before | {milestone_id} if cycle.id in set(wanted) else before - {milestone_id}
        if before != after:
            set_milestones(session, cycle, after)
            cycle.updated_at = at
            changed += 1
    session.flush()
    return changed
