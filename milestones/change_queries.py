"""Reading the adjustments of milestones: who moved which date or target, when and why."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from accounts.models import User
from milestones.models import MilestoneChange
from milestones.past import Change


def changes_in(session: Session, milestone_ids: Collection[int]) -> dict[int, list[Change]]:
    """Return the adjustments of many milestones by milestone, oldest first; one statement.

    The caller has asked whether the reader may see the milestones.
    """
    found: dict[int, list[Change]] = defaultdict(list)
    if not milestone_ids:
        return found
    for row in session.execute(_changes(), {"milestones": sorted(milestone_ids)}):
        found[row[0]].append(Change(*row))
    return found


@cache
def _changes() -> Any:
    return (
        select(
            MilestoneChange.milestone_id, MilestoneChange.at, func.coalesce(User.name, ""),
            MilestoneChange.why, MilestoneChange.old_due_on, MilestoneChange.new_due_on,
            MilestoneChange.old_target, MilestoneChange.new_target, MilestoneChange.public_id,
        )
        .outerjoin(User, User.id == MilestoneChange.user_id)
        .where(MilestoneChange.milestone_id.in_(bindparam("milestones", expanding=True)))
        .order_by(MilestoneChange.id)
    )  # fmt: skip
