"""Reading practices: which there are, at which sites, at what stage, with which supports and ratings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from cycles.idea_queries import may_read_idea
from cycles.models import ChangeIdea
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, Team
from teams.queries import in_network, reads_team
from variation import stages
from variation.models import Initiative, Practice, PracticeSite, StageEntry, Support
from variation.seat_queries import SiteRow, beyond, reads_counts, reads_site, within

FACTS = ("name", "description", "helped", "left_out")
MEASURES = ("capacity", "fidelity", "outcome")
ZONE = ("zone_from", "zone_to", "zone_why", "helped", "left_out")


@dataclass(frozen=True)
class PracticeRow:
    """One practice in a list: whose it is, where it came from, how many sites stand at each stage."""

    id: int
    public_id: UUID
    version: int
    name: str
    description: str
    team_id: int | None
    team: str | None
    idea: UUID | None
    idea_title: str | None
    initiative: UUID | None
    initiative_name: str | None
    counts: tuple[int, ...]

    @property
    def sites(self) -> int:
        """Return at how many sites it has a stage."""
        return sum(self.counts)


@dataclass(frozen=True)
class PlaceRow:
    """One practice at one site, with its way through the stages."""

    id: int
    public_id: UUID
    version: int
    practice_id: int
    practice: UUID
    practice_name: str
    site_id: int
    site: UUID
    site_name: str
    level: Level
    team_id: int | None
    team: str | None
    zone_from: date | None
    zone_to: date | None
    zone_why: str
    helped: str
    left_out: str
    way: stages.Way


@dataclass(frozen=True)
class EntryRow:
    """A dated entry of a place: a stage, or how a support stood."""

    id: int
    public_id: UUID
    version: int
    place_id: int
    kind: str  # of supports; empty for stages
    state: str  # the stage, or the support's state
    on: date
    evidence: str


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the practices *actor* may know of.

    The network's own: everybody in it. A team's own: whoever reads the team, and whoever reads a site that
    has it.
    """
    takes_part = bool(actor.team_ids) or actor.sees_network or actor.is_analyst
    if not takes_part:
        return false()
    there = (
        select(PracticeSite.id)
        .where(PracticeSite.practice_id == Practice.id, PracticeSite.deleted_at.is_(None))
        .where(reads_site(actor, PracticeSite.site_id, PracticeSite.team_id))
        .exists()
    )
    return and_(
        in_network(actor, Practice.network_id),
        or_(Practice.team_id.is_(None), reads_team(actor, Practice.team_id), there),
    )


def place_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the places of practices that *actor* reads: the line of the site."""
    return and_(
        in_network(actor, PracticeSite.network_id),
        reads_site(actor, PracticeSite.site_id, PracticeSite.team_id),
    )


def _counted(actor: Actor) -> ColumnElement[bool]:
    return and_(
        in_network(actor, PracticeSite.network_id),
        PracticeSite.deleted_at.is_(None),
        reads_counts(actor, PracticeSite.site_id, PracticeSite.team_id),
    )


def list_practices(
    session: Session, actor: Actor, *, after: UUID | None = None, limit: int = 50
) -> list[PracticeRow]:
    """Return up to *limit* + 1 practices by name, with how many sites stand at each stage."""
    query = _practices(actor).where(Practice.deleted_at.is_(None))
    if after is not None:
        last = select(Practice.id).where(visible_to(actor), Practice.public_id == after)
        query = beyond(session, query, (Practice.name, Practice.id), last)
    rows = session.execute(query.order_by(Practice.name, Practice.id).limit(limit + 1)).all()
    counts = stage_counts(session, actor, [row[0] for row in rows])
    return [PracticeRow(*(*row, counts.get(row[0], (0, 0, 0, 0)))) for row in rows]


def _practices(actor: Actor) -> Any:
    return (
        select(
            Practice.id, Practice.public_id, Practice.version, Practice.name, Practice.description,
            Practice.team_id, Team.name, ChangeIdea.public_id, ChangeIdea.title, Initiative.public_id,
            Initiative.name,
        )
        .outerjoin(Team, Team.id == Practice.team_id)
        .outerjoin(ChangeIdea, and_(ChangeIdea.id == Practice.idea_id, may_read_idea(actor)))
        .outerjoin(Initiative, Initiative.id == Practice.initiative_id)
        .where(visible_to(actor))
    )  # fmt: skip


def practice_row(session: Session, actor: Actor, practice_id: UUID) -> PracticeRow:
    """Return one practice with its counts.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = _practices(actor).where(Practice.public_id == practice_id, Practice.deleted_at.is_(None))
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such practice."))
    counts = stage_counts(session, actor, [row[0]])
    return PracticeRow(*(*row, counts.get(row[0], (0, 0, 0, 0))))


def stage_counts(session: Session, actor: Actor, ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return how many sites of each practice stand at each stage by their latest entry; one statement."""
    order = (StageEntry.on.desc(), StageEntry.id.desc())
    ranked = (
        select(
            PracticeSite.practice_id,
            StageEntry.stage,
            func.row_number().over(partition_by=StageEntry.place_id, order_by=order).label("place"),
        )
        .join(PracticeSite, PracticeSite.id == StageEntry.place_id)
        .where(_counted(actor), StageEntry.deleted_at.is_(None))
        .where(PracticeSite.practice_id.in_(sorted(ids) or [0]))
        .subquery()
    )
    query = (
        select(ranked.c.practice_id, ranked.c.stage, func.count())
        .where(ranked.c.place == 1)
        .group_by(ranked.c.practice_id, ranked.c.stage)
    )
    found: dict[int, dict[str, int]] = {}
    for key, stage, number in session.execute(query):
        found.setdefault(key, {})[stage] = number
    return {key: tuple(by_stage.get(stage, 0) for stage in stages.STAGES) for key, by_stage in found.items()}


def get_practice(session: Session, actor: Actor, practice_id: UUID | None, *, gone: bool = False) -> Practice:
    """Return one practice for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    query = select(Practice).where(visible_to(actor), Practice.public_id == practice_id)
    found = session.scalar(query if gone else query.where(Practice.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such practice."))
    return found


def practice_by_number(session: Session, practice_id: int) -> Practice:
    """Return the practice of something that was found already."""
    return session.get_one(Practice, practice_id)


_PLACE: tuple[Any, ...] = (
    PracticeSite.id, PracticeSite.public_id, PracticeSite.version, PracticeSite.practice_id,
    Practice.public_id, Practice.name, PracticeSite.site_id, Site.public_id, Site.name, Site.level,
    PracticeSite.team_id, Team.name, PracticeSite.zone_from, PracticeSite.zone_to, PracticeSite.zone_why,
    PracticeSite.helped, PracticeSite.left_out,
)  # fmt: skip


def _places(actor: Actor) -> Any:
    return (
        select(*_PLACE)
        .join(Practice, Practice.id == PracticeSite.practice_id)
        .join(Site, Site.id == PracticeSite.site_id)
        .outerjoin(Team, Team.id == PracticeSite.team_id)
        .where(place_visible_to(actor), PracticeSite.deleted_at.is_(None), Practice.deleted_at.is_(None))
    )


def _with_ways(session: Session, rows: Sequence[Any]) -> list[PlaceRow]:
    entries = stage_entries(session, [row[0] for row in rows])
    ways: dict[int, list[stages.Step]] = {}
    for each in entries:
        ways.setdefault(each.place_id, []).append(stages.Step(each.state, each.on, each.evidence))
    return [PlaceRow(*(*row, stages.way_of(ways.get(row[0], [])))) for row in rows]


def places_of(
    session: Session, actor: Actor, practice_id: int, *, area_id: int | None = None,
    after: UUID | None = None, limit: int = 50,
) -> list[PlaceRow]:  # fmt: skip
    """Return up to *limit* + 1 sites of a practice with their ways, by name; two or three statements."""
    query = _places(actor).where(PracticeSite.practice_id == practice_id)
    query = query.where(within(PracticeSite.site_id, area_id))
    if after is not None:
        last = _places(actor).where(PracticeSite.public_id == after)
        query = beyond(session, query, (Site.name, PracticeSite.id), last)
    rows = session.execute(query.order_by(Site.name, PracticeSite.id).limit(limit + 1)).all()
    return _with_ways(session, rows)


def places_of_site(session: Session, actor: Actor, site_id: int) -> list[PlaceRow]:
    """Return the practices of a site with their ways, by name; two statements."""
    query = _places(actor).where(PracticeSite.site_id == site_id).order_by(Practice.name, PracticeSite.id)
    return _with_ways(session, session.execute(query).all())


def places_among(
    session: Session, actor: Actor, practices: Collection[int], sites: Collection[int]
) -> list[PlaceRow]:
    """Return these practices at these sites with their ways; two statements."""
    query = _places(actor).where(
        PracticeSite.practice_id.in_(sorted(practices) or [0]), PracticeSite.site_id.in_(sorted(sites) or [0])
    )
    return _with_ways(session, session.execute(query).all())


def places_of_many(
    session: Session, actor: Actor, practices: Collection[int], *, limit: int
) -> list[PlaceRow]:
    """Return these practices at every site with their ways, by practice and site; two statements."""
    query = _places(actor).where(PracticeSite.practice_id.in_(sorted(practices) or [0]))
    rows = session.execute(query.order_by(Practice.name, Site.name, PracticeSite.id).limit(limit)).all()
    return _with_ways(session, rows)


def sites_with_practices(
    session: Session, actor: Actor, area_id: int | None, *, after: UUID | None = None, limit: int = 50
) -> list[tuple[int, UUID, str, Level]]:
    """Return up to *limit* + 1 sites at which a practice is, by name; one statement."""
    query: Any = (
        select(Site.id, Site.public_id, Site.name, Site.level)
        .join(PracticeSite, PracticeSite.site_id == Site.id)
        .join(Practice, Practice.id == PracticeSite.practice_id)
        .where(place_visible_to(actor), PracticeSite.deleted_at.is_(None), Practice.deleted_at.is_(None))
        .where(within(Site.id, area_id))
        .distinct()
    )
    if after is not None:
        last = select(Site.id).where(in_network(actor, Site.network_id), Site.public_id == after)
        query = beyond(session, query, (Site.name, Site.id), last)
    rows = session.execute(query.order_by(Site.name, Site.id).limit(limit + 1))
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def sites_of_practice(session: Session, actor: Actor, practice_id: int, limit: int = 300) -> list[SiteRow]:
    """Return the sites of a practice that the reader may read, by name; one statement."""
    query = (
        select(Site.id, Site.public_id, Site.name, Site.level, Site.parent_id)
        .join(PracticeSite, PracticeSite.site_id == Site.id)
        .where(place_visible_to(actor), PracticeSite.deleted_at.is_(None))
        .where(PracticeSite.practice_id == practice_id)
        .order_by(Site.name, Site.id)
        .limit(limit)
    )
    return [SiteRow(*row) for row in session.execute(query)]


def place_row(session: Session, actor: Actor, place_id: UUID) -> PlaceRow:
    """Return one practice at one site with its way.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    rows = session.execute(_places(actor).where(PracticeSite.public_id == place_id)).all()
    if not rows:
        raise AbsentError(_("There is no such record."))
    return _with_ways(session, rows)[0]


def get_place(session: Session, actor: Actor, place_id: UUID, *, gone: bool = False) -> PracticeSite:
    """Return one practice at one site for writing.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    query = select(PracticeSite).where(place_visible_to(actor), PracticeSite.public_id == place_id)
    found = session.scalar(query if gone else query.where(PracticeSite.deleted_at.is_(None)))
    if found is None:
        raise AbsentError(_("There is no such record."))
    return found


def stage_entries(session: Session, places: Collection[int]) -> list[EntryRow]:
    """Return the stages of places that were found already, by day; one statement."""
    query = (
        select(
            StageEntry.id, StageEntry.public_id, StageEntry.version, StageEntry.place_id,
            StageEntry.stage, StageEntry.on, StageEntry.evidence,
        )
        .where(StageEntry.place_id.in_(sorted(places) or [0]), StageEntry.deleted_at.is_(None))
        .order_by(StageEntry.on, StageEntry.id)
    )  # fmt: skip
    return [EntryRow(*row[:4], "", *row[4:]) for row in session.execute(query)]


def support_entries(session: Session, places: Collection[int]) -> list[EntryRow]:
    """Return how supports stood at places that were found already, by day; one statement."""
    query = (
        select(
            Support.id, Support.public_id, Support.version, Support.place_id, Support.kind, Support.state,
            Support.on, Support.evidence,
        )
        .where(Support.place_id.in_(sorted(places) or [0]), Support.deleted_at.is_(None))
        .order_by(Support.on, Support.id)
    )  # fmt: skip
    return [EntryRow(*row) for row in session.execute(query)]


def get_entry(
    session: Session, actor: Actor, model: type[StageEntry] | type[Support], entry_id: UUID
) -> tuple[Any, PracticeSite]:
    """Return a stage or a support's state for writing, taken away or not, with its place.

    Raises:
        AbsentError: there is none, or it isn't of the reader's line.
    """
    query = (
        select(model, PracticeSite)
        .join(PracticeSite, PracticeSite.id == model.place_id)
        .where(place_visible_to(actor), PracticeSite.deleted_at.is_(None), model.public_id == entry_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such entry."))
    return row[0], row[1]
