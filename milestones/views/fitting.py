"""Gather what is shown under "Does it fit the series?" while a milestone is written."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from measures.queries import records
from measures.rules import Direction, MeasureType
from measures.svg import Dot, Target, year_panel
from milestones import board as boards
from milestones import fit, milestone_queries, status_queries
from milestones.fit import Fit, Wanted
from milestones.points import points_on
from milestones.rows import MilestoneRow, PartRow, PlanRow
from milestones.school_days import SchoolDays
from milestones.writing_forms import MilestoneForm
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today


def fit_of(
    actor: Actor,
    form: MilestoneForm,
    plan: PlanRow,
    strand: PartRow | None,
    days: SchoolDays,
    *,
    found_id: UUID | None = None,
    kind: MeasureType | None = None,
) -> Fit | None:
    """Return how a milestone fits its strand; none before it has a strand, a date and a target."""
    frame = form.frame(kind)
    due_on = frame.due_on or frame.begins_on
    if strand is None or due_on is None or frame.target is None or frame.is_deliverable:
        return None
    rows = [
        row
        for row in milestone_queries.milestones_of(session(), actor, plan.id)
        if row.strand_id == strand.id
        and not row.is_draft
        and row.type is frame.type
        and not row.is_deliverable
    ]
    others = [row for row in rows if row.public_id != found_id]
    return _fit(actor, form, plan, strand.text, others, frame.type, due_on, frame.target, days)


def _fit(
    actor: Actor, form: MilestoneForm, plan: PlanRow, name: str, rows: list[MilestoneRow], kind: MeasureType,
    due_on: date, target: float, days: SchoolDays,
) -> Fit:  # fmt: skip
    now = today(actor)
    last = rows[-1] if rows else None
    key = status_queries.series_key(last) if last else None
    found = records(session(), [key]) if key else {}
    readings = status_queries.readings(found.get(key, []), kind, ZoneInfo(actor.time_zone)) if key else []
    points = tuple((r.on, r.value) for r in points_on(readings, now, kind) if r.value is not None)
    dated = [(row.date, row.target) for row in rows if row.date and row.target is not None]
    wanted = Wanted(
        due_on=due_on, target=target, type=kind, direction=last.direction if last else Direction.UP,
        unit=last.unit if last else "", baseline=form.baseline.data,
        population=form.population.data or (last.population if last else None),
        before=fit.last_before(dated, due_on), same_day=any(on == due_on for on, _value in dated),
        points=points,
    )  # fmt: skip
    dots = [Dot(on, value) for on, value in points if plan.span[0] <= on <= plan.span[1]]
    standings = status_queries.standings_of(rows, found, now, ZoneInfo(actor.time_zone))
    path = [*boards.targets_of(rows, standings), Target(due_on, target)]
    path.sort(key=lambda each: each.on)
    title = fit.title(wanted, now)
    tone, tail = boards.tail_of(dots, wanted.direction)
    span = min(plan.span[0], path[0].on), max(plan.span[1], path[-1].on)
    wide, narrow = (
        year_panel(
            dots, path, span, now, label=boards.panel_label(name, dots, path), tone=tone, tail=tail,
            scale=boards.axis(kind, dots, path), size=size, narrow=is_narrow, has_months=True,
        )
        for size, is_narrow in (((720, 190), False), ((350, 170), True))
    )  # fmt: skip
    return Fit(title, name, fit.checks(wanted, days, now), wide, narrow)
