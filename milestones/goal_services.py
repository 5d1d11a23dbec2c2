"""Writing an organisation's goals. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from milestones import services
from milestones.models import AgencyGoal, Plan
from nic_platform.errors import InputError
from nic_platform.text import _

FIELDS = ("title", "statement", "impact", "leader", "starts_on", "ends_on")


def add_goal(session: Session, plan: Plan, values: Mapping[str, Any]) -> AgencyGoal:
    """Add a goal at the end of a plan's goals.

    Raises:
        InputError: it has neither title nor statement, or ends before it starts.
    """
    _check(values)
    made: AgencyGoal = services.add_part(session, AgencyGoal, plan, values)
    return made


def save_goal(session: Session, goal: AgencyGoal, values: Mapping[str, Any]) -> None:
    """Change a goal.

    Raises:
        InputError: as :func:`add_goal`; nothing was changed.
    """
    _check({**{name: getattr(goal, name) for name in FIELDS}, **values})
    services.change(session, goal, values)


def _check(values: Mapping[str, Any]) -> None:
    faults = {}
    if not (values.get("title") or values.get("statement")):
        faults["title"] = _("Give the goal a short name, or say in a sentence what will be different.")
    starts: date | None = values.get("starts_on")
    ends: date | None = values.get("ends_on")
    if starts and ends and ends < starts:
        faults["ends_on"] = _("The goal ends before it starts. Swap the two dates.")
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
