"""Reading what a table of counts is held against, and the runs that brought such tables in."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.entry_services import known_of
from measures.models import Measure, Measurement
from measures.queries import Record, records
from milestones import milestone_queries
from milestones.count_table import Around, Line
from milestones.rows import SUMMER, MilestoneRow, PlanRow, TargetRow
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.queries import in_network, reads_team

KIND = "measurements"


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
    return Line(
        measure.id, str(measure.public_id), titles[0] or measure.name, measure.type,
        bool(measure.counts_students), tuple(sorted(name for name in names if name)),
        any(isinstance(row, MilestoneRow) and row.is_deliverable for row in rows),
    )  # fmt: skip


def around(session: Session, plan: PlanRow, lines: Sequence[Line], today: date) -> Around:
    """Return what the rows of a table are held against; one statement."""
    found = records(session, {(line.measure_id, plan.team_id) for line in lines}, subgroup=None)
    by_group: dict[tuple[int, str], list[Record]] = {}
    for (measure_id, _team), series in found.items():
        for record in series:
            by_group.setdefault((measure_id, record.subgroup), []).append(record)
    known = {key: known_of(series) for key, series in by_group.items()}
    begins, ends = plan.span
    return Around(lines, known, today, begins, begins - SUMMER, ends)


def get_run(session: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """Return one run that brought counts in, of a team that *actor* reads.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = session.scalar(
        select(ImportRun).where(
            in_network(actor, ImportRun.network_id),
            reads_team(actor, ImportRun.team_id),
            ImportRun.public_id == run_id,
            ImportRun.kind == KIND,
        )
    )
    if found is None:
        raise AbsentError(_("There is no such import."))
    return found


def runs_of(session: Session, team_id: int, limit: int = 10) -> list[ImportRun]:
    """Return a team's newest runs of counts. The caller has asked whether the reader may see them."""
    query = select(ImportRun).where(ImportRun.team_id == team_id, ImportRun.kind == KIND)
    return list(session.scalars(query.order_by(ImportRun.id.desc()).limit(limit)))


def standing_rows_of(session: Session, run: ImportRun) -> tuple[list[Measurement], int]:
    """Return what a run wrote and still stands, newest first, and how many were changed since."""
    made = list(
        session.scalars(
            select(Measurement).where(Measurement.import_run_id == run.id).order_by(Measurement.id.desc())
        )
    )
    ids = [row.id for row in made]
    gone = set(session.scalars(select(Measurement.supersedes_id).where(Measurement.supersedes_id.in_(ids))))
    return [row for row in made if row.id not in gone], len(gone)
