"""Writing a table of schools into a network: all of it or nothing, twice without a change, and back again.

A site is known by its NCES id, else by its state's code. What the file does not say about a known site stays
as it is. Callers hold the transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from nic_platform import audit, importing
from nic_platform.actor import Level
from nic_platform.errors import RuleError
from nic_platform.tables import ImportRun
from nic_platform.tabular import Table
from nic_platform.text import _
from teams import site_table
from teams.models import Site, SiteClosure
from teams.services import move_site
from teams.site_table import Wanted

CHUNK = 2000
Report = Callable[[int], None]
_FACTS = (
    "city", "state", "locale", "grades", "enrolment",
    "lunch_percent", "english_learner_percent", "is_title_one", "is_charter",
)  # fmt: skip
_SITE: Any = Site.__table__
_CLOSURE: Any = SiteClosure.__table__
_EMPTY = {"city": "", "state": "", "locale": "", "grades": ""}


@dataclass
class Known:
    """A site that the network has already, in the shape that it is compared in."""

    id: int
    parent_id: int | None
    level: Level
    values: dict[str, Any]
    is_deleted: bool


@dataclass
class Plan:
    """What an import would do. Nothing is written yet."""

    problems: list[importing.Problem]
    skipped: Mapping[str, int]
    rows_read: int
    leave_out: bool = False
    only_state: int | None = None
    new: list[Wanted] = field(default_factory=list)
    changed: list[tuple[Wanted, Known, dict[str, Any]]] = field(default_factory=list)
    unchanged: list[tuple[Wanted, Known]] = field(default_factory=list)

    def count(self, level: str) -> int:
        """Return how many sites of a level the file has."""
        known = [row[0] for row in self.changed] + [row[0] for row in self.unchanged]
        return sum(site.level == level for site in (*self.new, *known))

    def as_json(self) -> dict[str, Any]:
        """Return the counts and problems as scripts read them."""
        return {
            "rows_read": self.rows_read,
            "created": len(self.new),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "skipped": dict(self.skipped),
            "problems": [problem.as_json() for problem in self.problems],
        }


@importing.without_collector()
def make_plan(
    session: Session,
    network_id: int,
    table: Table,
    mapping: Mapping[str, str],
    *,
    state: str | None = None,
    leave_out: bool = False,
) -> Plan:
    """Return what importing *table* by *mapping* would do.

    Args:
        state: postal code of the state whose file it is, where the file doesn't say.
        leave_out: leave rows with problems out; without it any problem stops the import.
    """
    checked = importing.check(table, mapping, site_table.targets(), site_table.reason_to_skip)
    wanted, problems = site_table.tree(checked.values, state)
    plan = Plan(checked.problems + problems, checked.skipped, len(table), leave_out)
    if leave_out and problems:
        bad = {problem.row for problem in problems}
        wanted, _more = site_table.tree([row for row in checked.values if row[0] not in bad], state)
    _sort_out(plan, wanted, _Register(known_sites(session, network_id)))
    return plan


def known_sites(session: Session, network_id: int) -> list[Known]:
    """Return every site of a network, deleted ones too: their codes are still taken. One statement."""
    names = ("name", "nces_id", "state_code", *_FACTS)
    rows = session.execute(
        select(
            Site.id, Site.parent_id, Site.level, Site.deleted_at, *(getattr(Site, name) for name in names)
        ).where(Site.network_id == network_id)
    )
    return [
        Known(row[0], row[1], row[2], dict(zip(names, row[4:], strict=True)), row[3] is not None)
        for row in rows
    ]


class _Register:
    """Finds known sites by NCES id, state code, or a state's letters."""

    def __init__(self, sites: Iterable[Known]) -> None:
        self.claimed: dict[str, Wanted] = {}
        self.by_nces: dict[tuple[str, str], Known] = {}
        self.by_code: dict[tuple[str, str], Known] = {}
        self.states: dict[str, Known] = {}
        for site in sites:
            level = site.level.value
            if site.values["nces_id"]:
                self.by_nces[level, site.values["nces_id"]] = site
            if site.values["state_code"]:
                self.by_code[level, site.values["state_code"]] = site
            if level == "state" and not site.is_deleted:
                self.states[site.values["state"]] = site
        self.taken = {key[1]: site for key, site in (*self.by_nces.items(), *self.by_code.items())}

    def find(self, wanted: Wanted) -> Known | None:
        """Return the known site that *wanted* is, if there is one."""
        found = self.by_nces.get((wanted.level, wanted.nces_id or ""))
        if found is None:
            found = self.by_code.get((wanted.level, wanted.state_code or ""))
        if found is None and wanted.level == "state":
            found = self.states.get(str(wanted.values.get("state")))
        return found

    @property
    def only_state(self) -> Known | None:
        """Return the network's one state, under which districts go that name none."""
        return next(iter(self.states.values())) if len(self.states) == 1 else None


def _sort_out(plan: Plan, wanted: Sequence[Wanted], register: _Register) -> None:
    ids: dict[str, int] = {}
    plan.only_state = register.only_state.id if register.only_state else None
    for site in wanted:
        known = register.find(site)
        clash = _clash(site, known, register)
        if clash:
            plan.problems.append(clash)
            continue
        if known is None:
            plan.new.append(site)
            register.claimed |= {code: site for code in (site.nces_id, site.state_code) if code}
            continue
        ids[site.key] = known.id
        changes = _differences(site, known, ids.get(site.parent or ""))
        if changes:
            plan.changed.append((site, known, changes))
        else:
            plan.unchanged.append((site, known))


def _clash(site: Wanted, known: Known | None, register: _Register) -> importing.Problem | None:
    """Find a code of *site* that another site of the network has."""
    for code in (site.nces_id, site.state_code):
        other = register.taken.get(code or "")
        twin = register.claimed.get(code or "")
        if twin is not None:
            sentence = _(
                "%(name)s in row %(row)s has this code too. Check both.", name=twin.name, row=twin.row
            )
            return importing.Problem(site.row, "", code or "", sentence)
        if other is not None and other is not known:
            sentence = _("The network has this code for %(name)s. Check both.", name=other.values["name"])
            return importing.Problem(site.row, "", code or "", sentence)
    return None


def _differences(site: Wanted, known: Known, parent: int | None) -> dict[str, Any]:
    told: dict[str, Any] = {**site.values}
    if site.level != "state":  # an agency that the network set up keeps the name it was given
        told["name"] = site.name
    told |= {
        key: value for key, value in (("nces_id", site.nces_id), ("state_code", site.state_code)) if value
    }
    changes = {key: value for key, value in told.items() if known.values[key] != value}
    if site.parent and parent != known.parent_id:
        changes["parent_id"] = parent  # None for one that this import makes: its number is found when writing
    if known.is_deleted:
        changes["deleted_at"] = None
    return changes


@importing.without_collector()
def write(
    session: Session,
    run: ImportRun,
    plan: Plan,
    *,
    by: int | None,
    at: datetime,
    report: Report = lambda _done: None,
) -> None:
    """Write what *plan* says, and note on *run* what was done and how to take it back.

    Args:
        report: told how many of the plan's sites have been written, as often as it changes.

    Raises:
        RuleError: the plan has problems, and its rows are not to be left out.
    """
    if plan.problems and not plan.leave_out:
        raise RuleError(_("Nothing was imported: some rows have problems. Mend them or leave them out."))
    ids = {site.key: known.id for site, known in plan.unchanged} | {
        site.key: k.id for site, k, _c in plan.changed
    }
    chains = _chains(session, run.network_id)
    done = 0
    for level in ("state", "district", "school"):
        for piece in importing.pieces((site for site in plan.new if site.level == level), CHUNK):
            _insert(session, run, piece, ids, chains, plan.only_state, by=by, at=at)
            done += len(piece)
            report(done)
    before = _update(session, plan, ids, lambda more: report(done + more))
    run.rows_read, run.rows_skipped = plan.rows_read, sum(plan.skipped.values())
    run.rows_created, run.rows_changed, run.rows_unchanged = (
        len(plan.new),
        len(plan.changed),
        len(plan.unchanged),
    )
    run.undo = {"changed": before}
    run.state, run.finished_at = "done", at
    session.flush()


def _chains(session: Session, network_id: int) -> dict[int, list[int]]:
    """Return the sites above each site that can have others below it, nearest first, itself included."""
    rows = session.execute(
        select(SiteClosure.below_id, SiteClosure.above_id)
        .join(Site, Site.id == SiteClosure.below_id)
        .where(Site.network_id == network_id, Site.level != Level.SCHOOL)
        .order_by(SiteClosure.below_id, SiteClosure.depth)
    )
    chains: dict[int, list[int]] = {}
    for below, above in rows:
        chains.setdefault(below, []).append(above)
    return chains


def _insert(
    session: Session,
    run: ImportRun,
    sites: Sequence[Wanted],
    ids: dict[str, int],
    chains: dict[int, list[int]],
    only_state: int | None,
    *,
    by: int | None,
    at: datetime,
) -> None:
    rows = [_row(run, site, ids, only_state) for site in sites]
    ready = audit.record_created(session, "site", rows, by=by, at=at)
    session.execute(insert(_SITE), ready)
    names = {row["public_id"]: site for row, site in zip(rows, sites, strict=True)}
    found = session.execute(
        select(Site.id, Site.public_id, Site.parent_id).where(Site.public_id.in_(list(names)))
    )
    closure: list[dict[str, int]] = []
    for site_id, public_id, parent_id in found:
        site = names[public_id]
        ids[site.key] = site_id
        chain = [site_id, *chains.get(parent_id or 0, [])]
        if site.level != "school":
            chains[site_id] = chain
        closure += [
            {"above_id": above, "below_id": site_id, "depth": depth} for depth, above in enumerate(chain)
        ]
    for piece in importing.pieces(closure, CHUNK * 4):
        session.execute(insert(_CLOSURE), piece)


def _row(run: ImportRun, site: Wanted, ids: Mapping[str, int], only_state: int | None) -> dict[str, Any]:
    parent = ids.get(site.parent) if site.parent else (only_state if site.level == "district" else None)
    facts = {name: site.values.get(name, _EMPTY.get(name)) for name in _FACTS}
    return {
        "public_id": uuid4(),
        "network_id": run.network_id,
        "parent_id": parent,
        "level": Level(site.level),
        "name": site.name,
        "nces_id": site.nces_id,
        "state_code": site.state_code,
        "attributes": {},
        "import_run_id": run.id,
        "deleted_at": None,
        **facts,
    }


def _update(
    session: Session, plan: Plan, ids: Mapping[str, int], report: Report
) -> dict[str, dict[str, Any]]:
    """Change known sites through the ORM, so that version and history follow; return what was there."""
    before: dict[str, dict[str, Any]] = {}
    done = 0
    for piece in importing.pieces(plan.changed, CHUNK):
        numbers = [known.id for _wanted, known, _changes in piece]
        sites = {site.id: site for site in session.scalars(select(Site).where(Site.id.in_(numbers)))}
        for wanted, known, changes in piece:
            site = sites[known.id]
            if "parent_id" in changes:
                changes["parent_id"] = ids[wanted.parent or ""]
            before[str(site.public_id)] = {key: audit.plain(getattr(site, key)) for key in changes}
            apply(session, site, changes)
        flush_away(session, sites.values())
        done += len(piece)
        report(done)
    return before


def apply(session: Session, site: Site, changes: Mapping[str, Any]) -> None:
    """Set columns of a site; a new parent moves it with all below it."""
    for key, value in changes.items():
        if key == "parent_id":
            move_site(session, site, value)
        else:
            setattr(site, key, value)


def flush_away(session: Session, sites: Iterable[Site]) -> None:
    """Write the sites and let go of them, so that a large import stays small in memory."""
    session.flush()
    for site in sites:
        session.expunge(site)
