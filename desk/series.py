"""One measured line of a plan and how it stands: the targets that share a measure. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from measures.charts import run_chart, signal_span
from measures.rules import Direction, MeasureType, Rhythm
from measures.svg import tone_of
from milestones.points import points_on
from milestones.rules import (
    REACHED,
    Goal,
    Reading,
    Shape,
    Standing,
    Step,
    known_on,
    next_check,
    standing_by,
)
from teams.breaks import NO_BREAKS, Breaks


@dataclass(frozen=True)
class Promise:
    """One dated target of a series. ``target`` is in the measure's unit."""

    id: UUID
    name: str
    due_on: date | None
    target: float | None
    baseline: float | None = None
    shape: str = ""
    rhythm: str = "weekly"
    tool: str = ""
    population: int | None = None
    is_deliverable: bool = False
    is_outcome: bool = False  # an interim target: students, not adults
    monitor_until: date | None = None
    starts_on: date | None = None  # where a shaped path begins
    counts_from: date | None = None  # what was counted before belongs to an earlier year
    counts_until: date | None = None  # what was counted after belongs to a later year


@dataclass(frozen=True)
class Series:
    """A measure of one team with its dated targets, earliest first, and what was counted, oldest first."""

    team_id: int
    measure: str
    type: MeasureType
    direction: Direction
    unit: str
    promises: Sequence[Promise]
    readings: Sequence[Reading]
    breaks: Breaks = NO_BREAKS
    _known: dict[date, list[Reading]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _points: dict[date, list[Reading]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _standings: dict[date, Standing] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What a page asks often is worked out once."""

    @property
    def is_percent(self) -> bool:
        """Say whether values are per cents."""
        return self.type is MeasureType.PROPORTION

    def current(self, today: date) -> Promise:
        """Return the target that counts now: the latest that has come due, else the first to come."""
        past = [promise for promise in self.promises if promise.due_on and promise.due_on <= today]
        return past[-1] if past else self.promises[0]

    def following(self, today: date) -> Promise | None:
        """Return the next target after the current one that is not due yet."""
        now = self.current(today)
        later = (p for p in self.promises if p is not now and p.due_on and p.due_on > today)
        return next(later, None)

    def standing(self, today: date) -> Standing:
        """Return how the current target stands on a day."""
        if today not in self._standings:
            self._standings[today] = standing_by(self._goal(today), self.known(today), today)
        return self._standings[today]

    def _goal(self, today: date) -> Goal:
        now = self.current(today)
        others = tuple(
            Step(p.due_on, p.target)
            for p in self.promises
            if p is not now and p.due_on is not None and p.target is not None
        )
        return Goal(
            due_on=now.due_on,
            target=now.target,
            direction=self.direction,
            baseline=now.baseline,
            shape=_shape(now.shape),
            steps=others,
            is_deliverable=now.is_deliverable,
            starts_on=now.starts_on,
            counts_from=now.counts_from,
            counts_until=now.counts_until,
        )

    def known(self, today: date) -> list[Reading]:
        """Return the readings known on a day, oldest first, corrected ones left out."""
        if today not in self._known:
            self._known[today] = known_on(self.readings, today)
        return self._known[today]

    def points(self, today: date) -> list[Reading]:
        """Return what its chart shows on a day, oldest first: one point for each day that was counted."""
        if today not in self._points:
            once = self.current(today).is_deliverable
            self._points[today] = points_on(self.readings, today, self.type, is_deliverable=once)
        return self._points[today]

    def next_count(self, today: date) -> date | None:
        """Return the day by which to count next; none once monitoring has ended, or a deliverable stands."""
        standing = self.standing(today)
        if self.current(today).is_deliverable and standing.status in REACHED:
            return None
        now = self.following(today) if standing.status == "planned" else self.current(today)
        promise = now or self.current(today)
        known = self.known(today)
        last = known[-1].on if known else None
        days = _rhythm(promise.rhythm).days
        return next_check(
            last, days, promise.due_on, promise.monitor_until, day=today, breaks=self.breaks.spans
        )

    def signal(self, today: date) -> tuple[str, int]:
        """Return the tone of a signal that still runs, and how many points at the end carry it; else "", 0.

        The tone is "up" for improvement and "down" for concern, whichever way the numbers go.
        """
        values = [reading.value for reading in self.points(today)]
        chart = run_chart(values)
        span = signal_span(chart) if len(values) > 1 else None
        if span is None or span[1] < len(values):
            return "", 0
        tone = tone_of(chart, self.direction)
        return (tone, len(values) - span[0] + 1) if tone else ("", 0)


def _shape(code: str) -> Shape:
    return Shape(code) if code in set(Shape) else Shape.STAIRS


def _rhythm(code: str) -> Rhythm:
    return Rhythm(code) if code in set(Rhythm) else Rhythm.WEEKLY


def tally(series: Iterable[Series], today: date) -> Mapping[str, int]:
    """Return how many series stand in each status on a day."""
    found: dict[str, int] = {}
    for each in series:
        status = each.standing(today).status.value
        found[status] = found.get(status, 0) + 1
    return found
