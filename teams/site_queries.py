"""Reading the tree of sites."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from nic_platform import import_files
from nic_platform.actor import Actor, Level
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun, Job
from nic_platform.text import _
from teams.models import Site, SiteClosure, Team
from teams.team_queries import Choice


@dataclass(frozen=True)
class SiteRow:
    """A site in a list, with how many sites and teams lie in it."""

    id: UUID
    name: str
    level: Level
    nces_id: str | None
    state_code: str | None
    city: str
    grades: str
    enrolment: int | None
    below: int
    teams: int


def visible_sites(actor: Actor) -> Select[Any]:
    """Return the query of every site that *actor* may know of: all of the own network."""
    return select(Site).where(Site.network_id == actor.network_id, Site.deleted_at.is_(None))


def get_site(session: Session, actor: Actor, site_id: UUID) -> Site:
    """Return one site of the actor's network.

    Raises:
        AbsentError: there is none.
    """
    site: Site | None = session.scalar(visible_sites(actor).where(Site.public_id == site_id))
    if site is None:
        raise AbsentError(_("There is no such place."))
    return site


def path_to(session: Session, site_id: int) -> list[tuple[UUID, str]]:
    """Return the sites around one, outermost first, itself last: id and name."""
    rows = session.execute(
        select(Site.public_id, Site.name)
        .join(SiteClosure, SiteClosure.above_id == Site.id)
        .where(SiteClosure.below_id == site_id)
        .order_by(SiteClosure.depth.desc())
    )
    return [(row[0], row[1]) for row in rows]


def list_sites(
    session: Session,
    actor: Actor,
    *,
    parent_id: int | None = None,
    find: str = "",
    after: UUID | None = None,
    limit: int = 100,
    everywhere: bool = False,
) -> list[SiteRow]:
    """Return up to *limit* + 1 sites by name after a key (a site's id).

    Args:
        parent_id: only what lies directly in this site; None for the outermost.
        find: a part of a name or a code; looks everywhere.
        everywhere: all sites, whatever they lie in.
    """
    child = aliased(Site)
    below = select(func.count()).where(child.parent_id == Site.id, child.deleted_at.is_(None))
    teams = select(func.count()).where(
        Team.site_id == Site.id, Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    query = (
        select(
            Site.public_id, Site.name, Site.level, Site.nces_id, Site.state_code, Site.city, Site.grades,
            Site.enrolment, below.correlate(Site).scalar_subquery(), teams.correlate(Site).scalar_subquery(),
        )
        .where(Site.network_id == actor.network_id, Site.deleted_at.is_(None))
        .order_by(Site.name, Site.id)
        .limit(limit + 1)
    )  # fmt: skip
    if find:
        query = query.where(
            or_(Site.name.icontains(find, autoescape=True), Site.nces_id == find, Site.state_code == find)
        )
    elif not everywhere:
        query = query.where(Site.parent_id == parent_id)
    if after is not None:
        last = get_site(session, actor, after)
        query = query.where(or_(Site.name > last.name, and_(Site.name == last.name, Site.id > last.id)))
    return [SiteRow(*row) for row in session.execute(query)]


def teams_at(session: Session, actor: Actor, site_id: int) -> list[Choice]:
    """Return the teams of one site, highest level first."""
    rows = session.execute(
        select(Team.public_id, Team.name, Team.level)
        .where(Team.network_id == actor.network_id, Team.site_id == site_id)
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.rank.desc(), Team.name)
    )
    return [Choice(*row) for row in rows]


def outer_sites(session: Session, actor: Actor) -> list[Choice]:
    """Return the first few hundred sites that others can lie in: all but schools, by name."""
    return _choices(session, actor, Site.level != Level.SCHOOL, 300)


def sites_named(session: Session, actor: Actor, find: str, limit: int = 200) -> list[Choice]:
    """Return sites whose name holds *find*, to choose from."""
    return _choices(session, actor, Site.name.icontains(find, autoescape=True), limit)


def _choices(session: Session, actor: Actor, condition: Any, limit: int | None = None) -> list[Choice]:
    rows = session.execute(
        select(Site.public_id, Site.name, Site.level)
        .where(Site.network_id == actor.network_id, Site.deleted_at.is_(None))
        .where(condition)
        .order_by(Site.name, Site.id)
        .limit(limit)
    )
    return [Choice(*row) for row in rows]


def get_run(session: Session, actor: Actor, import_id: UUID) -> ImportRun:
    """Return one import of sites.

    Raises:
        AbsentError: there is none.
    """
    run = import_files.find_run(session, actor.network_id, "sites", import_id)
    if run is None:
        raise AbsentError(_("There is no such import."))
    return run


def runs_of(session: Session, actor: Actor) -> list[ImportRun]:
    """Return the newest imports of sites."""
    return import_files.runs_of(session, actor.network_id, "sites")


def job_of(session: Session, run: ImportRun) -> Job | None:
    """Return the background work on an import that was started last, if any."""
    newest = session.scalars(
        select(Job)
        .where(Job.network_id == run.network_id, Job.name.in_(["import sites", "undo import of sites"]))
        .order_by(Job.id.desc())
        .limit(20)
    )
    return next((job for job in newest if job.payload.get("run_id") == run.id), None)
