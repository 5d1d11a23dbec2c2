"""Bringing a table of counts in: kept, looked over, written as one piece, taken back as one piece.

It comes into a plan, or into whatever a team measures. Callers hold the transaction.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from measures import checks, count_table, entry_services
from measures import count_import_queries as queries
from measures import services as measure_services
from measures.count_table import Around, Found, Options, Row
from measures.models import Measure, Measurement
from nic_platform import import_files, importing, tabular
from nic_platform.actor import Actor
from nic_platform.day_cells import Order
from nic_platform.errors import RuleError
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from nic_platform.text import _
from teams.models import Team

SAMPLE = 6
_WAITING, _DONE, _UNDONE = "preview", "done", "undone"


@dataclass(frozen=True)
class Place:
    """Where counts come in: a plan of a team, or, without one, all that the team measures."""

    network_id: int
    team_id: int
    plan_id: UUID | None = None


def receive(
    session: Session,
    place: Place,
    stream: BinaryIO,
    name: str,
    around: Around,
    *,
    by: Actor,
    at: datetime,
    only: str = "",
) -> ImportRun:
    """Keep a table and propose which column is what; nothing of it is written yet.

    Args:
        only: the measure that every row is about, unless a column says it.

    Raises:
        InputError: there is no table in it; the text says the mend.
    """
    table = tabular.read_table(stream, name)
    stream.seek(0)
    stored = storage().put(stream)
    attachment = Attachment(
        network_id=place.network_id, team_id=place.team_id, object_kind="import", object_id=uuid4(),
        name=table.name, content_type="application/octet-stream", size=stored.size, sha256=stored.sha256,
        key=stored.key, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    run = ImportRun(
        network_id=place.network_id, team_id=place.team_id, kind=queries.KIND, file_name=table.name,
        attachment_id=attachment.id, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    session.add(run)
    columns = importing.propose(table.header, count_table.targets())
    if "what" in columns:
        only = ""
    elif len(around.lines) == 1:
        only = around.lines[0].key
    look_over(session, run, place, table, columns, Options(only=only), around)
    attachment.object_id = run.public_id
    session.flush()
    return run


def pasted(text: str) -> BinaryIO:
    """Return a pasted table as a file is read."""
    return BytesIO(text.strip("\r\n").encode())


def look_over(
    session: Session,
    run: ImportRun,
    place: Place,
    table: tabular.Table,
    columns: Mapping[str, str],
    options: Options,
    around: Around,
) -> None:
    """Note on *run* what bringing the table in by these columns would do: counts, problems, first rows."""
    found = count_table.look(table, columns, options, around)
    run.mapping = {
        "plan": str(place.plan_id or ""),
        "columns": dict(columns),
        "options": asdict(options),
        "header": list(table.header),
        "first": [list(row) for row in table.rows[:SAMPLE]],
        "rows": [_shown(row) for row in sorted(found.new, key=lambda row: row.number)[:SAMPLE]],
        "differing": [_shown(row) for row in sorted(found.differing, key=lambda row: row.number)[:50]],
        "empty": found.empty,
        "problem_rows": len({problem.row for problem in found.problems}),
        "asks_order": any(_is_order_question(problem) for problem in found.problems),
        "groups": [asdict(group) for group in importing.grouped(found.problems)[:50]],
    }
    run.rows_read, run.rows_created = found.rows_read, len(found.new)
    run.rows_changed, run.rows_unchanged = len(found.differing), found.unchanged
    run.problems = [problem.as_json() for problem in found.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()


def _is_order_question(problem: importing.Problem) -> bool:
    return problem.sentence == _(
        "This could be two days. Say below whether the month or the day comes first."
    )


def _shown(row: Row) -> dict[str, Any]:
    was = checks.number_words(row.replaces) if row.replaces else ""
    on = row.entry.observed_on
    return {
        "row": row.number, "title": row.line.title, "on": on.isoformat() if on else "", "words": row.words,
        "was": was, "subgroup": row.details["subgroup"],
    }  # fmt: skip


def chosen_of(run: ImportRun) -> dict[str, Any]:
    """Return what was noted on *run* when it was looked over."""
    nothing: dict[str, Any] = {
        "plan": "", "columns": {}, "options": {}, "header": [], "first": [], "rows": [], "differing": [],
        "empty": 0, "problem_rows": 0, "asks_order": False, "groups": [],
    }  # fmt: skip
    return nothing | run.mapping


def plan_of(run: ImportRun) -> UUID | None:
    """Return the public id of the plan that a run is about; none for one of a team's measures."""
    try:
        return UUID(chosen_of(run)["plan"])
    except ValueError:
        return None


def options_of(run: ImportRun) -> Options:
    """Return what was chosen beside the columns."""
    said = chosen_of(run)["options"]
    return Options(
        Order(said.get("order", "")), said.get("only", ""), bool(said.get("corrects")),
        bool(said.get("is_steady_known")), bool(said.get("is_earlier_right")),
    )  # fmt: skip


def table_of(session: Session, run: ImportRun) -> tabular.Table:
    """Return the table of a kept file.

    Raises:
        RuleError: the file is gone.
    """
    attachment = session.get(Attachment, run.attachment_id) if run.attachment_id else None
    if attachment is None:
        raise RuleError(_("The table is not kept any more. Bring it in again."))
    with storage().open(attachment.key) as stream:
        return tabular.read_table(stream, run.file_name)


def carry_out(
    session: Session, run: ImportRun, place: Place, around: Around, *, by: Actor, at: datetime
) -> None:
    """Check the rows once more against what is there now, and write all of them or none.

    Raises:
        RuleError: it is over already, or rows have problems; nothing was written.
    """
    import_files.hold(session, run)
    if run.state != _WAITING:
        raise RuleError(_("This import is over. Bring the table in again to write it anew."))
    options = options_of(run)
    table = table_of(session, run)
    found = count_table.look(table, chosen_of(run)["columns"], options, around)
    if found.problems:
        raise RuleError(_("Nothing was written: some rows have problems. Mend them in the table first."))
    write(session, run, place, found, options, around, by=by, at=at)


def write(
    session: Session,
    run: ImportRun,
    place: Place,
    found: Found,
    options: Options,
    around: Around,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write what *found* says, and note on *run* what was done. Differing counts only where asked for."""
    write_rows(session, place, found, options, around, run=run, by=by, at=at)
    run.rows_created = len(found.new)
    run.rows_changed = len(found.differing) if options.corrects else 0
    run.rows_unchanged = found.unchanged
    run.rows_skipped = 0 if options.corrects else len(found.differing)
    run.problems, run.state, run.finished_at = [], _DONE, at
    session.flush()


def write_rows(
    session: Session,
    place: Place,
    found: Found,
    options: Options,
    around: Around,
    *,
    run: ImportRun | None,
    by: Actor,
    at: datetime,
) -> None:
    """Write the new counts, and the differing ones where asked for, as part of *run* if there is one."""
    team = session.get_one(Team, place.team_id)
    rows = sorted([*found.new, *(found.differing if options.corrects else [])], key=lambda row: row.number)
    measures = {row.line.measure_id: session.get_one(Measure, row.line.measure_id) for row in rows}
    for row in rows:
        who = {"import_run_id": run.id if run else None, "collector": row.details["collector"] or by.name}
        more: dict[str, Any] = {"today": around.today, "by": by, "at": at, **row.details, **who}
        if row.replaces is None:
            measure_services.record(session, measures[row.line.measure_id], team, row.entry, **more)
        else:
            earlier = session.get_one(Measurement, row.replaces.id)
            measure_services.correct(session, earlier, row.entry, **more)


def undo(session: Session, run: ImportRun, *, by: Actor, at: datetime) -> int:
    """Take a run back as one piece: new counts are taken back, corrected ones get their earlier numbers.

    Returns:
        How many of its counts were changed since, and stay as they are.

    Raises:
        RuleError: it was not written, or taken back already.
    """
    import_files.hold(session, run)
    if run.state != _DONE:
        raise RuleError(_("Only an import that was written can be taken back."))
    rows, changed = queries.standing_rows_of(session, run)
    for row in rows:
        if not row.is_withdrawn:
            entry_services.take_back(session, row, by=by, at=at)
    run.state, run.finished_at = _UNDONE, at
    session.flush()
    return changed
