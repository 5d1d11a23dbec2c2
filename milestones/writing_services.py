"""Saving what the writer wrote: a milestone with a measure of its kind, or what its sentence really is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import services as measure_services
from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones import services
from milestones.coach import Reading
from milestones.drafting import As, type_of, values_of
from milestones.models import ActionStep, InterimTarget, Milestone, Plan, Strand, Strategy
from nic_platform.actor import Actor
from nic_platform.text import _


def add_milestone(
    session: Session,
    plan: Plan,
    values: Mapping[str, Any],
    *,
    on_board: bool,
    counted: MeasureType,
    unit: str,
) -> Milestone:
    """Add a milestone whose target is of one type; see :func:`milestones.services.add_milestone`.

    Args:
        values: its columns; a ``position`` in its series where the team chose one.
        counted: how its target is counted. A number or a rate keeps its measure from the first draft on, so
            that it is never read as a share.
        unit: what a number counts.

    Raises:
        InputError: it lacks something for the board.
    """
    wanted = dict(values)
    position = wanted.pop("position", None)
    if wanted.get("measure_id") is None:
        wanted["measure_id"] = _measure_id(session, plan, wanted, counted, unit, on_board=on_board)
    made = services.add_milestone(session, plan, wanted, on_board=on_board)
    if position is not None:
        made.position = position
        session.flush()
    return made


def save_milestone(
    session: Session,
    milestone: Milestone,
    values: Mapping[str, Any],
    *,
    on_board: bool,
    counted: MeasureType,
    unit: str,
    by: Actor,
    at: datetime,
) -> None:
    """Save an edited milestone; another way to count takes it to another measure, and what was counted stays.

    Raises:
        InputError: as :func:`add_milestone`.
    """
    plan, wanted = session.get_one(Plan, milestone.plan_id), dict(values)
    measure_id = wanted.get("measure_id", milestone.measure_id)
    is_thing = bool(milestone.is_deliverable and wanted.get("is_deliverable"))
    if measure_id is not None and not is_thing and session.get_one(Measure, measure_id).type is not counted:
        measure_id = None
    if measure_id is None:
        measure_id = _measure_id(session, plan, wanted, counted, unit, on_board=on_board)
    wanted["measure_id"] = measure_id
    services.save_milestone(session, milestone, wanted, on_board=on_board, by=by, at=at)


def _measure_id(
    session: Session,
    plan: Plan,
    values: Mapping[str, Any],
    counted: MeasureType,
    unit: str,
    *,
    on_board: bool,
) -> int | None:
    """Return the measure of its strand that counts in the same way, else a new one if needed now."""
    in_strand = _measures_of_strand(session, values)
    same = next((number for number, kind in in_strand if kind is counted), None)
    is_plain = counted in {MeasureType.PROPORTION, MeasureType.CONTINUOUS}
    if same is not None or (is_plain and (not on_board or not in_strand)):
        return same
    rhythm = values.get("rhythm") or ""
    return measure_services.add_measure(
        session, plan.network_id, plan.team_id,
        name=(values.get("name") or values.get("what") or _("What the milestone counts"))[:200],
        definition=values.get("what") or "", kind=MeasureKind.PROCESS, type=counted, direction=Direction.UP,
        rhythm=Rhythm(rhythm) if rhythm in set(Rhythm) else Rhythm.WEEKLY,
        unit=(unit or values.get("who") or "")[:60], tool=values.get("tool") or "",
    ).id  # fmt: skip


def _measures_of_strand(session: Session, values: Mapping[str, Any]) -> list[tuple[int, MeasureType]]:
    if values.get("strand_id") is None:
        return []
    query = (
        select(Milestone.measure_id, Measure.type)
        .join(Measure, Measure.id == Milestone.measure_id)
        .where(
            Milestone.strand_id == values["strand_id"],
            Milestone.is_deliverable.is_(bool(values.get("is_deliverable"))),
            Milestone.deleted_at.is_(None),
        )
        .order_by(Milestone.due_on.desc(), Milestone.id.desc())
    )
    return [(measure, kind) for measure, kind in session.execute(query) if measure is not None]


def strand_for(session: Session, plan: Plan, name: str, strategy_id: int | None = None) -> Strand:
    """Add a strand under a strategy of the plan: else under its last, which is made where there is none."""
    strategy_id = strategy_id or session.scalar(
        select(Strategy.id)
        .where(Strategy.plan_id == plan.id, Strategy.deleted_at.is_(None))
        .order_by(Strategy.position.desc(), Strategy.id.desc())
        .limit(1)
    )
    if strategy_id is None:
        strategy_id = services.add_part(session, Strategy, plan, {"name": _("Our strategy")}).id
    made: Strand = services.add_part(session, Strand, plan, {"strategy_id": strategy_id, "name": name[:200]})
    return made


def save_as(
    session: Session, plan: Plan, wanted: As, reading: Reading
) -> Milestone | InterimTarget | ActionStep:
    """Save a sentence as what it really is, every word of it kept: a milestone comes as a draft."""
    values = values_of(reading)
    if wanted is As.TARGET:
        share = values.get("target") if reading.target_unit == "percent" else None
        return services.add_target(
            session, plan,
            {"name": reading.text[:300], "student_group": (values.get("who") or "")[:200],
             "target": share if share is None or 0 <= share <= 100 else None, "due_on": reading.due_on},
        )  # fmt: skip
    if wanted is As.STEP:
        step: ActionStep = services.add_part(
            session, ActionStep, plan, {"text": reading.text[:500], "due_on": reading.due_on}
        )
        return step
    return add_milestone(session, plan, values, on_board=False, counted=type_of(reading), unit="")
