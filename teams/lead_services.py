"""Seeing that a team has a lead: telling those above when it has none, and naming one for now.

Callers hand in the session and decide when to commit.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.tables import Notice
from nic_platform.text import _, ngettext
from teams import lead_queries
from teams.models import Membership, NetworkMember, Team
from teams.services import add_member

NO_LEAD, NAMED = "team.no_lead", "team.lead_named"
AGAIN = timedelta(days=7)
"""A team that nobody leads is told again after so long."""

NEW = timedelta(days=2)
"""Younger teams are still being set up."""


def name_lead(session: Session, team: Team, person_id: UUID, *, by: Actor, at: datetime) -> Membership:
    """Let somebody of the team, or of a team above it, lead a team that nobody leads.

    Raises:
        RuleError: somebody leads it by now.
        InputError: the person is in neither.
    """
    session.execute(select(Team.id).where(Team.id == team.id).with_for_update(key_share=True))
    if lead_queries.has_lead(session, team.id):
        raise RuleError(_("%(team)s has a lead by now. Look at its people.", team=team.name))
    chosen = next((one for one in lead_queries.candidates(session, team) if one.id == person_id), None)
    if chosen is None:
        text = _("Choose somebody of this team, or of a team above it.")
        raise InputError(text, {"person": text})
    place = add_member(session, team.id, chosen.user_id, TeamRole.LEAD, by=by, at=at)
    notify(
        session, {chosen.user_id} - {by.user_id}, kind=NAMED, network_id=team.network_id, at=at,
        subject=_("You lead %(team)s for now", team=team.name),
        body=_(
            "%(name)s asks you to lead %(team)s until it has found a lead of its own. Its people and what "
            "hangs on those who left are on its page.",
            name=by.name, team=team.name,
        ),
        path=f"/teams/{team.public_id}/people",
    )  # fmt: skip
    return place


def tell_unled(session: Session, teams: Iterable[lead_queries.Unled], *, at: datetime) -> int:
    """Tell the leads of the teams above, and the network leads, of teams that nobody leads.

    Each team is told once a week as long as it lasts; run twice, nothing is told twice.

    Returns:
        How many teams were told now.
    """
    found = list(teams)
    told = _told_lately(session, {team.network_id for team in found}, at)
    fresh = [team for team in found if _path(team) not in told]
    leads = _network_leads(session, {team.network_id for team in fresh})
    for team in fresh:
        people = lead_queries.told_above(session, team) | leads.get(team.network_id, set())
        notify(
            session, people, kind=NO_LEAD, network_id=team.network_id, at=at, path=_path(team),
            subject=_("Nobody leads %(team)s", team=team.name), body=_body(team),
        )  # fmt: skip
    return len(fresh)


def tell_of(session: Session, user_id: int, *, at: datetime) -> int:
    """Tell at once of the teams that one person led, and that nobody leads now that they can't."""
    own = lead_queries.led_by(session, user_id)
    return tell_unled(session, lead_queries.unled_since(session, only=own), at=at) if own else 0


def _path(team: lead_queries.Unled) -> str:
    return f"/teams/{team.public_id}/lead"


def _body(team: lead_queries.Unled) -> str:
    left = ngettext("One person works in it.", "%(count)s people work in it.", team.people)
    if not team.people:
        left = _("Nobody works in it any more.")
    return left + " " + _("A network lead can name somebody who leads it for now.")


def _told_lately(session: Session, network_ids: Collection[int], at: datetime) -> set[str]:
    rows = session.scalars(
        select(Notice.path).where(
            Notice.network_id.in_(sorted(network_ids)), Notice.kind == NO_LEAD, Notice.created_at > at - AGAIN
        )
    )
    return set(rows)


def _network_leads(session: Session, network_ids: Collection[int]) -> dict[int, set[int]]:
    rows = session.execute(
        select(NetworkMember.network_id, NetworkMember.user_id).where(
            NetworkMember.network_id.in_(sorted(network_ids)), NetworkMember.role == NetworkRole.LEAD,
            NetworkMember.deleted_at.is_(None),
        )
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for network_id, user_id in rows:
        found.setdefault(network_id, set()).add(user_id)
    return found
