from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from feedback import moved, moved_svg
from feedback.moved import Count, Move, Verdict, move_of, t95, together
from measures.rules import Direction, MeasureType

DAY = date(2026, 2, 1)
TODAY = date(2026, 5, 1)
UP, SHARE = Direction.UP, MeasureType.PROPORTION


def counts(values: list[float], start: int, size: float | None = 24) -> list[Count]:
    """A count a week; the first *start* weeks from the answer."""
    return [Count(DAY + timedelta(weeks=start + at), value, size) for at, value in enumerate(values)]


def series(before: list[float], since: list[float], size: float | None = 24) -> list[Count]:
    return counts(before, -len(before), size) + counts(since, 1, size)


def move(before: list[float], since: list[float], **more: object) -> Move:
    kind = more.pop("kind", SHARE)
    direction = more.pop("direction", UP)
    return move_of(series(before, since), DAY, None, kind, direction, **more)  # type: ignore[arg-type]


def ends(found: Move | moved.Together) -> tuple[float, float]:
    """Return the interval, which has to be there."""
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def width(found: moved.Together) -> float:
    low, high = ends(found)
    return high - low


def test_a_share_that_rose_by_far_more_than_chance_moved_the_right_way() -> None:
    found = move([50, 54, 50, 46, 54, 50], [88, 92, 88, 96])

    assert found.difference == pytest.approx(91 - 50 - 2 / 3)
    assert found.verdict is Verdict.BETTER
    assert moved.title(found, "Exit tickets", TODAY) == (
        "Exit tickets moved the right way since the answer: +40 points"
    )
    assert moved.reading(found).startswith(
        "On average 51% in the last 6 counts before it, 91% in the first 4"
    )


def test_where_less_is_better_a_rise_is_the_wrong_way() -> None:
    found = move([50, 54, 50, 46, 54, 50], [88, 92, 88, 96], direction=Direction.DOWN)

    assert found.verdict is Verdict.WORSE
    assert "moved the wrong way" in moved.title(found, "Days lost", TODAY)


def test_what_chance_makes_is_no_clear_move() -> None:
    found = move([50, 62, 46], [58, 54, 66])

    assert found.verdict is Verdict.UNCLEAR
    assert ends(found)[0] < 0 < ends(found)[1]
    assert "no clear move since the answer (+7 points)" in moved.title(found, "Exit tickets", TODAY)


@pytest.mark.parametrize(
    ("before", "since", "words"),
    [
        ([50, 50], [80, 80, 80], "before the answer to tell (2 of 3)"),
        ([50] * 6, [80, 80], "since the answer to tell (2 of 3)"),
    ],
)
def test_fewer_than_three_counts_on_a_side_are_too_few_to_tell(
    before: list[float], since: list[float], words: str
) -> None:
    found = move(before, since)

    assert (found.verdict, found.difference, found.low) == (Verdict.FEW, None, None)
    assert words in moved.title(found, "Exit tickets", TODAY)
    assert moved.reading(found) == ""


def test_counts_between_the_answer_and_the_day_it_holds_from_are_on_neither_side() -> None:
    found = move_of(series([50] * 4, [60, 60, 90, 90, 90]), DAY, DAY + timedelta(weeks=2), SHARE, UP)

    assert [each.value for each in found.since] == [90, 90, 90]
    assert len(found.before) == 4


def test_before_it_holds_it_says_from_when() -> None:
    found = move_of(series([50] * 4, [60]), DAY, date(2026, 8, 17), SHARE, UP)

    assert moved.title(found, "Exit tickets", TODAY) == (
        "Exit tickets: the answer holds from Aug 17; nothing to see before"
    )


def test_shares_that_never_vary_still_have_the_doubt_of_their_counts() -> None:
    found = move([100] * 6, [100] * 6)

    assert found.verdict is Verdict.UNCLEAR
    assert ends(found)[0] < 0


def test_values_without_counts_that_never_vary_tell_no_chance() -> None:
    found = move_of(series([5] * 4, [8] * 4, None), DAY, None, MeasureType.CONTINUOUS, UP, unit="days")

    assert (found.low, found.verdict) == (None, Verdict.UNCLEAR)
    assert moved.title(found, "Wait", TODAY).startswith("Wait: +3 days since the answer, but")


def test_the_variance_is_never_below_that_of_the_moving_range() -> None:
    jumpy = move([20, 80, 20, 80, 20, 80], [20, 80, 20, 80, 20, 80])
    sigma = 60 / 1.128

    assert jumpy.variance == pytest.approx(2 * sigma**2 / 6)


def test_the_quantile_is_the_one_of_student() -> None:
    assert max(abs(t95(n) - special.stdtrit(n, 0.975)) for n in range(4, 300)) < 0.01


VALUES = st.lists(st.integers(0, 24).map(lambda hits: 100 * hits / 24), min_size=3, max_size=9)


@given(VALUES, VALUES)
def test_turning_the_direction_round_turns_the_verdict_and_nothing_else(
    before: list[float], since: list[float]
) -> None:
    up, down = move(before, since), move(before, since, direction=Direction.DOWN)
    turned = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}

    assert down.verdict is turned.get(up.verdict, up.verdict)
    assert (up.difference, up.low, up.high) == (down.difference, down.low, down.high)
    assert ends(up)[0] < (up.difference or 0) < ends(up)[1]


@given(VALUES, VALUES, st.randoms(use_true_random=False))
def test_the_order_in_which_counts_come_does_not_matter(
    before: list[float], since: list[float], dice: object
) -> None:
    found = series(before, since)
    mixed = list(found)
    dice.shuffle(mixed)  # type: ignore[attr-defined]

    assert move_of(mixed, DAY, None, SHARE, UP) == move_of(found, DAY, None, SHARE, UP)
    assert all(a.on < b.on for a, b in pairwise(move_of(mixed, DAY, None, SHARE, UP).counts))


# ---------------------------------------------------------------- over sites


def test_five_sites_are_put_together_and_four_are_listed() -> None:
    sites = [move([50, 54, 50, 46], [70 + at, 66, 74, 70]) for at in range(5)]

    four, five = together(sites[:4]), together(sites)

    assert (four.told, four.better, four.mean) == (4, 4, None)
    assert "Fewer than 5 sites" in moved.together_words(four)[-1]
    assert five.mean == pytest.approx(20.5, abs=0.6)
    assert ends(five)[0] < (five.mean or 0) < ends(five)[1]
    assert (five.at_low or 0) <= ends(five)[0]
    assert moved.together_words(five)[0].startswith(
        "Of 5 sites with counts enough, the milestone moved the right way at 5"
    )


def test_sites_that_disagree_widen_the_average() -> None:
    alike = together([move([50, 54, 50, 46], [70, 66, 74, 70]) for _ in range(6)])
    wild = together([move([50, 50, 50, 54], [v, v, v, v]) for v in (10, 95, 20, 90, 15, 88)])

    assert width(wild) > 2 * width(alike)


def test_sites_with_too_few_counts_are_said_and_not_averaged() -> None:
    found = together([move([50], [80]), move([50, 50], [70])])

    assert (found.sites, found.told, found.mean) == (2, 0, None)
    assert moved.together_words(found) == ["2 sites have too few counts on both sides to tell."]
    assert moved.together_words(together([])) == []


# ---------------------------------------------------------------- the picture


def test_the_picture_marks_the_answer_and_colours_only_what_counts_since() -> None:
    found = move_of(series([50, 54, 50, 46, 54, 50, 50, 50], [88, 92, 88, 96]), DAY, None, SHARE, UP)

    drawn = str(moved_svg.picture(found, "Exit <tickets>", TODAY))

    assert drawn.count('class="pt up"') == 4
    assert drawn.count('class="pt off"') == 2  # older than the last six
    assert drawn.count('class="mean"') == 2
    assert 'class="phase"' in drawn
    assert "Exit &lt;tickets&gt;" in drawn
    assert moved_svg.picture(move_of([], DAY, None, SHARE, UP), "x", TODAY) == ""


def test_what_is_rounded_to_nothing_has_no_sign() -> None:
    assert moved.span_words(-0.3, 24, is_percent=True) == "from 0 to +24 points"
    assert moved.change_words(-0.2, is_percent=True) == "±0 points"
    assert moved.change_words(-3, is_percent=False, unit="days") == "−3 days"
    assert moved.change_words(0, is_percent=False, unit="days") == "±0 days"
