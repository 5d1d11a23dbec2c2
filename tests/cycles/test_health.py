from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.health import (
    Inquiry,
    Share,
    Year,
    at_least_monthly,
    by_year,
    judged,
    over_time,
    series_of,
    shares,
    spread,
    wilson,
    year_of,
)

START = date(2026, 1, 5)


def one(ramp: int | None, number: int = 1, /, **facts: object) -> Inquiry:
    basics: dict[str, object] = {"reached_act": True, "is_open": False, "has_prediction": True, **facts}
    return Inquiry(ramp=ramp, number=number, **basics)  # type: ignore[arg-type]  # any field


def test_shares_stand_beside_the_published_ones() -> None:
    found = shares(
        [
            one(1, 1, scale="teacher"),
            one(1, 2, scale="grade", has_prediction=False),
            one(2, reached_act=False),
            one(None, is_open=True, reached_act=False),
        ]
    )
    assert [(s.key, s.count, s.of, s.published_percent) for s in found] == [
        ("act", 2, 3, 71),
        ("prediction", 3, 4, 12),
        ("series", 2, 4, 55),
        ("grown", 1, 1, 30),
        ("monthly", 0, 0, 15),
    ]
    assert found[0].percent == 67
    assert found[4].percent is None


def test_no_cycles_give_no_percentages() -> None:
    assert [share.percent for share in shares([])] == [None] * 5


def test_monthly_means_no_gap_of_more_than_a_month() -> None:
    end = START + timedelta(days=60)
    assert at_least_monthly(
        one(1, starts_on=START, ends_on=end, data_on=[START + timedelta(days=d) for d in (20, 45)])
    )
    assert not at_least_monthly(one(1, starts_on=START, ends_on=end, data_on=[START]))
    assert not at_least_monthly(one(1, starts_on=START, ends_on=end, data_on=[end + timedelta(days=1)]))


def test_an_open_cycle_counts_against_act_sixty_days_after_its_end() -> None:
    open_cycle = one(None, is_open=True, reached_act=False, starts_on=START, ends_on=START)
    assert shares([open_cycle], START + timedelta(days=60))[0].of == 0
    late = shares([open_cycle], START + timedelta(days=61))[0]
    assert (late.count, late.of) == (0, 1)


def test_a_cycle_that_grew_from_another_is_a_series_without_a_ramp() -> None:
    found = shares(
        [one(None, id=1, scale="teacher"), one(None, 2, id=2, parent=1, scale="grade"), one(None, id=3)]
    )
    assert [(s.count, s.of) for s in found if s.key in {"series", "grown"}] == [(2, 3), (1, 1)]


def test_data_that_was_planned_and_never_came_counts_as_none() -> None:
    ran: dict[str, Any] = {"starts_on": START, "ends_on": START + timedelta(days=10)}
    found = shares([one(None, plans_data=True, **ran), one(None, **ran), one(None, data_on=[START], **ran)])[
        -1
    ]
    assert (found.count, found.of) == (1, 2)


@pytest.mark.parametrize(
    ("count", "of", "stand"), [(12, 12, "above"), (2, 40, "below"), (28, 40, "near"), (5, 5, "")]
)
def test_a_share_stands_to_the_published_one_by_its_interval(count: int, of: int, stand: str) -> None:
    assert Share("act", "", count, of, 71, 421).stand == stand


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = wilson(81, 263)  # Newcombe 1998, Statistics in Medicine 17: 857–872, table I, method 3
    assert (round(low, 2), round(high, 2)) == (25.53, 36.62)


def test_a_day_belongs_to_the_networks_year_and_its_summer() -> None:
    years = [Year("2025-26", date(2025, 8, 18), date(2026, 5, 29))]
    assert year_of(date(2026, 7, 1), years) == "2025-26"
    assert year_of(date(2025, 8, 17), years) == "2025-26"  # by August to July: no year of its own holds it
    assert year_of(date(2024, 9, 1), years) == "2024-25"


def test_a_share_over_time_takes_enough_months_or_quarters() -> None:
    def begun(months: int, each: int) -> list[Inquiry]:
        return [
            one(None, starts_on=date(2025, 1 + month, 10)) for month in range(months) for _ in range(each)
        ]

    assert over_time(judged(begun(6, 5)), "prediction")[0] == "month"
    assert over_time(judged(begun(12, 2)), "prediction")[0] == "quarter"
    assert over_time(judged(begun(5, 4)), "prediction") == ("", [])


def test_teams_are_spread_without_names_and_small_ones_left_out() -> None:
    cycles = [one(None, team=1, has_prediction=place < 4) for place in range(5)]
    cycles += [one(None, team=2) for _ in range(4)]
    assert spread(judged(cycles), "prediction").teams == (0, 0, 0, 0, 1)


CYCLES = st.lists(
    st.builds(
        Inquiry,
        ramp=st.one_of(st.none(), st.integers(1, 4)),
        number=st.integers(1, 5),
        reached_act=st.booleans(),
        is_open=st.booleans(),
        has_prediction=st.booleans(),
        scale=st.sampled_from(["", "lesson", "teacher", "grade", "school"]),
        scale_size=st.one_of(st.none(), st.integers(1, 30)),
        starts_on=st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
        ends_on=st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2026, 1, 1))),
        data_on=st.lists(st.dates(date(2024, 1, 1), date(2026, 1, 1)), max_size=4),
        plans_data=st.booleans(),
        team=st.integers(1, 3),
    ),
    max_size=25,
).map(lambda cycles: [replace(cycle, id=place) for place, cycle in enumerate(cycles, 1)])


@given(CYCLES, st.randoms())
def test_shares_hold_together_whatever_the_cycles(cycles: list[Inquiry], dice: Random) -> None:
    found = {share.key: share for share in shares(cycles, START)}
    assert found["prediction"].of == found["series"].of == len(cycles)
    assert all(0 <= share.count <= share.of for share in found.values())
    runs = series_of(cycles)
    assert found["grown"].of == len(runs)
    assert found["series"].count == sum(map(len, runs))
    assert all(len(run) > 1 for run in runs)
    mixed = list(cycles)
    dice.shuffle(mixed)
    assert {s.key: (s.count, s.of) for s in shares(mixed, START)} == {
        key: (s.count, s.of) for key, s in found.items()
    }
    split = by_year(judged(cycles, START), [])
    assert sum(map(len, split.values())) == len(judged(cycles, START))


@given(CYCLES, st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_one_more_day_with_data_never_spoils_a_cycle(cycles: list[Inquiry], day: date) -> None:
    for cycle in cycles:
        if at_least_monthly(cycle):
            assert at_least_monthly(replace(cycle, data_on=[*cycle.data_on, day]))


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_stays_in_bounds(pair: tuple[int, int]) -> None:
    low, high = wilson(*pair)
    assert 0 <= low <= 100 * pair[0] / pair[1] + 1e-9
    assert 100 * pair[0] / pair[1] - 1e-9 <= high <= 100
