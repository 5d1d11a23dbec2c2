"""Changing teams and the people in them. Callers hand in the session and decide when to commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor, Level, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams import rules
from teams.models import Membership, Site, Team

CHARTER = (
    "name", "purpose", "rhythm_days", "meeting", "next_meeting_on", "decision_rights", "functions", "serves",
)  # fmt: skip


def create_team(
    session: Session, site: Site, level: Level, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Team:
    """Add a team at a site.

    Raises:
        InputError: the level does not fit the site.
    """
    problem = rules.site_problem(level.value, site.level.value)
    if problem:
        raise InputError(problem, {"level": problem})
    team = Team(
        network_id=site.network_id,
        site_id=site.id,
        level=level,
        rank=level.rank,
        functions=[],
        **values,
    )
    session.add(team)
    session.flush()
    return team


def save_charter(session: Session, team: Team, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Write what a charter says; keys that are no part of it are refused by a KeyError."""
    for name, value in values.items():
        if name not in CHARTER:
            raise KeyError(name)
        setattr(team, name, value)
    session.flush()


def archive_team(session: Session, team: Team, *, by: Actor, at: datetime) -> None:
    """Take a team out of lists and graph; its work stays, and it can be brought back."""
    team.archived_at = at
    session.flush()


def bring_back_team(session: Session, team: Team, *, by: Actor, at: datetime) -> None:
    """Undo :func:`archive_team`."""
    team.archived_at = None
    session.flush()


def save_place(
    session: Session,
    place: Membership,
    *,
    role: TeamRole,
    competencies: list[str],
    perspectives: list[str],
    by: Actor,
    at: datetime,
) -> None:
    """Say what a person is in a team and what they bring.

    Raises:
        RuleError: a team would be left without a lead.
    """
    if place.role is TeamRole.LEAD and role is not TeamRole.LEAD:
        _keep_a_lead(session, place)
        place.interim_until = None
    place.role, place.competencies, place.perspectives = role, competencies, perspectives
    session.flush()


def remove_person(session: Session, place: Membership, *, by: Actor, at: datetime) -> None:
    """Take a person out of a team; what they wrote stays theirs.

    Raises:
        RuleError: they are its only lead.
    """
    if place.role is TeamRole.LEAD:
        _keep_a_lead(session, place)
    place.deleted_at = at
    session.flush()


def return_person(session: Session, place: Membership, *, by: Actor, at: datetime) -> None:
    """Undo :func:`remove_person`."""
    place.deleted_at = None
    session.flush()


def _keep_a_lead(session: Session, place: Membership) -> None:
    # Two leads who leave at once take turns, so that the second sees that the first has gone.
    session.execute(select(Team.id).where(Team.id == place.team_id).with_for_update(key_share=True))
    if not place.user.is_active:
        return  # they lead nothing any more; that nobody does is told elsewhere
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id == place.team_id, Membership.id != place.id)
        .where(Membership.role == TeamRole.LEAD, Membership.deleted_at.is_(None))
        .where(User.disabled_at.is_(None))
    )
    if not others:
        raise RuleError(
            _(
                "%(name)s is the only lead of this team. Make somebody else a lead first.",
                name=place.user.name,
            )
        )
