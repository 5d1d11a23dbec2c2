"""Predictions set beside what happened: the verdict with its sentence, and how well a team judges its ranges.

Pure: numbers in, words out. A prediction is a number with the range in which the team expects eight
results in ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, fsum, lgamma, log

from nic_platform.text import _, marked, ngettext

EXPECTED_SHARE = 0.8  # a range is where the team expects eight results in ten
FEWEST_FOR_CALIBRATION = 10
PLAIN_TOLERANCE = 0.1  # of the number, where a team gave no range and the unit is no per cent
PERCENT_TOLERANCE = 5.0  # points
CHANCE = 0.05


class Verdict(StrEnum):
    """What became of a prediction."""

    HELD = "held"
    PARTLY = "partly"
    NOT_HELD = "not_held"
    UNCLEAR = "unclear"

    @property
    def words(self) -> str:
        """Return the verdict in words."""
        return _(_VERDICTS[self])


_VERDICTS = {
    Verdict.HELD: marked("Held"),
    Verdict.PARTLY: marked("Partly"),
    Verdict.NOT_HELD: marked("Did not hold"),
    Verdict.UNCLEAR: marked("Could not tell"),
}


@dataclass(frozen=True)
class Expectation:
    """What was predicted, in *unit*: a number, a range, or both. A missing end is open: at least, at most.

    ``out_of`` is how many it was said of: "18 of 24"; ``None`` for a number that stands for itself.
    """

    number: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    out_of: float | None = None

    @property
    def is_percent(self) -> bool:
        """Say whether the unit is per cent, so that counts are turned into shares."""
        return self.unit.strip() in {"%", "percent", "per cent"}

    @property
    def is_empty(self) -> bool:
        """Say whether nothing measurable was predicted."""
        return self.number is None and self.low is None and self.high is None


@dataclass(frozen=True)
class Judgement:
    """A verdict with the sentence that gives its reason."""

    verdict: Verdict
    sentence: str


def measured(count: float | None, out_of: float | None, expectation: Expectation) -> float | None:
    """Return the result in the unit of the prediction; ``None`` if there is none to compare.

    A count out of a total becomes a percentage where the prediction is one; out of nothing says nothing.
    Where a count was predicted of another total, it becomes as many of that: 51 of 72 is 17 of 24.
    """
    if count is None:
        return None
    if expectation.is_percent and out_of is not None:
        return 100.0 * count / out_of if out_of > 0 else None
    if expectation.out_of and out_of and out_of != expectation.out_of:
        return count * expectation.out_of / out_of
    return count


def bounds(expectation: Expectation) -> tuple[float | None, float | None, bool]:
    """Return the range that counts as held, and whether it was assumed since the team gave only a number."""
    low, high, number = expectation.low, expectation.high, expectation.number
    if low is not None and high is not None:
        return min(low, high), max(low, high), False
    if low is not None or high is not None:
        return low, high, False
    if number is None:
        return None, None, False
    slack = _tolerance(expectation)
    return number - slack, number + slack, True


def _tolerance(expectation: Expectation) -> float:
    if expectation.is_percent:
        return PERCENT_TOLERANCE
    anchor = next((x for x in (expectation.number, expectation.low, expectation.high) if x is not None), 0.0)
    return abs(anchor) * PLAIN_TOLERANCE


def judge(expectation: Expectation, result: float | None) -> Judgement:
    """Return what became of a prediction, computed from its number and range.

    *Held*: within the range. *Partly*: outside it by no more than half of its width. *Did not hold*:
    farther off. A
    number without a range gets one of ±5 points, or ±10 % where the unit is no per cent; a range with one
    open end is
    given the same width on its closed side. *Could not tell*: no result, or nothing measurable was predicted.
    """
    if result is None:
        return Judgement(Verdict.UNCLEAR, _("Nothing was measured to set beside it."))
    if expectation.is_empty:
        return Judgement(Verdict.UNCLEAR, _("There was no number to compare it with."))
    low, high, assumed = bounds(expectation)
    short = low - result if low is not None and result < low else 0.0
    over = result - high if high is not None and result > high else 0.0
    off = max(short, over)
    width = high - low if low is not None and high is not None else 2 * _tolerance(expectation)
    near = Verdict.PARTLY if off <= width / 2 else Verdict.NOT_HELD
    verdict = near if off > 0 else Verdict.HELD
    return Judgement(verdict, _sentence(expectation, result, verdict, assumed))


def _sentence(expectation: Expectation, result: float, verdict: Verdict, assumed: bool) -> str:
    shown = amount(result, expectation) if expectation.is_percent else _of_total(result, expectation)
    low, high, _guessed = bounds(expectation)
    span = span_words(low, high, expectation)
    where = {
        Verdict.HELD: _("%(result)s lies within %(range)s."),
        Verdict.PARTLY: _("%(result)s is a little outside %(range)s."),
        Verdict.NOT_HELD: _("%(result)s is well outside %(range)s."),
    }[verdict] % {"result": shown, "range": span}
    if assumed:
        where += " " + _("No range was written, so one was assumed.")
    return f"{difference(expectation, result)} {where}".strip()


def _of_total(result: float, expectation: Expectation) -> str:
    return of_total(result, expectation.out_of) if expectation.out_of else plain_number(result)


def difference(expectation: Expectation, result: float) -> str:
    """Return how far the result is from the predicted number, as "4 points above prediction."; empty
    without one."""
    if expectation.number is None:
        return ""
    exact = result - expectation.number
    gap = float(round(exact)) if expectation.is_percent else round(exact, 1)
    if gap == 0:
        return _("As predicted.")
    size = plain_number(abs(gap))
    one = abs(gap) == 1
    unit = (_("point") if one else _("points")) if expectation.is_percent else "" if one else expectation.unit
    words = f"{size} {unit}".strip()
    if gap > 0:
        return _("%(size)s above prediction.", size=words)
    return _("%(size)s below prediction.", size=words)


def plain_number(value: float) -> str:
    """Return a number without needless decimals: 75, 2.5."""
    return f"{round(value, 1):g}" if abs(value) < 1e6 else f"{value:.0f}"


def amount(value: float, expectation: Expectation) -> str:
    """Return a number with its unit: "75%", "3 minutes"."""
    if expectation.is_percent:
        return f"{round(value)}%"
    return f"{plain_number(value)} {expectation.unit}".strip()


def span_words(low: float | None, high: float | None, expectation: Expectation) -> str:
    """Return a range in words, its unit said once: "70% to 80%", "22 to 28 class-days", "at least 70%"."""
    if low is not None and high is not None:
        first = amount(low, expectation) if expectation.is_percent else plain_number(low)
        return _("%(low)s to %(high)s", low=first, high=amount(high, expectation))
    if low is not None:
        return _("at least %(low)s", low=amount(low, expectation))
    return _("at most %(high)s", high=amount(high if high is not None else 0.0, expectation))


def expected_words(expectation: Expectation, out_of: float | None = None, words: str = "") -> str:
    """Return what was expected as a reader meets it: "75% (70% to 80%)", "12 of 15 class-days (10 to 14)".

    Where nothing measurable was predicted, it is the words that were typed.
    """
    if expectation.is_empty:
        return words
    low, high = expectation.low, expectation.high
    span = span_words(low, high, expectation) if low is not None or high is not None else ""
    if expectation.number is None:
        return span
    head = counted(expectation.number, out_of, expectation)
    if not expectation.is_percent:
        span = span.removesuffix(expectation.unit).strip()
    return f"{head} ({span})" if span else head


def counted(value: float, out_of: float | None, expectation: Expectation) -> str:
    """Return a number with its unit and, where it was counted out of something, its total."""
    if expectation.is_percent or not out_of:
        return amount(value, expectation)
    return f"{of_total(value, out_of)} {expectation.unit}".strip()


def of_total(count: float, total: float) -> str:
    """Return a count with its total: "26 of 33"."""
    return _("%(count)s of %(total)s", count=plain_number(count), total=plain_number(total))


def result_words(count: float | None, out_of: float | None, expectation: Expectation, words: str = "") -> str:
    """Return what happened as a reader meets it: "26 of 33 (79%)", "4 minutes", or the words typed."""
    if count is None:
        return words
    if not out_of:
        return amount(count, expectation)
    unit = "" if expectation.is_percent else f" {expectation.unit}".rstrip()
    return f"{of_total(count, out_of)}{unit} ({round(100 * count / out_of)}%)"


# ---------------------------------------------------------------- calibration


@dataclass(frozen=True)
class Calibration:
    """How often what happened fell within the predicted range."""

    inside: int
    total: int
    sentence: str

    @property
    def share(self) -> float | None:
        """Return the share within the range, 0 to 1, once there are enough predictions to say."""
        return self.inside / self.total if self.total >= FEWEST_FOR_CALIBRATION else None


def within(expectation: Expectation, result: float | None) -> bool | None:
    """Say whether the result fell within a range the team wrote; ``None`` where it wrote no whole range."""
    if result is None or expectation.low is None or expectation.high is None:
        return None
    low, high, _assumed = bounds(expectation)
    return low is not None and high is not None and low <= result <= high


def calibrate(flags: Sequence[bool]) -> Calibration:
    """Compare the share of results within their predicted range with the eight in ten that a range promises.

    Says nothing before ten predictions. Beyond that an exact binomial test at 5 % on either side decides
    whether
    ranges are too narrow or too wide; anything else is what chance allows.
    """
    inside, total = sum(flags), len(flags)
    if total < FEWEST_FOR_CALIBRATION:
        left = FEWEST_FOR_CALIBRATION - total
        words = ngettext(
            "%(count)s more prediction with a range and a result, and we can say how well you judge them.",
            "%(count)s more predictions with a range and a result, and we can say how well you judge them.",
            left,
        )
        return Calibration(inside, total, words)
    head = _(
        "%(inside)s of %(total)s results (%(percent)s%%) fell within the predicted range; "
        "a range promises 8 in 10.",
        inside=inside,
        total=total,
        percent=round(100 * inside / total),
    )
    return Calibration(inside, total, f"{head} {_calibration_advice(inside, total)}")


def _calibration_advice(inside: int, total: int) -> str:
    if _at_most(inside, total) < CHANCE:
        return _("The ranges are narrower than what is known: make them wider.")
    if 1 - _at_most(inside - 1, total) < CHANCE:
        return _("The ranges are wider than they need to be: dare narrower ones.")
    return _("That is as close as chance allows.")


def _at_most(inside: int, total: int) -> float:
    """Return the chance of at most *inside* results within the range if each is with probability 0.8."""
    p = EXPECTED_SHARE
    ways = lgamma(total + 1)  # by logarithms: a network has more predictions than a float can hold ways

    def chance(k: int) -> float:
        return exp(ways - lgamma(k + 1) - lgamma(total - k + 1) + k * log(p) + (total - k) * log(1 - p))

    return fsum(chance(k) for k in range(inside + 1))
