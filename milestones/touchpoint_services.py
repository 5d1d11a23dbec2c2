"""Planning touchpoints, one or a whole rhythm, and taking them back. Callers decide when to commit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from milestones.models import Touchpoint
from milestones.touchpoints import MOST
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Team


def plan_series(
    session: Session, team: Team, days: Sequence[date], values: Mapping[str, Any]
) -> list[Touchpoint]:
    """Plan a touchpoint on each of *days*, all alike in their *values*, earliest first.

    Raises:
        InputError: there is no day left, or more than can be planned at once.
    """
    wanted = sorted(set(days))
    if not wanted:
        raise InputError(
            _("This can’t be saved yet."), {"days": _("Leave at least one day ticked, or plan a single one.")}
        )
    if len(wanted) > MOST:
        raise InputError(
            _("This can’t be saved yet."), {"days": _("No more than %(count)s at once.", count=MOST)}
        )
    made = [Touchpoint(network_id=team.network_id, team_id=team.id, held_on=day, **values) for day in wanted]
    session.add_all(made)
    session.flush()
    return made


def take_back(session: Session, touchpoints: Sequence[Touchpoint], *, at: datetime) -> int:
    """Delete touchpoints that were planned in one go; return how many."""
    for each in touchpoints:
        each.deleted_at = at
    session.flush()
    return len(touchpoints)
