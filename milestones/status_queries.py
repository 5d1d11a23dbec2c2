"""How milestones stand: what was measured brought together with what they promise, in few statements."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Date,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from measures import policies as measure_policies
from measures.queries import Record, SeriesKey, records, standing_records
from measures.rules import MeasureType
from milestones.calendar_queries import breaks_of
from milestones.milestone_queries import milestone_row, milestones_query, reads_milestone
from milestones.models import (
    Milestone,
)
from milestones.rows import MilestoneRow, TargetRow, goal_of
from milestones.rules import REACHED, Reading, Standing, Status, known_on, next_check, standing_by
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.breaks import Breaks, is_past

SOON = timedelta(days=14)


def readings(found: Sequence[Record], kind: MeasureType, zone: ZoneInfo) -> list[Reading]:
    """Return what was written down as status looks at it."""
    return [
        Reading(
            on=record.on,
            value=record.value(kind),
            recorded_on=max(record.recorded_on(zone), record.on),
            id=record.id,
            supersedes_id=record.supersedes_id,
            count=record.count,
            population=record.population,
        )
        for record in found
    ]


def series_key(row: MilestoneRow | TargetRow) -> SeriesKey | None:
    """Return what a milestone's measurements are found by; none before it has a measure."""
    return (row.measure_id, row.team_id) if row.measure_id is not None else None


def standings_of(
    rows: Sequence[MilestoneRow],
    found: Mapping[SeriesKey, Sequence[Record]],
    day: date,
    zone: ZoneInfo,
    series: Sequence[MilestoneRow] | None = None,
) -> dict[int, Standing]:
    """Return how each milestone stands at the end of *day*, by its number.

    Args:
        found: the series' records, as :func:`measures.queries.records` gives them.
        series: every milestone of the same series, where *rows* are not all of them.
    """

    def told(key: SeriesKey, row: MilestoneRow) -> Sequence[Reading]:
        return readings(found.get(key, ()), row.type, zone)

    return standings_told(rows, told, day, series)


def standings_told(
    rows: Sequence[MilestoneRow],
    told: Callable[[SeriesKey, MilestoneRow], Sequence[Reading]],
    day: date,
    series: Sequence[MilestoneRow] | None = None,
) -> dict[int, Standing]:
    """Return the same by what is told of each series; it is asked once for all milestones of a series."""
    mates: dict[SeriesKey | None, list[MilestoneRow]] = defaultdict(list)
    for row in series if series is not None else rows:
        if not row.is_draft:
            mates[series_key(row)].append(row)
    known: dict[tuple[SeriesKey, MeasureType], list[Reading]] = {}
    made = {}
    for row in rows:
        key = series_key(row)
        if row.is_draft:
            made[row.id] = Standing(Status.DRAFT, day)
        elif key is None:
            made[row.id] = standing_by(goal_of(row, ()), (), day)
        else:
            if (key, row.type) not in known:
                known[key, row.type] = known_on(told(key, row), day)
            made[row.id] = standing_by(goal_of(row, mates[key]), known[key, row.type], day)
    return made


def statuses(
    session: Session, milestone_ids: Collection[int], on: date, zone: str = "America/Denver"
) -> dict[int, Standing]:
    """Return how many milestones stand on one day, by number; two statements however many.

    The caller has asked whether the reader may see them.

    Args:
        zone: the network's time zone: what was recorded by the end of that day counts.
    """
    ids = sorted(milestone_ids)
    if not ids:
        return {}
    wanted = select(Milestone.measure_id, Milestone.team_id).where(Milestone.id.in_(ids)).subquery()
    same = select(literal(1)).where(
        wanted.c.measure_id == Milestone.measure_id, wanted.c.team_id == Milestone.team_id
    )
    query = milestones_query().where(
        Milestone.deleted_at.is_(None), or_(Milestone.id.in_(ids), same.exists())
    )
    series = [milestone_row(row) for row in session.execute(query)]
    rows = [row for row in series if row.id in set(ids)]
    found = records(session, {key for row in rows if (key := series_key(row))})
    return standings_of(rows, found, on, ZoneInfo(zone), series)


@dataclass(frozen=True)
class DueRow:
    """A milestone that asks something of its team: it is due soon, off its path, or its next count is due.

    ``next_on`` is when it is to be measured next; ``is_overdue`` says that it should have been by now.
    """

    row: MilestoneRow
    standing: Standing
    next_on: date | None
    is_overdue: bool = False


def milestones_due(session: Session, actor: Actor, team_id: int | None, today: date) -> list[DueRow]:
    """Return the milestones of a team's present plans that ask for something, by date; three statements.

    Due within 14 days, off their path, or with a count due within a week; the last of each series stands for
    counts. Milestones of plans that ended more than 60 days ago are left out.
    """
    if team_id is None:
        return []
    values = given(actor, team=team_id, since=today - timedelta(days=300))
    rows = [milestone_row(row) for row in session.execute(_judged_since(actor), values)]
    zone = ZoneInfo(actor.time_zone)
    found = records(session, {key for row in rows if (key := series_key(row))})
    standings = standings_of(rows, found, today, zone)
    breaks = breaks_of(session, actor.network_id)
    due = [next_due(row, standings[row.id], found, today, breaks) for row in rows]
    latest = latest_due(rows, today)
    asked = [each for each in due if _asks(each, today, each.row.id in latest)]
    return sorted(asked, key=lambda each: (each.row.date or today, each.row.id))


@ready
def _judged_since(actor: Actor) -> Any:
    """Return the statement of a team's milestones whose day is ``since`` or later."""
    return (
        milestones_query()
        .where(reads_milestone(actor), Milestone.team_id == bindparam("team"), Milestone.is_draft.is_(False))
        .where(func.coalesce(Milestone.due_on, Milestone.begins_on) >= bindparam("since", type_=Date))
    )


def next_due(
    row: MilestoneRow,
    standing: Standing,
    found: Mapping[SeriesKey, Sequence[Record]],
    today: date,
    breaks: Breaks,
) -> DueRow:
    """Return a milestone with the day on which it is to be measured next; none for a deliverable in place."""
    if row.is_deliverable and standing.status in REACHED:
        return DueRow(row, standing, None)
    key, first = series_key(row), row.counts_from
    days = [r.on for r in standing_records(found.get(key, ())) if r.on <= today] if key else []
    last_on = days[-1] if days and (first is None or days[-1] >= first) else None
    wanted = next_check(last_on, row.rhythm_days, row.date, row.watched_until, day=today, breaks=breaks.spans)
    return DueRow(row, standing, wanted, is_past(wanted, today, breaks))


def next_on(row: MilestoneRow, standing: Standing, breaks: Breaks) -> date | None:
    """Return when a milestone is to be counted next, from how it stands; drafts and things in place never.

    A day that falls into a break waits for the first day after it.
    """
    if standing.status is Status.DRAFT or (row.is_deliverable and standing.status in REACHED):
        return None
    return next_check(
        standing.counted_on, row.rhythm_days, row.date, row.watched_until, day=standing.day,
        breaks=breaks.spans,
    )  # fmt: skip


def latest_due(rows: Sequence[MilestoneRow], today: date) -> set[int]:
    """Return the milestone of each series that is worked on now: the next to come due, else the last."""
    series: dict[Any, list[MilestoneRow]] = defaultdict(list)
    for row in rows:
        series[series_key(row) or row.id].append(row)
    chosen = set()
    for mates in series.values():
        ahead = [row for row in mates if row.date and row.date >= today]
        chosen.add((ahead[0] if ahead else mates[-1]).id)
    return chosen


def _asks(each: DueRow, today: date, is_present: bool) -> bool:
    if each.standing.status in {Status.SLIPPED, Status.CHECK_AGAIN, Status.MISSED, Status.NOT_MEASURED}:
        return is_present or (each.row.date is not None and each.row.date >= today - SOON)
    if each.row.date is not None and today <= each.row.date <= today + SOON:
        return True
    if not is_present:
        return False
    soon = each.next_on is not None and each.next_on <= today + timedelta(days=7)
    return each.standing.status is Status.AT_RISK or soon


def series_for_measure(
    session: Session, measure_id: int, team_ids: Collection[int]
) -> dict[int, list[Record]]:
    """Return what stands of one measure for each team, oldest first; one statement.

    The caller has asked which teams the reader may see, and hides small groups.
    """
    found = records(session, {(measure_id, team_id) for team_id in team_ids})
    return {team_id: standing_records(found.get((measure_id, team_id), ())) for team_id in team_ids}


def seen(
    actor: Actor, found: Sequence[Record], kind: MeasureType, *, counts_students: bool, is_above: bool
) -> list[Record]:
    """Return the records of one team's series of which the reader may see the counts; nothing of the others.

    The team, and for adults' counts the teams above it, get everything, with what was corrected. Anybody else
    gets only what stands and is neither a small cell nor a subgroup.
    """
    if not found or measure_policies.sees_whole(
        actor, found[0].team_id, counts_students=counts_students, is_above=is_above
    ):
        return list(found)
    return [
        record
        for record in standing_records(found)
        if measure_policies.figure_cell(
            actor, record, kind, counts_students=counts_students, is_above=is_above
        ).is_shown
    ]


def seen_targets(actor: Actor, rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Return interim targets as *actor* may read them: without the baseline of a small group of students."""
    return [
        row
        if measure_policies.sees_baseline(
            actor, row.team_id, row.expected_n, counts_students=row.counts_students
        )
        else replace(row, baseline=None)
        for row in rows
    ]
