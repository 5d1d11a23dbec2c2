"""What the form of each kind of part needs from the database, and the columns it gives back."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from measures import queries as measure_queries
from measures.models import Measure
from measures.rules import MeasureType
from milestones import (
    milestone_queries,
    part_forms,
    plan_queries,
    redating_queries,
    services,
    structure_services,
)
from milestones.models import InterimTarget, Milestone, Plan, Strand, Strategy
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm
from nic_platform.text import _


def prepare(form: PlatformForm, actor: Actor, plan: Plan, part: Any = None) -> None:
    """Fill a form's choices, and choose what the part has."""
    if isinstance(form, part_forms.StrategyForm):
        form.offer(part)
    elif isinstance(form, part_forms.StrandForm):
        _strand(form, plan, part)
    elif isinstance(form, part_forms.TargetForm):
        _target(form, actor, plan, part)
    elif isinstance(form, part_forms.StepForm):
        rows = milestone_queries.milestones_of(session(), actor, plan.id)
        form.offer([(row.public_id, f"{row.title} {row.target_words}".strip()) for row in rows])
        if not form.is_submitted():
            chosen = part.milestone_id if part is not None else None
            form.milestone.data = next((str(row.public_id) for row in rows if row.id == chosen), "")


def _strand(form: part_forms.StrandForm, plan: Plan, part: Strand | None) -> None:
    rows = [row for row in plan_queries.outline(session(), plan.id) if row.kind == "strand"]
    form.offer([(row.public_id, row.text) for row in rows if part is None or row.id != part.id])
    if not form.is_submitted():
        chosen = part.follows_id if part is not None else None
        form.follows.data = next((str(row.public_id) for row in rows if row.id == chosen), "")


def _target(form: part_forms.TargetForm, actor: Actor, plan: Plan, part: InterimTarget | None) -> None:
    rows = [row for row in plan_queries.outline(session(), plan.id) if row.kind == "strategy"]
    measures = measure_queries.measures_for_choice(session(), actor, plan.team_id)
    present = session().get(Measure, part.measure_id) if part is not None and part.measure_id else None
    form.offer(
        [(row.public_id, row.text) for row in rows],
        [(row.public_id, row.name) for row in measures],
        is_share=present is None or present.type is MeasureType.PROPORTION,
    )
    if not form.is_submitted():
        chosen = part.strategy_id if part is not None else None
        form.strategy.data = next((str(row.public_id) for row in rows if row.id == chosen), "")
        form.measure.data = str(present.public_id) if present else ""


def add(
    current: Session, form: PlatformForm, model: type[Any], plan: Plan, actor: Actor, under: dict[str, Any]
) -> Any:
    """Add a part with what its form says."""
    values = {**under, **columns(current, form, plan, actor)}
    if isinstance(form, part_forms.TargetForm):
        return services.add_target(current, plan, values, measure_id=values.pop("measure_id", None))
    made = services.add_part(current, model, plan, values)
    _after(current, form, made, plan, actor)
    return made


def save(current: Session, form: PlatformForm, part: Any, plan: Plan, actor: Actor) -> None:
    """Give a part the words and choices of its form."""
    values = columns(current, form, plan, actor, part)
    if isinstance(part, InterimTarget) and values.get("measure_id", 0) is None:
        values.pop("measure_id")  # it keeps the measure that was made for it
    services.change(current, part, values)
    _after(current, form, part, plan, actor)


def _after(current: Session, form: PlatformForm, part: Any, plan: Plan, actor: Actor) -> None:
    """Put a strand into its order, which may be refused."""
    if isinstance(form, part_forms.StrandForm) and form.follows.raw_data:
        chosen = form.follows.data
        follows = plan_queries.find(current, actor, Strand, UUID(chosen)) if chosen else None
        structure_services.sequence(current, part, follows, redating_queries.follows_of(current, plan.id))


def columns(
    current: Session, form: PlatformForm, plan: Plan, actor: Actor, part: Any = None
) -> dict[str, Any]:
    """Return the columns that a form gives.

    Raises:
        InputError: a share lies outside 0 to 100 percent.
    """
    if isinstance(form, part_forms.StrategyForm):
        return form.columns()
    if isinstance(form, part_forms.StrandForm):
        return {"name": form.name.data}
    if isinstance(form, part_forms.StepForm):
        chosen = form.milestone.data
        milestone = plan_queries.find(current, actor, Milestone, UUID(chosen)) if chosen else None
        return {"text": form.text.data, "owner": form.owner.data or "", "due_on": form.due_on.data,
                "milestone_id": milestone.id if milestone else None}  # fmt: skip
    if isinstance(form, part_forms.TargetForm):
        return _target_columns(current, form, actor, part)
    return {"text": form["text"].data}


def _target_columns(current: Session, form: part_forms.TargetForm, actor: Actor, part: Any) -> dict[str, Any]:
    values = form.columns()
    measure = None
    if form.measure.data:
        measure = measure_queries.get_measure(current, actor, UUID(form.measure.data)).id
    kept = measure or (part.measure_id if part is not None else None)
    if kept is None or current.get_one(Measure, kept).type is MeasureType.PROPORTION:
        numbers = {name: values[name] for name in ("target", "baseline")}
        mend = _("Give a percent from 0 to 100.")
        faults = {name: mend for name, n in numbers.items() if n is not None and not 0 <= n <= 100}
        if faults:
            raise InputError(_("This can’t be saved yet."), faults)
    if form.measure.raw_data or part is None:
        values["measure_id"] = measure
    if form.strategy.raw_data:
        chosen = form.strategy.data
        values["strategy_id"] = (
            plan_queries.find(current, actor, Strategy, UUID(chosen)).id if chosen else None
        )
    return values


def has_fields(form: PlatformForm) -> bool:
    """Say whether what a target's sentence would tell stands in fields of its own."""
    if not isinstance(form, part_forms.TargetForm):
        return False
    return form.target.data is not None or bool(form.student_group.data)


def sentence_of(form: PlatformForm) -> str:
    """Return the words of a form that the coach reads; empty for a part that is no sentence."""
    if isinstance(form, part_forms.TargetForm):
        return str(form.name.data or "")
    return str(form.text.data or "") if isinstance(form, part_forms.StepForm) else ""
