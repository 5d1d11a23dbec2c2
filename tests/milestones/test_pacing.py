from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from measures.rules import Direction, MeasureType
from milestones import pacing
from milestones.pacing import Aim, Complexity
from milestones.rules import Shape
from milestones.school_days import BREAK, TESTING, SchoolDays, Span, calendar

WINTER = Span(BREAK, "Winter break", date(2025, 12, 22), date(2026, 1, 5))
TESTS = Span(TESTING, "State assessments", date(2026, 4, 13), date(2026, 4, 24))
DAYS = calendar([(date(2025, 8, 18), date(2026, 5, 29))], [WINTER, TESTS])
AIM = Aim(
    starts_on=date(2025, 11, 3), ends_on=date(2026, 4, 30), baseline=12, target=90, steps=4, population=24,
    who="teachers",
)  # fmt: skip
SHAPES = st.sampled_from([Shape.LINEAR, Shape.QUICK, Shape.SLOW])


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    made = []
    for _number in range(draw(st.integers(0, 4))):
        first = draw(st.dates(date(2025, 8, 18), date(2026, 5, 1)))
        last = first + timedelta(days=draw(st.integers(0, 20)))
        made.append(Span(draw(st.sampled_from([BREAK, TESTING, "quarter"])), "Span", first, last))
    return made


@st.composite
def planned(draw: st.DrawFn) -> tuple[Aim, SchoolDays]:
    days = calendar([(date(2025, 8, 18), date(2026, 5, 29))], draw(spans()))
    start = draw(st.dates(date(2025, 8, 18), date(2026, 3, 1)))
    low, high = sorted(draw(st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True)))
    direction = draw(st.sampled_from(list(Direction)))
    aim = Aim(
        starts_on=start, ends_on=start + timedelta(days=draw(st.integers(5, 250))),
        baseline=low if direction is Direction.UP else high,
        target=high if direction is Direction.UP else low,
        steps=draw(st.integers(1, 8)), shape=draw(SHAPES), direction=direction,
        skips_breaks=draw(st.booleans()), skips_testing=draw(st.booleans()),
    )  # fmt: skip
    aim, _words = pacing.with_end(aim, days)
    assume(not pacing.problems(aim, days))
    return aim, days


@given(planned())
def test_every_series_rises_on_school_days_to_its_target(found: tuple[Aim, SchoolDays]) -> None:
    aim, days = found

    steps = pacing.propose(aim, days)

    assert len(steps) == aim.steps
    assert all(before.on < after.on for before, after in pairwise(steps))
    assert all(aim.starts_on < step.on <= aim.ends_on for step in steps)
    assert all(step.on.weekday() < 5 and days.hit(step.on, aim.skips) is None for step in steps)
    assert (steps[-1].on, steps[-1].target) == (aim.ends_on, aim.target)
    targets = [aim.baseline, *(step.target for step in steps)]
    assert not pacing.falls(targets, aim.direction)


@given(planned())
def test_a_quick_start_is_never_behind_an_even_one_nor_that_behind_a_slow_one(
    found: tuple[Aim, SchoolDays],
) -> None:
    aim, days = found
    sign = 1 if aim.direction is Direction.UP else -1

    quick, even, slow = (
        [sign * step.target for step in pacing.propose(replace(aim, shape=shape), days)]
        for shape in (Shape.QUICK, Shape.LINEAR, Shape.SLOW)
    )

    assert all(q >= e >= s for q, e, s in zip(quick, even, slow, strict=True))


@given(planned())
def test_the_weeks_of_the_steps_add_up_to_the_school_days_between(found: tuple[Aim, SchoolDays]) -> None:
    aim, days = found

    steps = pacing.propose(aim, days)

    assert sum(step.weeks for step in steps) == pytest.approx(len(pacing.usable(aim, days)) / 5)
    gained = sum(step.weeks * step.per_week for step in steps)
    assert gained == pytest.approx(aim.target - aim.baseline)


def test_the_steps_of_a_plain_year() -> None:
    steps = pacing.propose(AIM, DAYS)

    assert [step.target for step in steps] == [32, 51, 70, 90]
    assert [step.on for step in steps] == [
        date(2025, 12, 10), date(2026, 2, 2), date(2026, 3, 10), date(2026, 4, 30),
    ]  # fmt: skip


def test_what_has_to_move_each_week_is_said_in_the_unit_and_in_people() -> None:
    words = pacing.week_sentence(AIM, DAYS)

    assert words == (
        "3.6 percentage points each week: about 1 more of the 24 teachers each week, over 21.5 weeks of "
        "school; 2 weeks of break and 2 weeks of testing left out."
    )
    assert pacing.shape_sentence(AIM, pacing.propose(AIM, DAYS)) == ""
    slow = replace(AIM, shape=Shape.SLOW)
    assert pacing.shape_sentence(slow, pacing.propose(slow, DAYS)).startswith("Most moves late: ")


@pytest.mark.parametrize(
    ("per_week", "population", "words"),
    [
        (12.5, 24, "3 more of the 24 teachers each week"),
        (6.25, 24, "3 more of the 24 teachers every 2 weeks"),
        (1.0, 24, "1 more of the 24 teachers every 4 weeks"),
        (0.5, 24, "1 more of the 24 teachers every 8 weeks"),
        (-12.5, 24, "3 fewer of the 24 teachers each week"),
        (12.5, None, ""),
    ],
)
def test_a_pace_in_people(per_week: float, population: int | None, words: str) -> None:
    assert pacing.people_words(per_week, population, "teachers", MeasureType.PROPORTION) == words


@pytest.mark.parametrize(
    ("complexity", "weeks", "steps"),
    [
        (Complexity.SIMPLE, 24, 4), (Complexity.SOME, 24, 6), (Complexity.HARD, 24, 8),
        (Complexity.SOME, 2, 2), (Complexity.SIMPLE, 1, 1), (Complexity.HARD, 40, 8),
    ],
)  # fmt: skip
def test_a_harder_change_gets_more_and_smaller_steps(complexity: Complexity, weeks: int, steps: int) -> None:
    assert pacing.proposed_steps(complexity, weeks * 5) == steps


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"ends_on": date(2025, 11, 3)}, "ends_on", "after the start, Nov 3, 2025"),
        ({"baseline": 90.0}, "target", "above where you start, 90"),
        ({"direction": Direction.DOWN}, "target", "below the start, 12"),
        ({"target": 120.0}, "target", "from 0 to 100"),
        ({"steps": 0}, "steps", "one step or more"),
        ({"steps": 13}, "steps", "More than 12 steps"),
        ({"ends_on": date(2025, 11, 14)}, "steps", "at most 2 steps"),
        (
            {"starts_on": date(2025, 12, 21), "ends_on": date(2026, 1, 5)},
            "ends_on",
            "no school day between the two dates. Choose a later final date. "
            "The next school day is Tue, Jan 6.",
        ),
    ],
)
def test_what_can_not_be_planned_is_said_beside_its_field(
    change: dict[str, object], field: str, words: str
) -> None:
    aim = replace(AIM, **change)  # type: ignore[arg-type]  # one field of the example

    faults = pacing.problems(aim, DAYS)

    assert list(faults) == [field]
    assert words in faults[field]
    with pytest.raises(ValueError, match="can't be planned"):
        pacing.propose(aim, DAYS)


def test_a_final_date_without_school_moves_to_the_school_day_before() -> None:
    aim, words = pacing.with_end(replace(AIM, ends_on=date(2026, 2, 15)), DAYS)

    assert aim.ends_on == date(2026, 2, 13)
    assert words == "No school is held on Feb 15: the series ends on Fri, Feb 13."
    assert pacing.with_end(AIM, DAYS) == (AIM, "")


def test_edited_steps_have_to_rise() -> None:
    days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1)]

    assert pacing.order_faults(days) == {1: "Step 2 has to come after the one before it."}


def test_only_the_last_step_of_a_quick_start_is_held_to_its_shape() -> None:
    quick = replace(AIM, shape=Shape.QUICK)

    assert [pacing.step_shape(quick, n) for n in (1, 3, 4)] == [Shape.LINEAR, Shape.LINEAR, Shape.QUICK]
    assert pacing.step_shape(replace(AIM, shape=Shape.SLOW), 1) is Shape.SLOW


def test_small_numbers_get_tenths() -> None:
    aim = replace(AIM, baseline=1.0, target=2.0, type=MeasureType.RATE)

    assert [step.target for step in pacing.propose(aim, DAYS)] == [1.3, 1.5, 1.7, 2.0]


@pytest.mark.parametrize(("pace", "words"), [(1.0, "1 percentage point"), (0.4, "0.4 percentage points")])
def test_one_point_is_one(pace: float, words: str) -> None:
    assert pacing.unit_words(pace, MeasureType.PROPORTION) == f"{words} each week"
