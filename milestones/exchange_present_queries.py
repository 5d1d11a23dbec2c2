"""What of a plan's file is there already: the plan's rows, the team's, and things outside that it names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from measures.models import Measure, Measurement, ObservationTool
from milestones import exchange
from milestones.exchange import Document, Part, Row
from milestones.exchange_compare import Present, candidates, outer_fields
from milestones.exchange_queries import MODELS, OF_TEAM, OUTER, Loaded, load, read_row, uuid_text
from milestones.models import Plan
from nic_platform import importing
from teams.models import Membership, SchoolYear, Team

CHUNK = 400
_FOREVER = (date.min, date.min)


@dataclass
class Here:
    """What an import needs to know of the place it writes to."""

    team: Team
    plan: Plan | None
    present: Present
    things: dict[str, dict[str, Any]] = field(default_factory=dict)  # part → public id → row of the database
    outer: dict[str, dict[str, int]] = field(default_factory=dict)  # kind → public id → number
    people: dict[str, int] = field(default_factory=dict)  # name → number, of the team's people


def look(session: Session, team: Team, plan: Plan | None, document: Document, plan_id: str = "") -> Here:
    """Return what is there of *document* already; a number of statements that its length hardly changes.

    Args:
        plan_id: the public id that a plan which isn't there yet is to have.
    """
    number = str(plan.public_id) if plan else plan_id or str(uuid4())
    team_id = str(team.public_id)
    loaded = load(session, plan, _FOREVER, gone=True) if plan else Loaded(Document({}))
    things = {key: dict(found) for key, found in loaded.things.items()}
    rows: dict[str, dict[str, Row]] = {
        key: {row["ref"]: row for row in loaded.document.rows(key)} for key in exchange.BY_KEY
    }
    wanted = {
        part.key: {
            each for row in document.rows(part.key) for each in candidates(part, row["ref"], number, team_id)
        }
        for part in exchange.PARTS
        if part.is_teams
    }
    names = {key: {thing.id: ref for ref, thing in found.items()} for key, found in things.items()}
    for key in ("tools", "measures", "measurements", "touchpoints", "decisions"):
        part = exchange.BY_KEY[key]
        for thing in _of_team(session, part, team, wanted[key] - set(things.get(key, {}))):
            things.setdefault(key, {})[str(thing.public_id)] = thing
            names.setdefault(key, {})[thing.id] = str(thing.public_id)
    heads = _heads(session, team, things, names)
    outer = _outer(session, team, document)
    outer_names = {kind: {n: ref for ref, n in found.items()} for kind, found in outer.items()}
    for part in exchange.PARTS:
        for ref, thing in things.get(part.key, {}).items():
            if part.is_teams or ref not in rows[part.key]:
                rows[part.key][ref] = read_row(part, thing, names, outer_names)
    _take_common(session, team, document, things, rows)
    gone = frozenset(
        (key, ref)
        for key, found in things.items()
        for ref, thing in found.items()
        if getattr(thing, "deleted_at", None) is not None
    )
    _untie_from_gone(rows, gone)
    present = Present(
        number, team_id, loaded.document.plan if plan else None, rows, gone,
        {kind: frozenset(found) for kind, found in outer.items()}, heads,
    )  # fmt: skip
    return Here(team, plan, present, things, outer, _people(session, team))


def _of_team(session: Session, part: Part, team: Team, refs: Iterable[str]) -> list[Any]:
    """Return the team's rows of a part with one of the ids; of measures and tools the common ones too."""
    model = MODELS[part.key]
    mine = model.team_id == team.id
    if model in (Measure, ObservationTool):
        mine = or_(mine, model.team_id.is_(None) & (model.network_id == team.network_id))
    found: list[Any] = []
    for piece in importing.pieces(sorted(UUID(ref) for ref in refs), CHUNK):
        found += session.scalars(select(model).where(mine, model.public_id.in_(piece)))
    return found


def _heads(
    session: Session, team: Team, things: dict[str, dict[str, Any]], names: dict[str, dict[int, str]]
) -> dict[str, str]:
    """Return, for each measurement that was corrected or taken back, what stands in its place now."""
    known = things.setdefault("measurements", {})
    if not known:
        return {}
    measures = {thing.measure_id for thing in known.values()}
    later = session.scalars(
        select(Measurement).where(
            Measurement.team_id == team.id,
            Measurement.measure_id.in_(measures),
            Measurement.supersedes_id.is_not(None),
        )
    ).all()
    after = {row.supersedes_id: row for row in later}
    for row in later:
        known.setdefault(str(row.public_id), row)
        names.setdefault("measurements", {})[row.id] = str(row.public_id)
    heads: dict[str, str] = {}
    for ref, thing in known.items():
        at = thing
        while at.id in after:
            at = after[at.id]
        heads[ref] = str(at.public_id)
    return heads


def _outer(session: Session, team: Team, document: Document) -> dict[str, dict[str, int]]:
    """Return the things outside that the file names and this network has; a team's only if of this one."""
    wanted: dict[str, set[str]] = {}
    for part, each in outer_fields():
        rows = [document.plan] if part.key == "plan" else document.rows(part.key)
        wanted.setdefault(each.of, set()).update(row[each.name] for row in rows if row[each.name])
    found: dict[str, dict[str, int]] = {}
    for kind, refs in wanted.items():
        source = OUTER[kind]
        for piece in importing.pieces(sorted(refs), CHUNK):
            query = select(source.c.public_id, source.c.id).where(
                source.c.network_id == team.network_id,
                source.c.public_id.in_([UUID(each) for each in piece]),
            )
            if kind in OF_TEAM:
                query = query.where(source.c.team_id == team.id)
            found.setdefault(kind, {}).update(
                {uuid_text(ref): number for ref, number in session.execute(query)}
            )
    return found


def _take_common(
    session: Session, team: Team, document: Document, things: dict[str, dict[str, Any]],
    rows: dict[str, dict[str, Row]],
) -> None:  # fmt: skip
    """Let a common measure or tool of another network be this network's of the same name, if it has one."""
    for key in ("measures", "tools"):
        part, model = exchange.BY_KEY[key], MODELS[key]
        strange = [row for row in document.rows(key) if row["is_common"] and row["ref"] not in rows[key]]
        if not strange:
            continue
        names = {row["name"].casefold() for row in strange}
        query = select(model).where(
            model.network_id == team.network_id, model.team_id.is_(None), model.deleted_at.is_(None),
            func.lower(model.name).in_(sorted(names)),
        )  # fmt: skip
        same = {thing.name.casefold(): thing for thing in session.scalars(query)}
        for row in strange:
            thing = same.get(row["name"].casefold())
            is_like = thing is not None and (key == "tools" or thing.type.value == row["type"])
            if thing is not None and is_like:
                old, row["ref"] = row["ref"], str(thing.public_id)
                things.setdefault(key, {})[row["ref"]] = thing
                rows[key][row["ref"]] = read_row(part, thing, {}, {})
                _rename(document, key, old, row["ref"])


def _untie_from_gone(rows: dict[str, dict[str, Row]], gone: frozenset[tuple[str, str]]) -> None:
    """What hangs on a deleted thing reads as if it hung on nothing, as an export writes it."""
    for part in exchange.PARTS:
        for row in rows[part.key].values():
            for each in part.refs:
                if not each.is_required and (each.of, row[each.name] or "") in gone:
                    row[each.name] = None


def _rename(document: Document, key: str, old: str, new: str) -> None:
    for part, row in document.everything():
        for each in part.refs:
            if each.of == key and row[each.name] == old:
                row[each.name] = new


def _people(session: Session, team: Team) -> dict[str, int]:
    query = (
        select(User.name, User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.team_id == team.id)
    )
    found: dict[str, int] = {}
    twice = set()
    for name, number in session.execute(query):
        if name in found:
            twice.add(name)
        found[name] = number
    return {name: number for name, number in found.items() if name not in twice}


def years_to_choose(session: Session, team: Team) -> tuple[list[Plan], list[SchoolYear]]:
    """Return the plans of a team, newest first, and the network's school years, newest first."""
    plans = session.scalars(
        select(Plan)
        .where(Plan.team_id == team.id, Plan.deleted_at.is_(None))
        .order_by(Plan.school_year.desc())
    ).all()
    years = session.scalars(
        select(SchoolYear)
        .where(SchoolYear.network_id == team.network_id, SchoolYear.deleted_at.is_(None))
        .order_by(SchoolYear.starts_on.desc())
        .limit(20)
    ).all()
    return list(plans), list(years)
