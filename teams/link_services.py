"""Changing the links between teams; the closure of the links follows in the same transaction.

Whatever could close a circle or turn a link downward locks the network's graph first and reads the teams
again, so that of two who change it at once the second is checked against what the first has done.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform import clock
from nic_platform.actor import Actor, Level
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _
from teams import linking, rules
from teams.graph_services import lock_graph, raise_version
from teams.models import Link, Membership, Network, PeerLink, Site, Team, TeamReach
from teams.reach_services import extend_reach, shrink_reach

PROTOCOL = ("why", "what", "topics", "rhythm_days", "duration", "form", "promised_days", "answer_form")


def create_link(
    session: Session, lower: Team, upper: Team, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> Link:
    """Let *lower* lift to *upper*. A link that was removed before comes back with its history.

    Raises:
        RuleError: it would lead downward or sideways, close a circle, or be there twice; the text says why.
    """
    lock_graph(session, lower.network_id)
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
    extend_reach(session, lower.id, upper.id)
    return link


def _check(session: Session, lower: Team, upper: Team) -> None:
    """Refuse a link that leads downward or in a circle; the graph is locked already."""
    if lower.network_id != upper.network_id:
        raise RuleError(_("The two teams are in different networks."))
    for team in (lower, upper):
        session.refresh(team, ["level", "rank", "name", "archived_at", "deleted_at"])
        if team.deleted_at is not None:
            raise RuleError(_("%(name)s is there no more.", name=team.name))
        if team.archived_at is not None:
            raise RuleError(_("%(name)s is put away. Bring it back first.", name=team.name))
    back = session.get(TeamReach, (lower.id, upper.id)) is not None
    problem = rules.link_problem(
        (lower.id, lower.name, lower.level.value),
        (upper.id, upper.name, upper.level.value),
        [(upper.id, lower.id)] if back else [],
    )
    if problem:
        raise RuleError(problem)


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
    link.topics = linking.tidy_topics(link.topics or [])
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
    lock_graph(session, link.network_id)
    link.deleted_at = at
    session.flush()
    shrink_reach(session, link.lower_id, link.upper_id)


def return_link(session: Session, link: Link, *, by: Actor, at: datetime) -> None:
    """Undo :func:`remove_link`.

    Raises:
        RuleError: other links made since forbid it.
    """
    lock_graph(session, link.network_id)
    _check(session, link.lower, link.upper)
    link.deleted_at = None
    session.flush()
    extend_reach(session, link.lower_id, link.upper_id)


def move_team(session: Session, team: Team, site: Site, level: Level, *, by: Actor, at: datetime) -> None:
    """Let a team work at another level or place; its links must still lead upward.

    Raises:
        InputError: the level doesn't fit the place, or a link would lead downward or sideways.
    """
    lock_graph(session, team.network_id)
    problem = rules.site_problem(level.value, site.level.value)
    if problem or site.network_id != team.network_id:
        text = problem or _("There is no such place.")
        raise InputError(text, {"level" if problem else "site": text})
    rows = session.execute(
        select(Link.lower_id, Team.name, Team.rank)
        .join(Team, Team.id == case((Link.lower_id == team.id, Link.upper_id), else_=Link.lower_id))
        .where(or_(Link.lower_id == team.id, Link.upper_id == team.id), Link.deleted_at.is_(None))
        .order_by(Team.name)
    ).all()
    wrong = [
        row.name
        for row in rows
        if (row.rank <= level.rank if row.lower_id == team.id else row.rank >= level.rank)
    ]
    if wrong:
        text = _(
            "Its link with %(names)s would not lead upward any more. Remove that link first.",
            names=", ".join(wrong),
        )
        raise InputError(text, {"level": text})
    team.site_id, team.level, team.rank = site.id, level, level.rank
    session.flush()
    session.refresh(team, ["site"])


def note_exchange(session: Session, lower_id: int, upper_id: int, *, at: datetime) -> None:
    """Remember that something passed on a link, up or down, so that it doesn't count as silent.

    Version and history stay as they are: an exchange is no edit of the protocol, and must not stop one. The
    version of the graph is raised where the link's last exchange falls on another day than before.
    """
    row = session.execute(
        select(Link.id, Link.network_id, Link.last_exchange_at, Network.time_zone)
        .join(Network, Network.id == Link.network_id)
        .where(Link.lower_id == lower_id, Link.upper_id == upper_id)
    ).one_or_none()
    if row is None or (row.last_exchange_at and row.last_exchange_at >= at):
        return
    _raise_for_day(session, row.network_id, row.last_exchange_at, at, row.time_zone)
    _write_last(session, Link.id == row.id, at)


def set_last(session: Session, link: Link, at: datetime | None, zone: str) -> None:
    """Write when a link was last used, also where that is earlier than was thought."""
    session.refresh(link, ["last_exchange_at"])
    if at != link.last_exchange_at:
        _raise_for_day(session, link.network_id, link.last_exchange_at, at, zone)
        _write_last(session, Link.id == link.id, at)


def _raise_for_day(
    session: Session, network_id: int, before: datetime | None, after: datetime | None, zone: str
) -> None:
    if (before and clock.day_of(before, zone)) != (after and clock.day_of(after, zone)):
        raise_version(session, [network_id])


def note_notice(session: Session, network_id: int, sender_id: int, *, at: datetime) -> None:
    """Remember that a notice of a policy went down its sender's own links.

    Further down it is read as well, but there it says nothing of the two teams of a link: a memo of the state
    to everybody must not hide that a school and its district have stopped talking.
    """
    raise_version(session, [network_id])
    older = or_(Link.last_exchange_at.is_(None), Link.last_exchange_at < at)
    _write_last(session, Link.deleted_at.is_(None) & (Link.upper_id == sender_id) & older, at)


def _write_last(session: Session, which: ColumnElement[bool], at: datetime | None) -> None:
    session.execute(
        update(Link).where(which).values(last_exchange_at=at).execution_options(synchronize_session=False)
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
