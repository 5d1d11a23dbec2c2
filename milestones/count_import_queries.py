"""Reading what a plan counts, for a table of counts that is brought into it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from measures import count_import_queries
from measures.count_import_queries import Span
from measures.count_table import Around, Line
from measures.models import Measure
from milestones import milestone_queries
from milestones.models import InterimTarget, Milestone
from milestones.rows import SUMMER, MilestoneRow, PlanRow, TargetRow
from nic_platform.actor import Actor


def lines_of_plan(session: Session, actor: Actor, plan: PlanRow) -> list[Line]:
    """Return the series of a plan that can be counted, by title; three statements."""
    found = milestone_queries.milestones_of(session, actor, plan.id)
    rows: list[MilestoneRow | TargetRow] = [row for row in found if not row.is_draft]
    rows += milestone_queries.targets_of(session, plan.id)
    ids = {row.measure_id for row in rows if row.measure_id is not None}
    measures = {
        measure.id: measure for measure in session.scalars(select(Measure).where(Measure.id.in_(sorted(ids))))
    }
    lines = [
        _line(measure, [row for row in rows if row.measure_id == key]) for key, measure in measures.items()
    ]
    return sorted(lines, key=lambda line: (line.title, line.measure_id))


def _line(measure: Measure, rows: Sequence[MilestoneRow | TargetRow]) -> Line:
    names = {measure.name}
    for row in rows:
        names |= {row.name, str(row.public_id)}
        if isinstance(row, MilestoneRow):
            names |= {row.what, row.strand_name, row.sentence, row.headline}
    titles = [row.title if isinstance(row, MilestoneRow) else row.name for row in rows]
    is_deliverable = any(isinstance(row, MilestoneRow) and row.is_deliverable for row in rows)
    return count_import_queries.line_of(
        measure, titles[0] or measure.name, names, is_deliverable=is_deliverable
    )


def counted_by(session: Session, team_id: int) -> set[int]:
    """Return the measures that a team's milestones and interim targets stand on; one statement."""
    parts: list[Any] = [
        select(model.measure_id).where(
            model.team_id == team_id, model.deleted_at.is_(None), model.measure_id.is_not(None)
        )
        for model in (Milestone, InterimTarget)
    ]
    return {number for number in session.scalars(union(*parts)) if number is not None}


def around(session: Session, plan: PlanRow, lines: Sequence[Line], today: date) -> Around:
    """Return what the rows of a table are held against; one statement."""
    begins, ends = plan.span
    span = Span(begins, begins - SUMMER, ends)
    return count_import_queries.around(session, plan.team_id, lines, span, today, is_plan=True)
