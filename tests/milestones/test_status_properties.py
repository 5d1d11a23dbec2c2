"""Status over random series: the order of the rules, what is known when, mirrored directions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.rules import Direction
from milestones.rules import Goal, Reading, Shape, Status, Step, known_on, standing_on
from tests import status_walk

DUE = date(2026, 2, 15)
BEFORE = {Status.PLANNED, Status.ON_TRACK, Status.AT_RISK}
REACHED = {Status.MET, Status.MET_LATE, Status.SUSTAINED, Status.CHECK_AGAIN, Status.SLIPPED}


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


@st.composite
def written(draw: st.DrawFn) -> list[Reading]:
    """Draw measurements with delays, some of them corrected or taken back later, each superseded once."""
    readings: list[Reading] = []
    open_ids: list[int] = []
    for number in range(1, draw(st.integers(0, 10)) + 1):
        supersedes = draw(st.sampled_from([None, None, *open_ids]))
        earlier = next((r for r in readings if r.id == supersedes), None)
        on = earlier.on if earlier else day(draw(st.integers(-60, 60)))
        least = earlier.recorded_on if earlier else on
        recorded = least + timedelta(days=draw(st.integers(0, 30)))
        gone = earlier is not None and draw(st.booleans())
        value = None if gone else float(draw(st.integers(0, 100)))
        readings.append(Reading(on, value, recorded, number, supersedes))
        if supersedes is not None:
            open_ids.remove(supersedes)
        open_ids.append(number)
    return readings


goals = st.builds(
    Goal,
    due_on=st.just(DUE),
    target=st.integers(1, 100).map(float),
    direction=st.sampled_from(Direction),
    baseline=st.one_of(st.none(), st.integers(0, 100).map(float)),
    shape=st.sampled_from(Shape),
    starts_on=st.one_of(st.none(), st.integers(-90, -1).map(day)),
    steps=st.lists(
        st.builds(Step, st.integers(-60, 60).map(day), st.integers(1, 100).map(float)), max_size=3
    ).map(lambda steps: tuple(sorted(steps, key=lambda step: step.due_on))),
)
days = st.integers(-70, 90).map(day)


@given(goals, written(), days)
def test_the_first_rule_that_applies_names_the_status(goal: Goal, readings: list[Reading], on: date) -> None:
    """Ask the rules one by one, as DOMAIN's order has them, and compare."""
    known = known_on(readings, on)
    hits = [goal.reached_by(r.value or 0.0) for r in known]
    found = standing_on(goal, readings, on).status
    if any(hits):
        first = hits.index(True)
        after = hits[first:]
        if len(after) > 2 and not after[-1] and not after[-2]:
            assert found is Status.SLIPPED
        elif not after[-1]:
            assert found is Status.CHECK_AGAIN
        elif len(after) > 1:
            assert found is Status.SUSTAINED
        else:
            assert found is (Status.MET_LATE if known[first].on > DUE else Status.MET)
    elif on >= DUE:
        looked = any(r.on >= DUE - timedelta(days=14) for r in known)
        assert found is (Status.MISSED if looked else Status.NOT_MEASURED)
    else:
        assert found in BEFORE
        assert (found is Status.PLANNED) is (not known)


@given(goals, written(), days, st.integers(1, 40), st.integers(0, 100))
def test_what_is_written_later_never_changes_what_was_seen(
    goal: Goal, readings: list[Reading], on: date, later: int, value: int
) -> None:
    more = Reading(on - timedelta(days=3), float(value), on + timedelta(days=later), 99)
    told = [r for r in readings if r.recorded_on <= on]

    assert standing_on(goal, [*readings, more], on) == standing_on(goal, told, on)


@given(goals, written(), days)
def test_a_correction_counts_as_if_its_numbers_had_been_written_at_first(
    goal: Goal, readings: list[Reading], on: date
) -> None:
    plain = [replace(r, supersedes_id=None) for r in known_on(readings, on)]

    assert standing_on(goal, plain, on).status is standing_on(goal, readings, on).status


@given(goals, written(), days)
def test_mirrored_values_for_a_mirrored_direction_tell_the_same(
    goal: Goal, readings: list[Reading], on: date
) -> None:
    turned = Direction.DOWN if goal.direction is Direction.UP else Direction.UP
    mirror = replace(
        goal,
        direction=turned,
        target=-(goal.target or 0.0),
        baseline=None if goal.baseline is None else -goal.baseline,
        steps=tuple(Step(step.due_on, -step.target) for step in goal.steps),
    )
    flipped = [replace(r, value=None if r.value is None else -r.value) for r in readings]

    here, there = standing_on(goal, readings, on), standing_on(mirror, flipped, on)
    assert here.status is there.status
    assert here.short == pytest.approx(there.short)
    assert here.is_ahead is there.is_ahead


@given(goals, written(), days)
def test_slipping_takes_two_in_a_row_below(goal: Goal, readings: list[Reading], on: date) -> None:
    if standing_on(goal, readings, on).status is not Status.SLIPPED:
        return
    known = known_on(readings, on)

    assert len(known) >= 3
    assert not goal.reached_by(known[-1].value or 0.0)
    assert not goal.reached_by(known[-2].value or 0.0)


@given(written(), days, st.sampled_from(Shape), st.one_of(st.none(), st.just(0.0)))
def test_a_deliverable_is_never_at_risk_by_its_path(
    readings: list[Reading], on: date, shape: Shape, baseline: float | None
) -> None:
    goal = Goal(DUE, None, shape=shape, baseline=baseline, is_deliverable=True, steps=(Step(day(-30), 1.0),))
    there = [replace(r, value=None if r.value is None else float(r.value > 50)) for r in readings]

    assert standing_on(goal, there, on).status is not Status.AT_RISK


@given(goals, written(), days, st.booleans())
def test_what_lacks_a_date_or_a_target_is_a_draft_whatever_was_counted(
    goal: Goal, readings: list[Reading], on: date, lacks_date: bool
) -> None:
    bare = replace(goal, due_on=None) if lacks_date else replace(goal, target=None)

    assert standing_on(bare, readings, on).status is Status.DRAFT


@given(goals, written(), days)
def test_how_far_off_is_told_only_below_the_target(goal: Goal, readings: list[Reading], on: date) -> None:
    standing = standing_on(goal, readings, on)
    if standing.latest is None or standing.latest.value is None:
        assert standing.short == 0
        return
    gap = standing.latest.value - (goal.target or 0.0)
    gap = gap if goal.direction is Direction.DOWN else -gap

    assert standing.short == pytest.approx(max(gap, 0.0))


@given(goals, written(), days)
def test_last_years_counts_meet_nothing_of_this_year(goal: Goal, readings: list[Reading], on: date) -> None:
    from_here = day(-20)
    own = [r for r in readings if r.on >= from_here]

    limited = standing_on(replace(goal, counts_from=from_here), readings, on)
    assert limited.status is standing_on(goal, own, on).status
    assert (limited.status in REACHED) <= (standing_on(goal, readings, on).status in REACHED)


def test_the_page_shows_the_guides_example_as_the_rules_tell_it() -> None:
    assert status_walk.written() == status_walk.walk(), "run: python -m tests.status_walk"


def test_the_walk_passes_through_every_status() -> None:
    seen = {
        status_walk.status(strand, at, on)
        for strand, steps in status_walk.SERIES.items()
        for at in range(len(steps))
        for on in status_walk.DAYS
    }

    assert seen == set(Status) - {Status.DRAFT}
