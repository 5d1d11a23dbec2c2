"""How a milestone stands on a day: derived from what was recorded by then, never typed.

The rules follow Colorado's guide to Implementation Milestones: a milestone is met, met late or missed against
its date and target; monitoring goes on after it is met, and a drop of two measurements in a row means it
slipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil

from measures.rules import Direction

TOLERANCE = 1e-9  # shares are divisions: 19 of 20 is 95 %
WINDOW = timedelta(days=14)  # before the date, in which it has to be measured
AT_RISK_SHARE = 0.1  # of the distance from baseline to target
EARLY = timedelta(days=14)  # met this long before its date, a milestone is ahead of plan


class Status(StrEnum):
    """What a milestone is on a day."""

    PLANNED = "planned"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    MET = "met"
    MET_LATE = "met_late"
    SUSTAINED = "sustained"
    CHECK_AGAIN = "check_again"
    SLIPPED = "slipped"
    MISSED = "missed"
    NOT_MEASURED = "not_measured"
    DRAFT = "draft"  # no date, or neither target nor acceptance test: nothing to judge by


REACHED = frozenset(
    {Status.MET, Status.MET_LATE, Status.SUSTAINED, Status.CHECK_AGAIN, Status.SLIPPED}
)  # the target was reached at some time
HELD = frozenset({Status.MET, Status.MET_LATE, Status.SUSTAINED, Status.CHECK_AGAIN})
OFF = frozenset({Status.MISSED, Status.SLIPPED, Status.AT_RISK, Status.NOT_MEASURED})


class Shape(StrEnum):
    """How progress is expected to run from baseline to target."""

    STAIRS = ""
    LINEAR = "linear"
    QUICK = "quick"
    SLOW = "slow"

    def done(self, time: float) -> float:
        """Return the share of the distance expected after the share *time* of the days, both 0 to 1."""
        time = min(max(time, 0.0), 1.0)
        if self is Shape.QUICK:
            return 1 - (1 - time) ** 2
        return time**2 if self is Shape.SLOW else time


@dataclass(frozen=True)
class Reading:
    """One measurement as far as status looks at it. ``value`` is in the target's unit (per cent for a share).

    ``recorded_on`` is the civil day on which it was written down; a correction names the one it supersedes.
    """

    on: date
    value: float | None
    recorded_on: date
    id: int = 0
    supersedes_id: int | None = None
    count: float | None = None
    population: float | None = None


@dataclass(frozen=True)
class Step:
    """One target of a series with its date."""

    due_on: date
    target: float


@dataclass(frozen=True)
class Goal:
    """What a milestone promises, as far as status looks at it.

    ``steps`` are the other dated targets of its series. ``starts_on`` is where a shaped path begins; the
    first measurement's day unless given. What was measured before ``counts_from`` belongs to an earlier
    year's milestones, what was measured after ``counts_until`` to a later year's.
    """

    due_on: date | None
    target: float | None
    direction: Direction = Direction.UP
    baseline: float | None = None
    shape: Shape = Shape.STAIRS
    starts_on: date | None = None
    steps: tuple[Step, ...] = ()
    is_deliverable: bool = False
    counts_from: date | None = None
    counts_until: date | None = None

    @property
    def aim(self) -> float | None:
        """Return the value to reach; a deliverable is there (1) or not (0)."""
        return 1.0 if self.is_deliverable else self.target

    def reached_by(self, value: float) -> bool:
        """Say whether *value* is at the target or better."""
        return self.reached([value])[0]

    def reached(self, values: Sequence[float]) -> list[bool]:
        """Say of each value whether it is at the target or better."""
        aim = self.aim
        if aim is None:
            return [False] * len(values)
        if self.direction is Direction.DOWN and not self.is_deliverable:
            return [value - aim <= TOLERANCE for value in values]
        return [aim - value <= TOLERANCE for value in values]

    def short(self, value: float) -> float:
        """Return by how much *value* falls short of the target; negative when it is better."""
        aim = self.aim or 0.0
        return value - aim if self.direction is Direction.DOWN and not self.is_deliverable else aim - value


@dataclass(frozen=True)
class Standing:
    """A milestone's status on a day, with what it rests on.

    ``counted_on`` is the last day that was counted at all, also after the milestone's own year. ``short`` is
    how far the latest value is off the target, in its unit; 0 when reached. ``due_value`` is what the last
    measurement up to the date said.
    """

    status: Status
    day: date
    latest: Reading | None = None
    reached_on: date | None = None
    due_value: Reading | None = None
    short: float = 0.0
    is_ahead: bool = False
    counted_on: date | None = None

    @property
    def is_off(self) -> bool:
        """Say whether the milestone asks for a course correction or a measurement."""
        return self.status in OFF


def known_on(readings: Sequence[Reading], day: date) -> list[Reading]:
    """Return what was known at the end of *day*, oldest first, without what had been corrected by then."""
    told = [r for r in readings if r.recorded_on <= day and r.on <= day]
    gone = {r.supersedes_id for r in readings if r.recorded_on <= day and r.supersedes_id is not None}
    return sorted((r for r in told if r.id not in gone and r.value is not None), key=lambda r: (r.on, r.id))


def own_on(goal: Goal, readings: Sequence[Reading], day: date) -> list[Reading]:
    """Return what a milestone is judged by at the end of *day*: what was known of its own days."""
    return _until(goal, _since(goal, known_on(readings, day)))


def _since(goal: Goal, known: Sequence[Reading]) -> list[Reading]:
    first = goal.counts_from
    return list(known) if first is None else [r for r in known if r.on >= first]


def _until(goal: Goal, known: Sequence[Reading]) -> list[Reading]:
    last = goal.counts_until
    return list(known) if last is None else [r for r in known if r.on <= last]


def standing_on(goal: Goal, readings: Sequence[Reading], day: date) -> Standing:
    """Return how a milestone stands at the end of *day*; see :func:`standing_by`."""
    return standing_by(goal, known_on(readings, day), day)


def standing_by(goal: Goal, told: Sequence[Reading], day: date) -> Standing:
    """Return how a milestone stands at the end of *day* by what was known then (:func:`known_on`).

    The rules are asked in this order, and the first that applies names the status. Reached at any time:
    slipped (the last two measurements, or more, are below the target), check again (the last one is), holding
    (measured again since, at the target), met late, met. Never reached, and the date has come: not measured,
    missed. Before the date: at risk, on track, planned. Who recovers from a slip holds again.
    """
    if goal.due_on is None or goal.aim is None:
        return Standing(Status.DRAFT, day)
    counted = _since(goal, told)
    known = _until(goal, counted)
    reached = goal.reached([r.value for r in known if r.value is not None])
    first = reached.index(True) if True in reached else None
    latest = known[-1] if known else None
    until_due = [r for r in known if r.on <= goal.due_on]
    if first is not None:
        status = _after_reaching(reached[first:], known[first].on, goal)
    elif day >= goal.due_on:
        status = _unreached(goal.due_on, known)
    else:
        status = _underway(goal, known, day)
    reached_on = known[first].on if first is not None else None
    return Standing(
        status,
        day,
        latest,
        reached_on,
        until_due[-1] if until_due and day >= goal.due_on else None,
        max(goal.short(latest.value), 0.0) if latest and latest.value is not None else 0.0,
        is_ahead=_is_ahead(goal, latest, reached_on, day),
        counted_on=counted[-1].on if counted else None,
    )


def _after_reaching(reached: Sequence[bool], on: date, goal: Goal) -> Status:
    below = 0
    for is_reached in reversed(reached):
        if is_reached:
            break
        below += 1
    if below >= 2:
        return Status.SLIPPED
    if below == 1:
        return Status.CHECK_AGAIN
    if len(reached) > 1:
        return Status.SUSTAINED
    return Status.MET if goal.due_on is None or on <= goal.due_on else Status.MET_LATE


def _unreached(due_on: date, known: Sequence[Reading]) -> Status:
    looked = any(reading.on >= due_on - WINDOW for reading in known)
    return Status.MISSED if looked else Status.NOT_MEASURED


def _underway(goal: Goal, known: Sequence[Reading], day: date) -> Status:
    if not known or known[-1].value is None:
        return Status.PLANNED
    if goal.is_deliverable:
        return Status.ON_TRACK
    expected = expected_on(goal, known, day)
    baseline = baseline_of(goal, known)
    if expected is None or baseline is None or goal.target is None:
        return Status.ON_TRACK
    behind = known[-1].value - expected
    if goal.direction is Direction.UP:
        behind = -behind
    allowed = AT_RISK_SHARE * abs(goal.target - baseline)
    return Status.AT_RISK if behind > allowed + TOLERANCE else Status.ON_TRACK


def baseline_of(goal: Goal, known: Sequence[Reading]) -> float | None:
    """Return the baseline; without one the first measurement serves."""
    return goal.baseline if goal.baseline is not None else known[0].value if known else None


def expected_on(goal: Goal, known: Sequence[Reading], day: date) -> float | None:
    """Return where the path from baseline to target stands on *day*, before the milestone's date.

    Without a shape the path is stairs: the latest target of the series that has come due, else the baseline.
    """
    baseline = baseline_of(goal, known)
    if baseline is None or goal.due_on is None or goal.target is None:
        return None
    if goal.shape is Shape.STAIRS:
        past = [step for step in goal.steps if step.due_on <= day and step.due_on < goal.due_on]
        return max(past, key=lambda step: step.due_on).target if past else baseline
    start = goal.starts_on or (known[0].on if known else day)
    days = (goal.due_on - start).days
    time = (day - start).days / days if days > 0 else 1.0
    return baseline + (goal.target - baseline) * goal.shape.done(time)


def _is_ahead(goal: Goal, latest: Reading | None, reached_on: date | None, day: date) -> bool:
    if goal.due_on is None or reached_on is None or latest is None or latest.value is None:
        return False
    early = reached_on <= goal.due_on - EARLY and day <= goal.due_on and goal.reached_by(latest.value)
    next_steps = [step for step in goal.steps if step.due_on > max(goal.due_on, day + EARLY)]
    beyond = bool(next_steps) and _reaches(goal, latest.value, min(next_steps, key=lambda s: s.due_on).target)
    return (early and bool(next_steps)) or beyond


def _reaches(goal: Goal, value: float, target: float) -> bool:
    gap = value - target if goal.direction is Direction.UP else target - value
    return gap >= -TOLERANCE


def people_short(target: float, count: float, population: float) -> int:
    """Return how many more of *population* would have to be there for a target in per cent to be reached."""
    return max(ceil(target * population / 100 - TOLERANCE) - int(count), 0)


def next_check(
    last_on: date | None,
    rhythm_days: int,
    due_on: date | None,
    until: date | None,
    *,
    day: date | None = None,
    breaks: Sequence[tuple[date, date]] = (),
) -> date | None:
    """Return when to measure next: a rhythm after the last, or on the date; never after *until*.

    Args:
        day: today; once it is past *until* nothing is asked any more.
        breaks: first and last days without school; a check that falls into one waits for the day after it.
    """
    if until and day and day > until:
        return None
    if last_on is None:
        return due_on
    wanted = last_on + timedelta(days=rhythm_days)
    for first, last in sorted(breaks):
        if first <= wanted <= last:
            wanted = last + timedelta(days=1)
    if due_on and last_on < due_on < wanted:
        wanted = due_on
    return None if until and wanted > until else wanted


def order_faults(steps: Sequence[tuple[date | None, float | None]], direction: Direction) -> list[int]:
    """Return the positions (from 0) in a series, in its order, that do not build on the one before.

    A later milestone has a later date, and a target no worse.
    """
    faults = []
    for at in range(1, len(steps)):
        (before, low), (on, high) = steps[at - 1], steps[at]
        is_early = before is not None and on is not None and on <= before
        worse = low is not None and high is not None
        if worse and high is not None and low is not None:
            worse = high < low if direction is Direction.UP else high > low
        if is_early or worse:
            faults.append(at)
    return faults
