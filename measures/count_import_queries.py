"""Reading what a table of counts is held against, and the runs that brought such tables in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from measures.count_table import Around, Key, Line
from measures.known_queries import known_of
from measures.models import Measure, Measurement
from measures.queries import Record, records, visible_to
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.queries import in_network, reads_team

KIND = "measurements"
MOST_LINES = 200


@dataclass(frozen=True)
class Span:
    """The school year of days without their year; what lies before ``counts_from`` is asked about."""

    begins: date
    counts_from: date
    ends: date


def lines_of_team(session: Session, actor: Actor, team_id: int) -> list[Line]:
    """Return what a team can count: its own measures first, then the common ones, by name; one statement."""
    query = (
        select(Measure)
        .where(visible_to(actor), or_(Measure.team_id == team_id, Measure.team_id.is_(None)))
        .order_by(Measure.team_id.is_(None), Measure.name, Measure.id)
        .limit(MOST_LINES)
    )
    return [line_of(measure, measure.name, {measure.name}) for measure in session.scalars(query)]


def line_of(measure: Measure, title: str, names: set[str], *, is_deliverable: bool = False) -> Line:
    """Return a measure as a table of counts knows it."""
    return Line(
        measure.id, str(measure.public_id), title, measure.type, bool(measure.counts_students),
        tuple(sorted(name for name in names if name)), is_deliverable, measure.breakdown or {},
    )  # fmt: skip


def around(
    session: Session, team_id: int, lines: Sequence[Line], span: Span, today: date, *, is_plan: bool = False
) -> Around:
    """Return what the rows of a table are held against; one statement."""
    found = records(session, {(line.measure_id, team_id) for line in lines}, subgroup=None)
    by_group: dict[Key, list[Record]] = {}
    for (measure_id, _team), series in found.items():
        for record in series:
            by_group.setdefault((measure_id, record.subgroup_set, record.subgroup), []).append(record)
    known = {key: known_of(series) for key, series in by_group.items()}
    return Around(lines, known, today, span.begins, span.counts_from, span.ends, is_plan)


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
