"""Reading at which places somebody sees adults' counts whole, however few people they are of."""

from collections.abc import Collection

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from teams.models import Team, TeamReach
from teams.queries import in_network

MANY = 1_000
"""More places than this are not named one by one."""


def sites_seen_whole(session: Session, actor: Actor, among: Collection[int]) -> set[int]:
    """Return of some places those whose adults' counts *actor* sees whole, by number; one statement at most.

    Those where every living team is the actor's own, or below one of these on links: the rule of
    :func:`measures.suppression.is_open`, for figures that are kept by place and not by team.
    """
    own = sorted(actor.team_ids)
    if not own or not among:
        return set()
    below = select(TeamReach.below_id).where(TeamReach.above_id.in_(own))
    is_seen = or_(Team.id.in_(own), Team.id.in_(below))
    here = select(Team.site_id).where(
        in_network(actor, Team.network_id), Team.deleted_at.is_(None), Team.archived_at.is_(None)
    )
    if len(among) <= MANY:
        here = here.where(Team.site_id.in_(sorted(among)))
    every = func.min(case((is_seen, 1), else_=0)) == 1
    return set(session.scalars(here.group_by(Team.site_id).having(every))) & set(among)
