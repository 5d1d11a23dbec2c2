"""Moving a milestone, and the later ones with it, in one go; and taking all of it back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import services
from milestones.models import Milestone, MilestoneChange
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError
from nic_platform.text import _


def redate(
    session: Session,
    milestone: Milestone,
    *,
    due_on: date | None,
    target: float | None,
    why: str,
    later: Mapping[int, date],
    by: Actor,
    at: datetime,
) -> MilestoneChange:
    """Move a milestone's date or target, and later ones to the dates in *later* (by number) with it.

    Each is kept as a change of its own with the same reason and moment.

    Raises:
        InputError: as :func:`milestones.services.adjust`; nothing was changed.
    """
    made = services.adjust(session, milestone, due_on=due_on, target=target, why=why, by=by, at=at)
    others = session.scalars(select(Milestone).where(Milestone.id.in_(sorted(later)))).all()
    for other in sorted(others, key=lambda each: (later[each.id], each.id)):
        if other.id != milestone.id and other.due_on != later[other.id]:
            services.adjust(
                session, other, due_on=later[other.id], target=other.target, why=why, by=by, at=at
            )
    return made


def take_back(
    session: Session, changes: Sequence[MilestoneChange], *, by: Actor, at: datetime
) -> MilestoneChange:
    """Give milestones that were moved together the dates and targets back that they had before.

    That is kept as a change too, so that it can be taken back in its turn.

    Raises:
        ConflictError: one of them was changed again meanwhile; nothing was changed.
    """
    found = {
        each.id: each
        for each in session.scalars(
            select(Milestone).where(Milestone.id.in_(sorted({change.milestone_id for change in changes})))
        )
    }
    for change in changes:
        one = found[change.milestone_id]
        if (one.due_on, one.target) != (change.new_due_on, change.new_target):
            raise ConflictError(_("“%(name)s” was changed again since. Nothing was moved.", name=one.name))
    made = [
        services.adjust(
            session, found[change.milestone_id], due_on=change.old_due_on, target=change.old_target,
            why=_("Taken back: %(why)s", why=change.why)[:500], by=by, at=at, is_undo=True,
        )
        for change in changes
    ]  # fmt: skip
    return made[0]
