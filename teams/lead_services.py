"""Seeing that a team has a lead: telling those above it when it has none.

Callers hand in the session and decide when to commit.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import NetworkRole
from nic_platform.notices import notify
from nic_platform.tables import Notice
from nic_platform.text import _, ngettext
from teams import lead_queries
from teams.models import NetworkMember

NO_LEAD = "team.no_lead"
AGAIN = timedelta(days=7)
"""A team that nobody leads is told again after so long."""

NEW = timedelta(days=2)
"""Younger teams are still being set up."""


def tell_unled(
    session: Session, teams: Iterable[lead_queries.Unled], *, at: datetime, anew: bool = False
) -> int:
    """Tell the leads of the teams above, and the network leads, of teams that nobody leads.

    Each team is told once a week as long as it lasts; run twice, nothing is told twice.

    Args:
        anew: tell also of those that were told of this week: they had a lead since.

    Returns:
        How many teams were told now.
    """
    found = list(teams)
    told = set() if anew else _told_lately(session, {team.network_id for team in found}, at)
    fresh = [team for team in found if _path(team) not in told]
    leads = network_leads(session, {team.network_id for team in fresh})
    for team in fresh:
        people = lead_queries.told_above(session, team.id) | leads.get(team.network_id, set())
        notify(
            session, people, kind=NO_LEAD, network_id=team.network_id, at=at, path=_path(team),
            subject=_("Nobody leads %(team)s", team=team.name), body=partial(_body, team),
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
    return left + " " + _("A network lead, or a lead of a team above, can name one for now.")


def _told_lately(session: Session, network_ids: Collection[int], at: datetime) -> set[str]:
    rows = session.scalars(
        select(Notice.path).where(
            Notice.network_id.in_(sorted(network_ids)), Notice.kind == NO_LEAD, Notice.created_at > at - AGAIN
        )
    )
    return set(rows)


def network_leads(session: Session, network_ids: Collection[int]) -> dict[int, set[int]]:
    """Return who leads each network, by their numbers; one statement."""
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
