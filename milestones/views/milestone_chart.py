"""What the chart of a milestone is drawn from, and its pictures: small as SVG, in full by Plotly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from cycles.bars import bars_of
from cycles.queries import CycleRow
from measures import svg
from measures.charting import Mark, Places, places_of
from measures.charts import RunChart, run_chart
from measures.figures import Figure, run_figure
from milestones import board as boards
from milestones.points import points_on
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Reading, Standing, Step
from nic_platform.filters import counted
from nic_platform.svg import day as day_words
from nic_platform.text import _


@dataclass(frozen=True)
class Drawn:
    """What both the small and the full chart are drawn from."""

    dots: list[svg.Dot]
    chart: RunChart
    targets: list[svg.Target]
    earlier: list[svg.Target]
    bars: list[svg.Bar]
    span: tuple[date, date]
    scale: svg.Scale
    words: list[str]
    excluded: frozenset[int] = frozenset()  # positions of points that are left out
    notes: tuple[Mark, ...] = ()  # what changed, and what people saw


def drawn_of(
    row: MilestoneRow,
    series: Sequence[MilestoneRow],
    standings: dict[int, Standing],
    readings: Sequence[Reading],
    earlier: Sequence[Step],
    cycles: Sequence[CycleRow],
    plan: PlanRow,
    day: date,
    zone: ZoneInfo,
    marks: Sequence[Mark] = (),
) -> Drawn:
    """Return what a milestone's chart shows at the end of *day*.

    Args:
        earlier: the series as it was first planned; empty where it was never adjusted.
        marks: what the team set on the chart of the measure: phases, a frozen baseline, points left out.
    """
    last = row.counts_until or day  # what is counted later stands on the chart of its measure
    known = points_on(readings, min(day, last), row.type, is_deliverable=row.is_deliverable)
    dots = [svg.Dot(r.on, r.value) for r in known if r.value is not None]
    places = places_of([dot.on for dot in dots], marks)
    targets = boards.targets_of(series, standings)
    first = [svg.Target(step.due_on, step.target) for step in earlier]
    bars = bars_of(cycles, min(day, last), zone)
    span = _span(dots, [*targets, *first], bars, plan, min(day, last))
    return Drawn(
        dots=dots,
        chart=_analysed(dots, places),
        excluded=frozenset(places.exclude),
        notes=tuple(mark for mark in marks if mark.kind in {"change", "story"} and mark.on <= last),
        targets=targets,
        earlier=first,
        bars=[bar for bar in bars if bar.end >= span[0] and bar.start <= span[1]],
        span=span,
        scale=boards.axis(row.type, dots, [*targets, *first]),
        words=[reading_words(r, row) for r in known],
    )


def _analysed(dots: Sequence[svg.Dot], places: Places) -> RunChart:
    """Return the run chart of what counts; a frozen baseline holds where there is one phase."""
    values = [None if at in places.exclude else dot.value for at, dot in enumerate(dots, 1)]
    freeze = places.freeze if not places.splits else None
    return run_chart(values, freeze=freeze, splits=places.splits, exclude=places.exclude)


def cycles_on(cycles: Sequence[CycleRow], day: date, zone: ZoneInfo) -> list[CycleRow]:
    """Return the cycles as they were known on an earlier day: not yet begun left out, not yet closed open."""
    found = []
    for cycle in cycles:
        start = cycle.began_on or cycle.starts_on
        if start is None or start > day:
            continue
        is_later = cycle.closed_at is not None and cycle.closed_at.astimezone(zone).date() > day
        found.append(replace(cycle, closed_at=None, decision="", stage="do") if is_later else cycle)
    return found


def _span(
    dots: Sequence[svg.Dot],
    targets: Sequence[svg.Target],
    bars: Sequence[svg.Bar],
    plan: PlanRow,
    day: date,
) -> tuple[date, date]:
    """Return the days of the chart: from just before the first count to a little past today or the
    next date.
    """
    if not dots:
        return plan.span
    ahead = [t.on for t in targets if t.on >= day]
    last = max([dots[-1].on, min(ahead) if ahead else day, min(day, plan.span[1])])
    first = min([dots[0].on, *(bar.start for bar in bars if bar.start >= plan.span[0])])
    return first - timedelta(days=7), last + timedelta(days=12)


def picture(drawn: Drawn, row: MilestoneRow, day: date, label: str, *, is_narrow: bool) -> Markup:
    """Return the small chart; before the first count the path with the place where that goes."""
    if not drawn.dots and drawn.targets:
        size = (350.0, 200.0) if is_narrow else (760.0, 220.0)
        return svg.empty_path(
            drawn.targets, drawn.span, label=label, scale=drawn.scale, size=size, narrow=is_narrow,
            earlier=drawn.earlier,
        )  # fmt: skip
    return svg.run_chart(
        drawn.dots, drawn.chart, drawn.targets, drawn.span, day, label=label, direction=row.direction,
        cycles=drawn.bars, earlier=drawn.earlier, scale=drawn.scale,
        size=(350, 330) if is_narrow else (800, 372), narrow=is_narrow, excluded=drawn.excluded,
    )  # fmt: skip


def figure(drawn: Drawn, row: MilestoneRow, day: date) -> Figure:
    """Return the chart in full, as a Plotly figure."""
    return run_figure(
        drawn.dots, drawn.chart, drawn.targets, day, direction=row.direction, scale=drawn.scale,
        cycles=drawn.bars, words=drawn.words, unit="" if drawn.scale.sign else row.unit,
        earlier=drawn.earlier, excluded=drawn.excluded,
        notes=[(note.on, chr(65 + at % 26)) for at, note in enumerate(drawn.notes)],
    )  # fmt: skip


def label(row: MilestoneRow, drawn: Drawn, title: str) -> str:
    """Return the sentence for those who don't see the chart."""
    words = boards.panel_label(row.measure_name or row.title, drawn.dots, drawn.targets)
    told = _("Run chart. %(title)s. %(words)s", title=title, words=words)
    return f"{told} {_earlier_words(drawn)}".strip()


def _earlier_words(drawn: Drawn) -> str:
    if not drawn.earlier:
        return ""
    steps = ", ".join(
        _("%(value)s by %(day)s", value=drawn.scale.words(each.value), day=day_words(each.on))
        for each in drawn.earlier
    )
    return _("As first planned: %(steps)s.", steps=steps)


def reading_words(reading: Reading | None, row: MilestoneRow) -> str:
    """Return one measurement in words: "20 of 24 (83%)", else its number with its unit."""
    if reading is None or reading.value is None:
        return ""
    if row.is_deliverable:
        return _("in place") if reading.value >= 1 else _("not in place yet")
    if reading.count is not None and reading.population:
        return counted(reading.count, reading.population)
    return boards.number_words(reading.value, row.type, row.unit)
