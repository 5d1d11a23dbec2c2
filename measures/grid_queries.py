"""Reading what the data entry grid stands on: the team that counts, and its network's school year."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from measures.count_import_queries import Span
from measures.models import Measure, Measurement
from measures.queries import at_own_place, visible_to
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import SchoolYear, Team, TeamReach
from teams.queries import in_network, reads_team

MOST_MEASURES = 60  # on one page


@dataclass(frozen=True)
class TeamRow:
    """The team whose figures a page is about."""

    id: int
    public_id: UUID
    name: str
    network_id: int


def asked_team(arguments: Mapping[str, str]) -> UUID | None:
    """Return the team that an address names with ``team``; none where it names none.

    Raises:
        AbsentError: what it names can be no team.
    """
    said = arguments.get("team", "")
    try:
        return UUID(said) if said else None
    except ValueError:
        raise AbsentError(_("There is no such team.")) from None


def get_team(session: Session, actor: Actor, team_id: UUID | None, number: int | None = None) -> TeamRow:
    """Return a team that *actor* reads: the one named, else the one of that number, else the chosen one.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    number = number or actor.team_id
    if team_id is None and number is None:
        raise AbsentError(_("Choose a team first."))
    wanted = Team.public_id == team_id if team_id is not None else Team.id == number
    query = select(Team.id, Team.public_id, Team.name, Team.network_id).where(
        in_network(actor, Team.network_id), reads_team(actor, Team.id), Team.deleted_at.is_(None), wanted
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such team."))
    return TeamRow(*found)


def measures_of_team(session: Session, actor: Actor, team_id: int, ids: Collection[int]) -> list[Measure]:
    """Return what a team types figures for: its own measures, then common ones that it counted or needs.

    Args:
        ids: common measures that its milestones and targets stand on.
    """
    counted = select(Measurement.measure_id).where(Measurement.team_id == team_id, at_own_place())
    query = (
        select(Measure)
        .where(visible_to(actor))
        .where(
            or_(
                Measure.team_id == team_id,
                and_(Measure.team_id.is_(None), or_(Measure.id.in_(counted), Measure.id.in_(sorted(ids)))),
            )
        )
        .order_by(Measure.team_id.is_(None), Measure.name, Measure.id)
        .limit(MOST_MEASURES)
    )
    return list(session.scalars(query))


def public_id_of(session: Session, team_id: int | None) -> UUID | None:
    """Return the name that a team has outside; none without a team."""
    return session.scalar(select(Team.public_id).where(Team.id == team_id)) if team_id else None


def year_span(session: Session, network_id: int, on: date) -> Span:
    """Return the school year that *on* lies in, or else the last before it; one statement.

    Without any it is taken to begin in July.
    """
    query = (
        select(SchoolYear.starts_on, SchoolYear.ends_on)
        .where(
            SchoolYear.network_id == network_id, SchoolYear.deleted_at.is_(None), SchoolYear.starts_on <= on
        )
        .order_by(SchoolYear.starts_on.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    begins = found[0] if found else date(on.year if on.month >= 7 else on.year - 1, 7, 1)
    ends = found[1] if found else date(begins.year + 1, 6, 30)
    return Span(begins, begins, ends)


def is_above(session: Session, actor: Actor, team_id: int) -> bool:
    """Say whether one of the actor's teams is above this one on links; one statement."""
    if not actor.team_ids:
        return False
    query = select(TeamReach.below_id).where(
        TeamReach.above_id.in_(sorted(actor.team_ids)), TeamReach.below_id == team_id
    )
    return session.scalar(query.limit(1)) is not None
