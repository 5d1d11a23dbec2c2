from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.calibration import Foretold, LeftOut, read, stretches
from cycles.predictions import Expectation

RANGE = Expectation(number=6, low=5, high=7, unit="students")
START = date(2026, 1, 5)


def one(result: float | None = 6, place: int = 0, **more: object) -> Foretold:
    facts: dict[str, object] = {"expectation": RANGE, "out_of": 10.0, **more}
    return Foretold(result=result, on=START + timedelta(days=place), **facts)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("prediction", "why"),
    [
        (one(), None),
        (one(expectation=Expectation(number=6)), LeftOut.NO_RANGE),
        (one(expectation=Expectation(low=6)), LeftOut.OPEN_END),
        (one(result=None), LeftOut.NO_RESULT),
        (one(is_locked=False), LeftOut.NOT_LOCKED),
    ],
)
def test_what_is_left_out_has_a_reason(prediction: Foretold, why: LeftOut | None) -> None:
    assert prediction.left_out is why
    assert (prediction.is_inside is None) is (why is not None)


def test_a_range_of_a_share_is_compared_with_the_share_that_was_counted() -> None:
    share = Expectation(low=50, high=60, unit="%")
    assert Foretold(share, result=11, result_of=20).is_inside is True
    assert Foretold(share, result=11, result_of=20).width == 10
    assert Foretold(share, result=13, result_of=20).off == pytest.approx(2.0)


def test_a_range_without_width_holds_its_own_number_only() -> None:
    exact = Expectation(low=5, high=5)
    assert [Foretold(exact, result=value).off for value in (4, 5, 6)] == [-3.0, 0.0, 3.0]


def test_widths_are_told_from_ten_that_can_be_compared() -> None:
    assert read([one(place=place) for place in range(9)]).width is None
    assert read([one(place=place) for place in range(10)]).width == 20


def test_stretches_show_how_it_went() -> None:
    found = read([one(6 if place >= 10 else 9, place) for place in range(20)]).stretches
    assert [(each.inside, each.total) for each in found] == [(0, 10), (10, 10)]
    assert stretches([one()] * 19) == ()


RESULTS = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(0, 10)), st.booleans(), st.integers(0, 400)), max_size=150
)


@given(RESULTS)
def test_every_prediction_counts_once_or_is_left_out_once(
    results: list[tuple[float | None, bool, int]],
) -> None:
    found = read([one(value, place, is_locked=locked) for value, locked, place in results])
    assert len(found.counted) + sum(many for _why, many in found.left_out) == len(results)
    assert found.calibration.total == len(found.counted)
    inside = found.calibration.total - found.above - found.below
    assert inside == found.calibration.inside
    if found.stretches:
        assert sum(each.total for each in found.stretches) == len(found.counted)
        assert min(each.total for each in found.stretches) >= 10
        assert sum(each.inside for each in found.stretches) == found.calibration.inside
    days = [each.on for each in found.counted if each.on]
    assert days == sorted(days)
