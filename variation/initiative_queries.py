"""Reading the inventory of initiatives: by initiative, by place, and what was decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Driver
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError, InputError
from nic_platform.text import _
from teams.models import Site, Team
from teams.queries import in_network
from variation.initiatives import ASPECTS, Said
from variation.models import Initiative, InitiativeDriver, InitiativePair, InitiativePlace
from variation.seat_queries import beyond, is_pooled, reads_counts, reads_site, within

FACTS = ("name", "aim", "owner", "data_collected", "requires", "starts_on", "ends_on")
LINES = ("level", "owner", "teams", "starts_on", "ends_on", *ASPECTS, "outcome", "evidence")
CHOICE = ("decision", "decision_why", "reallocate_to", "decided_on")


@dataclass(frozen=True)
class InitiativeRow:
    """One initiative, and at how many of the places that the reader may read it is."""

    id: int
    public_id: UUID
    version: int
    name: str
    aim: str
    owner: str
    data_collected: str
    requires: str
    starts_on: date | None
    ends_on: date | None
    places: int = 0
    better: int = 0
    same: int = 0
    worse: int = 0


@dataclass(frozen=True)
class PlaceRow:
    """One initiative at one place and level."""

    id: int
    public_id: UUID
    version: int
    initiative_id: int
    initiative: UUID
    name: str
    site_id: int
    site: UUID
    site_name: str
    level: Level
    team_id: int | None
    team: str | None
    owner: str
    teams: str
    starts_on: date | None
    ends_on: date | None
    planned: str
    implemented: str
    tracked: str
    monitored: str
    evaluated: str
    outcome: str
    evidence: str
    decision: str
    decision_why: str
    reallocate_to: str
    decided_on: date | None

    @property
    def aspects(self) -> int:
        """Return on how many of the five aspects a line is written."""
        return sum(bool(getattr(self, name)) for name in ASPECTS)


@dataclass(frozen=True)
class PairRow:
    """What a team noted of two initiatives at one place, and when it was last written."""

    id: int
    public_id: UUID
    version: int
    first_id: int
    second_id: int
    first: str
    second: str
    kind: str
    words: str
    team_id: int | None
    team: str
    at: datetime


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the initiatives *actor* may know of: the network's list, for its people."""
    takes_part = bool(actor.team_ids) or actor.sees_network or actor.is_analyst
    return in_network(actor, Initiative.network_id) if takes_part else false()


def place_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the places' own lines that *actor* reads: the line of the site."""
    return and_(
        in_network(actor, InitiativePlace.network_id),
        reads_site(actor, InitiativePlace.site_id, InitiativePlace.team_id),
    )


def pair_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the notes on two initiatives: as the site's inventory."""
    return and_(in_network(actor, InitiativePair.network_id), reads_site(actor, InitiativePair.site_id))


def counted(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the places that counts are made over."""
    return and_(
        in_network(actor, InitiativePlace.network_id),
        InitiativePlace.deleted_at.is_(None),
        reads_counts(actor, InitiativePlace.site_id, InitiativePlace.team_id),
    )


_FACTS: tuple[Any, ...] = (
    Initiative.id, Initiative.public_id, Initiative.version, Initiative.name, Initiative.aim,
    Initiative.owner, Initiative.data_collected, Initiative.requires, Initiative.starts_on,
    Initiative.ends_on,
)  # fmt: skip


def list_initiatives(
    session: Session, actor: Actor, *, find: str = "", driver_id: UUID | None = None,
    after: UUID | None = None, limit: int = 50,
) -> list[InitiativeRow]:  # fmt: skip
    """Return up to *limit* + 1 initiatives by name with counts of their places; two or three statements."""
    query = select(*_FACTS).where(visible_to(actor), Initiative.deleted_at.is_(None))
    if find:
        query = query.where(
            or_(*(c.icontains(find, autoescape=True) for c in (Initiative.name, Initiative.aim)))
        )
    if driver_id is not None:
        works = select(InitiativeDriver.initiative_id).join(Driver, Driver.id == InitiativeDriver.driver_id)
        query = query.where(Initiative.id.in_(works.where(Driver.public_id == driver_id)))
    if after is not None:
        last = select(Initiative.id).where(visible_to(actor), Initiative.public_id == after)
        query = beyond(session, query, (Initiative.name, Initiative.id), last)
    rows = session.execute(query.order_by(Initiative.name, Initiative.id).limit(limit + 1)).all()
    sums = place_counts(session, actor, [row[0] for row in rows])
    return [InitiativeRow(*(*row, *sums.get(row[0], (0, 0, 0, 0)))) for row in rows]


def place_counts(
    session: Session, actor: Actor, ids: Collection[int]
) -> dict[int, tuple[int, int, int, int]]:
    """Return at how many places each initiative is, and how many lines say better, the same, worse.

    An analyst's counts are over the whole network; what came of fewer than five places is not told.
    """
    outcome = InitiativePlace.outcome
    told = [func.count().filter(outcome == word) for word in ("better", "same", "worse")]
    query = (
        select(InitiativePlace.initiative_id, func.count(InitiativePlace.site_id.distinct()), *told)
        .where(counted(actor), InitiativePlace.initiative_id.in_(sorted(ids) or [0]))
        .group_by(InitiativePlace.initiative_id)
    )
    found = {row[0]: (row[1], row[2], row[3], row[4]) for row in session.execute(query)}
    if is_pooled(actor):
        return {key: row if row[0] >= 5 else (row[0], 0, 0, 0) for key, row in found.items()}
    return found


def get_initiative(
    session: Session, actor: Actor, initiative_id: UUID | None, *, gone: bool = False
) -> Initiative:
    """Return one initiative for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = select(Initiative).where(visible_to(actor), Initiative.public_id == initiative_id)
    found = session.scalar(query if gone else query.where(Initiative.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such initiative."))
    return found


def chosen(session: Session, actor: Actor, words: str) -> Initiative:
    """Return the initiative that a form's list names.

    Raises:
        InputError: none was chosen, or it is gone.
    """
    text = _("Choose an initiative, or write the name of a new one.")
    try:
        return get_initiative(session, actor, UUID(words))
    except (ValueError, AbsentError):
        raise InputError(text, {"initiative": text}) from None


def names_to_choose(session: Session, actor: Actor, limit: int = 500) -> list[tuple[UUID, str]]:
    """Return the network's initiatives for a list to choose from, by name."""
    query = select(Initiative.public_id, Initiative.name).where(
        visible_to(actor), Initiative.deleted_at.is_(None)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Initiative.name).limit(limit))]


def drivers_of(session: Session, ids: Collection[int]) -> dict[int, list[tuple[UUID, str, bool]]]:
    """Return the drivers each initiative works on, by name; strongly or not."""
    query = (
        select(InitiativeDriver.initiative_id, Driver.public_id, Driver.name, InitiativeDriver.is_strong)
        .join(Driver, Driver.id == InitiativeDriver.driver_id)
        .where(InitiativeDriver.initiative_id.in_(sorted(ids) or [0]), Driver.deleted_at.is_(None))
        .order_by(Driver.name)
    )
    found: dict[int, list[tuple[UUID, str, bool]]] = {}
    for key, public_id, name, strong in session.execute(query):
        found.setdefault(key, []).append((public_id, name, strong))
    return found


_PLACE: tuple[Any, ...] = (
    InitiativePlace.id, InitiativePlace.public_id, InitiativePlace.version, InitiativePlace.initiative_id,
    Initiative.public_id, Initiative.name, InitiativePlace.site_id, Site.public_id, Site.name,
    InitiativePlace.level, InitiativePlace.team_id, Team.name, InitiativePlace.owner, InitiativePlace.teams,
    InitiativePlace.starts_on, InitiativePlace.ends_on, InitiativePlace.planned, InitiativePlace.implemented,
    InitiativePlace.tracked, InitiativePlace.monitored, InitiativePlace.evaluated, InitiativePlace.outcome,
    InitiativePlace.evidence, InitiativePlace.decision, InitiativePlace.decision_why,
    InitiativePlace.reallocate_to, InitiativePlace.decided_on,
)  # fmt: skip


def _places(actor: Actor) -> Any:
    return (
        select(*_PLACE)
        .join(Initiative, Initiative.id == InitiativePlace.initiative_id)
        .join(Site, Site.id == InitiativePlace.site_id)
        .outerjoin(Team, Team.id == InitiativePlace.team_id)
        .where(place_visible_to(actor), InitiativePlace.deleted_at.is_(None))
        .where(Initiative.deleted_at.is_(None))
    )


def places_at(session: Session, actor: Actor, site_id: int) -> list[PlaceRow]:
    """Return what is in place at a site, by initiative and level; one statement."""
    query = _places(actor).where(InitiativePlace.site_id == site_id)
    rows = session.execute(query.order_by(Initiative.name, InitiativePlace.level, InitiativePlace.id))
    return [PlaceRow(*row) for row in rows]


def places_with(
    session: Session, actor: Actor, initiative_id: int, *, after: UUID | None = None, limit: int = 50
) -> list[PlaceRow]:
    """Return up to *limit* + 1 places that have an initiative, by the site's name; one statement."""
    query = _places(actor).where(InitiativePlace.initiative_id == initiative_id)
    if after is not None:
        last = _places(actor).where(InitiativePlace.public_id == after)
        query = beyond(session, query, (Site.name, InitiativePlace.id), last)
    rows = session.execute(query.order_by(Site.name, InitiativePlace.id).limit(limit + 1))
    return [PlaceRow(*row) for row in rows]


def place_row(session: Session, actor: Actor, place_id: UUID) -> PlaceRow:
    """Return one initiative at one place.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    row = session.execute(_places(actor).where(InitiativePlace.public_id == place_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such record."))
    return PlaceRow(*row)


def get_place(session: Session, actor: Actor, place_id: UUID, *, gone: bool = False) -> InitiativePlace:
    """Return one initiative at one place for writing.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    query = select(InitiativePlace).where(place_visible_to(actor), InitiativePlace.public_id == place_id)
    found = session.scalar(query if gone else query.where(InitiativePlace.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such record."))
    return found


def decisions(
    session: Session, actor: Actor, *, kind: str = "", area_id: int | None = None,
    after: UUID | None = None, limit: int = 50,
) -> list[PlaceRow]:  # fmt: skip
    """Return up to *limit* + 1 of what was decided to keep, stop or reallocate, the latest first."""
    day, number = InitiativePlace.decided_on, InitiativePlace.id
    query = _places(actor).where(InitiativePlace.decision != "", day.is_not(None))
    query = query.where(within(InitiativePlace.site_id, area_id))
    if kind:
        query = query.where(InitiativePlace.decision == kind)
    if after is not None:
        last = _places(actor).where(InitiativePlace.public_id == after, day.is_not(None))
        query = beyond(session, query, (day, number), last, down=True)
    rows = session.execute(query.order_by(day.desc(), number.desc()).limit(limit + 1))
    return [PlaceRow(*row) for row in rows]


def all_places(session: Session, actor: Actor, area_id: int | None, limit: int) -> list[PlaceRow]:
    """Return every record that the reader may read, by site and initiative, for a table to take away."""
    query = _places(actor).where(within(InitiativePlace.site_id, area_id))
    rows = session.execute(query.order_by(Site.name, Initiative.name, InitiativePlace.id).limit(limit))
    return [PlaceRow(*row) for row in rows]


def pairs_at(session: Session, actor: Actor, site_id: int) -> list[PairRow]:
    """Return what each team noted of pairs of initiatives at a site; one statement."""
    first, second = (Initiative.__table__.alias(name) for name in ("first", "second"))
    query = (
        select(
            InitiativePair.id, InitiativePair.public_id, InitiativePair.version, InitiativePair.first_id,
            InitiativePair.second_id, first.c.name, second.c.name, InitiativePair.kind, InitiativePair.words,
            InitiativePair.team_id, func.coalesce(Team.name, ""), InitiativePair.updated_at,
        )
        .outerjoin(Team, Team.id == InitiativePair.team_id)
        .join(first, first.c.id == InitiativePair.first_id)
        .join(second, second.c.id == InitiativePair.second_id)
        .where(pair_visible_to(actor), InitiativePair.deleted_at.is_(None))
        .where(InitiativePair.site_id == site_id)
        .order_by(first.c.name, second.c.name, Team.rank, InitiativePair.id)
    )  # fmt: skip
    return [PairRow(*row) for row in session.execute(query)]


def get_pair(session: Session, actor: Actor, pair_id: UUID, *, gone: bool = False) -> InitiativePair:
    """Return a note on two initiatives for writing.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    query = select(InitiativePair).where(pair_visible_to(actor), InitiativePair.public_id == pair_id)
    found = session.scalar(query if gone else query.where(InitiativePair.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such note."))
    return found


def keepers_of(session: Session, initiative_id: int) -> dict[int | None, int]:
    """Return the teams that keep a record of an initiative, and of how many sites."""
    query = (
        select(InitiativePlace.team_id, func.count(InitiativePlace.site_id.distinct()))
        .where(InitiativePlace.initiative_id == initiative_id, InitiativePlace.deleted_at.is_(None))
        .group_by(InitiativePlace.team_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def said_of(
    places: Sequence[PlaceRow],
    facts: Mapping[int, InitiativeRow | Initiative],
    drivers: Mapping[int, Sequence[tuple[UUID, str, bool]]],
) -> list[Said]:
    """Return a place's inventory as the rules look at it."""
    return [
        Said(
            each.initiative_id, each.name,
            frozenset(name for _id, name, _strong in drivers.get(each.initiative_id, ())),
            facts[each.initiative_id].data_collected if each.initiative_id in facts else "",
            each.teams, each.aspects, each.outcome, each.evidence,
            each.owner or (facts[each.initiative_id].owner if each.initiative_id in facts else ""),
        )
        for each in places
    ]  # fmt: skip


def facts_of(session: Session, ids: Collection[int]) -> dict[int, InitiativeRow]:
    """Return the facts of initiatives that were found already, by number; one statement."""
    rows = session.execute(select(*_FACTS).where(Initiative.id.in_(sorted(ids) or [0])))
    return {row[0]: InitiativeRow(*row) for row in rows}


def name_of(session: Session, user_id: int | None) -> str:
    """Return a person's name; empty where nobody is named."""
    return session.scalar(select(User.name).where(User.id == user_id)) or "" if user_id else ""
