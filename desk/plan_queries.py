"""A whole plan on a day, as an agenda and a report look at it: milestones, targets, counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from measures.queries import Record, SeriesKey, records, standing_records
from milestones import milestone_queries, status_queries
from milestones.change_queries import changes_in
from milestones.past import rows_on
from milestones.rows import MilestoneRow, PlanRow, TargetRow, goal_of_target
from milestones.rules import Reading, Standing, next_check, standing_on
from nic_platform.actor import Actor


@dataclass(frozen=True)
class PlanOnDay:
    """A plan at the end of *day*, as far as one reader may see its numbers.

    ``rows`` are the milestones on the board, with the dates and targets they had on that day. ``hidden``
    holds the series of which some counts are kept from the reader.
    """

    plan: PlanRow
    day: date
    rows: tuple[MilestoneRow, ...]
    targets: tuple[TargetRow, ...]
    standings: Mapping[int, Standing]
    target_standings: Mapping[int, Standing]
    readings: Mapping[SeriesKey, Sequence[Reading]]
    hidden: frozenset[SeriesKey]

    def readings_of(self, row: MilestoneRow | TargetRow) -> Sequence[Reading]:
        """Return what was counted of a milestone or target, oldest first."""
        key = status_queries.series_key(row)
        return self.readings.get(key, ()) if key else ()

    def hides(self, row: MilestoneRow | TargetRow) -> bool:
        """Say whether counts of it are kept from the reader."""
        return status_queries.series_key(row) in self.hidden

    def next_on(self, row: MilestoneRow, breaks: Sequence[tuple[date, date]] = ()) -> date | None:
        """Return when a milestone is to be counted next; a day in one of the *breaks* waits for school."""
        on = self.standings[row.id].counted_on
        return next_check(on, row.rhythm_days, row.date, row.watched_until, day=self.day, breaks=breaks)

    def series(self) -> list[list[MilestoneRow]]:
        """Return the milestones by series, each by date; series in the order of their first milestone."""
        found: dict[object, list[MilestoneRow]] = {}
        for row in self.rows:
            found.setdefault(status_queries.series_key(row) or row.id, []).append(row)
        return list(found.values())


def plan_on(
    session: Session, actor: Actor, plan: PlanRow, day: date, *, for_others: bool = False
) -> PlanOnDay:
    """Return a plan on a day; four statements. The caller has read the plan as *actor*.

    Args:
        for_others: it is handed on, on paper: students' counts are shown as anybody in the network sees them.
    """
    anybody = replace(actor, roles={}, network_roles=frozenset()) if for_others else actor
    zone = ZoneInfo(actor.time_zone)
    present = [row for row in milestone_queries.milestones_of(session, actor, plan.id) if not row.is_draft]
    rows = rows_on(present, changes_in(session, [row.id for row in present]), day, zone)
    rows.sort(key=lambda row: (row.date or date.max, row.position, row.id))
    targets = status_queries.seen_targets(anybody, milestone_queries.targets_of(session, plan.id))
    every: list[MilestoneRow | TargetRow] = [*rows, *targets]
    found = records(session, {key for row in every if (key := status_queries.series_key(row))})
    shown: dict[SeriesKey, list[Record]] = {}
    hidden: set[SeriesKey] = set()
    readings: dict[SeriesKey, list[Reading]] = {}
    for row in every:
        key = status_queries.series_key(row)
        if key is None or key in shown:
            continue
        whole = found.get(key, [])
        reader = anybody if row.counts_students else actor
        shown[key] = status_queries.seen(
            reader, whole, row.type, counts_students=row.counts_students, is_above=plan.is_above
        )
        readings[key] = status_queries.readings(shown[key], row.type, zone)
        is_whole = reader.in_team(row.team_id) or (plan.is_above and not row.counts_students)
        if not is_whole and len(shown[key]) < len(standing_records(whole)):
            hidden.add(key)
    standings = status_queries.standings_of(rows, shown, day, zone)
    return PlanOnDay(
        plan, day, tuple(rows), tuple(targets), standings,
        {row.id: _target_standing(row, targets, readings, day) for row in targets},
        readings, frozenset(hidden),
    )  # fmt: skip


def _target_standing(
    row: TargetRow, targets: Sequence[TargetRow], readings: Mapping[SeriesKey, Sequence[Reading]], day: date
) -> Standing:
    key = status_queries.series_key(row)
    mates = [each for each in targets if key and status_queries.series_key(each) == key]
    return standing_on(goal_of_target(row, mates), readings.get(key, ()) if key else (), day)
