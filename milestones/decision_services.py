"""Keeping what a team decided: about a suggestion, about a strategy, or at a touchpoint. Callers commit.

What a decision opens lives in several domains; whoever opened it ties it here, in the same transaction.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from milestones.models import Decision, Milestone, Strategy, Touchpoint
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Team

CHOICES = ("accept", "adapt", "decline")


def decide(
    session: Session,
    team: Team,
    *,
    text: str,
    choice: str,
    on: date,
    suggestion: str = "",
    milestone: Milestone | None = None,
    strategy: Strategy | None = None,
    touchpoint: Touchpoint | None = None,
    cycle_id: int | None = None,
    item_id: int | None = None,
    owner: str = "",
    due_on: date | None = None,
    details: Mapping[str, Any] | None = None,
) -> Decision:
    """Keep what a team decided about a suggestion or at a touchpoint, with its reason.

    Args:
        choice: accept, adapt or decline.
        details: what the decision rested on, as :func:`milestones.advice.situation` gives it.

    Raises:
        InputError: the choice is none of these, or adapting or declining has no reason.
    """
    if choice not in CHOICES:
        raise InputError(_("This can’t be saved yet."), {"choice": _("Choose: accept, adapt or decline.")})
    if choice != "accept" and not text.strip():
        raise InputError(_("This can’t be saved yet."), {"text": _("Say why; the reason is kept.")})
    made = Decision(
        network_id=team.network_id,
        team_id=team.id,
        text=text.strip(),
        choice=choice,
        decided_on=on,
        suggestion=suggestion,
        milestone_id=milestone.id if milestone else None,
        strategy_id=strategy.id if strategy else None,
        touchpoint_id=touchpoint.id if touchpoint else None,
        cycle_id=cycle_id,
        item_id=item_id,
        owner=owner.strip(),
        due_on=due_on,
        details=dict(details or {}),
    )
    session.add(made)
    session.flush()
    return made


def tie(session: Session, decision: Decision, kind: str, public_id: UUID) -> None:
    """Keep what was opened from a decision, so that each can be found from the other.

    Args:
        kind: cycle, touchpoint, feedback_item, step or adjust (the dates that are to move).
    """
    decision.follow_up_kind, decision.follow_up_id = kind, public_id
    session.flush()


def undo(session: Session, decision: Decision, *, at: datetime) -> None:
    """Take a decision back: the suggestion asks again. What it opened stays; :func:`restore` undoes this."""
    decision.deleted_at = at
    session.flush()


def restore(session: Session, decision: Decision) -> None:
    """Bring a decision back that was undone."""
    decision.deleted_at = None
    session.flush()
