"""Capacity, fidelity and outcome of a practice side by side, for a line of places. Pure.

Every figure is one that may be shown of its place (:mod:`measures.publishing`); a month without one is left
out and counted. A run chart stands for its place alone: nothing ranks one beside the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from measures.publishing import Place
from measures.rules import Direction, MeasureType
from measures.small_charts import Line, SmallChart
from measures.suppression import UNTOLD
from nic_platform.days import month_year
from nic_platform.svg import amount, rnd
from nic_platform.text import _

KINDS = ("capacity", "fidelity", "outcome")
ENOUGH = 10
"""Under so many months a run chart's median is provisional."""


def kind_names() -> dict[str, str]:
    """Return what the three reports are called."""
    return {"capacity": _("Capacity"), "fidelity": _("Fidelity"), "outcome": _("Outcome")}


def kind_questions() -> dict[str, str]:
    """Return what each of the three asks."""
    return {
        "capacity": _("Can it be done here?"),
        "fidelity": _("Is it done as meant?"),
        "outcome": _("Does it help those it is for?"),
    }


@dataclass(frozen=True)
class MeasureFacts:
    """The measure behind one of the three, cut down to what a chart needs."""

    name: str
    type: MeasureType
    direction: Direction
    unit: str
    target: float | None = None


@dataclass(frozen=True)
class Report:
    """One of the three at one place: its chart, or why there is none."""

    kind: str
    place: str
    measure: str
    chart: SmallChart | None
    hidden: int = 0
    rows: tuple[tuple[date, str], ...] = ()  # the chart's numbers in words, oldest first

    @property
    def words(self) -> str:
        """Return what stands where there is no chart."""
        if not self.measure:
            return _("No measure is chosen.")
        if self.hidden:
            return _("Counted, but of too few people to be shown.")
        return _("Nothing is counted yet.")


def line_of(
    place: str, months: Mapping[date, Place], facts: MeasureFacts
) -> tuple[Line, list[tuple[date, str]]]:
    """Return a place's months as a line to draw, and its numbers in words."""
    days, values, rows, hidden = [], [], [], 0
    for month in sorted(months):
        figure = months[month].figure
        value = None if figure is None else value_of(facts.type, figure.count, figure.population)
        if figure is None or value is None:
            hidden += 1
            continue
        days.append(month)
        values.append(value)
        rows.append((month, words_of(facts.type, figure.count, figure.population)))
    line = Line(
        place, facts.type, facts.direction, facts.unit, tuple(days), tuple(values),
        rows[-1][1] if rows else "", hidden, facts.target, when_words=_when(rows),
    )  # fmt: skip
    return line, rows


def _when(rows: Sequence[tuple[date, str]]) -> str:
    """Return the latest month in words: "81% (58 of 72 counted) in Nov 2026"."""
    return _("%(figure)s in %(month)s", figure=rows[-1][1], month=month_year(rows[-1][0])) if rows else ""


def value_of(kind: MeasureType, count: float, population: float) -> float | None:
    """Return a figure in the measure's unit: per cent of a share, per unit of a rate; none of nobody."""
    if not population or population == UNTOLD:
        return None
    return 100 * count / population if kind is MeasureType.PROPORTION else count / population


def words_of(kind: MeasureType, count: float, population: float) -> str:
    """Return a figure as people say it: counts before per cents."""
    if kind is MeasureType.PROPORTION:
        share = rnd(100 * count / population) if population else 0
        counts = {"count": amount(count), "all": amount(population)}
        return _("%(share)s%% (%(count)s of %(all)s counted)", share=share, **counts)
    return amount(count / population) if population else ""


def sentence(reports: Sequence[Report]) -> str:
    """Return what the three say together at one place, without taking one for the cause of another."""
    tones = {each.kind: each.chart.reading.tone if each.chart else "" for each in reports}
    known = {each.kind for each in reports if each.chart and each.chart.counts}
    if len(known) < len(KINDS):
        missing = [kind_names()[kind].lower() for kind in KINDS if kind not in known]
        return _("Not known here: %(what)s.", what=", ".join(missing))
    if any(each.chart and each.chart.counts < ENOUGH for each in reports):
        return _("Too few months yet to tell a change from chance.")
    if tones["outcome"] == "up":
        return _("The outcome is moving. Keep looking at whether it is done as meant.")
    if tones["fidelity"] == "up":
        return _("It is done more as meant; the outcome has not moved beyond chance yet.")
    return _("Neither has moved beyond chance. Look at capacity before judging the practice.")
