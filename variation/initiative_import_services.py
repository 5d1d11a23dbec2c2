"""A table of initiatives from upload to undo. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from nic_platform import import_files, importing, tabular
from nic_platform.actor import Actor, Level
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team
from variation import initiative_table
from variation.initiative_services import put_in_place, save_initiative, save_place
from variation.models import Initiative, InitiativePlace
from variation.seats import HUBS

KIND = "initiatives"
SAMPLE = 5


def receive(session: Session, actor: Actor, stream: BinaryIO, name: str, *, at: datetime) -> ImportRun:
    """Keep a file and propose which column is what; nothing else is written.

    Raises:
        InputError: the file holds no table; the text says the mend.
    """
    network_id = actor.network_id or 0
    run, table = import_files.keep(session, network_id, KIND, stream, name, by=actor.user_id, at=at)
    look_over(session, actor, run, table, importing.propose(table.header, initiative_table.targets()))
    return run


def make_plan(
    session: Session, actor: Actor, table: tabular.Table, columns: Mapping[str, str]
) -> initiative_table.Plan:
    """Return what bringing a table in by this mapping would do; four statements."""
    checked = importing.check(table, columns, initiative_table.targets())
    return initiative_table.make_plan(checked.values, checked.problems, _register(session, actor), len(table))


def _register(session: Session, actor: Actor) -> initiative_table.Register:
    network_id = actor.network_id or 0
    own, hubs = _writes_for(session, actor)
    sites = select(Site.id, Site.name, Site.level, Site.nces_id, Site.state_code).where(
        Site.network_id == network_id, Site.deleted_at.is_(None)
    )
    if not actor.is_network_lead:
        sites = sites.where(or_(Site.id.in_(own), Site.id.in_(hubs)))
    known = [
        initiative_table.KnownSite(row.id, row.name, row.level.value, tuple(c for c in row[3:] if c))
        for row in session.execute(sites)
    ]
    names = session.scalars(
        select(Initiative.name).where(Initiative.network_id == network_id, Initiative.deleted_at.is_(None))
    ).all()
    query = (
        select(InitiativePlace, Initiative.name, Team.site_id)
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .outerjoin(Team, Team.id == InitiativePlace.team_id)
        .where(InitiativePlace.network_id == network_id, InitiativePlace.deleted_at.is_(None))
        .where(Initiative.deleted_at.is_(None))
    )
    mine = {site.id for site in known}
    rows = [row for row in session.execute(query) if row[0].site_id in mine]
    places = {
        (initiative_table.plain(name), place.site_id, place.level.value): initiative_table.KnownPlace(
            place.id,
            {column: getattr(place, column) for column in initiative_table.HERE.values()},
            not actor.is_network_lead and home == place.site_id and place.site_id not in own,
        )
        for place, name, home in rows
    }
    return initiative_table.Register(known, names, places)


def _writes_for(session: Session, actor: Actor) -> tuple[set[int], set[int]]:
    """Return the sites of the teams that the actor works in, and those that lie in their hubs."""
    edited = sorted(team for team in actor.team_ids if actor.edits(team)) or [0]
    rows = session.execute(
        select(SiteClosure.below_id, SiteClosure.depth, Team.level)
        .join(Team, Team.site_id == SiteClosure.above_id)
        .where(Team.id.in_(edited), Team.deleted_at.is_(None))
    ).all()
    own = {row.below_id for row in rows if row.depth == 0}
    return own, {row.below_id for row in rows if row.level in HUBS}


def look_over(
    session: Session, actor: Actor, run: ImportRun, table: tabular.Table, columns: Mapping[str, str]
) -> None:
    """Note on *run* what bringing it in by this mapping would do: counts, problems, first rows."""
    plan = make_plan(session, actor, table, columns)
    run.mapping = {
        "columns": dict(columns),
        "header": list(table.header),
        "first": [list(row) for row in table.rows[:SAMPLE]],
        "names": len(plan.names),
        "problem_rows": len({problem.row for problem in plan.problems}),
        "groups": [asdict(group) for group in importing.grouped(plan.problems)[:50]],
    }
    run.rows_read, run.rows_created = plan.rows, len(plan.new)
    run.rows_changed, run.rows_unchanged = len(plan.changed), plan.unchanged
    run.problems = [problem.as_json() for problem in plan.problems[: importing.SHOWN_PROBLEMS]]
    session.flush()


def write(session: Session, actor: Actor, run: ImportRun, *, at: datetime) -> None:
    """Check the rows once more against what is there now, and write all of them or none.

    Raises:
        RuleError: it was done already, or rows have problems.
    """
    import_files.hold(session, run)
    if run.state != "preview":
        raise RuleError(_("This import is over. Upload the file again to import it anew."))
    plan = make_plan(session, actor, import_files.table_of(session, run), run.mapping["columns"])
    if plan.problems:
        raise RuleError(_("Nothing was imported: some rows have problems. Mend them and try again."))
    made, things = _initiatives(session, actor, run, plan)
    homes = _keepers(session, actor, plan)
    before: dict[str, dict[str, Any]] = {}
    places = []
    for wanted in plan.new:
        thing = things[initiative_table.plain(wanted.name)]
        values = wanted.values | {"level": Level(wanted.level), "import_run_id": run.id}
        places.append(put_in_place(session, thing, wanted.site_id, homes.get(wanted.site_id), values))
    for wanted in plan.changed:
        place = session.get_one(InitiativePlace, wanted.place_id)
        before[str(place.public_id)] = {name: _kept(getattr(place, name)) for name in wanted.values}
        save_place(session, place, wanted.values)
    run.undo = {
        "initiatives": [str(thing.public_id) for thing in made],
        "places": {str(place.public_id): place.version for place in places},
        "changed": before,
    }
    run.rows_created, run.rows_changed = len(places), len(before)
    run.state, run.finished_at = "done", at
    session.flush()


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _initiatives(
    session: Session, actor: Actor, run: ImportRun, plan: initiative_table.Plan
) -> tuple[list[Initiative], dict[str, Initiative]]:
    """Return the initiatives that were made, and those of all rows by name; known ones stay as they are."""
    rows = session.scalars(
        select(Initiative).where(
            Initiative.network_id == (actor.network_id or 0), Initiative.deleted_at.is_(None)
        )
    )
    things, made = {initiative_table.plain(each.name): each for each in rows}, []
    for wanted in plan.new:
        key = initiative_table.plain(wanted.name)
        if key not in things:
            thing = save_initiative(
                session, actor.network_id or 0, None, {"name": wanted.name} | wanted.facts
            )
            thing.import_run_id = run.id
            made.append(thing)
            things[key] = thing
    return made, things


def _keepers(session: Session, actor: Actor, plan: initiative_table.Plan) -> dict[int, int]:
    """Return in whose name each site's new records are written: the own team there, else the hub."""
    edited = sorted(team for team in actor.team_ids if actor.edits(team)) or [0]
    sites = sorted({wanted.site_id for wanted in plan.new}) or [0]
    found: dict[int, int] = {}
    for piece in importing.pieces(sites, 500):
        rows = session.execute(
            select(SiteClosure.below_id, Team.id)
            .join(Team, Team.site_id == SiteClosure.above_id)
            .where(Team.id.in_(edited), SiteClosure.below_id.in_(piece))
            .order_by(SiteClosure.depth, Team.id)
        )
        for site, team in rows:
            found.setdefault(site, team)
    return found


def undo(session: Session, run: ImportRun, *, at: datetime) -> None:
    """Take an import back as one piece.

    Raises:
        RuleError: it never ended, or somebody changed one of its records since.
    """
    import_files.hold(session, run)
    if run.state != "done" or run.undo is None:
        raise RuleError(_("Only a finished import can be undone."))
    told = run.undo
    made = _by_id(session, InitiativePlace, told["places"])
    if any(place.version != told["places"][str(place.public_id)] for place in made):
        raise RuleError(_("Somebody changed one of its records since. Change them by hand instead."))
    for place in made:
        place.deleted_at = at
    for place in _by_id(session, InitiativePlace, told["changed"]):
        values = told["changed"][str(place.public_id)]
        days = {name: date.fromisoformat(v) for name, v in values.items() if name.endswith("_on") and v}
        save_place(session, place, values | days)
    for thing in _by_id(session, Initiative, told["initiatives"]):
        thing.deleted_at = at
    run.state, run.undo, run.finished_at = "undone", None, at
    session.flush()


def _by_id(session: Session, model: Any, names: Any) -> list[Any]:
    found: list[Any] = []
    for piece in importing.pieces([UUID(name) for name in names], 500):
        found += session.scalars(select(model).where(model.public_id.in_(piece))).all()
    return found


def _open_to(actor: Actor) -> tuple[Any, ...]:
    """Return which imports the actor may open: a network lead all, anybody else their own."""
    return () if actor.is_network_lead else (ImportRun.created_by_id == actor.user_id,)


def find_run(session: Session, actor: Actor, import_id: UUID) -> ImportRun | None:
    """Return one import: the own, or any for a network lead."""
    return import_files.find_run(session, actor.network_id, KIND, import_id, *_open_to(actor))


def runs_of(session: Session, actor: Actor) -> list[ImportRun]:
    """Return the newest imports that the actor may open."""
    return import_files.runs_of(session, actor.network_id, KIND, *_open_to(actor))
