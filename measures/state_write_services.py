"""Writing published figures in bulk, and taking them back: as measurements, with their sums, all or none."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from measures import services, sum_services
from measures.models import ChartMark, Measure, Measurement
from measures.queries import stands
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from measures.state_check_services import Prepared, Written
from measures.state_figures import Figure
from measures.state_import_queries import Standing
from measures.sum_cells import Figure as Summed
from nic_platform import importing
from nic_platform.actor import Actor
from nic_platform.tables import ImportRun

CHUNK = 2000
Report = Callable[[int], None]
_KEPT = (
    "network_id", "measure_id", "team_id", "site_id", "observed_on", "collector", "tool", "count",
    "population", "people", "subgroup_set", "subgroup",
)  # fmt: skip


def no_report(_done: int) -> None:
    """Tell nobody how far the work is."""


def make_measures(session: Session, network_id: int, prepared: Prepared) -> tuple[list[Measure], list[int]]:
    """Return the measure of each figure, in order, and the numbers of those that had to be made."""
    made: list[int] = []
    found: list[Measure] = []
    for figure, measure in zip(prepared.figures, prepared.measures, strict=True):
        if measure is None:
            measure = services.add_measure(session, network_id, None, **_facts(figure))
            made.append(measure.id)
        found.append(measure)
    return found, made


def _facts(figure: Figure) -> dict[str, Any]:
    family = figure.family
    return {
        "name": figure.name[:200],
        "kind": family.kind if family else MeasureKind.OUTCOME,
        "type": MeasureType.PROPORTION,
        "direction": family.direction if family else Direction.UP,
        "rhythm": Rhythm.YEARLY,
        "unit": family.unit if family else "",
        "counts_students": True,
    }


def write(
    session: Session,
    run: ImportRun,
    prepared: Prepared,
    measures: Sequence[Measure],
    written: Iterable[Written],
    *,
    today: date,
    by: Actor,
    at: datetime,
    report: Report = no_report,
) -> int:
    """Write figures down in the name of the collecting team, and return how many there were.

    Args:
        report: is told after each piece how many there are; what it raises ends the work.
    """
    done = 0
    source = run.file_name[:200]
    for piece in importing.pieces(written, CHUNK):
        rows = [
            {
                "network_id": run.network_id, "measure_id": measures[each.figure].id,
                "team_id": prepared.collector.id, "site_id": each.site_id, "observed_on": each.on(today),
                "collector": by.name[:120], "tool": source, "note": "", "count": each.count,
                "population": each.population, "people": each.people, "value": None,
                "subgroup_set": "", "subgroup": "",
                "supersedes_id": each.replaces.id if each.replaces else None, "is_withdrawn": False,
                **_stamp(run, by, at),
            }
            for each in piece
        ]  # fmt: skip
        session.execute(insert(Measurement), rows)
        gone = [
            _goes(run, measures[each.figure].id, each.site_id, each.replaces)
            for each in piece
            if each.replaces is not None
        ]
        sum_services.add(session, [*map(_comes, rows), *gone])
        done += len(piece)
        report(done)
    return done


def _stamp(run: ImportRun, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "public_id": uuid4(), "recorded_at": at, "recorded_by_id": by.user_id or None,
        "import_run_id": run.id, "cycle_id": None,
    }  # fmt: skip


def _comes(row: dict[str, Any], sign: int = 1) -> Summed:
    return Summed(
        row["network_id"], row["site_id"], row["measure_id"], row["observed_on"], row["count"] or 0.0,
        row["population"], sign, people=row["people"],
    )  # fmt: skip


def _goes(run: ImportRun, measure_id: int, site_id: int, was: Standing) -> Summed:
    return Summed(
        run.network_id, site_id, measure_id, was.on, was.count or 0.0, was.population, -1
    )  # fmt: skip


def take_back(
    session: Session, run: ImportRun, *, by: Actor, at: datetime, report: Report = no_report
) -> int:
    """Take every figure of a run back that still stands; corrected ones get their earlier numbers.

    Args:
        report: is told how far it is, in per cent; what it raises ends the work.

    Returns:
        How many were changed since, and stay as they are.
    """
    earlier = aliased(Measurement)
    made = session.execute(
        select(Measurement, earlier)
        .outerjoin(earlier, earlier.id == Measurement.supersedes_id)
        .where(Measurement.import_run_id == run.id, Measurement.is_withdrawn.is_(False))
        .order_by(Measurement.id)
    ).all()
    standing = set(
        session.scalars(select(Measurement.id).where(Measurement.import_run_id == run.id, stands()))
    )
    mine = [(row, before) for row, before in made if row.id in standing]
    for number, piece in enumerate(importing.pieces(mine, CHUNK)):
        report(10 + 85 * number * CHUNK // len(mine))
        rows = [_undone(run, row, before, by, at) for row, before in piece]
        session.execute(insert(Measurement), rows)
        sums = [sum_services.figure_of(row, -1) for row, _before in piece]
        sums += [_comes(row) for row in rows if not row["is_withdrawn"]]
        sum_services.add(session, sums)
    session.flush()
    return len(made) - len(mine)


def _undone(
    run: ImportRun, row: Measurement, before: Measurement | None, by: Actor, at: datetime
) -> dict[str, Any]:
    """Return the row that stands in a figure's place: its earlier numbers, or none."""
    told = before if before is not None else row
    kept = {name: getattr(told, name) for name in _KEPT}
    if before is None:
        kept |= {"count": None, "population": None, "people": None}
    note = f"{run.file_name} taken back"[:200]
    return {
        **kept, **_stamp(run, by, at), "value": None, "note": note, "supersedes_id": row.id,
        "is_withdrawn": before is None,
    }  # fmt: skip


def mark_breaks(
    session: Session, run: ImportRun, prepared: Prepared, measures: Sequence[Measure], today: date
) -> list[int]:
    """Mark on the measures' charts what can't be compared; what is marked already stays as it is."""
    there = {
        (measure, on)
        for measure, on in session.execute(
            select(ChartMark.measure_id, ChartMark.on).where(
                ChartMark.measure_id.in_([measure.id for measure in measures]),
                ChartMark.team_id == prepared.collector.id, ChartMark.kind == "change",
                ChartMark.subgroup == "", ChartMark.deleted_at.is_(None),
            )
        )
    }  # fmt: skip
    marks = [
        ChartMark(
            network_id=run.network_id, measure_id=measures[each.figure].id, team_id=prepared.collector.id,
            kind="change", on=min(each.on, today), words=each.words,
        )
        for each in prepared.breaks
        if (measures[each.figure].id, min(each.on, today)) not in there
    ]  # fmt: skip
    session.add_all(marks)
    session.flush()
    return [mark.id for mark in marks]
