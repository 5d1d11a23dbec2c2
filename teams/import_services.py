"""An import of sites from upload to undo, as the page, the job and the command do it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import import_files, importing, tabular
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams import site_importing, site_table

KIND = "sites"
LARGE = 3000
"""Above so many rows the work goes to the background."""

SAMPLE = 5


def receive(
    session: Session,
    network_id: int,
    stream: BinaryIO,
    name: str,
    *,
    state: str,
    by: int | None,
    at: datetime,
) -> ImportRun:
    """Keep a file and propose which column is what; nothing else is written.

    Raises:
        InputError: the file holds no table; the text says the mend.
    """
    run, table = import_files.keep(session, network_id, KIND, stream, name, by=by, at=at)
    look_over(session, run, table, importing.propose(table.header, site_table.targets()), state)
    return run


def look_over(
    session: Session, run: ImportRun, table: tabular.Table, columns: Mapping[str, str], state: str
) -> None:
    """Note on *run* what importing by this mapping would do: counts, every kind of problem, first rows."""
    plan = site_importing.make_plan(session, run.network_id, table, columns, state=state or None)
    run.mapping = {
        "columns": dict(columns),
        "state": state,
        "header": list(table.header),
        "first": [list(row) for row in table.rows[:SAMPLE]],
        "sites": [[site.level, site.name, site.nces_id or site.state_code or ""] for site in _schools(plan)],
        "skipped": dict(plan.skipped),
        "schools": plan.count("school"),
        "districts": plan.count("district"),
        "problem_rows": len({problem.row for problem in plan.problems}),
        "groups": [asdict(group) for group in importing.grouped(plan.problems)[:50]],
    }
    run.rows_read, run.rows_skipped = plan.rows_read, Counter(plan.skipped).total()
    run.rows_created, run.rows_changed = len(plan.new), len(plan.changed)
    run.rows_unchanged = len(plan.unchanged)
    run.problems = [problem.as_json() for problem in plan.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()


def _schools(plan: site_importing.Plan) -> list[site_table.Wanted]:
    sites = [*plan.new, *(row[0] for row in plan.changed), *(row[0] for row in plan.unchanged)]
    return sorted((site for site in sites if site.level == "school"), key=lambda site: site.row)[:SAMPLE]


def chosen_of(run: ImportRun) -> dict[str, Any]:
    """Return what was noted on *run* when it was looked over; an import from the command line notes less."""
    nothing: dict[str, Any] = {
        "columns": {}, "state": "", "header": [], "first": [], "sites": [], "skipped": {}, "schools": 0,
        "districts": 0, "problem_rows": 0, "groups": [],
    }  # fmt: skip
    return nothing | run.mapping


def carry_out(
    session: Session,
    run: ImportRun,
    table: tabular.Table,
    *,
    leave_out: bool,
    by: int | None,
    at: datetime,
    report: site_importing.Report = lambda _done: None,
) -> None:
    """Check the rows once more against what is there now, and write all of them or none.

    Raises:
        RuleError: it was done already, or rows have problems that are not to be left out.
    """
    if run.state not in {"preview", "running"}:
        raise RuleError(_("This import is over. Upload the file again to import it anew."))
    chosen = run.mapping
    plan = site_importing.make_plan(
        session,
        run.network_id,
        table,
        chosen["columns"],
        state=chosen.get("state") or None,
        leave_out=leave_out,
    )
    site_importing.write(session, run, plan, by=by, at=at, report=report)


def find_run(session: Session, run_id: int) -> ImportRun:
    """Return an import by its inner number, as a job carries it."""
    return session.scalars(select(ImportRun).where(ImportRun.id == run_id)).one()
