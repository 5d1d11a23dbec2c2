from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction
from milestones import rules
from milestones.rules import Goal, Reading, Shape, Status, Step, standing_on

DUE = date(2026, 2, 15)
GOAL = Goal(due_on=DUE, target=90.0, baseline=10.0)


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


def read(*points: tuple[int, float]) -> list[Reading]:
    """Readings as (days from the due date, value), recorded on their own day."""
    return [
        Reading(on=day(at), value=value, recorded_on=day(at), id=i) for i, (at, value) in enumerate(points)
    ]


@pytest.mark.parametrize(
    ("points", "at", "status"),
    [
        ([], -20, Status.PLANNED),
        ([], 0, Status.NOT_MEASURED),
        ([(-15, 80)], 0, Status.NOT_MEASURED),
        ([(-14, 80)], 0, Status.MISSED),
        ([(-15, 80)], 5, Status.NOT_MEASURED),
        ([(-15, 80), (3, 80)], 5, Status.MISSED),
        ([(-3, 90)], 0, Status.MET),
        ([(0, 90)], 0, Status.MET),
        ([(1, 90)], 1, Status.MET_LATE),
        ([(-3, 90)], -3, Status.MET),
        ([(-3, 90), (-1, 91)], -1, Status.SUSTAINED),
        ([(1, 90), (8, 95)], 8, Status.SUSTAINED),
        ([(-3, 90), (4, 89)], 4, Status.CHECK_AGAIN),
        ([(-3, 90), (4, 89), (11, 88)], 11, Status.SLIPPED),
        ([(-3, 90), (4, 89), (11, 88), (18, 90)], 18, Status.SUSTAINED),
        ([(-3, 90), (4, 89), (11, 95), (18, 88)], 18, Status.CHECK_AGAIN),
    ],
)
def test_status_follows_what_was_measured(points: list[tuple[int, float]], at: int, status: Status) -> None:
    assert standing_on(GOAL, read(*points), day(at)).status is status


def test_better_downwards_turns_reached_around() -> None:
    goal = Goal(due_on=DUE, target=5.0, baseline=30.0, direction=Direction.DOWN)

    assert standing_on(goal, read((-2, 5)), DUE).status is Status.MET
    assert standing_on(goal, read((-2, 6)), DUE).status is Status.MISSED


def test_missed_says_how_far_off() -> None:
    standing = standing_on(GOAL, read((-2, 79), (8, 83)), day(9))

    assert standing.status is Status.MISSED
    assert standing.short == 7
    assert standing.due_value is not None
    assert standing.due_value.value == 79
    assert standing.latest is not None
    assert standing.latest.value == 83


def test_nineteen_of_twenty_reach_ninety_five_per_cent() -> None:
    goal = replace(GOAL, target=95.0)

    assert standing_on(goal, read((-1, 100 * 19 / 20)), DUE).status is Status.MET


@pytest.mark.parametrize(("value", "status"), [(42.0, Status.ON_TRACK), (41.9, Status.AT_RISK)])
def test_at_risk_begins_a_tenth_of_the_distance_below_the_path(value: float, status: Status) -> None:
    goal = replace(GOAL, shape=Shape.LINEAR, starts_on=day(-100))

    assert standing_on(goal, read((-50, value)), day(-50)).status is status


def test_without_a_shape_the_path_is_stairs_between_the_series_targets() -> None:
    goal = replace(GOAL, steps=(Step(day(-60), 40.0), Step(day(-30), 65.0), Step(day(40), 95.0)))
    readings = read((-70, 30), (-25, 56))

    assert standing_on(goal, readings, day(-65)).status is Status.ON_TRACK
    assert standing_on(goal, readings, day(-25)).status is Status.AT_RISK  # 65 less a tenth of 80 is 57


def test_without_a_baseline_the_first_measurement_serves() -> None:
    goal = replace(GOAL, baseline=None, shape=Shape.LINEAR)

    assert standing_on(goal, read((-100, 50), (-50, 66)), day(-50)).status is Status.ON_TRACK
    assert standing_on(goal, read((-100, 50), (-50, 65)), day(-50)).status is Status.AT_RISK


def test_a_deliverable_is_never_at_risk_by_its_path() -> None:
    goal = Goal(due_on=DUE, target=None, is_deliverable=True, baseline=0, shape=Shape.LINEAR)

    assert standing_on(goal, read((-2, 0)), day(-1)).status is Status.ON_TRACK
    assert standing_on(goal, read((-2, 0)), DUE).status is Status.MISSED
    assert standing_on(goal, read((-2, 0), (-1, 1)), DUE).status is Status.MET


@pytest.mark.parametrize("goal", [replace(GOAL, due_on=None), replace(GOAL, target=None)])
def test_without_date_or_target_it_is_a_draft(goal: Goal) -> None:
    assert standing_on(goal, read((-2, 95)), DUE).status is Status.DRAFT


def test_what_was_recorded_later_does_not_count_yet() -> None:
    late = Reading(on=day(-1), value=95, recorded_on=day(3))

    assert standing_on(GOAL, [late], DUE).status is Status.NOT_MEASURED
    assert standing_on(GOAL, [late], day(3)).status is Status.MET


def test_a_correction_counts_from_the_day_it_was_written() -> None:
    first = Reading(on=day(-2), value=95, recorded_on=day(-2), id=1)
    mended = Reading(on=day(-2), value=59, recorded_on=day(4), id=2, supersedes_id=1)

    assert standing_on(GOAL, [first, mended], DUE).status is Status.MET
    assert standing_on(GOAL, [first, mended], day(4)).status is Status.MISSED


def test_a_measurement_taken_back_is_gone() -> None:
    first = Reading(on=day(-2), value=95, recorded_on=day(-2), id=1)
    nothing = Reading(on=day(-2), value=None, recorded_on=day(-1), id=2, supersedes_id=1)

    assert standing_on(GOAL, [first, nothing], day(-1)).status is Status.PLANNED


# The example series of Colorado's guide: focused teacher development in embedded ELD.
ELD = {
    "lesson plans": ((date(2025, 9, 1), 50), (date(2025, 9, 15), 70), (date(2025, 10, 30), 95)),
    "exit tickets": ((date(2025, 10, 30), 40), (date(2025, 12, 15), 65), (date(2026, 2, 15), 90)),
    "coaching": ((date(2025, 12, 15), 30), (date(2026, 2, 15), 60), (date(2026, 4, 30), 90)),
}
MEASURED = {
    "lesson plans": [
        ("2025-08-29", 13), ("2025-09-12", 16), ("2025-09-22", 18), ("2025-10-27", 23), ("2025-12-12", 23),
        ("2026-01-23", 22), ("2026-02-20", 20),
    ],
    "exit tickets": [("2025-10-27", 10), ("2025-12-15", 16), ("2026-02-13", 19), ("2026-02-23", 20)],
    "coaching": [("2025-12-12", 8), ("2026-02-13", 11), ("2026-02-23", 12)],
}  # fmt: skip
EXPECTED = {
    "lesson plans": [Status.SUSTAINED, Status.SUSTAINED, Status.SLIPPED],
    "exit tickets": [Status.SUSTAINED, Status.SUSTAINED, Status.MISSED],
    "coaching": [Status.SUSTAINED, Status.MISSED, Status.PLANNED],
}


@pytest.mark.parametrize("strand", ["lesson plans", "exit tickets"])
def test_the_guides_example_series_comes_out_as_a_team_would_read_it(strand: str) -> None:
    assert _statuses(strand) == EXPECTED[strand]


def test_the_last_coaching_step_is_on_its_stairs_only_if_the_one_before_was_nearly_met() -> None:
    assert _statuses("coaching") == [Status.SUSTAINED, Status.MISSED, Status.AT_RISK]


def _statuses(strand: str) -> list[Status]:
    readings = [
        Reading(on=date.fromisoformat(on), value=100 * k / 24, recorded_on=date.fromisoformat(on))
        for on, k in MEASURED[strand]
    ]
    steps = tuple(Step(on, target) for on, target in ELD[strand])
    return [
        standing_on(Goal(due_on=s.due_on, target=s.target, steps=steps), readings, date(2026, 2, 24)).status
        for s in steps
    ]


series = st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 100).map(float)), max_size=12)
shapes = st.sampled_from(Shape)


@given(series, st.integers(-60, 70), shapes)
def test_every_day_has_exactly_the_statuses_its_side_of_the_date_allows(
    points: list[tuple[int, float]], at: int, shape: Shape
) -> None:
    found = standing_on(replace(GOAL, shape=shape), read(*points), day(at)).status
    if at < 0:
        assert found not in {Status.NOT_MEASURED, Status.MISSED, Status.MET_LATE, Status.DRAFT}
    else:
        assert found not in {Status.PLANNED, Status.ON_TRACK, Status.AT_RISK, Status.DRAFT}


@given(series, st.integers(-60, 60), st.integers(1, 40))
def test_the_future_never_changes_the_past(points: list[tuple[int, float]], at: int, later: int) -> None:
    seen = [point for point in points if point[0] <= at]
    future = [*seen, (at + later, 100.0)]

    assert standing_on(GOAL, read(*future), day(at)) == standing_on(GOAL, read(*seen), day(at))


@given(series, st.integers(0, 60))
def test_reached_once_is_never_missed_nor_unmeasured(points: list[tuple[int, float]], at: int) -> None:
    found = standing_on(GOAL, read(*points), day(at))
    reached = any(value >= 90 for on, value in points if on <= at)

    assert (found.status in rules.REACHED) is reached
    assert (found.reached_on is not None) is reached


@given(series, st.integers(-60, 60))
def test_upside_down_is_the_same_story(points: list[tuple[int, float]], at: int) -> None:
    down = replace(GOAL, target=-90.0, baseline=-10.0, direction=Direction.DOWN, shape=Shape.QUICK)
    up = replace(GOAL, shape=Shape.QUICK)
    mirrored = [(on, -value) for on, value in points]

    assert (
        standing_on(down, read(*mirrored), day(at)).status is standing_on(up, read(*points), day(at)).status
    )


@given(shapes, st.floats(0, 1), st.floats(0, 1))
def test_every_shape_climbs_from_nothing_to_all(shape: Shape, one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert shape.done(0) == 0
    assert shape.done(1) == 1
    assert shape.done(low) <= shape.done(high)


def test_quick_is_ahead_of_linear_and_slow_behind() -> None:
    assert Shape.QUICK.done(0.5) > Shape.LINEAR.done(0.5) > Shape.SLOW.done(0.5)


@pytest.mark.parametrize(("count", "short"), [(20, 2), (22, 0), (24, 0), (0, 22)])
def test_people_short_counts_whole_people(count: int, short: int) -> None:
    assert rules.people_short(90, count, 24) == short


def test_reached_early_with_more_to_come_is_ahead_of_plan() -> None:
    goal = replace(GOAL, steps=(Step(day(60), 95.0),))

    assert standing_on(goal, read((-20, 91)), day(-20)).is_ahead
    assert not standing_on(goal, read((-5, 91)), day(-5)).is_ahead
    assert standing_on(goal, read((-5, 95)), day(-5)).is_ahead


def test_next_check_is_one_rhythm_on_but_stops_at_the_date() -> None:
    assert rules.next_check(None, 7, DUE, None) == DUE
    assert rules.next_check(day(-20), 7, DUE, None) == day(-13)
    assert rules.next_check(day(-3), 7, DUE, None) == DUE
    assert rules.next_check(day(3), 31, DUE, day(20)) is None


def test_a_series_is_held_to_later_dates_and_targets_no_worse() -> None:
    steps = [(day(0), 50.0), (day(10), 70.0), (day(10), 80.0), (day(30), 75.0), (None, 90.0)]

    assert rules.order_faults(steps, Direction.UP) == [2, 3]
    assert rules.order_faults([(day(0), 9.0), (day(1), 5.0)], Direction.DOWN) == []


def test_what_is_counted_after_its_own_days_judges_nothing_and_is_known_as_counted() -> None:
    goal = Goal(date(2026, 2, 15), 90.0, counts_until=date(2026, 5, 29))
    readings = [Reading(on, value, on) for on, value in ((date(2026, 2, 14), 80.0), (date(2026, 9, 2), 95.0))]

    found = standing_on(goal, readings, date(2026, 9, 30))

    assert (found.status, found.reached_on) == (Status.MISSED, None)
    assert found.counted_on == date(2026, 9, 2)
