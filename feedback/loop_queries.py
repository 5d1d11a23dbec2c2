"""Counting loops in the database: histograms of days by level, team, link, month. Nothing here writes.

A loop is an item that was sent. For a team it begins on the day the item first reached it, for a link on the
day the item first went up that link, for the network on the day it was sent. It is answered when anybody
first answered, declined or thanked since, and closed when the item is over. Four statements count all
measures of any number of groups.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, exists, extract, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from feedback.listing import school_year_start
from feedback.loops import AGES, MONDAY, By, Tally, Unit
from feedback.models import FeedbackItem, FeedbackStep
from feedback.queries import sent_words
from feedback.rules import ENDED, Act, Kind, State
from milestones.calendar_queries import breaks_of, year_starts
from nic_platform.actor import Actor
from nic_platform.sql_days import AddDays, DaysBetween
from teams.models import Team

Key = tuple[Any, ...]
_TAKEN_AWAY = (Act.DROP, Act.WITHDRAW, Act.UNDO)  # ends of a stay that its team had no part in
_item, _step = FeedbackItem, FeedbackStep


@dataclass(frozen=True)
class Scope:
    """Which loops are counted: of a network, sent since a day, and of those what *where* says.

    ``late_on`` is the day on or after which no promise before it is running: today, or in a break the day
    before the break. ``level``, ``teams`` and ``links`` narrow them to what reached those.
    """

    network_id: int | None
    since: date
    today: date
    late_on: date
    where: ColumnElement[bool] | None = None
    level: Any = None
    teams: Any = None  # numbers, or a query of them
    links: Sequence[tuple[int, int]] | None = None  # (lower, upper)

    @property
    def reached(self) -> bool:
        """Say whether loops are counted at the teams that they reached, rather than as a whole."""
        return self.level is not None or self.teams is not None or self.links is not None


def scope_of(session: Session, actor: Actor, since: date, today: date) -> Scope:
    """Return what the actor's loop measures are counted over, before anything is named.

    Network leads, reviewers and analysts see counts over the whole network; everybody else counts what they
    may read with its words.
    """
    late_on = breaks_of(session, actor.network_id).settled(today)
    whole = actor.sees_network or actor.is_analyst
    return Scope(actor.network_id, since, today, late_on, None if whole else sent_words(actor))


def year_start(session: Session, network_id: int | None, day: date, years: int = 1) -> date:
    """Return the first day of the school year that runs on *day*, or of an earlier one; read with the breaks.

    In a break between two years it is still the last one. Where the network keeps no calendar for so long, a
    school year begins on the first of August.

    Args:
        years: 1 for the year that runs, 2 for the one before it.
    """
    known = [first for first in year_starts(session, network_id) if first <= day][-years:]
    first = known[0] if known else school_year_start(day)
    missing = years - max(len(known), 1)
    return first.replace(year=first.year - missing, day=min(first.day, 28)) if missing else first


def of_team(scope: Scope, team_id: int) -> Scope:
    """Return the scope of all that one team had, raised or passed on, wherever it is counted."""
    had = _item.id.in_(select(_step.item_id).where(_step.team_id == team_id))
    return replace(scope, where=had)


# ---------------------------------------------------------------- the four counts


def tallies(session: Session, scope: Scope, unit: Unit | None = None) -> dict[Key, Tally]:
    """Return what was counted, by the values of the unit's columns; by ``()`` without one. Four statements.

    The key of a level is its word, of a team its number, of a link the numbers of lower and upper team.
    """
    found: dict[Key, Tally] = {}
    columns = _columns(unit)

    def at(row: Any) -> Tally:
        return found.setdefault(tuple(row[: len(columns)]), Tally())

    for row in session.execute(_kept(scope, unit, columns)):
        at(row).judged, at(row).kept = row[-2], row[-1]
    _count_loops(session, scope, unit, columns, at)
    for row in session.execute(_open(scope, unit, columns)):
        at(row).items, at(row).ages = row[len(columns)], tuple(row[len(columns) + 1 :])
    return found


def over_time(session: Session, scope: Scope, by: By) -> dict[int, Tally]:
    """Return what was answered, due and closed in each month or week, by its number. Three statements."""
    found: dict[int, Tally] = {}

    def at(row: Any) -> Tally:
        return found.setdefault(int(row[0]), Tally())

    unit = Unit.TEAM if scope.reached else None
    judged_on = case((_step.left_on < _step.promised_on, _step.left_on), else_=_step.promised_on)
    for row in session.execute(_kept(scope, unit, [_number(judged_on, by)])):
        at(row).judged, at(row).kept = row[-2], row[-1]
    _count_loops(session, scope, unit, [], at, by)
    return found


def still_open(session: Session, scope: Scope) -> Tally:
    """Return how many loops there are, and the open ones by age. One statement."""
    row = session.execute(_open(scope, Unit.TEAM if scope.reached else None, [])).one()
    return Tally(items=row[0], ages=tuple(each or 0 for each in row[1:]))


def stay_days(session: Session, scope: Scope) -> dict[Any, Counter[int]]:
    """Return, by level, how many stays with a receiving team took how many days. One statement."""
    rows = session.execute(
        _stays(scope, [Team.level, _step.days])
        .join(Team, Team.id == _step.team_id)
        .where(_step.days.is_not(None))
        .group_by(Team.level, _step.days)
    )
    found: dict[Any, Counter[int]] = {}
    for level, days, count in rows:
        found.setdefault(level, Counter())[days] = count
    return found


def closing_days(session: Session, scope: Scope) -> Counter[int]:
    """Return how many loops took how many days to their end. One statement."""
    rows = session.execute(_days(scope, None, [], _item.days_to_close, None))
    return Counter({days: count for days, count, _ended, _lifted in rows})


def _count_loops(
    session: Session,
    scope: Scope,
    unit: Unit | None,
    columns: Sequence[Any],
    at: Callable[[Any], Tally],
    by: By | None = None,
) -> None:
    """Count days to the first answer and to the end, and what was confirmed lifted."""
    for row in session.execute(_days(scope, unit, columns, _item.days_to_answer, by)):
        at(row).answers[row[-4]] += row[-3]
    for row in session.execute(_days(scope, unit, columns, _item.days_to_close, by)):
        tally = at(row)
        tally.closes[row[-4]] += row[-3]
        tally.ended, tally.lifted = tally.ended + row[-2], tally.lifted + row[-1]


def _columns(unit: Unit | None) -> list[Any]:
    if unit is Unit.LEVEL:
        return [Team.level]
    if unit is Unit.LINK:
        return [_step.from_id, _step.team_id]
    return [_step.team_id] if unit is Unit.TEAM else []


def _sent(scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions on the items. What was never sent, or taken back, is a draft."""
    here = [
        _item.network_id == scope.network_id,
        _item.sent_on >= scope.since,
        _item.deleted_at.is_(None),
        _item.state != State.DRAFT,
    ]
    return here if scope.where is None else [*here, scope.where]


def _at(scope: Scope) -> list[ColumnElement[bool]]:
    """Return the conditions on the receiving teams."""
    ways: list[ColumnElement[bool]] = [_step.team_id != _item.team_id]
    if scope.level is not None:
        ways.append(Team.level == scope.level)
    if scope.teams is not None:
        ways.append(_step.team_id.in_(scope.teams))
    if scope.links is not None:
        ways.append(_step.team_id.in_({upper for _lower, upper in scope.links}))
        ways.append(tuple_(_step.from_id, _step.team_id).in_(list(scope.links)))
    return ways


def _loops(scope: Scope, unit: Unit | None, columns: Sequence[Any]) -> tuple[Select[Any], Any]:
    """Return the query of loops that begins with *columns*, and how many days after sending each began."""
    query = select(*columns).select_from(_item).where(*_sent(scope))
    if unit is None and not scope.reached:
        return query, literal(0)
    query = query.join(_step, _step.item_id == _item.id)
    if unit is Unit.LEVEL or scope.level is not None:
        query = query.join(Team, Team.id == _step.team_id)
    earlier = aliased(_step)
    same = [earlier.item_id == _step.item_id, earlier.team_id == _step.team_id]
    if unit is Unit.LINK or scope.links is not None:
        same.append(earlier.from_id == _step.from_id)
    before = [earlier.position < _step.position, earlier.reached_on >= _item.sent_on]
    first = and_(_step.reached_on >= _item.sent_on, ~exists().where(*same, *before))
    query = query.where(*_at(scope), _step.position > 0, first)
    return query, DaysBetween(_step.reached_on, _item.sent_on)


def _days(scope: Scope, unit: Unit | None, columns: Sequence[Any], took: Any, by: By | None) -> Select[Any]:
    """Return the histogram of how long loops took; an end from before a loop began is none of it.

    The last four columns are days, loops, those answered and over, and those confirmed lifted.
    """
    query, offset = _loops(scope, unit, [])
    days = took - offset if scope.reached or unit is not None else took
    groups = [*columns, *([_number(AddDays(_item.sent_on, took), by)] if by else []), days]
    asked = _item.kind.in_((Kind.BARRIER, Kind.QUESTION))
    ended = and_(asked, _item.days_to_answer.is_not(None), _item.state.in_(ENDED))
    lifted = and_(ended, _item.state == State.CLOSED, _item.lifted == "yes")
    return (
        query.add_columns(*groups, func.count(), _sum(ended), _sum(lifted))
        .where(took.is_not(None), days >= 0)
        .group_by(*groups)
    )


def _open(scope: Scope, unit: Unit | None, columns: Sequence[Any]) -> Select[Any]:
    """Return how many loops there are, and how many of them are open in each age."""
    query, _offset = _loops(scope, unit, columns)
    age = DaysBetween(literal(scope.today, Date), _item.sent_on)
    is_open = _item.state.not_in(ENDED)
    edges = [(low, high) for low, high in zip((0, *(high + 1 for high in AGES)), (*AGES, None), strict=True)]
    ages = [
        _sum(and_(is_open, age >= low) if high is None else and_(is_open, age.between(low, high)))
        for low, high in edges
    ]
    query = query.add_columns(func.count(), *ages)
    return query.group_by(*columns) if columns else query


def _stays(scope: Scope, columns: Sequence[Any]) -> Select[Any]:
    return (
        select(*columns, func.count())
        .select_from(_step)
        .join(_item, _item.id == _step.item_id)
        .where(*_sent(scope), *_at(scope), _step.position > 0)
    )


def _kept(scope: Scope, unit: Unit | None, columns: Sequence[Any]) -> Select[Any]:
    """Return how many stays can be judged by their promise, and how many of them kept it."""
    query = _stays(scope, columns)
    if unit is Unit.LEVEL or scope.level is not None:
        query = query.join(Team, Team.id == _step.team_id)
    judged = and_(
        _step.promised_on.is_not(None),
        _step.act.not_in(_TAKEN_AWAY),
        ~_is_undone(),
        _step.left_on.is_not(None) | (_step.promised_on < scope.late_on),
    )
    query = query.where(judged).add_columns(_sum(_step.left_on <= _step.promised_on))
    return query.group_by(*columns) if columns else query


def _is_undone() -> ColumnElement[bool]:
    """Say whether the act that ended a stay was taken back, so that the stay goes on in a later leg."""
    after = aliased(_step)
    return exists().where(
        after.item_id == _step.item_id, after.position == _step.position + 1, after.act == Act.UNDO
    )


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _number(day: Any, by: By) -> Any:
    """Return the number of the month or week of a day, as :func:`feedback.loops.number_of` does."""
    if by is By.WEEK:
        return DaysBetween(day, literal(MONDAY, Date)) // 7
    return extract("year", day) * 12 + extract("month", day) - 1
