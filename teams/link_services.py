"""Changing the links between teams; the closure of the links follows in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams import rules
from teams.models import Link, Membership, PeerLink, Team
from teams.services import rebuild_reach

PROTOCOL = ("why", "what", "rhythm_days", "duration", "form", "promised_days", "answer_form")


def create_link(
    session: Session, lower: Team, upper: Team, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Link:
    """Let *lower* lift to *upper*. A link that was removed before comes back with its history.

    Raises:
        RuleError: it would lead downward or sideways, close a circle, or be there twice; the text says why.
    """
    link = session.scalar(select(Link).where(Link.lower_id == lower.id, Link.upper_id == upper.id))
    if link is not None and link.deleted_at is None:
        text = _(
            "%(lower)s lifts to %(upper)s already. Change that link.", lower=lower.name, upper=upper.name
        )
        raise RuleError(text)
    _check(session, lower, upper)
    if link is None:
        link = Link(network_id=lower.network_id, lower_id=lower.id, upper_id=upper.id)
        session.add(link)
    link.deleted_at = None
    save_link(session, link, values, by=by, at=at)
    rebuild_reach(session, lower.network_id)
    return link


def _check(session: Session, lower: Team, upper: Team) -> None:
    links = session.execute(
        select(Link.lower_id, Link.upper_id).where(
            Link.network_id == lower.network_id, Link.deleted_at.is_(None)
        )
    ).all()
    problem = rules.link_problem(
        (lower.id, lower.name, lower.level.value),
        (upper.id, upper.name, upper.level.value),
        [(row.lower_id, row.upper_id) for row in links],
    )
    if problem or lower.network_id != upper.network_id:
        raise RuleError(problem or _("The two teams are in different networks."))


def save_link(session: Session, link: Link, values: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Write a link's protocol.

    Args:
        values: fields of the protocol, and ``sender`` and ``receiver`` as people's ids, or None for nobody.

    Raises:
        InputError: the sender is not in the lower team, or the receiver not in the upper one.
    """
    for name in PROTOCOL:
        if name in values:
            setattr(link, name, values[name])
    for end, team_id in (("sender", link.lower_id), ("receiver", link.upper_id)):
        if end in values:
            setattr(link, f"{end}_id", _member(session, end, team_id, values[end]))
    session.flush()


def _member(session: Session, end: str, team_id: int, person_id: UUID | None) -> int | None:
    if person_id is None:
        return None
    found: int | None = session.scalar(
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.public_id == person_id, Membership.team_id == team_id, Membership.deleted_at.is_(None))
    )
    if found is None:
        text = _("Choose somebody who is in that team.")
        raise InputError(text, {end: text})
    return found


def remove_link(session: Session, link: Link, *, by: Actor, at: datetime) -> None:
    """Take a link away; what travelled on it stays."""
    link.deleted_at = at
    session.flush()
    rebuild_reach(session, link.network_id)


def return_link(session: Session, link: Link, *, by: Actor, at: datetime) -> None:
    """Undo :func:`remove_link`.

    Raises:
        RuleError: other links made since forbid it.
    """
    _check(session, link.lower, link.upper)
    link.deleted_at = None
    session.flush()
    rebuild_reach(session, link.network_id)


def note_exchange(session: Session, lower_id: int, upper_id: int, *, at: datetime) -> None:
    """Remember that something passed on a link, up or down, so that it doesn't count as silent.

    Version and history stay as they are: an exchange is no edit of the protocol, and must not stop one.
    """
    session.execute(
        update(Link)
        .where(Link.lower_id == lower_id, Link.upper_id == upper_id)
        .values(last_exchange_at=at)
        .execution_options(synchronize_session=False)
    )


def add_peer(session: Session, team: Team, other: Team, purpose: str, *, by: Actor, at: datetime) -> PeerLink:
    """Tie two teams that learn together.

    Raises:
        RuleError: they are one team, or in different networks.
    """
    if team.id == other.id or team.network_id != other.network_id:
        raise RuleError(_("Choose another team of the network."))
    first, second = sorted((team.id, other.id))
    tie = session.scalar(select(PeerLink).where(PeerLink.first_id == first, PeerLink.second_id == second))
    if tie is None:
        tie = PeerLink(network_id=team.network_id, first_id=first, second_id=second)
        session.add(tie)
    tie.purpose, tie.deleted_at = purpose, None
    session.flush()
    return tie


def remove_peer(session: Session, team: Team, other: Team, *, by: Actor, at: datetime) -> None:
    """Untie two teams; nothing happens if they are not tied."""
    first, second = sorted((team.id, other.id))
    tie = session.scalar(
        select(PeerLink).where(
            PeerLink.first_id == first, PeerLink.second_id == second, PeerLink.deleted_at.is_(None)
        )
    )
    if tie is not None:
        tie.deleted_at = at
        session.flush()
