import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.predictions import (
    Expectation,
    Verdict,
    calibrate,
    difference,
    expected_words,
    judge,
    measured,
    result_words,
    within,
)

PERCENT = Expectation(number=75, low=70, high=80, unit="%")
numbers = st.floats(-1e4, 1e4)


@pytest.mark.parametrize(
    ("expected", "result", "verdict"),
    [
        (PERCENT, 79, Verdict.HELD),
        (PERCENT, 80, Verdict.HELD),
        (PERCENT, 84, Verdict.PARTLY),
        (PERCENT, 85.1, Verdict.NOT_HELD),
        (PERCENT, 60, Verdict.NOT_HELD),
        (Expectation(number=60, unit="%"), 56, Verdict.HELD),
        (Expectation(number=60, unit="%"), 51, Verdict.PARTLY),
        (Expectation(number=60, unit="%"), 49, Verdict.NOT_HELD),
        (Expectation(low=70, unit="%"), 99, Verdict.HELD),
        (Expectation(low=70, unit="%"), 66, Verdict.PARTLY),
        (Expectation(high=3, unit="minutes"), 5, Verdict.NOT_HELD),
        (Expectation(unit="%"), 5, Verdict.UNCLEAR),
        (PERCENT, None, Verdict.UNCLEAR),
    ],
)
def test_verdict_follows_from_number_and_range(
    expected: Expectation, result: float | None, verdict: Verdict
) -> None:
    assert judge(expected, result).verdict is verdict


def test_the_sentence_says_how_far_off_and_against_what() -> None:
    assert judge(PERCENT, 79).sentence == "4 points above prediction. 79% lies within 70% to 80%."
    assumed = judge(Expectation(number=60, unit="%"), 49).sentence
    assert assumed.startswith("11 points below prediction. 49% is well outside 55% to 65%.")
    assert assumed.endswith("No range was written, so one was assumed.")


def test_counts_become_shares_where_the_prediction_is_one() -> None:
    assert measured(26, 33, PERCENT) == pytest.approx(78.79, abs=0.01)
    assert measured(3, 33, Expectation(number=3, unit="minutes")) == 3
    assert measured(0, 0, PERCENT) is None
    assert measured(None, 33, PERCENT) is None


def test_a_count_of_another_total_is_set_beside_the_predicted_one() -> None:
    expected = Expectation(number=18, low=15, high=21, out_of=24)
    result = measured(51, 72, expected)
    assert result == pytest.approx(17)
    assert judge(expected, result).sentence == "1 below prediction. 17 of 24 lies within 15 to 21."
    assert within(expected, result) is True
    assert measured(19, 24, expected) == measured(19, None, expected) == 19


def test_as_predicted_means_within_a_point() -> None:
    assert difference(PERCENT, 75.4) == "As predicted."
    assert difference(Expectation(number=3, unit="minutes"), 4.5) == "1.5 minutes above prediction."


@given(numbers, numbers, numbers)
def test_the_order_in_which_a_range_was_typed_does_not_matter(a: float, b: float, result: float) -> None:
    assert (
        judge(Expectation(low=a, high=b), result).verdict == judge(Expectation(low=b, high=a), result).verdict
    )


@given(numbers, st.floats(0, 1e3), st.floats(0, 1e3))
def test_what_lies_in_the_range_held_and_only_that(low: float, width: float, off: float) -> None:
    expected = Expectation(low=low, high=low + width)
    inside = low <= low + off <= low + width
    assert (judge(expected, low + off).verdict is Verdict.HELD) is inside
    assert within(expected, low + off) is inside


@given(numbers, st.floats(0.1, 1e3), st.floats(0, 1e3), st.floats(0, 1e3))
def test_farther_off_is_never_judged_better(low: float, width: float, near: float, more: float) -> None:
    order = [Verdict.HELD, Verdict.PARTLY, Verdict.NOT_HELD]
    expected = Expectation(low=low, high=low + width)
    close = judge(expected, low + width + near).verdict
    far = judge(expected, low + width + near + more).verdict
    assert order.index(close) <= order.index(far)


def test_calibration_is_silent_before_ten() -> None:
    early = calibrate([True] * 9)
    assert early.share is None
    assert early.sentence.startswith("1 more prediction ")


@pytest.mark.parametrize(
    ("inside", "total", "word"),
    [(8, 10, "as chance allows"), (3, 10, "make them wider"), (30, 30, "dare narrower")],
)
def test_calibration_compares_with_eight_in_ten(inside: int, total: int, word: str) -> None:
    found = calibrate([True] * inside + [False] * (total - inside))
    assert found.share == inside / total
    assert word in found.sentence


@pytest.mark.parametrize(
    ("inside", "word"), [(7800, "make them wider"), (8020, "as chance allows"), (8200, "dare narrower")]
)
def test_ten_thousand_predictions_are_judged_too(inside: int, word: str) -> None:
    assert word in calibrate([True] * inside + [False] * (10_000 - inside)).sentence


def test_a_range_with_an_open_end_does_not_count_for_calibration() -> None:
    assert within(Expectation(low=70), 80) is None
    assert within(PERCENT, None) is None


@pytest.mark.parametrize(
    ("expected", "out_of", "words"),
    [
        (PERCENT, None, "75% (70% to 80%)"),
        (Expectation(25, 22, 28, "class-days"), 33, "25 of 33 class-days (22 to 28)"),
        (Expectation(number=3, unit="minutes"), None, "3 minutes"),
        (Expectation(low=70, unit="%"), None, "at least 70%"),
        (Expectation(), None, "most of them"),
    ],
)
def test_what_was_expected_is_read_with_its_unit_once(
    expected: Expectation, out_of: float | None, words: str
) -> None:
    assert expected_words(expected, out_of, "most of them") == words


@pytest.mark.parametrize(
    ("count", "out_of", "expected", "words"),
    [
        (26, 33, PERCENT, "26 of 33 (79%)"),
        (137, 160, Expectation(unit="class-days"), "137 of 160 class-days (86%)"),
        (2.5, None, Expectation(unit="minutes"), "2.5 minutes"),
        (None, 33, PERCENT, "nobody counted"),
    ],
)
def test_what_happened_is_counted_before_it_is_a_share(
    count: float | None, out_of: float | None, expected: Expectation, words: str
) -> None:
    assert result_words(count, out_of, expected, "nobody counted") == words
