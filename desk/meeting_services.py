"""What a team decides at a meeting, typed once and kept where it belongs. Callers decide when to commit.

A decision hangs on its milestone, strategy, cycle or barrier; what follows from it is made in the same
transaction: an action step, a further touchpoint, the draft of a barrier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import step_services
from cycles.models import Cycle
from feedback import services as feedback_services
from feedback import talk_services
from feedback.models import FeedbackItem
from milestones import decision_services
from milestones import services as milestone_services
from milestones.models import ActionStep, Decision, Milestone, Plan, Strategy, Touchpoint
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.text import _
from teams.models import Membership, Team

STEP, TOUCHPOINT, ITEM, ADJUST = "step", "touchpoint", "feedback_item", "adjust"


@dataclass(frozen=True)
class Subject:
    """What a decision is about: one of these, or none. ``earlier`` is a decision that is taken up again."""

    milestone: Milestone | None = None
    strategy: Strategy | None = None
    cycle: Cycle | None = None
    item: FeedbackItem | None = None
    earlier: Decision | None = None


@dataclass(frozen=True)
class Entry:
    """What was typed. ``then`` is what follows: a step, a touchpoint, a barrier, a new date, or nothing."""

    text: str
    owner: str = ""
    due_on: date | None = None
    then: str = ""


def keep(
    session: Session,
    touchpoint: Touchpoint,
    about: Subject,
    entry: Entry,
    *,
    plan: Plan | None,
    by: Actor,
    at: datetime,
    day: date,
) -> Decision:
    """Keep a decision of a meeting, on what it is about, and make what follows from it.

    Args:
        plan: the team's plan, which takes an action step that belongs to no milestone.

    Raises:
        InputError: what was typed does not hold what the follow-up needs; nothing is kept.
        RuleError: the meeting is closed.
    """
    if touchpoint.ended_at is not None:
        raise RuleError(_("This meeting is closed. Open it again to decide more."))
    team = session.get_one(Team, touchpoint.team_id)
    _check(about, entry, plan)
    earlier = about.earlier
    made = decision_services.decide(
        session, team, text=entry.text, choice="accept", on=day, touchpoint=touchpoint,
        milestone=about.milestone, strategy=about.strategy,
        cycle_id=about.cycle.id if about.cycle else earlier.cycle_id if earlier else None,
        item_id=about.item.id if about.item else earlier.item_id if earlier else None,
        owner=entry.owner, due_on=entry.due_on,
    )  # fmt: skip
    if about.cycle is not None:
        note = step_services.comment(session, about.cycle, _as_note(entry, touchpoint), by=by, at=at)
        decision_services.tie(session, made, "cycle_note", note.public_id)
    if about.item is not None:
        said = talk_services.say(session, about.item, _as_note(entry, touchpoint), by=by, at=at)
        decision_services.tie(session, made, "message", said.public_id)
    opened = _open(session, team, about, entry, plan, by=by, at=at)
    if opened is not None:
        decision_services.tie(session, made, *opened)
    return made


def _check(about: Subject, entry: Entry, plan: Plan | None) -> None:
    faults = {}
    if not entry.text.strip():
        faults["text"] = _("Write the decision in a sentence.")
    if entry.then == TOUCHPOINT and entry.due_on is None:
        faults["due_on"] = _("Give the day of the further touchpoint.")
    if entry.then == STEP and plan is None:
        faults["then"] = _("An action step needs a plan. Begin one first, or keep the decision alone.")
    if entry.then == ADJUST and about.milestone is None:
        faults["about"] = _("Choose the milestone whose date or target is to change.")
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)


def _as_note(entry: Entry, touchpoint: Touchpoint) -> str:
    who = f" ({entry.owner.strip()})" if entry.owner.strip() else ""
    return _(
        "Decided on %(day)s: %(text)s%(who)s", day=touchpoint.held_on.isoformat(), text=entry.text.strip(),
        who=who,
    )  # fmt: skip


def _open(
    session: Session, team: Team, about: Subject, entry: Entry, plan: Plan | None, *, by: Actor, at: datetime
) -> tuple[str, UUID] | None:
    """Make what follows from a decision, and return its kind and name."""
    milestone = about.milestone
    words = entry.text.strip()
    if entry.then == STEP and plan is not None:
        values: dict[str, Any] = {
            "text": words[:500], "owner": entry.owner.strip(), "due_on": entry.due_on,
            "milestone_id": milestone.id if milestone and milestone.plan_id == plan.id else None,
        }  # fmt: skip
        step: ActionStep = milestone_services.add_part(session, ActionStep, plan, values)
        return STEP, step.public_id
    if entry.then == TOUCHPOINT:
        planned = {"held_on": entry.due_on, "title": words[:200], "people": entry.owner.strip()}
        return TOUCHPOINT, milestone_services.add_touchpoint(session, team, planned).public_id
    if entry.then == ITEM:
        draft: Mapping[str, Any] = {
            "kind": "barrier", "title": words[:200], "happens": words,
            "milestone_id": milestone.id if milestone else None,
            "cycle_id": about.cycle.id if about.cycle else None,
        }  # fmt: skip
        return ITEM, feedback_services.create(session, team.id, draft, by=by, at=at).public_id
    if entry.then == ADJUST and milestone is not None:
        return ADJUST, milestone.public_id
    return None


def finish(session: Session, decision: Decision, *, day: date) -> None:
    """Say that what was decided is done; the action step that it opened is ticked too."""
    decision.details = {**(decision.details or {}), "done_on": day.isoformat()}
    if decision.follow_up_kind == STEP:
        own = select(Plan.id).where(Plan.team_id == decision.team_id)  # a file may name anybody's step
        step = session.scalar(
            select(ActionStep).where(
                ActionStep.public_id == decision.follow_up_id, ActionStep.plan_id.in_(own)
            )
        )
        if step is not None and step.done_on is None:
            milestone_services.tick(session, step, done_on=day)
    session.flush()


def close(session: Session, touchpoint: Touchpoint, *, at: datetime) -> None:
    """End a meeting: from now on it has minutes. Ending it twice changes nothing."""
    touchpoint.ended_at = touchpoint.ended_at or at
    session.flush()


def reopen(session: Session, touchpoint: Touchpoint) -> None:
    """Undo :func:`close`."""
    touchpoint.ended_at = None
    session.flush()


def tell(
    session: Session, touchpoint: Touchpoint, lines: Sequence[str], *, subject: str, by: Actor, at: datetime
) -> int:
    """Send the minutes to everybody in the team but who closed the meeting; return to how many.

    Args:
        lines: what was decided, one line each.
    """
    people = set(
        session.scalars(
            select(Membership.user_id).where(
                Membership.team_id == touchpoint.team_id, Membership.deleted_at.is_(None)
            )
        )
    ) - {by.user_id}
    notify(
        session, people, kind="touchpoint.minutes", subject=subject, body="\n".join(lines),
        path=f"/touchpoints/{touchpoint.public_id}/minutes", network_id=touchpoint.network_id, at=at,
    )  # fmt: skip
    return len(people)
