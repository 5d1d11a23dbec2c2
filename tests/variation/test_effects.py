"""The change seen after a team began with an idea: its size, how sure it is, what stands beside it."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from tests.drill import IS_DRILL
from variation.effects import (
    Change,
    Idea,
    Kind,
    Reading,
    by_condition,
    compared,
    effect_of_change,
    evidence,
)  # fmt: skip

START = date(2026, 1, 5)
BEGAN = START + timedelta(weeks=7)


def weekly(counts: list[float], base: float = 20.0, start: date = START) -> list[Reading]:
    """Return a point a week."""
    return [Reading(start + timedelta(weeks=week), count, base) for week, count in enumerate(counts)]


def change(team: str, effect: float, variance: float = 0.01) -> Change:
    """Return a change at a team."""
    return Change(team, effect, variance, 0.5, 0.5 + effect, 6, 6, START, BEGAN)


def test_the_last_six_before_stand_beside_the_first_six_after() -> None:
    counts = [0.0, 0.0, 10, 11, 10, 12, 10, 11, 15, 16, 15, 17, 15, 16, 0.0]
    found = effect_of_change("a", weekly(counts), BEGAN, Kind.PROPORTION)

    assert (found.n_before, found.n_after) == (6, 6)
    assert found.before == pytest.approx(64 / 120)
    assert found.after == pytest.approx(94 / 120)
    assert found.effect == pytest.approx(30 / 120)
    assert (found.since, found.until) == (START + timedelta(weeks=2), START + timedelta(weeks=13))


def test_the_variance_is_that_of_the_counts_and_never_below_that_of_the_moving_range() -> None:
    calm = effect_of_change(
        "a", weekly([10, 10, 10, 15, 15, 15]), START + timedelta(weeks=2), Kind.PROPORTION
    )
    wild = effect_of_change("a", weekly([2, 18, 2, 18, 2, 18]), START + timedelta(weeks=2), Kind.PROPORTION)

    sides = [(30.5 / 61) * (30.5 / 61) / 60, (45.5 / 61) * (15.5 / 61) / 60]
    assert calm.variance == pytest.approx(sum(sides))
    assert wild.variance == pytest.approx(2 * (0.8 / 1.128) ** 2 / 3)
    assert calm.se == calm.variance**0.5


@settings(deadline=None, max_examples=200 if IS_DRILL else 20)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), min_size=6, max_size=16),
    st.sampled_from([Kind.PROPORTION, Kind.RATE, Kind.COUNT]),
)
def test_nothing_is_ever_sure_and_turning_shares_round_turns_the_effect(
    points: list[tuple[int, int]], kind: Kind
) -> None:
    readings = [
        Reading(START + timedelta(weeks=at), min(count, base), 1.0 if kind is Kind.COUNT else float(base))
        for at, (count, base) in enumerate(points)
    ]
    began = START + timedelta(weeks=len(points) // 2 - 1)
    found = effect_of_change("a", readings, began, kind)

    before = [each.value for each in readings if each.on <= began][-6:]
    after = [each.value for each in readings if each.on > began][:6]
    ranges = [abs(b - a) for side in (before, after) for a, b in pairwise(side)]
    least = (np.mean(ranges) / 1.128) ** 2 * (1 / found.n_before + 1 / found.n_after)
    assert found.variance > 0
    assert found.variance >= least * (1 - 1e-9)
    if kind is Kind.PROPORTION:
        turned = [Reading(each.on, each.base - each.count, each.base) for each in readings]
        other = effect_of_change("a", turned, began, kind)
        assert other.effect == pytest.approx(-found.effect)
        assert other.variance == pytest.approx(found.variance)


@pytest.mark.parametrize(
    ("counts", "base", "kind", "code"),
    [
        ([1, 2, 3, 4, 5], 20, Kind.PROPORTION, "too_few_points"),
        ([1, 2, 3, 4, 5, 21], 20, Kind.PROPORTION, "count_exceeds_denominator"),
        ([1, 2, -3, 4, 5, 6], 20, Kind.RATE, "negative_count"),
        ([1, 2, 3, 4, 5, 6], 0, Kind.RATE, "zero_denominator"),
        ([1, 2, 3, 4, 5, float("nan")], 20, Kind.COUNT, "not_finite"),
        ([5, 5, 5, 7, 7, 7], 1, Kind.CONTINUOUS, "not_estimable"),
    ],
)
def test_what_cant_be_told_is_refused(counts: list[float], base: float, kind: Kind, code: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        effect_of_change("a", weekly(counts, base), START + timedelta(weeks=2), kind)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("counts", "higher", "is_flagged"),
    [
        ([15, 16, 15, 16, 9], True, True),
        ([15, 16, 15, 16, 15], True, False),  # as bad before
        ([16, 15, 14, 12, 9], True, False),  # a slide, not one point
        ([15, 16, 15, 16, 19], False, True),
    ],
)
def test_a_milestone_chosen_after_one_bad_point_is_flagged(
    counts: list[float], higher: bool, is_flagged: bool
) -> None:
    chosen = START + timedelta(weeks=4)
    points = weekly([*counts, 15, 15, 15, 15])
    began = chosen + timedelta(weeks=1)

    found = effect_of_change("a", points, began, Kind.PROPORTION, chosen=chosen, higher_is_better=higher)
    early = effect_of_change("a", points, began, Kind.PROPORTION, chosen=START + timedelta(weeks=1))

    assert found.after_bad_point is is_flagged
    assert early.after_bad_point is False


def test_ideas_that_overlap_in_time_are_listed() -> None:
    others = [
        Idea("gone before", START - timedelta(weeks=9), START - timedelta(days=1)),
        Idea("over when it began", START - timedelta(weeks=9), START),
        Idea("goes on", START - timedelta(weeks=9)),
        Idea("began later", START + timedelta(weeks=20)),
    ]
    found = effect_of_change(
        "a", weekly([1, 2, 3, 4, 5, 6]), START + timedelta(weeks=2), Kind.COUNT, others=others
    )

    assert found.overlapping == ("over when it began", "goes on")


def test_beside_it_stands_the_change_of_five_comparable_teams_over_the_same_dates() -> None:
    mine = effect_of_change(
        "a", weekly([10, 10, 11, 15, 16, 15]), START + timedelta(weeks=2), Kind.PROPORTION
    )
    began = START + timedelta(weeks=2)
    others = {f"t{at}": weekly([10, 11, 10, 12, 12, 13, 20, 20]) for at in range(5)}
    others["short"] = weekly([1, 2])
    found = compared(mine, others, Kind.PROPORTION, began)

    assert found is not None
    assert found.teams == 5
    assert found.theirs == pytest.approx(6 / 60)
    assert found.difference == pytest.approx(mine.effect - 0.1)
    assert found.variance > mine.variance
    del others["t0"]
    assert compared(mine, others, Kind.PROPORTION, began) is None


def test_fewer_than_five_teams_are_listed_and_not_estimated() -> None:
    few, enough = ([change(f"t{at}", 0.1 * at) for at in range(count)] for count in (4, 5))

    assert evidence(few).pooled is None
    assert len(evidence(few).changes) == 4
    pooled = evidence(enough).pooled
    assert pooled is not None
    assert (pooled.k, pooled.mean.value) == (5, pytest.approx(0.2))


def test_a_team_counts_once_and_conditions_are_told_apart() -> None:
    changes = [change(f"t{at}", 0.1) for at in range(6)] + [change("t0", 0.9), change("rural", 0.3)]
    condition = {f"t{at}": "city" for at in range(6)} | {"rural": "rural", "t5": None}

    found = by_condition(changes, condition)

    assert list(found) == ["city", "rural", None]
    assert [len(each.changes) for each in found.values()] == [5, 1, 1]
    city = found["city"].pooled
    assert city is not None
    assert city.mean.value == pytest.approx(0.1)
    assert found["rural"].pooled is None
