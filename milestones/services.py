"""Writing plans and what hangs on them. Callers hand in the session and decide when to commit.

The audit trail is written by the flush hook; nothing here writes it by hand.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from measures import services as measure_services
from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones import sentence
from milestones.models import (
    ActionStep,
    AgencyGoal,
    InterimTarget,
    Milestone,
    MilestoneChange,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    Touchpoint,
)
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams.models import Team

Part = Priority | RootCause | Strategy | Strand | Milestone | InterimTarget | ActionStep | Touchpoint
_PARENT = {Priority: "plan_id", RootCause: "priority_id", Strategy: "plan_id", Strand: "strategy_id",
           Milestone: "strand_id", InterimTarget: "plan_id", ActionStep: "plan_id",
           AgencyGoal: "plan_id"}  # fmt: skip


def create_plan(session: Session, team: Team, school_year: str, title: str = "") -> Plan:
    """Begin a team's plan of one school year; a deleted one of that year comes back.

    Raises:
        RuleError: the team has a plan of that year.
    """
    found = session.scalar(select(Plan).where(Plan.team_id == team.id, Plan.school_year == school_year))
    if found is not None and found.deleted_at is None:
        raise RuleError(_("This team has a plan for %(year)s already.", year=school_year))
    plan = found or Plan(network_id=team.network_id, team_id=team.id, school_year=school_year)
    plan.deleted_at, plan.title = None, title or plan.title or ""
    session.add(plan)
    try:
        session.flush()
    except IntegrityError as error:  # two people began it at the same moment
        raise RuleError(_("This team has a plan for %(year)s already.", year=school_year)) from error
    return plan


def change(session: Session, thing: Any, values: Mapping[str, Any]) -> None:
    """Give a plan or a part of one new values."""
    for name, value in values.items():
        setattr(thing, name, value)
    session.flush()


def share(session: Session, plan: Plan, *, is_shared: bool) -> None:
    """Show a plan by name to every team of the network, or stop showing it; the audit trail keeps both."""
    plan.is_shared = is_shared
    session.flush()


def add_part(session: Session, model: type[Any], plan: Plan, values: Mapping[str, Any]) -> Any:
    """Add a part at the end of its list. *values* hold its parent (see each table) besides its words."""
    made = model(network_id=plan.network_id, **values)
    if hasattr(model, "plan_id"):
        made.plan_id = plan.id
    if hasattr(model, "team_id"):
        made.team_id = plan.team_id
    made.position = _next_position(session, model, made)
    session.add(made)
    session.flush()
    return made


def _next_position(session: Session, model: Any, made: Any) -> int:
    parent = _PARENT[model]
    highest = session.scalar(
        select(func.max(model.position)).where(getattr(model, parent) == getattr(made, parent))
    )
    return int(highest or 0) + 1


def delete(session: Session, thing: Any, *, at: datetime) -> None:
    """Take a part off its plan; :func:`restore` undoes it. What hangs on it comes and goes with it."""
    thing.deleted_at = at
    session.flush()


def restore(session: Session, thing: Any) -> None:
    """Undo :func:`delete`."""
    thing.deleted_at = None
    session.flush()


def move(session: Session, thing: Any, *, up: bool) -> None:
    """Let a part change places with its neighbour in its list; at the end of the list nothing happens."""
    model: Any = type(thing)
    parent = _PARENT[model]
    query = select(model).where(getattr(model, parent) == getattr(thing, parent), model.deleted_at.is_(None))
    mates = list(session.scalars(query.order_by(model.position, model.id)))
    at = next(i for i, mate in enumerate(mates) if mate.id == thing.id)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(mates):
        return
    mates[at], mates[other] = mates[other], mates[at]
    for position, mate in enumerate(mates, 1):
        if mate.position != position:
            mate.position = position
    session.flush()


def tick(session: Session, step: ActionStep, *, done_on: date | None) -> None:
    """Say that an action step is done, or not after all."""
    step.done_on = done_on
    session.flush()


# ---------------------------------------------------------------- milestones


def add_milestone(
    session: Session, plan: Plan, values: Mapping[str, Any], *, on_board: bool, tool_unit: str = ""
) -> Milestone:
    """Add a milestone, as a draft (which needs nothing) or on the board.

    Args:
        values: columns of the milestone; without ``measure_id`` it takes the measure of its series, or a new
        one.

    Raises:
        InputError: it is to be on the board but lacks a date, or a target or acceptance test.
    """
    milestone = Milestone(
        network_id=plan.network_id, plan_id=plan.id, team_id=plan.team_id, is_draft=not on_board, **values
    )
    milestone.position = _next_position(session, Milestone, milestone)
    if on_board:
        _hold_to_board(milestone, _type_of(session, milestone))
        give_measure(session, milestone, tool_unit)
    session.add(milestone)
    session.flush()
    return milestone


def save_milestone(
    session: Session,
    milestone: Milestone,
    values: Mapping[str, Any],
    *,
    on_board: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Save what was edited; a changed date or target of one on the board is kept as an adjustment.

    Raises:
        InputError: as :func:`add_milestone`.
    """
    was_on_board = not milestone.is_draft
    before = (milestone.due_on, milestone.target)
    for name, value in values.items():
        setattr(milestone, name, value)
    milestone.is_draft = not on_board
    if on_board:
        _hold_to_board(milestone, _type_of(session, milestone))
        give_measure(session, milestone)
    if was_on_board and before != (milestone.due_on, milestone.target):
        _keep_change(session, milestone, before, "", by, at)
    session.flush()


def adjust(
    session: Session,
    milestone: Milestone,
    *,
    due_on: date | None,
    target: float | None,
    why: str,
    by: Actor,
    at: datetime,
    is_undo: bool = False,
) -> MilestoneChange:
    """Move a milestone's date or target; who, when and why are kept, and the earlier step with them.

    Args:
        is_undo: the earlier date comes back, also where that was none.

    Raises:
        InputError: no reason is given, nothing changes, a day is taken away, or too little is left for the
            board.
    """
    before = (milestone.due_on, milestone.target)
    faults = {}
    if due_on is None and before[0] is not None and not is_undo:
        faults["due_on"] = _("Give the day by which it is due now.")
    if not why.strip():
        faults["why"] = _("Say why. The team will want to know in spring.")
    if before == (due_on, target):
        faults["due_on"] = _("Change the date or the target; both are as before.")
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    milestone.due_on, milestone.target = due_on, target
    if not milestone.is_draft:
        _hold_to_board(milestone, _type_of(session, milestone))
    made = _keep_change(session, milestone, before, why.strip(), by, at)
    session.flush()
    return made


def _keep_change(
    session: Session,
    milestone: Milestone,
    before: tuple[date | None, float | None],
    why: str,
    by: Actor,
    at: datetime,
) -> MilestoneChange:
    made = MilestoneChange(
        network_id=milestone.network_id,
        milestone_id=milestone.id,
        at=at,
        user_id=by.user_id,
        why=why,
        old_due_on=before[0],
        new_due_on=milestone.due_on,
        old_target=before[1],
        new_target=milestone.target,
    )
    session.add(made)
    return made


def _type_of(session: Session, milestone: Milestone) -> MeasureType:
    if milestone.measure_id is None:
        return MeasureType.PROPORTION
    return session.get_one(Measure, milestone.measure_id).type


def _hold_to_board(milestone: Milestone, kind: MeasureType) -> None:
    frame = sentence.Frame(
        due_on=milestone.due_on,
        begins_on=milestone.begins_on,
        target=milestone.target,
        is_deliverable=bool(milestone.is_deliverable),
        acceptance_test=milestone.acceptance_test or "",
    )
    missing = sentence.lacks_for_board(frame)
    faults = {}
    if sentence.Part.WHEN in missing:
        faults["due_on"] = _("On the board a milestone needs a date. Or save it as a draft.")
    if sentence.Part.TARGET in missing and frame.is_deliverable:
        faults["acceptance_test"] = _("Say how you will know that it is good. Or save it as a draft.")
    elif sentence.Part.TARGET in missing:
        faults["target"] = _("On the board a milestone needs a target. Or save it as a draft.")
    faults.update(_out_of_range(milestone, kind))
    if faults:
        raise InputError(_("This can’t go on the board yet."), faults)


def _out_of_range(milestone: Milestone, kind: MeasureType) -> dict[str, str]:
    if kind is not MeasureType.PROPORTION or milestone.is_deliverable:
        return {}
    numbers = {"target": milestone.target, "baseline": milestone.baseline}
    mend = _("Give a percent from 0 to 100.")
    return {name: mend for name, number in numbers.items() if number is not None and not 0 <= number <= 100}


def give_measure(session: Session, milestone: Milestone, unit: str = "") -> None:
    """Give a milestone the measure of its series: that of the last one in its strand, else one of its own."""
    if milestone.measure_id is not None:
        return
    if milestone.strand_id is not None:
        milestone.measure_id = session.scalar(
            select(Milestone.measure_id)
            .where(
                Milestone.strand_id == milestone.strand_id,
                Milestone.measure_id.is_not(None),
                Milestone.is_deliverable.is_(bool(milestone.is_deliverable)),
                Milestone.deleted_at.is_(None),
            )
            .order_by(Milestone.due_on.desc(), Milestone.id.desc())
            .limit(1)
        )
    if milestone.measure_id is None:
        milestone.measure_id = _own_measure(session, milestone, unit).id


def _own_measure(session: Session, milestone: Milestone, unit: str) -> Measure:
    name = milestone.name or milestone.what or _("What the milestone counts")
    rhythm = Rhythm(milestone.rhythm) if milestone.rhythm in set(Rhythm) else Rhythm.WEEKLY
    return measure_services.add_measure(
        session,
        milestone.network_id,
        milestone.team_id,
        name=name[:200],
        definition=milestone.what or "",
        kind=MeasureKind.PROCESS,
        type=MeasureType.CONTINUOUS if milestone.is_deliverable else MeasureType.PROPORTION,
        direction=Direction.UP,
        rhythm=rhythm,
        unit=unit or (milestone.who or "")[:60],
        tool=milestone.tool or "",
    )


def add_target(
    session: Session, plan: Plan, values: Mapping[str, Any], *, measure_id: int | None = None
) -> InterimTarget:
    """Add an interim target: a student outcome. Without a measure it gets one that counts students."""
    made: InterimTarget = add_part(session, InterimTarget, plan, {**values, "measure_id": measure_id})
    if made.measure_id is None:
        made.measure_id = measure_services.add_measure(
            session, plan.network_id, plan.team_id, name=(made.name or _("Student outcome"))[:200],
            kind=MeasureKind.OUTCOME, type=MeasureType.PROPORTION, direction=Direction.UP,
            rhythm=Rhythm.QUARTERLY, unit=_("students"), counts_students=True,
        ).id  # fmt: skip
    session.flush()
    return made


# ---------------------------------------------------------------- touchpoints


def add_touchpoint(session: Session, team: Team, values: Mapping[str, Any]) -> Touchpoint:
    """Plan a step-back of a team."""
    made = Touchpoint(network_id=team.network_id, team_id=team.id, **values)
    session.add(made)
    session.flush()
    return made
