"""Gather what the quarter view of a plan's goals shows; a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from measures.queries import Record, records, standing_records
from milestones import change_queries, goal_queries, milestone_queries, past, quarters, status_queries
from milestones.board import number_words
from milestones.goal_queries import GoalRow
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import REACHED, Standing
from milestones.work_kinds import kind_word
from nic_platform.actor import Actor
from nic_platform.filters import counted, day
from nic_platform.pages import DaySeen
from nic_platform.text import _
from teams.school_calendar import Quarter, fiscal_name, fiscal_quarters


@dataclass(frozen=True)
class Cell:
    """One milestone in one quarter, in finished words; ``is_trace``: it is another quarter's work by now."""

    id: UUID
    title: str
    target: str
    due_on: date | None
    status: str
    arrow: str
    done: str
    note: str
    kind: str
    is_trace: bool


@dataclass(frozen=True)
class Head:
    """One quarter over all goals: ``when`` is "past", "now" or "ahead"."""

    quarter: Quarter
    when: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """One goal over the quarters; without a goal it holds the milestones whose goal was deleted."""

    goal: GoalRow | None
    cells: tuple[tuple[Cell, ...], ...]
    undated: tuple[Cell, ...]


@dataclass(frozen=True)
class QuartersPage:
    """What the quarter view shows."""

    year: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    before: date | None  # a day of the fiscal year before, where something is due in it
    after: date | None
    has_goals: bool


@dataclass(frozen=True)
class _Read:
    """A milestone as it stood on the day, with what its reader may see of its counts."""

    row: MilestoneRow
    standing: Standing
    changes: Sequence[past.Change]
    at_ends: Mapping[int, Standing]  # by quarter: how it stood on the last day of each that is over
    notes: Mapping[int, str]  # by measurement


def quarters_of(session: Session, actor: Actor, plan: PlanRow, seen: DaySeen, year_of: date) -> QuartersPage:
    """Return a plan's goals by the quarters of the fiscal year that *year_of* lies in; four statements.

    Everything is as it was known at the end of ``seen.on``.
    """
    found = goal_queries.goals_of(session, plan.network_id, plan.id)
    span = fiscal_quarters(year_of, found.fiscal_month)
    rows = milestone_queries.milestones_of(session, actor, plan.id)
    reads = _read(session, actor, plan, rows, span, seen.on)
    goals = {goal.id: goal for goal in found.goals}
    groups: dict[int, list[_Read]] = defaultdict(list)
    for read in reads:
        groups[read.row.goal_id if read.row.goal_id in goals else 0].append(read)
    lines = [_line(goal, groups.get(goal.id, []), span, seen.on) for goal in found.goals]
    if groups.get(0):
        lines.append(_line(None, groups[0], span, seen.on))
    days = [read.row.date for read in reads if read.row.date]
    return QuartersPage(
        year=fiscal_name(span),
        heads=tuple(_head(quarter, reads, span, seen.on) for quarter in span),
        lines=tuple(lines),
        before=max((on for on in days if on < span[0].starts_on), default=None),
        after=min((on for on in days if on > span[-1].ends_on), default=None),
        has_goals=bool(found.goals),
    )


def _read(
    session: Session,
    actor: Actor,
    plan: PlanRow,
    rows: Sequence[MilestoneRow],
    span: Sequence[Quarter],
    on: date,
) -> list[_Read]:
    zone = ZoneInfo(actor.time_zone)
    changes = change_queries.changes_in(session, [row.id for row in rows])
    known = past.known_changes(changes, on, zone)
    then = past.rows_on(rows, changes, on, zone)
    ours = [row for row in then if row.goal_id is not None]
    found = records(session, {key for row in ours if (key := status_queries.series_key(row))})
    visible = {
        key: status_queries.seen(
            actor, found.get(key, []), row.type, counts_students=row.counts_students, is_above=plan.is_above
        )
        for row in ours
        if (key := status_queries.series_key(row))
    }
    over = [quarter for quarter in span if quarter.ends_on < on]
    ends = {
        quarter.number: status_queries.standings_of(
            past.rows_on(ours, changes, quarter.ends_on, zone), visible, quarter.ends_on, zone
        )
        for quarter in over
    }
    standings = status_queries.standings_of(ours, visible, on, zone)
    return [
        _Read(
            row, standings[row.id], known.get(row.id, []),
            {number: stood[row.id] for number, stood in ends.items()},
            _notes(visible.get(status_queries.series_key(row) or (0, 0), [])),
        )
        for row in ours
    ]  # fmt: skip


def _notes(found: Sequence[Record]) -> dict[int, str]:
    return {record.id: record.note for record in standing_records(found) if record.note}


def _places(read: _Read, span: Sequence[Quarter], on: date) -> list[quarters.Place]:
    return quarters.places(read.row, read.standing, read.changes, span, on)


def _head(quarter: Quarter, reads: Sequence[_Read], span: Sequence[Quarter], on: date) -> Head:
    judged = min(quarter.ends_on, on)
    found = [
        (place, read.standing.reached_on is not None and read.standing.reached_on <= judged)
        for read in reads
        for place in _places(read, span, on)
        if place.quarter == quarter.number
    ]
    when = "now" if quarter.holds(on) else "past" if quarter.ends_on < on else "ahead"
    return Head(quarter, when, quarters.progress(quarters.tally(found), quarter, on))


def _line(goal: GoalRow | None, reads: Sequence[_Read], span: Sequence[Quarter], on: date) -> Line:
    by_quarter: dict[int, list[Cell]] = defaultdict(list)
    for read in reads:
        for place in _places(read, span, on):
            by_quarter[place.quarter].append(_cell(read, place))
    undated = tuple(_cell(read, None) for read in reads if read.row.date is None)
    return Line(goal, tuple(tuple(by_quarter[quarter.number]) for quarter in span), undated)


def _cell(read: _Read, place: quarters.Place | None) -> Cell:
    row = read.row
    stood = read.at_ends.get(place.quarter, read.standing) if place else read.standing
    is_trace = place is not None and not place.is_here
    return Cell(
        id=row.public_id,
        title=row.title,
        target=row.target_words,
        due_on=row.date,
        status=stood.status.value,
        arrow=quarters.arrow_words(place) if place else "",
        done="" if is_trace else _done(read, stood),
        note="" if is_trace or stood.latest is None else read.notes.get(stood.latest.id, ""),
        kind=kind_word(row.kind),
        is_trace=is_trace,
    )


def _done(read: _Read, stood: Standing) -> str:
    """Return what was done by the end of the quarter, or by the day that is looked at."""
    latest = stood.latest
    if latest is None or latest.value is None:
        return ""
    if read.row.is_deliverable:
        if stood.status in REACHED and stood.reached_on:
            return _("In place since %(day)s.", day=day(stood.reached_on))
        return _("Not in place on %(day)s.", day=day(latest.on))
    amount = counted(latest.count, latest.population) or number_words(
        latest.value, read.row.type, read.row.unit
    )
    return _("%(amount)s on %(day)s.", amount=amount, day=day(latest.on))
