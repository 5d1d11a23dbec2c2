"""An agency's table from upload to undo, as the page, the job, the command and the API do it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from measures import state_figures, state_headers, state_import_queries, state_opening
from measures import state_write_services as writing
from measures.models import ChartMark, Measure, Measurement
from measures.queries import stands
from measures.state_check_services import Prepared, prepare
from measures.state_figures import Figure, figure_from
from measures.state_import_queries import KIND
from measures.state_places import unsure_words
from measures.state_rows import Options, file_year, left_out_words
from measures.state_write_services import Report, no_report
from nic_platform import importing, tabular
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from nic_platform.text import _

LARGE = 5000
"""Above so many rows the work goes to the background."""

SAMPLE = 6


def new_run(session: Session, network_id: int, table: tabular.Table, *, by: Actor, at: datetime) -> ImportRun:
    """Return a new run for a table, of which nothing is written yet."""
    run = ImportRun(
        network_id=network_id, kind=KIND, file_name=table.name, created_at=at,
        created_by_id=by.user_id or None,
    )  # fmt: skip
    session.add(run)
    session.flush()
    return run


def receive(
    session: Session, network_id: int, stream: BinaryIO, name: str, *, today: date, by: Actor,
    at: datetime,
) -> ImportRun:  # fmt: skip
    """Keep a table and propose what it holds; no figure of it is written yet.

    Raises:
        InputError: there is no table in it; the text says the mend.
        RuleError: the network has no team in whose name figures could be kept.
    """
    table, heads = state_opening.opened(stream, name)
    stream.seek(0)
    stored = storage().put(stream)
    attachment = Attachment(
        network_id=network_id, object_kind="import", object_id=uuid4(), name=table.name,
        content_type="application/octet-stream", size=stored.size, sha256=stored.sha256, key=stored.key,
        created_at=at, created_by_id=by.user_id or None,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    run = new_run(session, network_id, table, by=by, at=at)
    run.attachment_id, attachment.object_id = attachment.id, run.public_id
    columns, figures, options = propose(session, network_id, table, heads)
    look_over(session, run, table, columns, figures, options, today=today)
    return run


def propose(
    session: Session, network_id: int, table: tabular.Table, heads: str = ""
) -> tuple[dict[str, str], list[Figure], Options]:
    """Return which columns seem to say what, the figures, and the school year: by how headers are worded, and
    as earlier tables of the network were brought in.

    Args:
        heads: the rows in which the names of columns stand, where they are not in the first one.
    """
    columns = state_headers.place_columns(table.header)
    taken = set(columns.values())
    for earlier in state_import_queries.earlier_columns(session, network_id):
        for key, before in earlier.items():
            same = state_headers.found_again(table.header, before)
            if key not in columns and same and same not in taken:
                columns[key] = same
                taken.add(same)
    remembered: dict[str, Figure] = {}
    for _year, figure in state_import_queries.earlier_figures(session, network_id):
        remembered.setdefault(figure.key, figure)
    figures = state_figures.propose(table, remembered)
    if not figures:
        figures = _as_before(table, remembered)
    year = "" if "school_year" in columns else file_year(table.name, table.header)
    return columns, figures, Options(year=year, heads=heads)


def _as_before(table: tabular.Table, remembered: Mapping[str, Figure]) -> list[Figure]:
    """Return earlier figures whose columns, but for years and misspelling, are in this table too."""
    found = []
    for figure in remembered.values():
        named = {
            old: state_headers.found_again(table.header, old)
            for old in (*figure.count, figure.population, figure.rate, figure.people)
            if old
        }
        if all(named.get(old) for old in (*figure.count, figure.population)):
            found.append(
                replace(
                    figure, count=tuple(named[old] for old in figure.count),
                    population=named[figure.population], rate=named.get(figure.rate, ""),
                    people=named.get(figure.people, ""), where={},
                )
            )  # fmt: skip
    return found


def look_over(
    session: Session,
    run: ImportRun,
    table: tabular.Table,
    columns: Mapping[str, str],
    figures: Sequence[Figure],
    options: Options,
    *,
    today: date,
) -> Prepared:
    """Note on *run* what bringing the table in would do: counts, every kind of problem, first rows."""
    chosen = [figure for figure in figures if figure.is_chosen]
    found = prepare(session, run.network_id, table, dict(columns), chosen, options, today=today)
    note(run, table, columns, figures, options, found)
    session.flush()
    return found


def look_again(
    session: Session,
    run: ImportRun,
    columns: Mapping[str, str] | None,
    figures: Sequence[Figure] | None,
    options: Options,
    *,
    today: date,
) -> Prepared:
    """Look a kept file over once more, as somebody chose.

    Args:
        columns, figures: what was chosen; ``None`` leaves them as they are, or has them proposed anew where
            the names of columns are read from other rows.

    Raises:
        InputError: there are no such rows.
    """
    table = table_of(session, run, options.heads)
    chosen = chosen_of(run)
    said, found = chosen["columns"], figures_of(run)
    if list(table.header) != chosen["header"]:
        said, found, proposed = propose(session, run.network_id, table)
        options = replace(options, year=options.year or proposed.year)
    said, found = said if columns is None else dict(columns), found if figures is None else [*figures]
    return look_over(session, run, table, said, found, options, today=today)


def note(
    run: ImportRun,
    table: tabular.Table,
    columns: Mapping[str, str],
    figures: Sequence[Figure],
    options: Options,
    found: Prepared,
) -> None:
    """Write on *run* what was chosen and what it would do."""
    used = [*columns.values(), *(name for each in figures for name in each.columns)]
    run.team_id = found.collector.id
    run.mapping = {
        "columns": dict(columns), "figures": [each.as_json() for each in figures],
        "options": asdict(options), "years": found.years, "header": list(table.header),
        "first": [list(row) for row in table.rows[:SAMPLE]],
        "rows": [_shown(found, each) for each in found.new[:SAMPLE]],
        "differing": [_shown(found, each) for each in found.differing[:50]],
        "left_out": dict(found.read.left_out), "unsure": unsure_words(found.unsure),
        "unsure_count": len(found.unsure), "renamed": found.renamed, "places": found.places,
        "worked_out": found.read.worked_out, "totals": _totals(found),
        "breaks": [
            [found.figures[each.figure].name, each.on.isoformat(), each.words] for each in found.breaks
        ],
        "stops": found.stops, "told": state_opening.notes(table, options.heads, used),
        "problem_rows": len({problem.row for problem in found.problems if problem.row}),
        "groups": [asdict(group) for group in importing.grouped(found.problems)[:50]],
    }  # fmt: skip
    run.rows_read, run.rows_created = found.read.rows_read, len(found.new)
    run.rows_changed, run.rows_unchanged = len(found.differing), found.unchanged
    run.rows_skipped = found.read.left_out.total()
    run.problems = [problem.as_json() for problem in found.problems[: importing.SHOWN_PROBLEMS]]


def _shown(found: Prepared, each: Any) -> dict[str, Any]:
    was = each.replaces
    return {
        "row": each.number, "place": each.name, "figure": found.figures[each.figure].name,
        "year": each.year, "count": each.count, "population": each.population,
        "was": [was.count, was.population] if was else None,
    }  # fmt: skip


def _totals(found: Prepared) -> list[dict[str, Any]]:
    """Return the agency's own totals beside what the rows add up to, where they differ or not."""
    told = []
    for at, (count, population) in found.read.totals.items():
        rows = [row for row in found.read.rows if row.figure == at]
        told.append(
            {"name": found.figures[at].name, "count": count, "population": population,
             "rows_count": sum(row.count for row in rows),
             "rows_population": sum(row.population for row in rows)}
        )  # fmt: skip
    return told


def chosen_of(run: ImportRun) -> dict[str, Any]:
    """Return what was noted on *run* when it was looked over."""
    nothing: dict[str, Any] = {
        "columns": {}, "figures": [], "options": {}, "years": [], "header": [], "first": [], "rows": [],
        "differing": [], "left_out": {}, "unsure": [], "unsure_count": 0, "renamed": 0, "places": 0,
        "worked_out": 0, "totals": [], "breaks": [], "stops": False, "problem_rows": 0, "groups": [],
        "told": [],
    }  # fmt: skip
    return nothing | run.mapping


def figures_of(run: ImportRun) -> list[Figure]:
    """Return the figures that were chosen, with those that were left aside."""
    return [figure_from(each) for each in chosen_of(run)["figures"]]


def options_of(run: ImportRun) -> Options:
    """Return what was chosen beside the columns."""
    return Options(**chosen_of(run)["options"])


def left_out(run: ImportRun) -> list[str]:
    """Return what was left out on purpose, in words."""
    return [left_out_words(reason, count) for reason, count in chosen_of(run)["left_out"].items()]


def table_of(session: Session, run: ImportRun, heads: str | None = None) -> tabular.Table:
    """Return the table of a kept file.

    Args:
        heads: the rows in which the names of columns stand, as typed; without it those chosen before.

    Raises:
        InputError: there are no such rows.
        RuleError: the file is gone.
    """
    attachment = session.get(Attachment, run.attachment_id) if run.attachment_id else None
    if attachment is None:
        raise RuleError(_("The file is not kept any more. Bring it in again."))
    with storage().open(attachment.key) as stream:
        chosen = options_of(run).heads if heads is None else heads
        return state_opening.opened(stream, run.file_name, chosen)[0]


def carry_out(
    session: Session, run: ImportRun, table: tabular.Table, *, today: date, by: Actor,
    at: datetime, report: Report = no_report,
) -> Prepared:  # fmt: skip
    """Check the rows once more against what is there now, and write all of them or none.

    Args:
        report: is told how far the work is, in per cent; what it raises ends the work.

    Raises:
        RuleError: it is over already, or rows have problems that are not to be left out.
    """
    if run.state not in {"preview", "running"}:
        raise RuleError(_("This import is over. Bring the file in again to write it anew."))
    columns, figures, options = chosen_of(run)["columns"], figures_of(run), options_of(run)
    found = look_over(session, run, table, columns, figures, options, today=today)
    report(40)
    finish(session, run, found, options, today=today, by=by, at=at, report=report)
    return found


def finish(
    session: Session, run: ImportRun, found: Prepared, options: Options, *, today: date, by: Actor,
    at: datetime, report: Report = no_report,
) -> None:  # fmt: skip
    """Write what was prepared, with its marks, and note on *run* what was done.

    Raises:
        RuleError: rows have problems that are not to be left out.
    """
    if found.stops or (found.problems and not options.leave_out):
        raise RuleError(_("Nothing was written: some rows have problems. Mend them or leave them out."))
    measures, made = writing.make_measures(session, run.network_id, found)
    corrected = found.differing if options.corrects else []
    rows = [*found.new, *corrected]
    writing.write(
        session, run, found, measures, rows, today=today, by=by, at=at,
        report=lambda done: report(40 + 55 * done // max(len(rows), 1)),
    )  # fmt: skip
    marks = writing.mark_breaks(session, run, found, measures, today) if options.marks_breaks else []
    _remember(run, found, measures)
    run.rows_changed = len(corrected)
    run.undo = {"measures": made, "marks": marks}
    run.state, run.finished_at = "done", at
    session.flush()
    report(99)


def _remember(run: ImportRun, found: Prepared, measures: Sequence[Measure]) -> None:
    """Note which measure each figure went into, for the next table."""
    went = {
        figure.key: str(measure.public_id) for figure, measure in zip(found.figures, measures, strict=True)
    }
    figures = [
        replace(figure, measure=went.get(figure.key, figure.measure)).as_json() for figure in figures_of(run)
    ]
    run.mapping = {**run.mapping, "figures": figures}


def undo(session: Session, run: ImportRun, *, by: Actor, at: datetime, report: Report = no_report) -> int:
    """Take an import back as one piece: its figures, its marks, and measures that it made and nothing else
    uses.

    Args:
        report: is told how far the work is, in per cent; what it raises ends the work.

    Returns:
        How many of its figures were changed since, and stay as they are.

    Raises:
        RuleError: it was not written, or taken back already.
    """
    if run.state not in {"done", "undoing"}:
        raise RuleError(_("Only an import that was written can be taken back."))
    changed = writing.take_back(session, run, by=by, at=at, report=report)
    kept = run.undo or {}
    for mark in session.scalars(select(ChartMark).where(ChartMark.id.in_(kept.get("marks", [])))):
        mark.deleted_at = at
    used = exists().where(Measurement.measure_id == Measure.id, stands())
    made = select(Measure).where(
        Measure.id.in_(kept.get("measures", [])), Measure.deleted_at.is_(None), ~used
    )
    for measure in session.scalars(made):
        measure.deleted_at = at
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()
    report(99)
    return changed
