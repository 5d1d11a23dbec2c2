"""Keeping what the first steps of a team collect. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from teams.models import Membership, Team


class Brings(NamedTuple):
    """What one person brings to a team, made from a version of their place."""

    competencies: list[str]
    perspectives: list[str]
    version: int | None = None


def save_strengths(
    session: Session, team: Team, brings: Mapping[UUID, Brings], *, by: Actor, at: datetime
) -> None:
    """Say of several people what they bring to a team; who is not named stays as they are.

    Raises:
        InputError: somebody changed one of them meanwhile; nothing is written.
    """
    rows = session.execute(
        select(User.public_id, Membership, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == team.id, Membership.deleted_at.is_(None))
        .where(User.public_id.in_(brings))
    )
    for person_id, place, name in rows:
        said = brings[person_id]
        if said.version is not None and said.version != place.version:
            raise InputError(
                _(
                    "Somebody changed what %(name)s brings meanwhile. Your ticks are still here: save again "
                    "to keep them.",
                    name=name,
                )
            )
        place.competencies, place.perspectives = said.competencies, said.perspectives
    session.flush()


def finish(session: Session, team: Team, *, by: Actor, at: datetime) -> None:
    """Say that a team's first steps are done, or put away; its page offers them no more."""
    team.set_up_at = at
    session.flush()


def take_up(session: Session, team: Team, *, by: Actor, at: datetime) -> None:
    """Undo :func:`finish`: the steps that are open are offered again."""
    team.set_up_at = None
    session.flush()
