"""Keeping how a series is planned back, making its milestones in one go, and taking that back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import planner_queries, redating_queries, redating_services, services, structure_services
from milestones.models import BackwardsPlan, Milestone, MilestoneChange, Plan, Strand, Strategy
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError, RuleError
from nic_platform.text import _

MADE = "made"  # in the answers: what the last run made, so that it can be taken back


@dataclass(frozen=True)
class Wanted:
    """One step of a series as it is to be: a new milestone, or one that gets its date and target."""

    on: date
    target: float
    milestone: Milestone | None = None
    shape: str = ""


@dataclass(frozen=True)
class Made:
    """What a run of the planner did: the milestones that are new, and the changes of those that moved."""

    milestones: Sequence[Milestone]
    changes: Sequence[MilestoneChange]


def save_answers(
    session: Session,
    strand: Strand,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    follows: Strand | None,
) -> BackwardsPlan:
    """Keep how a strand's series is planned back, with the answers to the guide's questions.

    Raises:
        InputError: the strand would follow itself, also by way of others.
    """
    if strand.follows_id != (follows.id if follows else None):
        plan_id = session.get_one(Strategy, strand.strategy_id).plan_id
        structure_services.sequence(session, strand, follows, redating_queries.follows_of(session, plan_id))
    found = planner_queries.backwards_plan(session, strand.id)
    if found is None:
        found = BackwardsPlan(network_id=strand.network_id, strand_id=strand.id)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    made = (found.answers or {}).get(MADE)
    found.answers = {**answers, **({MADE: made} if made else {})}
    found.deleted_at = None
    session.flush()
    return found


def make_series(
    session: Session,
    plan: Plan,
    strand: Strand,
    wanted: Sequence[Wanted],
    values: Mapping[str, Any],
    *,
    on_board: bool,
    why: str,
    unit: str = "",
    by: Actor,
    at: datetime,
) -> Made:
    """Make a strand's milestones, or give those that it has new dates and targets: all of them or none.

    Args:
        values: columns that each new milestone has.
        why: kept with each one on the board that moves.

    Raises:
        InputError: a reason is missing, or a milestone lacks what the board needs; nothing was made.
    """
    if not wanted:
        raise InputError(_("Keep at least one step."))
    moved = [each for each in wanted if each.milestone is not None and _differs(each)]
    if any(not each.milestone.is_draft for each in moved if each.milestone) and not why.strip():
        raise InputError(
            _("This can’t be saved yet."), {"why": _("Say why the dates move. The team will want to know.")}
        )
    shared = _shared_measure(session, plan, strand, values, unit)
    made, changes = [], []
    for each in wanted:
        if each.milestone is None:
            new = {**values, "strand_id": strand.id, "due_on": each.on, "target": each.target,
                   "shape": each.shape, "measure_id": shared}  # fmt: skip
            made.append(services.add_milestone(session, plan, new, on_board=on_board))
        elif _differs(each) or (on_board and each.milestone.is_draft):
            changes += _pace(session, each, on_board=on_board, why=why, by=by, at=at)
    _remember(session, strand, made, changes)
    return Made(made, changes)


def _differs(each: Wanted) -> bool:
    one = each.milestone
    return one is not None and (one.due_on, one.target) != (each.on, each.target)


def _pace(
    session: Session, each: Wanted, *, on_board: bool, why: str, by: Actor, at: datetime
) -> list[MilestoneChange]:
    """Give a milestone its step's date and target; one on the board keeps the change."""
    milestone = each.milestone
    if milestone is None:
        return []
    if milestone.is_draft:
        values = {"due_on": each.on, "target": each.target}
        services.save_milestone(session, milestone, values, on_board=on_board, by=by, at=at)
        return []
    return [services.adjust(session, milestone, due_on=each.on, target=each.target, why=why, by=by, at=at)]


def _shared_measure(
    session: Session, plan: Plan, strand: Strand, values: Mapping[str, Any], unit: str
) -> int | None:
    """Return the measure that the strand's milestones share, made where there is none yet."""
    probe = Milestone(
        network_id=plan.network_id, plan_id=plan.id, team_id=plan.team_id, strand_id=strand.id,
        is_deliverable=False, **values,
    )  # fmt: skip
    services.give_measure(session, probe, unit)
    return probe.measure_id


def _remember(
    session: Session, strand: Strand, made: Sequence[Milestone], changes: Sequence[MilestoneChange]
) -> None:
    found = planner_queries.backwards_plan(session, strand.id)
    if found is not None:
        told = {
            "milestones": [str(each.public_id) for each in made],
            "changes": [str(each.public_id) for each in changes],
        }
        found.answers = {**(found.answers or {}), MADE: told}
        session.flush()


def take_back_series(session: Session, strand: Strand, *, by: Actor, at: datetime) -> int:
    """Take away what the last run of the planner made, and give back the dates it moved; return how many.

    Raises:
        RuleError: there is nothing to take back.
        ConflictError: something of it was changed since; nothing was done.
    """
    found = planner_queries.backwards_plan(session, strand.id)
    told = (found.answers or {}).get(MADE) if found is not None else None
    if found is None or not told:
        raise RuleError(_("There is nothing to take back any more."))
    keys = [UUID(key) for key in told.get("milestones", [])]
    made = session.scalars(
        select(Milestone).where(Milestone.public_id.in_(keys), Milestone.deleted_at.is_(None))
    ).all()
    for each in made:
        if each.version > 1:
            raise ConflictError(
                _("“%(name)s” was changed since. Nothing was taken back.", name=each.name or each.what)
            )
    changes = planner_queries.changes_named(session, [UUID(key) for key in told.get("changes", [])])
    if changes:
        redating_services.take_back(session, changes, by=by, at=at)
    for each in made:
        services.delete(session, each, at=at)
    found.answers = {name: value for name, value in found.answers.items() if name != MADE}
    session.flush()
    return len(made) + len(changes)
