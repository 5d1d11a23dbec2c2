from collections import Counter
from datetime import date
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import loops
from feedback.loops import By, Share, Tally


@given(st.lists(st.integers(0, 90), max_size=40))
def test_the_median_of_a_histogram_is_that_of_its_values(days: list[int]) -> None:
    assert loops.median_of(Counter(days)) == (median(days) if days else None)


def test_a_tally_is_told_as_medians_and_shares() -> None:
    tally = Tally(
        items=3, answers=Counter({10: 1, 4: 1}), closes=Counter({20: 1, 5: 1}), judged=3, kept=1, ended=2,
        lifted=1, ages=(1, 0, 0, 1),
    )  # fmt: skip

    found = tally.measures()

    assert (found.items, found.days_to_answer, found.days_to_close, found.open) == (3, 7.0, 12.5, 2)
    assert (found.within_promise, found.confirmed_lifted) == (Share(1, 3), Share(1, 2))
    assert found.open_by_age[-1] == ("43 days and more", 1)
    assert Tally().measures().confirmed_lifted.percent is None


def test_several_tallies_are_counted_as_one() -> None:
    one, other = Tally(items=1, answers=Counter({2: 1}), ages=(1, 0, 0, 0)), Tally(judged=2, kept=1)

    found = loops.together([one, other, one])

    assert (found.items, found.answers, found.judged, found.ages) == (2, Counter({2: 2}), 2, (2, 0, 0, 0))
    assert one.items == 1


def test_typical_stays_are_medians_of_those_that_ended() -> None:
    assert loops.typical_stay({"district": Counter({7: 2, 9: 1}), "state": Counter()}) == {"district": 7.0}


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(list(By)))
def test_every_day_lies_in_the_month_or_week_of_its_number(day: date, by: By) -> None:
    number = loops.number_of(day, by)

    assert loops.begin_of(number, by) <= day < loops.begin_of(number + 1, by)


@pytest.mark.parametrize(("by", "many"), [(By.MONTH, 3), (By.WEEK, 9)])
def test_months_without_anything_are_there_too(by: By, many: int) -> None:
    first, last = date(2025, 12, 29), date(2026, 2, 25)
    known = {loops.number_of(last, by): Tally(judged=1)}

    found = loops.stretches(known, by, first, last)

    assert [each.tally.judged for each in found] == [0] * (many - 1) + [1]
    assert found[0].begins == (date(2025, 12, 1) if by is By.MONTH else date(2025, 12, 29))
