"""The run chart of a cycle's measure with the cycle marked on it, its sentence and its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from markupsafe import Markup

from cycles.data_points import point_words
from cycles.data_queries import Data, Measured, last_day
from cycles.models import Cycle
from measures import svg
from measures.charts import run_chart, signal_span
from measures.rules import value_of
from nic_platform.filters import day as day_words
from nic_platform.filters import number, percent
from nic_platform.text import _, ngettext

BEFORE = timedelta(days=120)  # how much of what was counted before a cycle stands beside it


@dataclass(frozen=True)
class PointRow:
    """One count in the table under the chart. ``place`` says whether it fell in the cycle's days."""

    on: date
    words: str
    is_within: bool


@dataclass(frozen=True)
class Drawing:
    """The chart, wide and narrow, with the sentence that says what it shows."""

    measure: str
    public_id: UUID | None
    sentence: str
    note: str
    wide: Markup
    narrow: Markup
    rows: tuple[PointRow, ...]


def drawing_of(cycle: Cycle, data: Data, today: date) -> Drawing | None:
    """Return the chart of what the visitor may see; ``None`` where there is nothing to draw."""
    measure, start = data.measure, data.span[0]
    if measure is None or start is None or not data.seen:
        return None
    end = last_day(cycle, today)
    from_day = min(start, end) - BEFORE
    values = {
        point: value
        for point in data.seen
        if point.on >= from_day
        and (value := value_of(measure.kind, point.count, point.population, point.value)) is not None
    }
    if not values:
        return None
    dots = [svg.Dot(point.on, value) for point, value in values.items()]
    sentence = _sentence(measure, dots, start, end)
    kind = cycle.decision or ("abandon" if cycle.outcome else "run")
    bars = [svg.Bar(str(cycle.number), start, max(start, end), kind)]
    pictures = [_picture(measure, dots, bars, sentence, today, is_narrow=each) for each in (False, True)]
    rows = [PointRow(p.on, point_words(p, measure.sort), start <= p.on <= end) for p in values]
    return Drawing(
        measure.name, measure.public_id, sentence, _note(dots), pictures[0], pictures[1], tuple(rows)
    )


def _picture(
    measure: Measured,
    dots: Sequence[svg.Dot],
    bars: Sequence[svg.Bar],
    label: str,
    today: date,
    *,
    is_narrow: bool,
) -> Markup:
    days = [dots[0].on, dots[-1].on, bars[0].start, bars[0].end]
    span = min(days) - timedelta(days=5), max(days) + timedelta(days=9)
    return svg.run_chart(
        dots, run_chart([dot.value for dot in dots]), [], span, today, label=label,
        direction=measure.direction, cycles=bars,
        scale=svg.scale_for([dot.value for dot in dots], measure.kind == "proportion"),
        size=(350, 250) if is_narrow else (720, 280), narrow=is_narrow,
    )  # fmt: skip


def _sentence(measure: Measured, dots: Sequence[svg.Dot], start: date, end: date) -> str:
    """Say the middle of what was counted before and within the cycle's days, and claim nothing more."""
    before = [dot.value for dot in dots if dot.on < start]
    within = [dot.value for dot in dots if start <= dot.on <= end]
    if not within:
        return _("Nothing was counted in the days of this cycle yet.")
    told = ngettext(
        "%(count)s count in the days of this cycle: median %(median)s.",
        "%(count)s counts in the days of this cycle: median %(median)s.",
        len(within),
        median=_value(measure, _median(within)),
    )
    if not before:
        return told
    return " ".join([told, ngettext(
        "%(count)s count before it: %(median)s.",
        "%(count)s counts before it: median %(median)s.",
        len(before),
        median=_value(measure, _median(before)),
    )])  # fmt: skip


def _note(dots: Sequence[svg.Dot]) -> str:
    chart = run_chart([dot.value for dot in dots])
    if chart.is_provisional:
        return _("The median is provisional: there are fewer than 10 points. No signal yet.")
    span = signal_span(chart)
    if not chart.is_signal or span is None:
        return _("No signal yet: these points vary as chance would have them.")
    since = dots[span[0] - 1].on
    return _("A signal by Anhøj’s rules, since %(day)s: that is unlikely to be chance.", day=day_words(since))


def _value(measure: Measured, value: float) -> str:
    return percent(value) if measure.kind == "proportion" else f"{number(value)} {measure.sort.unit}".strip()


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
