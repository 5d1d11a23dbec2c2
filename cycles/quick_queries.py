"""Quick logs that were begun and not logged yet."""

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleMilestone
from cycles.queries import visible_to
from cycles.rules import Stage
from nic_platform.actor import Actor
from nic_platform.ready import given, ready


def begun(session: Session, actor: Actor, team_id: int | None, limit: int = 3) -> list[Cycle]:
    """Return the quick logs that *actor* began in a team and did not log yet, newest first."""
    if team_id is None:
        return []
    return list(session.scalars(_begun(actor), given(actor, team=team_id, most=limit)))


def names_of_begun(session: Session, actor: Actor, team_id: int | None, limit: int = 3) -> set[UUID]:
    """Return the public ids of :func:`begun`."""
    if team_id is None:
        return set()
    query = _names_of_begun(actor)
    return set(session.scalars(query, given(actor, team=team_id, most=limit)))


@ready
def _begun(actor: Actor) -> Select[Any]:
    query = visible_to(actor).where(
        Cycle.team_id == bindparam("team"),
        Cycle.created_by_id == actor.user_id,
        Cycle.is_quick.is_(True),
        Cycle.is_draft.is_(True),
        Cycle.stage == Stage.PLAN.value,
        Cycle.outcome == "",
    )
    newest = query.order_by(Cycle.updated_at.desc(), Cycle.id.desc())
    return newest.limit(bindparam("most", type_=Integer))


@ready
def _names_of_begun(actor: Actor) -> Select[Any]:
    return _begun(actor).with_only_columns(Cycle.public_id)


def usual_milestone(session: Session, actor: Actor, team_id: int | None) -> int | None:
    """Return the milestone of the last cycle that *actor* began in a team: most likely the next one's too."""
    query = (
        select(CycleMilestone.milestone_id)
        .join(Cycle, Cycle.id == CycleMilestone.cycle_id)
        .where(
            Cycle.network_id == actor.network_id,
            Cycle.team_id == team_id,
            Cycle.created_by_id == actor.user_id,
            Cycle.deleted_at.is_(None),
        )
        .order_by(Cycle.id.desc(), CycleMilestone.id)
        .limit(1)
    )
    return session.scalar(query)
