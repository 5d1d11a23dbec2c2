"""Whether a milestone fits its series before it is saved: order, pace, calendar. Pure.

"Milestones should build on each other progressively"; who sets a series asks how quickly the change has to
go and keeps breaks and testing weeks in mind (Colorado's guide to Implementation Milestones). These are
notes: none of them keeps a milestone from being saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import ceil

from markupsafe import Markup

from measures.rules import Direction, MeasureType
from milestones.board import number_words
from milestones.school_days import TESTING, SchoolDays, off_words
from milestones.sentence import target_words
from nic_platform.svg import day as day_words
from nic_platform.text import _

NEAR = timedelta(days=14)  # before the date, in which it has to be measured
_LEAST = 14  # days between two counts that say something of a pace


@dataclass(frozen=True)
class Wanted:
    """The milestone as it stands on the page, with the place it has in its series.

    ``before`` is the target of the milestone before it, with its day; ``points`` what was counted, by date.
    """

    due_on: date
    target: float
    type: MeasureType = MeasureType.PROPORTION
    direction: Direction = Direction.UP
    unit: str = ""
    population: int | None = None
    baseline: float | None = None
    before: tuple[date, float] | None = None
    same_day: bool = False
    points: tuple[tuple[date, float], ...] = ()


@dataclass(frozen=True)
class Check:
    """One note: ``mark`` is met, missed or soon; a word or two, and a sentence."""

    mark: str
    title: str
    words: str


@dataclass(frozen=True)
class Fit:
    """What is shown under "Does it fit the series?": the finding, the picture, the notes."""

    title: str
    subtitle: str
    checks: tuple[Check, ...]
    wide: Markup | None = None
    narrow: Markup | None = None


def checks(wanted: Wanted, days: SchoolDays, today: date) -> tuple[Check, ...]:
    """Return what there is to say of a milestone beside its series, in the order it is read."""
    found = (_order(wanted), _pace(wanted, today), _calendar(wanted, days))
    return tuple(check for check in found if check is not None)


def title(wanted: Wanted, today: date) -> str:
    """Return the finding: from where it has to climb to where, and whether that is steeper than before."""
    goal = target_words(wanted.target, wanted.type, wanted.direction, wanted.unit)
    start = _start(wanted)
    if start is None:
        return _(
            "To %(goal)s by %(day)s; nothing has been counted yet", goal=goal, day=day_words(wanted.due_on)
        )
    value = number_words(start[1], wanted.type, wanted.unit)
    words = {"value": value, "goal": goal, "day": day_words(wanted.due_on)}
    if _gain(wanted, start[1], wanted.target) <= 0:
        return _("%(goal)s is reached already: %(value)s was counted last", **words)
    if _is_steep(wanted, today):
        return _("From %(value)s to %(goal)s by %(day)s is steeper than anything so far", **words)
    return _("From %(value)s to %(goal)s by %(day)s", **words)


def _start(wanted: Wanted) -> tuple[date, float] | None:
    if wanted.points:
        return wanted.points[-1]
    return (date.min, wanted.baseline) if wanted.baseline is not None else None


def _gain(wanted: Wanted, start: float, end: float) -> float:
    return end - start if wanted.direction is Direction.UP else start - end


def _order(wanted: Wanted) -> Check | None:
    if wanted.same_day:
        words = _("Another target of this strand is due on %(day)s.", day=day_words(wanted.due_on))
        return Check("missed", _("Two on one day."), words)
    if wanted.before is None:
        return Check(
            "met", _("The first of its series."), _("Later ones build on it: a later date, a higher target.")
        )
    on, value = wanted.before
    words = target_words(value, wanted.type, wanted.direction, wanted.unit)
    if _gain(wanted, value, wanted.target) < 0:
        say = _("%(value)s by %(day)s comes before it in the same strand. Leave it if that is on purpose.",
                value=words, day=day_words(on))  # fmt: skip
        return Check("missed", _("Asks for less than the last one."), say)
    say = _("%(value)s by %(day)s comes before it in the same strand.", value=words, day=day_words(on))
    return Check("met", _("Builds on the last one."), say)


def best_gain(wanted: Wanted, days: int) -> float | None:
    """Return the most that was gained in so many days, at the best pace so far; none without two counts."""
    paces = [
        _gain(wanted, low, high) / (late - early).days
        for (early, low), (late, high) in combinations(wanted.points, 2)
        if (late - early).days >= _LEAST
    ]
    best = max(paces, default=0.0)
    return best * days if best > 0 else None


def _is_steep(wanted: Wanted, today: date) -> bool:
    start, left = _start(wanted), (wanted.due_on - today).days
    best = best_gain(wanted, left) if left > 0 else None
    return best is not None and start is not None and _gain(wanted, start[1], wanted.target) > best + 1e-9


def _pace(wanted: Wanted, today: date) -> Check | None:
    start, left = _start(wanted), (wanted.due_on - today).days
    if left <= 0:
        on = day_words(wanted.due_on)
        words = _("%(day)s has been. Give a day to come, or enter what was counted then.", day=on)
        return Check("soon", _("In the past."), words)
    if start is None:
        return None
    need, best = _gain(wanted, start[1], wanted.target), best_gain(wanted, left)
    if need <= 0 or best is None:
        return None
    if not _is_steep(wanted, today):
        words = _("It needs %(need)s in %(left)s days, no more than you have done before.",
                  need=_amount(need, wanted), left=left)  # fmt: skip
        return Check("met", _("Within reach."), words)
    words = _(
        "It needs %(need)s in %(left)s days. Your best pace so far gives %(best)s. "
        "Add a step between, or plan more support.",
        need=_amount(need, wanted), left=left, best=_amount(best, wanted, is_floor=True),
    )  # fmt: skip
    return Check("missed", _("Steep."), words)


def _amount(gain: float, wanted: Wanted, *, is_floor: bool = False) -> str:
    if wanted.type is MeasureType.PROPORTION and wanted.population:
        people = gain * wanted.population / 100
        number = int(people + 1e-9) if is_floor else ceil(people - 1e-9)
        return _("%(number)s more of %(all)s people", number=number, all=wanted.population)
    value = f"{gain:.1f}".removesuffix(".0")
    if wanted.type is MeasureType.PROPORTION:
        return _("%(value)s percentage points", value=value)
    return _("%(value)s more", value=value)


def _calendar(wanted: Wanted, days: SchoolDays) -> Check | None:
    off = off_words(wanted.due_on, days)
    if off:
        return Check("soon", _("Calendar."), off)
    test = next(
        (
            s
            for s in days.spans
            if s.kind == TESTING and s.ends_on >= wanted.due_on - NEAR and s.starts_on <= wanted.due_on
        ),
        None,
    )
    if test is None:
        return None
    words = _("%(name)s runs %(first)s to %(last)s. Check before it if you can.",
              name=test.name, first=day_words(test.starts_on), last=day_words(test.ends_on))  # fmt: skip
    return Check("soon", _("Calendar."), words)


def last_before(rows: Sequence[tuple[date, float]], due_on: date) -> tuple[date, float] | None:
    """Return the dated target that comes before a day; none where there is none."""
    return max(((on, value) for on, value in rows if on < due_on), default=None)
