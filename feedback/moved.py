"""Whether what an item blocked moved after its answer: the counts since beside those before. Pure.

The mean of the first six counts since the answer was in effect, less the mean of the last six before it was
given, with three on each side at least. The variance of a mean comes from the counts themselves, and is never
below what the moving ranges of the series give. What is seen after an answer need not come from it: a barrier
is raised when things are bad, and some of that passes by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean

from measures.rules import Direction, MeasureType
from nic_platform.svg import amount, rnd
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

FEWEST = 3  # counts on either side
MOST = 6
SITES = 5  # fewer are listed, and not put together
_RANGE_TO_SIGMA = 1.128  # the mean moving range of two over the standard deviation, for the normal law
_Z95 = 1.959964


@dataclass(frozen=True)
class Count:
    """One count: its day, its value in the measure's unit, and of how many where it is a share."""

    on: date
    value: float
    population: float | None = None


class Verdict(StrEnum):
    """What the counts say."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    FEW = "few"


@dataclass(frozen=True)
class Move:
    """How a measure stood before an answer and since. ``low`` to ``high`` holds 95 times in 100.

    Attributes:
        counts: the whole series that was looked at, oldest first.
        effect_on: from when the answer holds; counts between the answer and that day are on neither side.
        difference: since less before, in the measure's unit; ``None`` where a side has too few counts.
        hidden: counts that the reader may not see.
    """

    counts: tuple[Count, ...]
    before: tuple[Count, ...]
    since: tuple[Count, ...]
    answered_on: date
    effect_on: date
    type: MeasureType
    direction: Direction
    unit: str = ""
    difference: float | None = None
    variance: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Verdict = Verdict.FEW
    hidden: int = 0

    @property
    def is_percent(self) -> bool:
        """Say whether values are per cents."""
        return self.type is MeasureType.PROPORTION


def effect_day(answered_on: date, applies_from: date | None) -> date:
    """Return the day from which counts may show the answer."""
    return max(answered_on, applies_from) if applies_from else answered_on


def move_of(
    counts: Iterable[Count], answered_on: date, applies_from: date | None, kind: MeasureType,
    direction: Direction, *, unit: str = "", hidden: int = 0,
) -> Move:  # fmt: skip
    """Return how a series moved after an answer.

    Args:
        counts: one a day, in any order.
        hidden: how many more there are that the reader may not see.
    """
    known = tuple(sorted(counts, key=lambda each: each.on))
    effect = effect_day(answered_on, applies_from)
    before = tuple(each for each in known if each.on <= answered_on)[-MOST:]
    since = tuple(each for each in known if each.on > effect)[:MOST]
    if min(len(before), len(since)) < FEWEST:
        return Move(known, before, since, answered_on, effect, kind, direction, unit, hidden=hidden)
    difference = _mean(since) - _mean(before)
    ranges = [abs(b.value - a.value) for side in (before, since) for a, b in pairwise(side)]
    sigma = fmean(ranges) / _RANGE_TO_SIGMA
    variance = sum(max(_from_counts(side, kind), sigma**2 / len(side)) for side in (before, since))
    low = high = None
    verdict = Verdict.UNCLEAR
    if variance > 0:
        half = t95(len(before) + len(since) - 2) * sqrt(variance)
        low, high = difference - half, difference + half
        verdict = _verdict(low, high, direction)
    return Move(known, before, since, answered_on, effect, kind, direction, unit, difference, variance, low,
                high, verdict, hidden)  # fmt: skip


def _mean(side: Sequence[Count]) -> float:
    return fmean(each.value for each in side)


def _from_counts(side: Sequence[Count], kind: MeasureType) -> float:
    """Return the variance of a side's mean as its counts give it: binomial, Poisson, or none."""
    if kind is MeasureType.PROPORTION and all(each.population for each in side):
        sizes = [each.population or 1 for each in side]
        hits = sum(each.value / 100 * size for each, size in zip(side, sizes, strict=True))
        share = (hits + 1) / (sum(sizes) + 2)  # never 0 or 1: nobody is that sure of 24 of 24
        return sum(1e4 * share * (1 - share) / size for size in sizes) / len(side) ** 2
    if kind is MeasureType.COUNT:
        return (sum(max(each.value, 0) for each in side) + 1) / len(side) ** 2
    return 0.0


def _verdict(low: float, high: float, direction: Direction) -> Verdict:
    if low <= 0 <= high:
        return Verdict.UNCLEAR
    return Verdict.BETTER if (low > 0) is (direction is Direction.UP) else Verdict.WORSE


def t95(freedom: int) -> float:
    """Return Student's 97.5 % quantile, by Cornish and Fisher: good to 0.01 from 4 degrees of freedom up."""
    z, n = _Z95, freedom
    parts = (
        (z**3 + z) / (4 * n),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3),
    )
    return z + sum(parts)


# ---------------------------------------------------------------- in words


def value_words(value: float, move: Move) -> str:
    """Return a value in the measure's unit: "72%", "4.2 days"."""
    return f"{rnd(value)}%" if move.is_percent else f"{amount(value, 3)} {move.unit}".strip()


def change_words(value: float, *, is_percent: bool, unit: str = "") -> str:
    """Return a difference with its sign: "+17 points", "−3 days"."""
    if is_percent:
        whole = rnd(abs(value))
        return (_sign(value, str(whole)) or "±") + ngettext("%(count)s point", "%(count)s points", whole)
    size = amount(abs(value), 3)
    return f"{_sign(value, size) or '±'}{size} {unit}".strip()


def _sign(value: float, shown: str) -> str:
    """Return the sign of a value as it is shown: none for what is rounded to nothing."""
    if not float(shown.replace(",", "")):
        return ""
    return "+" if value > 0 else "−"


def span_words(low: float, high: float, *, is_percent: bool, unit: str = "") -> str:
    """Return an interval: "from −2 to +14 points"."""

    def signed(value: float) -> str:
        size = str(rnd(abs(value))) if is_percent else amount(abs(value), 3)
        return _sign(value, size) + size

    unit = _("points") if is_percent else unit
    return _("from %(low)s to %(high)s %(unit)s", low=signed(low), high=signed(high), unit=unit).strip()


def title(move: Move, name: str, today: date) -> str:
    """Return the finding in one sentence."""
    if move.verdict is Verdict.FEW:
        return few_words(move, name, today)
    change = change_words(move.difference or 0, is_percent=move.is_percent, unit=move.unit)
    words = {"name": name, "change": change}
    if move.low is None:
        return _("%(name)s: %(change)s since the answer, but counts that don’t vary tell no chance") % words
    if move.verdict is Verdict.BETTER:
        return _("%(name)s moved the right way since the answer: %(change)s") % words
    if move.verdict is Verdict.WORSE:
        return _("%(name)s moved the wrong way since the answer: %(change)s") % words
    return _("%(name)s: no clear move since the answer (%(change)s)") % words


def few_words(move: Move, name: str, today: date) -> str:
    """Return what is missing before anything can be told."""
    if move.effect_on > today:
        return _("%(name)s: the answer holds from %(day)s; nothing to see before", name=name,
                 day=day_words(move.effect_on))  # fmt: skip
    if len(move.before) < FEWEST:
        return _("%(name)s: too few counts before the answer to tell (%(count)s of %(least)s)", name=name,
                 count=len(move.before), least=FEWEST)  # fmt: skip
    return _("%(name)s: too few counts since the answer to tell (%(count)s of %(least)s)", name=name,
             count=len(move.since), least=FEWEST)  # fmt: skip


def reading(move: Move) -> str:
    """Return both means, the difference and its interval; empty where there are too few counts."""
    if move.difference is None:
        return ""
    words = _(
        "On average %(before)s in the last %(many)s before it, %(since)s in the first %(then)s since.",
        before=value_words(_mean(move.before), move), many=_counts(move.before),
        since=value_words(_mean(move.since), move), then=_counts(move.since),
    )  # fmt: skip
    if move.low is None or move.high is None:
        return words
    span = span_words(move.low, move.high, is_percent=move.is_percent, unit=move.unit)
    return words + " " + _("The difference is %(span)s, 95 times in 100.", span=span)


def _counts(side: Sequence[Count]) -> str:
    return ngettext("%(count)s count", "%(count)s counts", len(side))


def whole_change(move: Move) -> str:
    """Return the difference with its interval; empty where there are too few counts."""
    if move.difference is None:
        return ""
    change = change_words(move.difference, is_percent=move.is_percent, unit=move.unit)
    if move.low is None or move.high is None:
        return change
    return f"{change} ({span_words(move.low, move.high, is_percent=move.is_percent, unit=move.unit)})"


def verdict_words(verdict: Verdict) -> str:
    """Return a verdict as the cell of a table reads."""
    return {
        Verdict.BETTER: _("Moved the right way"),
        Verdict.WORSE: _("Moved the wrong way"),
        Verdict.UNCLEAR: _("No clear move"),
        Verdict.FEW: _("Too few to tell"),
    }[verdict]


def caution() -> str:
    """Return what has to be said beside every such statement."""
    return _(
        "Seen after the answer, which need not be why: a barrier is raised when things are bad, and some of "
        "that passes by itself."
    )


# ---------------------------------------------------------------- over the sites of a theme


@dataclass(frozen=True)
class Together:
    """The moves of one theme's sites put together.

    Attributes:
        told: sites with counts enough on both sides.
        mean: the mean difference in percentage points, by random effects; ``None`` for fewer than five sites.
        low: the lower end of its 95 % interval, and ``high`` the upper.
        at_low: where a site like these would lie, at the least, 95 times in 100; ``at_high`` at the most.
    """

    sites: int
    told: int
    better: int
    worse: int
    unclear: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    at_low: float | None = None
    at_high: float | None = None


def together(moves: Sequence[Move]) -> Together:
    """Return what the moves of several sites say; shares only are averaged, each signed by its direction.

    DerSimonian and Laird's random effects, with Student's quantile for the number of sites.
    """
    of = [each.verdict for each in moves]
    counts = (len(moves), len(of) - of.count(Verdict.FEW), of.count(Verdict.BETTER), of.count(Verdict.WORSE),
              of.count(Verdict.UNCLEAR))  # fmt: skip
    known = [
        (each.difference if each.direction is Direction.UP else -each.difference, each.variance)
        for each in moves
        if each.is_percent and each.difference is not None and each.variance
    ]
    if len(known) < SITES:
        return Together(*counts)
    weights = [1 / variance for _value, variance in known]
    fixed = sum(w * value for w, (value, _v) in zip(weights, known, strict=True)) / sum(weights)
    q = sum(w * (value - fixed) ** 2 for w, (value, _v) in zip(weights, known, strict=True))
    spread = sum(weights) - sum(w * w for w in weights) / sum(weights)
    tau2 = max(0.0, (q - (len(known) - 1)) / spread)
    weights = [1 / (variance + tau2) for _value, variance in known]
    mean = sum(w * value for w, (value, _v) in zip(weights, known, strict=True)) / sum(weights)
    t = t95(len(known) - 1)
    half, wide = t / sqrt(sum(weights)), t * sqrt(tau2 + 1 / sum(weights))
    return Together(*counts, mean, mean - half, mean + half, mean - wide, mean + wide)


def _counted(found: Together) -> str:
    """Return at how many sites with counts enough the milestone moved, and which way."""
    if found.told == 1:
        if found.unclear:
            return _("At the one site with counts enough the milestone made no clear move.")
        if found.worse:
            return _("At the one site with counts enough the milestone moved the wrong way.")
        return _("At the one site with counts enough the milestone moved the right way.")
    return _("Of %(sites)s with counts enough, the milestone moved the right way at %(better)s, "
             "the wrong way at %(worse)s; no clear move at %(unclear)s.",
             sites=ngettext("%(count)s site", "%(count)s sites", found.told), better=found.better,
             worse=found.worse, unclear=found.unclear)  # fmt: skip


def together_words(found: Together) -> list[str]:
    """Return what the sites say together, as sentences."""
    if not found.sites:
        return []
    if not found.told:
        one, many = (
            _("%(count)s site has too few counts on both sides to tell."),
            _("%(count)s sites have too few counts on both sides to tell."),
        )
        return [(one if found.sites == 1 else many) % {"count": found.sites}]
    words = [_counted(found)]
    if found.mean is None or found.low is None or found.high is None:
        words.append(_("Fewer than %(least)s sites with shares: listed, and not averaged.", least=SITES))
        return words
    words.append(
        _("On average %(change)s in the right direction (%(span)s, 95 times in 100).",
          change=change_words(found.mean, is_percent=True),
          span=span_words(found.low, found.high, is_percent=True))
    )  # fmt: skip
    if found.at_low is not None and found.at_high is not None:
        span = span_words(found.at_low, found.at_high, is_percent=True)
        words.append(_("A site like these may see anything %(span)s.", span=span))
    return words
