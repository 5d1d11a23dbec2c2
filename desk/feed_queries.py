"""Reading calendar feeds, and the dates that each gives to whoever may see them at that moment."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.rules import hashed
from cycles.models import Cycle
from cycles.queries import may_read as reads_cycle
from desk.feed import Entry, entry_title
from desk.models import CalendarFeed
from feedback.models import FeedbackItem
from feedback.queries import sent_words
from milestones.milestone_queries import reads_milestone
from milestones.models import Milestone, Plan, Touchpoint
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Network, Team
from teams.queries import in_network, standing_of

BACK, AHEAD = timedelta(days=90), timedelta(days=400)
MOST = 500  # entries of one kind


@dataclass(frozen=True)
class FeedRow:
    """One feed in the list of its owner; its address is known to nobody any more."""

    id: UUID
    team: str
    network: str
    created_at: datetime
    read_at: datetime | None


def own_feeds(session: Session, user_id: int) -> list[FeedRow]:
    """Return the feeds of a person that work, the oldest first; one statement."""
    rows = session.execute(
        select(CalendarFeed.public_id, func.coalesce(Team.name, ""), Network.name, CalendarFeed.created_at,
               CalendarFeed.read_at)
        .join(Network, Network.id == CalendarFeed.network_id)
        .outerjoin(Team, Team.id == CalendarFeed.team_id)
        .where(CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None))
        .order_by(CalendarFeed.id)
    )  # fmt: skip
    return [FeedRow(*row) for row in rows]


def own_feed(session: Session, user_id: int, feed_id: UUID) -> CalendarFeed:
    """Return one feed of a person, to be ended.

    Raises:
        AbsentError: they have none like that.
    """
    found = session.scalar(
        select(CalendarFeed).where(
            CalendarFeed.public_id == feed_id,
            CalendarFeed.user_id == user_id,
            CalendarFeed.revoked_at.is_(None),
        )
    )
    if found is None:
        raise AbsentError(_("There is no such calendar address."))
    return found


@dataclass(frozen=True)
class Reader:
    """Who a feed reads for: its owner as they stand now, and the teams whose dates it gives."""

    feed: CalendarFeed
    actor: Actor
    name: str


def reader_of(session: Session, token: str) -> Reader:
    """Return who reads behind a secret address; what is looked up is its hash, so time tells nothing.

    Raises:
        AbsentError: nobody: it was never given out or was ended, its owner was shut out, or has left the team
            or the network.
    """
    row = session.execute(
        select(CalendarFeed, User)
        .join(User, User.id == CalendarFeed.user_id)
        .where(CalendarFeed.token_hash == hashed(token), CalendarFeed.revoked_at.is_(None))
    ).one_or_none()
    if row is None or not row[1].is_active:
        raise AbsentError(_("There is no such calendar."))
    feed: CalendarFeed = row[0]
    place = feed.team_id or _any_team(session, row[1], feed.network_id)
    standing = standing_of(session, row[1], place)
    actor = standing.actor
    if actor.network_id != feed.network_id or not actor.in_team(place):
        raise AbsentError(_("There is no such calendar."))
    if feed.team_id is not None:  # only this team, whatever else the person belongs to
        actor = replace(actor, roles={feed.team_id: actor.roles[feed.team_id]}, network_roles=frozenset())
        name = next(each.team_name for each in standing.places if each.team_id == feed.team_id)
    else:
        actor = replace(actor, network_roles=frozenset())
        name = standing.network.name if standing.network else ""
    return Reader(feed, actor, name)


def _any_team(session: Session, user: User, network_id: int) -> int | None:
    places = standing_of(session, user, None).places
    return next((place.team_id for place in places if place.network_id == network_id), None)


def entries_for(session: Session, actor: Actor, today: date) -> list[Entry]:
    """Return the dates of the actor's own teams that they may see now; four statements."""
    first, last = today - BACK, today + AHEAD
    teams = sorted(actor.team_ids)
    found: list[Entry] = []
    due = func.coalesce(Milestone.due_on, Milestone.begins_on)
    name = func.coalesce(func.nullif(Milestone.name, ""), func.nullif(Milestone.what, ""), "")
    milestones = (
        select(Milestone.public_id, due, name, Milestone.updated_at, Milestone.version)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(reads_milestone(actor), Milestone.team_id.in_(teams), Milestone.is_draft.is_(False))
        .where(due.between(first, last))
    )
    found += _entries(session, milestones.order_by(due), "milestone", "/milestones/")
    cycles = select(
        Cycle.public_id, Cycle.ends_on, func.coalesce(func.nullif(Cycle.title, ""), Cycle.change),
        Cycle.updated_at, Cycle.version,
    ).where(
        reads_cycle(actor), Cycle.team_id.in_(teams), Cycle.stage != "closed",
        Cycle.is_draft.is_(False), Cycle.ends_on.between(first, last),
    )  # fmt: skip
    found += _entries(session, cycles.order_by(Cycle.ends_on), "cycle", "/cycles/")
    return found + _touchpoints(session, actor, first, last) + _promises(session, actor, first, last)


def _entries(session: Session, query: Any, kind: str, path: str) -> list[Entry]:
    return [
        Entry(f"{kind}-{row[0]}", row[1], entry_title(kind, row[2]), row[3], row[4], path=f"{path}{row[0]}")
        for row in session.execute(query.limit(MOST))
    ]


def _touchpoints(session: Session, actor: Actor, first: date, last: date) -> list[Entry]:
    rows = session.execute(
        select(Touchpoint, Team.name)
        .join(Team, Team.id == Touchpoint.team_id)
        .where(in_network(actor, Touchpoint.network_id), Touchpoint.team_id.in_(sorted(actor.team_ids)))
        .where(Touchpoint.deleted_at.is_(None), Touchpoint.held_on.between(first, last))
        .order_by(Touchpoint.held_on)
        .limit(MOST)
    )
    made = []
    for found, team in rows:
        title = found.title or _("Touchpoint of %(team)s", team=team)
        made.append(
            Entry(f"touchpoint-{found.public_id}", found.held_on, title, found.updated_at, found.version,
                  found.starts_at, found.minutes, found.place, f"/touchpoints/{found.public_id}")
        )  # fmt: skip
    return made


def _promises(session: Session, actor: Actor, first: date, last: date) -> list[Entry]:
    """Return the days by which answers are promised, to and by the own teams; by number, without words."""
    item, teams = FeedbackItem, sorted(actor.team_ids)
    rows: Any = session.execute(
        select(item.public_id, item.due_on, item.number, item.updated_at, item.version)
        .where(in_network(actor, item.network_id), item.deleted_at.is_(None), sent_words(actor))
        .where(item.state == "waiting", item.due_on.between(first, last))
        .where(or_(item.team_id.in_(teams), item.holder_id.in_(teams)))
        .order_by(item.due_on)
        .limit(MOST)
    )
    return [
        Entry(f"promise-{row[0]}", row[1], entry_title("promise", f"F-{row[2]}"), row[3], row[4],
              path=f"/feedback/{row[0]}")
        for row in rows
    ]  # fmt: skip
