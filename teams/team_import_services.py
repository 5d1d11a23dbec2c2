"""An import of teams and links from upload to undo. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from nic_platform import import_files, importing, tabular
from nic_platform.actor import Level
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _, ngettext
from teams import team_table
from teams.graph_services import lock_graph
from teams.models import Link, Membership, Site, Team
from teams.reach_services import rebuild_reach

KIND = "teams"
SAMPLE = 5


def receive(
    session: Session, network_id: int, stream: BinaryIO, name: str, *, by: int | None, at: datetime
) -> ImportRun:
    """Keep a file and propose which column is what; nothing else is written.

    Raises:
        InputError: the file holds no table; the text says the mend.
    """
    run, table = import_files.keep(session, network_id, KIND, stream, name, by=by, at=at)
    look_over(session, run, table, importing.propose(table.header, team_table.targets()))
    return run


def make_plan(
    session: Session, network_id: int, table: tabular.Table, columns: Mapping[str, str]
) -> team_table.Plan:
    """Return what importing a table by this mapping would do; three statements."""
    checked = importing.check(table, columns, team_table.targets())
    teams = session.execute(
        select(Team.id, Team.name, Team.level).where(
            Team.network_id == network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
        )
    )
    sites = session.execute(
        select(Site.id, Site.name, Site.level, Site.nces_id, Site.state_code).where(
            Site.network_id == network_id, Site.deleted_at.is_(None)
        )
    )
    links = session.execute(
        select(Link.lower_id, Link.upper_id).where(Link.network_id == network_id, Link.deleted_at.is_(None))
    )
    register = team_table.Register(
        [team_table.KnownTeam(row.id, row.name, row.level.value) for row in teams],
        [
            team_table.KnownSite(
                row.id, row.name, row.level.value,
                tuple(code.casefold() for code in (row.nces_id, row.state_code) if code),
            )
            for row in sites
        ],
    )  # fmt: skip
    pairs = [(row.lower_id, row.upper_id) for row in links]
    return team_table.make_plan(checked.values, checked.problems, register, pairs, len(table))


def look_over(session: Session, run: ImportRun, table: tabular.Table, columns: Mapping[str, str]) -> None:
    """Note on *run* what importing by this mapping would do: counts, every kind of problem, first rows."""
    plan = make_plan(session, run.network_id, table, columns)
    run.mapping = {
        "columns": dict(columns),
        "header": list(table.header),
        "first": [list(row) for row in table.rows[:SAMPLE]],
        "teams": len(plan.teams),
        "links": len(plan.links),
        "problem_rows": len({problem.row for problem in plan.problems}),
        "groups": [asdict(group) for group in importing.grouped(plan.problems)[:50]],
    }
    run.rows_read, run.rows_created = plan.rows, len(plan.teams) + len(plan.links)
    run.rows_unchanged = plan.unchanged
    run.problems = [problem.as_json() for problem in plan.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()


def write(session: Session, run: ImportRun, *, at: datetime) -> None:
    """Check the rows once more against what is there now, and write all of them or none.

    Raises:
        RuleError: it was done already, or rows have problems.
    """
    lock_graph(session, run.network_id)
    import_files.hold(session, run)
    if run.state != "preview":
        raise RuleError(_("This import is over. Upload the file again to import it anew."))
    plan = make_plan(session, run.network_id, import_files.table_of(session, run), run.mapping["columns"])
    if plan.problems:
        raise RuleError(_("Nothing was imported: some rows have problems. Mend them and try again."))
    teams = _write_teams(session, run, plan)
    links = _write_links(session, run, plan, teams)
    session.flush()
    rebuild_reach(session, run.network_id)
    new = [teams[key] for key in plan.teams]
    run.undo = {
        "teams": [str(team.public_id) for team in new],
        "links": [str(link.public_id) for link in links],
    }
    run.rows_created, run.state, run.finished_at = len(new) + len(links), "done", at
    session.flush()


def _write_teams(session: Session, run: ImportRun, plan: team_table.Plan) -> dict[tuple[str, str], Team]:
    for wanted in plan.teams.values():
        level = Level(wanted.level)
        session.add(
            Team(
                network_id=run.network_id, site_id=wanted.site_id, level=level, rank=level.rank,
                name=wanted.name, functions=[], **wanted.values,
            )
        )  # fmt: skip
    session.flush()
    rows = session.scalars(
        select(Team).where(
            Team.network_id == run.network_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
        )
    )
    return {(" ".join(team.name.split()).casefold(), team.level.value): team for team in rows}


def _write_links(
    session: Session, run: ImportRun, plan: team_table.Plan, teams: Mapping[tuple[str, str], Team]
) -> list[Link]:
    """Write the links; one that was removed before comes back with its history."""
    gone = {
        (link.lower_id, link.upper_id): link
        for link in session.scalars(
            select(Link).where(Link.network_id == run.network_id, Link.deleted_at.is_not(None))
        )
    }
    written = []
    for wanted in plan.links.values():
        ends = teams[wanted.lower].id, teams[wanted.upper].id
        link = gone.get(ends) or Link(network_id=run.network_id, lower_id=ends[0], upper_id=ends[1])
        link.deleted_at = None
        for name, value in wanted.values.items():
            setattr(link, name, value)
        session.add(link)
        written.append(link)
    return written


def can_undo(session: Session, run: ImportRun) -> str | None:
    """Say why an import can't be taken back any more, or None."""
    if run.state != "done":
        return _("Only a finished import can be undone.")
    made = [UUID(text) for text in (run.undo or {}).get("teams", [])]
    if _is_used(session, run, made):
        return _("Its teams are linked or in use by now. Archive them instead.")
    busy = 0
    for piece in importing.pieces(made, 500):
        busy += session.scalar(
            select(func.count(Membership.team_id.distinct()))
            .join(Team, Team.id == Membership.team_id)
            .where(Team.public_id.in_(piece), Membership.deleted_at.is_(None))
        ) or 0  # fmt: skip
    if not busy:
        return None
    return ngettext(
        "Somebody is in one of its teams by now. Archive that team instead.",
        "Somebody is in %(count)s of its teams by now. Archive those teams instead.",
        busy,
    )


def _is_used(session: Session, run: ImportRun, made: list[UUID]) -> bool:
    """Say whether something passed on links of an import's teams, or others were made since.

    What waits with a team that is gone would wait where nobody sees it.
    """
    links = {UUID(text) for text in (run.undo or {}).get("links", [])}
    for piece in importing.pieces(made, 500):
        teams = select(Team.id).where(Team.public_id.in_(piece))
        touches = or_(Link.lower_id.in_(teams), Link.upper_id.in_(teams))
        rows = session.execute(
            select(Link.public_id, Link.last_exchange_at).where(touches, Link.deleted_at.is_(None))
        )
        if any(row.last_exchange_at is not None or row.public_id not in links for row in rows):
            return True
    return False


def undo(session: Session, run: ImportRun, *, at: datetime) -> None:
    """Take an import back: its links and teams go.

    Raises:
        RuleError: people are in its teams already, or it never ended.
    """
    lock_graph(session, run.network_id)
    import_files.hold(session, run)
    reason = can_undo(session, run)
    if reason:
        raise RuleError(reason)
    kinds: tuple[tuple[Any, str], ...] = ((Link, "links"), (Team, "teams"))
    for model, key in kinds:
        names = [UUID(text) for text in (run.undo or {}).get(key, [])]
        for piece in importing.pieces(names, 500):
            for row in session.scalars(select(model).where(model.public_id.in_(piece))):
                row.deleted_at = at
    session.flush()
    rebuild_reach(session, run.network_id)
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()
