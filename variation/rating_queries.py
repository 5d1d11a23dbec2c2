"""Reading teams' ratings of practices: need and fit, and readiness to scale."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Site, Team
from teams.queries import in_network, reads_team
from variation.models import Rating
from variation.seat_queries import reads_site


@dataclass(frozen=True)
class RatingRow:
    """One team's rating of one side."""

    public_id: UUID
    version: int
    site_id: int
    site: str
    team_id: int | None
    team: str
    kind: str
    side: str
    value: int
    on: date
    words: str


def rating_visible_to(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of the ratings *actor* reads: of a site of the line, or by a team they read."""
    return and_(
        in_network(actor, Rating.network_id),
        or_(reads_site(actor, Rating.site_id), reads_team(actor, Rating.team_id)),
    )


def ratings_of(
    session: Session, actor: Actor, practice_id: int, site_id: int | None = None, *, limit: int = 2000
) -> list[RatingRow]:
    """Return a practice's ratings by day, of one site or of all; one statement."""
    query = (
        select(
            Rating.public_id, Rating.version, Rating.site_id, Site.name, Rating.team_id, Team.name,
            Rating.kind, Rating.side, Rating.value, Rating.on, Rating.words,
        )
        .join(Site, Site.id == Rating.site_id)
        .outerjoin(Team, Team.id == Rating.team_id)
        .where(rating_visible_to(actor), Rating.deleted_at.is_(None), Rating.practice_id == practice_id)
        .where(Rating.site_id == site_id if site_id is not None else true())
        .order_by(Rating.on, Rating.id)
        .limit(limit)
    )  # fmt: skip
    return [
        RatingRow(*row[:5], row[5] or _("The network’s leads"), *row[6:]) for row in session.execute(query)
    ]


def get_rating(session: Session, actor: Actor, rating_id: UUID) -> Rating:
    """Return one rating for writing, taken away or not.

    Raises:
        AbsentError: there is none, or *actor* may not read it.
    """
    found = session.scalar(select(Rating).where(rating_visible_to(actor), Rating.public_id == rating_id))
    if found is None:
        raise AbsentError(_("There is no such rating."))
    return found
