"""What a run chart says, as a sentence. Pure.

Two separate readings, never merged: variation (is it chance?) and target (is it reached?). Under ten points
the median is provisional and the words are "no signal yet".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from measures.charts import FEWEST, RunChart, last_run, rises, signal_span
from measures.rules import Direction
from nic_platform.svg import amount, day, rnd
from nic_platform.text import _, ngettext


class Kind(StrEnum):
    """What the points of a series show."""

    NOTHING = "nothing"  # nothing measured
    TOO_EARLY = "too_early"
    ORDINARY = "ordinary"
    IMPROVING = "improving"
    CONCERN = "concern"
    UNUSUAL = "unusual"  # not chance, but neither better nor worse: swings wider than they were


@dataclass(frozen=True)
class Variation:
    """Whether a series shows more than chance: a word or two, and the sentence with its numbers.

    ``first`` and ``last`` are the positions (from 1) of the points that carry the signal; 0 without one.
    """

    kind: Kind
    title: str
    sentence: str
    first: int = 0
    last: int = 0

    @property
    def icon(self) -> str:
        """Return the icon's name: up, down or flat."""
        return {Kind.IMPROVING: "up", Kind.CONCERN: "down"}.get(self.kind, "flat")

    @property
    def tone(self) -> str:
        """Return the colour's name: up for improving, down for concern, empty for anything else."""
        return self.icon if self.icon != "flat" else ""


def variation(
    chart: RunChart, days: Sequence[date], direction: Direction = Direction.UP, sign: str = "%"
) -> Variation:
    """Return what the chart of a series says; *days* are those of its points, oldest first."""
    there = sum(value is not None for value in chart.values)
    if there == 0:
        return Variation(Kind.NOTHING, _("No counts yet."), _("The first count starts the chart."))
    if chart.is_provisional:
        words = _("%(there)s of %(needed)s counts: the median is provisional.", there=there, needed=FEWEST)
        return Variation(Kind.TOO_EARLY, _("No signal yet."), words)
    span = signal_span(chart)
    phase = chart.parts[-1]
    centre = _value(phase.centre or 0.0, sign)
    if span is None:
        words = ngettext(
            "The longest run is %(longest)s of at most %(most)s, and the line crosses its median of "
            "%(median)s once: what chance alone gives.",
            "The longest run is %(longest)s of at most %(most)s, and the line crosses its median of "
            "%(median)s %(count)s times: what chance alone gives.",
            phase.n_crossings or 0,
            longest=phase.longest_run or 0,
            most=phase.longest_run_max or 0,
            median=centre,
        )
        return Variation(Kind.ORDINARY, _("No signal: ordinary variation."), words)
    kind = Kind.IMPROVING if rises(chart) is (direction is Direction.UP) else Kind.CONCERN
    title = _("Improving, not chance.") if kind is Kind.IMPROVING else _("Getting worse, not chance.")
    return Variation(kind, title, _signal_words(chart, days, span, _is_above(chart, span), centre), *span)


def _is_above(chart: RunChart, span: tuple[int, int]) -> bool:
    centre = chart.parts[-1].centre or 0.0
    sides = [value - centre for value in chart.values[span[0] - 1 : span[1]] if value is not None]
    return sum(sides) > 0


def _crossing_words(crossings: int, median: str, fewest: int) -> str:
    if not crossings:
        return _(
            "The line never crosses its median of %(median)s; chance alone rarely gives fewer than "
            "%(fewest)s crossings.",
            median=median,
            fewest=fewest,
        )
    return ngettext(
        "The line crosses its median of %(median)s only once; chance alone rarely gives fewer than "
        "%(fewest)s crossings.",
        "The line crosses its median of %(median)s only %(count)s times; chance alone rarely gives fewer "
        "than %(fewest)s.",
        crossings,
        median=median,
        fewest=fewest,
    )


def _signal_words(
    chart: RunChart, days: Sequence[date], span: tuple[int, int], is_above: bool, centre: str
) -> str:
    phase = chart.parts[-1]
    longest, most = phase.longest_run or 0, phase.longest_run_max or 0
    if longest <= most:
        return _crossing_words(phase.n_crossings or 0, centre, phase.n_crossings_min or 0)
    values = {"start": day(days[span[0] - 1]), "end": day(days[span[1] - 1]), "median": centre, "most": most}
    if span[1] == phase.last:
        count = last_run(chart)
        return (
            _(
                "Since %(start)s the last %(count)s counts are above the median of %(median)s; chance "
                "alone rarely gives more than %(most)s in a row.",
                count=count,
                **values,
            )
            if is_above
            else _(
                "Since %(start)s the last %(count)s counts are below the median of %(median)s; chance "
                "alone rarely gives more than %(most)s in a row.",
                count=count,
                **values,
            )
        )
    side = _("above") if is_above else _("below")
    return _(
        "From %(start)s to %(end)s the counts were %(side)s the median of %(median)s without a break; "
        "chance alone rarely gives more than %(most)s in a row.",
        side=side,
        **values,
    )


def _value(value: float, sign: str) -> str:
    return f"{rnd(value)}%" if sign == "%" else amount(value)
