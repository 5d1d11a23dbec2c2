"""Counting what waits in a queue: by theme, by day, by district. The database counts, over one index.

``ix_feedback_item_queue`` holds everything that is counted here. So these queries name neither the network
nor deleted rows: the teams were chosen within the network, and only drafts can be deleted, which never wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from accounts.models import User
from feedback.models import FeedbackItem, Theme
from feedback.queue_queries import QueueTeam, owner_name
from feedback.rules import State
from feedback.triage import MOST_TILES, DayCount, Origin, Origins, ThemeSum
from nic_platform.actor import Actor, Level
from teams.models import Site, Team, TeamReach
from teams.queries import in_network


def waits_with(team_ids: Any) -> ColumnElement[bool]:
    """Return the condition that an item waits for one of the teams to act: numbers, or a place for them.

    Whoever works the queue of these teams may read what waits there with its words: it was sent to them, or
    reached their level. So no further condition is needed where the teams came from ``queue_teams``.
    """
    return and_(FeedbackItem.holder_id.in_(team_ids), FeedbackItem.state == State.WAITING)


def theme_sums(session: Session, team_ids: Sequence[int], late_on: date) -> list[ThemeSum]:
    """Return what waits with the teams, by theme; what is in none has a row without one. One statement.

    Args:
        late_on: a promise before this day has passed; today, or in a break the day before it.
    """
    item = FeedbackItem
    rows = session.execute(
        select(
            item.theme_id, func.count(), func.sum(case((item.due_on < late_on, 1), else_=0)),
            func.count(item.district_id.distinct()), func.min(item.due_on),
        )
        .where(waits_with(team_ids))
        .group_by(item.theme_id)
    )  # fmt: skip
    return [ThemeSum(*row) for row in rows]


def day_counts(session: Session, team_ids: Sequence[int], theme_ids: Sequence[int]) -> list[DayCount]:
    """Return what waits in these themes, by the day it came and the day it was promised for."""
    if not theme_ids:
        return []
    item = FeedbackItem
    rows = session.execute(
        select(item.theme_id, item.held_on, item.due_on, func.count())
        .where(waits_with(team_ids), item.theme_id.in_(theme_ids))
        .group_by(item.theme_id, item.held_on, item.due_on)
    )
    return [DayCount(row[0] or 0, *row[1:]) for row in rows]


def site_counts(session: Session, team_ids: Sequence[int], theme_ids: Sequence[int]) -> dict[int, int]:
    """Return from how many sites the reports come that wait in these themes, by theme."""
    if not theme_ids:
        return {}
    # Looked up row by row by its key: a join would read the whole table of teams.
    site = select(Team.site_id).where(Team.id == FeedbackItem.team_id).correlate(FeedbackItem)
    rows = session.execute(
        select(FeedbackItem.theme_id, func.count(site.scalar_subquery().distinct()))
        .where(waits_with(team_ids), FeedbackItem.theme_id.in_(theme_ids))
        .group_by(FeedbackItem.theme_id)
    )
    return {row[0] or 0: row[1] for row in rows}


@dataclass(frozen=True)
class Owned:
    """Who works on the reports of a theme that wait: how many have somebody, how many people, one of them."""

    items: int
    people: int
    name: str


def owners_of(session: Session, team_ids: Sequence[int], theme_ids: Sequence[int]) -> dict[int, Owned]:
    """Return who works on the reports that wait in these themes, by theme; those of nobody have no row."""
    if not theme_ids:
        return {}
    item = FeedbackItem
    # Looked up by key, as in :func:`site_counts`.
    name = select(User.name).where(User.id == item.owner_id).correlate(item).scalar_subquery()
    rows = session.execute(
        select(item.theme_id, func.count(), func.count(item.owner_id.distinct()), func.min(name))
        .where(waits_with(team_ids), item.theme_id.in_(theme_ids), item.owner_id.is_not(None))
        .group_by(item.theme_id)
    )
    return {row[0] or 0: Owned(*row[1:]) for row in rows}


def origins_of(session: Session, actor: Actor, teams: Sequence[QueueTeam]) -> Origins:
    """Return the places below the queue's teams, by name, with what waits from each; two or three statements.

    Of a State the districts of the network, of a region those of the district teams below it, of a district
    the sites of the teams below it; and whatever else something came from. Where there are more than a
    drawing can hold only those that sent something.
    """
    ids = [team.id for team in teams]
    if any(team.level.rank >= Level.STATE.rank for team in teams):
        return _of_districts(session, ids, _upper_sites(actor))
    if any(team.level.rank >= Level.REGION.rank for team in teams):
        return _of_districts(session, ids, _sites_below(ids, Level.DISTRICT))
    return _of_sites(session, ids)


def _of_districts(session: Session, team_ids: Sequence[int], known: Any) -> Origins:
    counted = session.execute(
        select(FeedbackItem.district_id, func.count())
        .where(waits_with(team_ids), FeedbackItem.district_id.is_not(None))
        .group_by(FeedbackItem.district_id)
    )
    return _origins(session, {row[0]: row[1] for row in counted if row[0] is not None}, known, Level.DISTRICT)


def _of_sites(session: Session, team_ids: Sequence[int]) -> Origins:
    site = select(Team.site_id).where(Team.id == FeedbackItem.team_id).correlate(FeedbackItem)
    place = site.scalar_subquery().label("place")
    counted = session.execute(select(place, func.count()).where(waits_with(team_ids)).group_by(place))
    return _origins(session, {row[0]: row[1] for row in counted}, _sites_below(team_ids), Level.SCHOOL)


def _origins(session: Session, counts: dict[int, int], known: Any, level: Level) -> Origins:
    """Return the known places, and those that sent something all the same."""
    names: dict[int, str] = {row[0]: row[1] for row in session.execute(known) if row[0] is not None}
    elsewhere = sorted(counts.keys() - names.keys())
    if elsewhere:
        found = session.execute(select(Site.id, Site.name).where(Site.id.in_(elsewhere)))
        names |= {row[0]: row[1] for row in found}
    rows = sorted(names.items(), key=lambda row: (row[1], row[0]))
    shown = rows if len(rows) <= MOST_TILES else [row for row in rows if row[0] in counts]
    return Origins(tuple(Origin(name, counts.get(key, 0)) for key, name in shown), len(rows), level)


def _sites_below(team_ids: Sequence[int], level: Level | None = None) -> Any:
    """Return the query of the sites of the teams below, of one level or any; once for each team."""
    # Looked up row by row by their keys: a join would read the whole tables of teams and sites.
    here = [Team.id == TeamReach.below_id, Team.deleted_at.is_(None), Team.archived_at.is_(None)]
    if level is not None:
        here.append(Team.rank == level.rank)

    def of(column: Any) -> Any:
        found = select(column).join(Team, Team.site_id == Site.id).where(*here, Site.deleted_at.is_(None))
        return found.correlate(TeamReach).scalar_subquery()

    return select(of(Site.id), of(Site.name)).where(TeamReach.above_id.in_(team_ids))


def _upper_sites(actor: Actor) -> Any:
    """Return the query of the districts: walked from the top by parent, never reading the schools."""
    columns = (Site.id, Site.name, Site.level, Site.deleted_at)
    top = select(*columns).where(in_network(actor, Site.network_id), Site.parent_id.is_(None))
    found = top.cte("upper_site", recursive=True)
    below = select(*columns).join(found, Site.parent_id == found.c.id)
    upper = found.union_all(below.where(found.c.level.in_((Level.STATE, Level.REGION))))
    return select(upper.c.id, upper.c.name).where(
        upper.c.level == Level.DISTRICT, upper.c.deleted_at.is_(None)
    )


@dataclass(frozen=True)
class QueueTheme:
    """A theme as the queue shows it, with the words of one report and some titles in it."""

    id: int
    public_id: UUID
    number: int
    team_id: int
    team: str
    rank: int
    title: str
    summary: str
    owner: str
    power: str
    closed_at: datetime | None
    quote: str
    titles: str


SAMPLE = 8  # titles of a theme's reports that say what it is about


def queue_themes(
    session: Session, actor: Actor, team_ids: Sequence[int], theme_ids: Sequence[int], most: int = 300
) -> list[QueueTheme]:
    """Return these themes and the open ones of the network, the newest first; one statement.

    Words of reports are only those that wait with the teams, which those who work the queue may read.
    """
    here = and_(waits_with(team_ids), FeedbackItem.theme_id == Theme.id)
    order = (FeedbackItem.district_id, FeedbackItem.held_on)
    quote = select(FeedbackItem.happens).where(here).order_by(*order).limit(1).scalar_subquery()
    of_theme = select(FeedbackItem.title.label("title")).where(here).correlate(Theme)
    some = of_theme.order_by(*order).limit(SAMPLE).subquery()
    titles = select(func.aggregate_strings(some.c.title, ". ")).scalar_subquery()
    rows: Any = session.execute(
        select(
            Theme.id, Theme.public_id, Theme.number, Theme.team_id, Team.name, Team.rank, Theme.title,
            Theme.summary,
            func.coalesce(owner_name(), Theme.owner), Theme.power, Theme.closed_at,
            func.coalesce(quote, ""), func.coalesce(titles, ""),
        )
        .join(Team, Team.id == Theme.team_id)
        .where(in_network(actor, Theme.network_id), Theme.deleted_at.is_(None))
        .where(Theme.id.in_(theme_ids) | Theme.closed_at.is_(None))
        .order_by(Theme.id.not_in(theme_ids), Theme.number.desc())
        .limit(max(most, len(theme_ids)))
    )  # fmt: skip
    return [QueueTheme(*row) for row in rows]
