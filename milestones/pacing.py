"""Backwards planning: from a final date and target to dated steps, and what has to move each week. Pure.

The questions and the shapes are those of Colorado's guide to Implementation Milestones ("Setting a series of
Implementation Milestones"): which strands, how quickly, how complicated, linear or irregular, what the
calendar holds. How many steps are proposed for how complicated a change is a rule of ours, and shown as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import ceil, floor

from measures.rules import Direction, MeasureType
from milestones.rules import Shape
from milestones.school_days import (
    BREAK,
    TESTING,
    WEEK,
    SchoolDays,
    left_out_words,
    long_day,
    weeks_words,
)
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

MOST_STEPS = 12
FEWEST, USUAL_MOST = 2, 8  # steps that are proposed


class Complexity(StrEnum):
    """How complicated the change is for those who make it."""

    SIMPLE = "simple"
    SOME = "some"
    HARD = "hard"


WEEKS_A_STEP = {Complexity.SIMPLE: 6, Complexity.SOME: 4, Complexity.HARD: 3}
"""School weeks from one step to the next: the harder the change, the smaller the steps."""


@dataclass(frozen=True)
class Aim:
    """What is to be reached from where. Numbers are in the measure's unit: per cent for a proportion."""

    starts_on: date
    ends_on: date
    baseline: float
    target: float
    steps: int
    shape: Shape = Shape.LINEAR
    direction: Direction = Direction.UP
    type: MeasureType = MeasureType.PROPORTION
    skips_breaks: bool = True
    skips_testing: bool = True
    population: int | None = None
    who: str = ""
    unit: str = ""

    @property
    def skips(self) -> tuple[str, ...]:
        """Return the kinds of spans in which nothing falls due."""
        chosen = ((BREAK, self.skips_breaks), (TESTING, self.skips_testing))
        return tuple(kind for kind, is_skipped in chosen if is_skipped)

    @property
    def is_beyond(self) -> bool:
        """Say whether the target is better than the baseline."""
        gain = self.target - self.baseline
        return gain > 0 if self.direction is Direction.UP else gain < 0


@dataclass(frozen=True)
class PacedStep:
    """One proposed step: its day, its target, the school weeks since the one before, and what has to
    move in each of them, in the measure's unit.
    """

    on: date
    target: float
    weeks: float
    per_week: float


def usable(aim: Aim, days: SchoolDays) -> list[date]:
    """Return the days on which a step may fall due: school days after the start, up to the final date."""
    return days.between(aim.starts_on, aim.ends_on, aim.skips)


def proposed_steps(complexity: Complexity, school_days: int) -> int:
    """Return how many steps a change of this kind is usually cut into, at most one a school week."""
    weeks = school_days / WEEK
    wanted = min(max(floor(weeks / WEEKS_A_STEP[complexity] + 0.5), FEWEST), USUAL_MOST)
    return min(wanted, most_steps(school_days))


def most_steps(school_days: int) -> int:
    """Return how many steps so many school days can hold: about one a week."""
    return min(max(floor(school_days / WEEK + 0.5), 1), MOST_STEPS)


def problems(aim: Aim, days: SchoolDays) -> dict[str, str]:
    """Return what keeps a series from being planned, by field, each with its mend; empty for nothing."""
    faults: dict[str, str] = {}
    if aim.ends_on <= aim.starts_on:
        faults["ends_on"] = _(
            "The final date has to come after the start, %(day)s.", day=day_words(aim.starts_on, True)
        )
    if not aim.is_beyond:
        faults["target"] = _not_beyond(aim)
    faults |= _out_of_range(aim)
    if aim.steps < 1:
        faults["steps"] = _("Plan one step or more.")
    elif aim.steps > MOST_STEPS:
        faults["steps"] = _(
            "More than %(most)s steps can’t be followed. Plan fewer, or two strands.", most=MOST_STEPS
        )
    if faults:
        return faults
    count = len(usable(aim, days))
    if not count:
        return {"ends_on": _no_day(aim, days)}
    most = most_steps(count)
    if aim.steps > most:
        mend = ngettext(
            "With %(time)s of school between the two dates, plan at most %(count)s step, one a week.",
            "With %(time)s of school between the two dates, plan at most %(count)s steps, one a week.",
            most, time=weeks_words(count),
        )  # fmt: skip
        return {"steps": mend}
    return {}


def _out_of_range(aim: Aim) -> dict[str, str]:
    if aim.type is not MeasureType.PROPORTION:
        return {}
    numbers = {"baseline": aim.baseline, "target": aim.target}
    return {
        name: _("Give a percent from 0 to 100.") for name, value in numbers.items() if not 0 <= value <= 100
    }


def _not_beyond(aim: Aim) -> str:
    if aim.direction is Direction.DOWN:
        return _(
            "The target has to lie below the start, %(value)s: less is better here.",
            value=f"{aim.baseline:g}",
        )
    return _(
        "The target has to lie above where you start, %(value)s. Who is there already plans how to hold it.",
        value=f"{aim.baseline:g}",
    )


def _no_day(aim: Aim, days: SchoolDays) -> str:
    words = _("There is no school day between the two dates. Choose a later final date.")
    after = days.on_or_after(aim.ends_on, aim.skips)
    if after is None:
        return words
    return f"{words} {_('The next school day is %(day)s.', day=long_day(after))}"


def propose(aim: Aim, days: SchoolDays) -> tuple[PacedStep, ...]:
    """Return the steps of a series, by date.

    They lie equally many school days apart, so that a break costs no step its time; each target is where the
    shape stands after that share of the school days. The last is the target, on the final date or, where no
    school is held then, on the last school day before it.

    Raises:
        ValueError: :func:`problems` finds something.
    """
    if problems(aim, days):
        raise ValueError("this series can't be planned")
    found = usable(aim, days)
    made: list[PacedStep] = []
    at, value = 0, aim.baseline
    for number in range(1, aim.steps + 1):
        place = floor(number * len(found) / aim.steps + 0.5)
        target = aim.target if number == aim.steps else _rounded(aim, aim.shape.done(place / len(found)))
        weeks = (place - at) / WEEK
        made.append(PacedStep(found[place - 1], target, weeks, (target - value) / weeks))
        at, value = place, target
    return tuple(made)


def ramp(aim: Aim, days: SchoolDays, points: int = 24) -> list[tuple[date, float]]:
    """Return the shape of the way, from the start to the final date, as days and values to draw."""
    found, way = usable(aim, days), aim.target - aim.baseline
    places = sorted({round(at * len(found) / points) for at in range(1, points + 1)} - {0})
    later = [(found[at - 1], aim.baseline + way * aim.shape.done(at / len(found))) for at in places]
    return [(aim.starts_on, aim.baseline), *later]


def _rounded(aim: Aim, done: float) -> float:
    """Return a target in whole numbers, where the way is long enough for them; never past the last one."""
    way = aim.target - aim.baseline
    grain = 1.0 if abs(way) >= 2 * aim.steps else 0.1
    value = floor((aim.baseline + way * done) / grain + 0.5) * grain
    low, high = sorted((aim.baseline, aim.target))
    return round(min(max(value, low), high), 6)


# ---------------------------------------------------------------- the week


def people_words(per_week: float, population: int | None, who: str, kind: MeasureType) -> str:
    """Return a pace in people, such as "3 more of the 24 teachers each week".

    Empty where the population is not known or the number is no share of people.

    Args:
        per_week: in per cent; falling where it is negative.
    """
    if not population or kind is not MeasureType.PROPORTION or not per_week:
        return ""
    number, weeks = _round_pace(abs(per_week) * population / 100)
    of = _("the %(all)s %(who)s", all=population, who=who or _("people"))
    words = (
        _("%(number)s more of %(of)s", number=number, of=of)
        if per_week > 0
        else _("%(number)s fewer of %(of)s", number=number, of=of)
    )
    if weeks == 1:
        return _("%(people)s each week", people=words)
    return _("%(people)s every %(weeks)s weeks", people=words, weeks=weeks)


def _round_pace(people: float) -> tuple[int, int]:
    """Return a pace as a whole number of people in one to four weeks, whichever says it best."""
    for weeks in (1, 2, 3, 4):
        number = floor(people * weeks + 0.5)
        if number and abs(people * weeks - number) <= 0.1 * people * weeks:
            return number, weeks
    return (1, ceil(1 / people - 0.5)) if people < 0.25 else (ceil(people - 0.1), 1)


def unit_words(per_week: float, kind: MeasureType, unit: str = "") -> str:
    """Return a pace in the measure's unit: "4.2 points each week"."""
    value = f"{abs(per_week):.1f}".removesuffix(".0")
    if kind is MeasureType.PROPORTION:
        count = 1 if value == "1" else 2  # of a part of a point there are some: "0.4 points"
        return ngettext(
            "%(value)s percentage point each week",
            "%(value)s percentage points each week",
            count,
            value=value,
        )
    return _("%(value)s %(unit)s each week", value=value, unit=unit).replace("  ", " ")


def pace_words(per_week: float, aim: Aim) -> str:
    """Return a pace in the unit, and in people where they are known."""
    unit = unit_words(per_week, aim.type, aim.unit)
    people = people_words(per_week, aim.population, aim.who, aim.type)
    return _("%(unit)s: about %(people)s", unit=unit, people=people) if people else unit


def week_sentence(aim: Aim, days: SchoolDays) -> str:
    """Return what has to move each week, over how long, and what the calendar leaves out."""
    found = usable(aim, days)
    weeks = len(found) / WEEK
    pace = pace_words((aim.target - aim.baseline) / weeks, aim)
    lost = left_out_words(days.left_out(aim.starts_on, aim.ends_on, aim.skips))
    time = weeks_words(len(found))
    if lost:
        return _("%(pace)s, over %(time)s of school; %(lost)s.", pace=pace, time=time, lost=lost)
    return _("%(pace)s, over %(time)s of school.", pace=pace, time=time)


def shape_sentence(aim: Aim, steps: Sequence[PacedStep]) -> str:
    """Return how the pace changes on the way; empty for an even one."""
    if len(steps) < 2 or aim.shape in {Shape.LINEAR, Shape.STAIRS}:
        return ""
    first, last = (unit_words(step.per_week, aim.type, aim.unit) for step in (steps[0], steps[-1]))
    lead = _("Most moves early") if aim.shape is Shape.QUICK else _("Most moves late")
    return _(
        "%(lead)s: %(first)s up to the first step, %(last)s before the last.",
        lead=lead, first=first, last=last,
    )  # fmt: skip


def steps_sentence(complexity: Complexity, school_days: int) -> str:
    """Return why so many steps are proposed."""
    kinds = {
        Complexity.SIMPLE: _("a simple change"),
        Complexity.SOME: _("a change that takes some learning"),
        Complexity.HARD: _("a hard change"),
    }
    return _(
        "%(time)s of school and %(kind)s: a step about every %(weeks)s weeks, so %(steps)s.",
        time=weeks_words(school_days), kind=kinds[complexity], weeks=WEEKS_A_STEP[complexity],
        steps=proposed_steps(complexity, school_days),
    )  # fmt: skip


def step_shape(aim: Aim, number: int) -> Shape:
    """Return the path by which step *number* (from 1) of a series is judged on its way, from the start.

    A part of a straight or a slow start's path has that path's shape; a part of a quick start's is flatter
    than the whole, so only its last step is held to it.
    """
    return Shape.LINEAR if aim.shape is Shape.QUICK and number < aim.steps else aim.shape


def with_end(aim: Aim, days: SchoolDays) -> tuple[Aim, str]:
    """Return the aim with a final date on which school is held, and a word where it had to move."""
    end = days.on_or_before(aim.ends_on, aim.skips)
    if end is None or end == aim.ends_on or end <= aim.starts_on:
        return aim, ""
    words = _(
        "No school is held on %(day)s: the series ends on %(end)s.",
        day=day_words(aim.ends_on), end=long_day(end),
    )  # fmt: skip
    return replace(aim, ends_on=end), words


def order_faults(dates: Sequence[date]) -> dict[int, str]:
    """Return what keeps edited steps from being one series, by place (from 0): their dates have to rise."""
    return {
        at: _("Step %(number)s has to come after the one before it.", number=at + 1)
        for at in range(1, len(dates))
        if dates[at] <= dates[at - 1]
    }


def falls(targets: Sequence[float], direction: Direction) -> bool:
    """Say whether any target is worse than the one before it; that is right only on purpose."""
    return any((b < a) if direction is Direction.UP else (b > a) for a, b in pairwise(targets))


def with_steps(aim: Aim, steps: int) -> Aim:
    """Return the aim with another number of steps."""
    return replace(aim, steps=steps)
