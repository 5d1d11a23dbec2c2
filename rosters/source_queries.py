"""What the pages and the API of rosters look up by what an address or a form names. Nothing here writes."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, InputError
from nic_platform.tables import ImportRun, Job
from nic_platform.text import _
from rosters import queries
from rosters.models import RosterGroup, RosterSource
from teams.models import Site, Team
from teams.queries import in_network


def site_named(session: Session, actor: Actor, text: str) -> Site | None:
    """Return the place that somebody typed: its NCES id, its state code, or its name; ``None`` for none.

    Raises:
        InputError: there is none of that name, or several.
    """
    if not text:
        return None
    found = session.scalars(
        select(Site).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
        .where((Site.nces_id == text) | (Site.state_code == text) | (func.lower(Site.name) == text.lower()))
        .order_by(Site.id).limit(2)
    ).all()  # fmt: skip
    if len(found) != 1:
        words = (
            _("Several places are called so. Write its NCES id.") if found else _("There is no such place.")
        )
        raise InputError(words, {"site": words})
    return found[0]


def site_of_id(session: Session, actor: Actor, site_id: UUID | None) -> Site | None:
    """Return the place of an id; ``None`` for none.

    Raises:
        InputError: there is none of that id.
    """
    if site_id is None:
        return None
    found = session.scalar(
        select(Site).where(
            in_network(actor, Site.network_id), Site.public_id == site_id, Site.deleted_at.is_(None)
        )
    )
    if found is None:
        raise InputError(_("There is no such place."), {"site_id": _("There is no such place.")})
    return found


def group_of(session: Session, source: RosterSource, group_id: UUID) -> RosterGroup:
    """Return one group of a directory.

    Raises:
        AbsentError: there is none.
    """
    found = session.scalar(
        select(RosterGroup).where(RosterGroup.source_id == source.id, RosterGroup.public_id == group_id)
    )
    if found is None:
        raise AbsentError(_("There is no such group."))
    return found


def team_of(session: Session, source: RosterSource, team_id: str) -> Team | None:
    """Return a team that a source answers for; ``None`` for none.

    Raises:
        InputError: it answers for no such team.
    """
    if not team_id:
        return None
    chosen = next((one for one in queries.teams_in_scope(session, source) if str(one.id) == team_id), None)
    if chosen is None:
        words = _("Choose a team that this roster answers for.")
        raise InputError(words, {"team_id": words})
    return session.get_one(Team, chosen.number)


def source_of(session: Session, run: ImportRun) -> RosterSource:
    """Return the source that a run is of.

    Raises:
        AbsentError: it was taken away since.
    """
    found = session.scalar(
        select(RosterSource).where(
            RosterSource.network_id == run.network_id, RosterSource.deleted_at.is_(None),
            RosterSource.public_id == UUID(run.mapping.get("source", str(UUID(int=0)))),
        )
    )  # fmt: skip
    if found is None:
        raise AbsentError(_("The roster of this import is gone."))
    return found


def job_of(session: Session, run: ImportRun, name: str) -> Job | None:
    """Return the newest background work called *name* of a run, while it may matter."""
    if run.state not in {"running", "preview"}:
        return None
    of_run = Job.payload["run_id"].as_integer() == run.id
    return session.scalar(select(Job).where(Job.name == name, of_run).order_by(Job.id.desc()).limit(1))
