"""What the compare page draws: a panel for each school, rows of intervals, the funnel. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from measures import svg as measure_svg
from measures.suppression import Cell, Show, Who, words
from nic_platform.text import _
from variation import svg
from variation.comparison import Comparison, Line, Point, Sight, Step
from variation.funnel import Zone
from variation.svg import Dot

TONES = {Zone.HIGH: "up", Zone.LOW: "down"}


@dataclass(frozen=True)
class Panel:
    """One small multiple. ``hidden`` says why there is no chart; ``flag`` is high, low or empty."""

    name: str
    key: str
    size: str
    drawing: Markup | None
    hidden: str = ""
    flag: str = ""
    is_named: bool = True


@dataclass(frozen=True)
class EstimateRow:
    """One row of the caterpillar."""

    name: str
    raw: float
    estimate: float
    drawing: Markup


def flag_words(zone: Zone) -> str:
    """Return what a panel says of a school outside the funnel."""
    return {Zone.HIGH: _("Above the funnel"), Zone.LOW: _("Below the funnel")}.get(zone, "")


def short_words(cell: Cell, minimum: int) -> str:
    """Return why a cell of a dense table holds no count: "n < 10", "also hidden", or its bound."""
    if cell.show is Show.ALSO_HIDDEN:
        return _("also hidden")
    return (
        _("n < %(minimum)s", minimum=minimum)
        if cell.show is Show.HIDDEN
        else words(cell, Who.STUDENTS, minimum)
    )


def panels(found: Comparison, span: tuple[date, date], unit: str, who: Who, minimum: int) -> list[Panel]:
    """Return a panel for every school in order, and one for all shown together."""
    made = [_panel(line, span, unit, who, minimum) for line in found.lines]
    if len(found.shown) > 1 or (found.pooled and not found.lines):
        made.append(_together(found, span, unit))
    return made


def _panel(line: Line, span: tuple[date, date], unit: str, who: Who, minimum: int) -> Panel:
    named = line.sight is not Sight.UNNAMED
    if not line.is_shown:
        return Panel(line.short, line.key, "", None, words(line.cell, who, minimum), is_named=named)
    if not line.on:
        return Panel(line.short, line.key, "", None, _("Nothing counted in four weeks"), is_named=named)
    label = _(
        "%(name)s: %(percent)s percent of %(size)s %(unit)s%(target)s",
        name=line.name, percent=round(line.share or 0), size=_whole(line.cell.population), unit=unit,
        target=_aim(line.steps),
    )  # fmt: skip
    drawing = _run(line.points, line.steps, span, label, TONES.get(line.zone, ""))
    size = _("%(size)s %(unit)s", size=_whole(line.cell.population), unit=unit)
    return Panel(line.short, line.key, size, drawing, flag=TONES.get(line.zone, ""), is_named=named)


def _together(found: Comparison, span: tuple[date, date], unit: str) -> Panel:
    last = found.pooled[-1]
    label = _(
        "All schools shown together: %(percent)s percent of %(size)s %(unit)s",
        percent=round(100 * last.count / last.population), size=_whole(last.population), unit=unit,
    )  # fmt: skip
    size = _("%(size)s %(unit)s", size=_whole(last.population), unit=unit)
    return Panel(_("All shown"), "", size, _run(found.pooled, (), span, label, ""))


def _run(
    points: Sequence[Point], steps: Sequence[Step], span: tuple[date, date], label: str, tone: str
) -> Markup:
    dots = [measure_svg.Dot(point.on, 100 * point.count / point.population) for point in points]
    targets = [measure_svg.Target(step.due_on, step.target) for step in steps]
    return measure_svg.mini_run(dots, targets, span, label=label, tone=tone, size=(230, 92))


def _aim(steps: Sequence[Step]) -> str:
    return _(", target %(target)s percent", target=round(steps[-1].target)) if steps else ""


def _whole(value: float | None) -> int:
    return int(value or 0)


def dots(found: Comparison, *, spread: bool) -> list[Dot]:
    """Return the marks of the funnel; with *spread* they are judged by the wider limits."""
    return [
        Dot(
            line.short,
            line.cell.population or 1.0,
            line.share or 0.0,
            line.spread_zone if spread else line.zone,
        )
        for line in found.shown
    ]


def funnels(found: Comparison, unit: str, label: str, *, spread: bool) -> tuple[Markup, Markup] | None:
    """Return the funnel for wide and for narrow places; none below three schools."""
    marks = dots(found, spread=spread)
    if found.mean is None or len(marks) < 3:
        return None
    tau2 = found.tau2 if spread else 0.0
    wide = svg.funnel(marks, found.mean, unit=unit, label=label, tau2=tau2)
    return wide, svg.funnel(
        marks, found.mean, unit=unit, label=label, tau2=tau2, size=(350, 340), narrow=True
    )


def caterpillar(found: Comparison, *, by_estimate: bool = False) -> tuple[list[EstimateRow], Markup | None]:
    """Return each school's best estimate with its interval, and the axis over them; by name unless asked."""
    lines = [line for line in found.shown if line.estimate is not None]
    if not lines or found.mean is None:
        return [], None
    if by_estimate:
        lines.sort(key=lambda line: -(line.estimate or 0))
    lowest = min(min(line.low or 0, line.share or 0) for line in lines)
    span = (float(max(0, int(lowest // 10) * 10)), 100.0)
    ticks = (span[0], (span[0] + 100) / 2, 100.0)
    return [_estimate(line, span, found.mean, ticks) for line in lines], svg.axis_row(span, ticks)


def _estimate(line: Line, span: tuple[float, float], mean: float, ticks: Sequence[float]) -> EstimateRow:
    estimate, low, high = (round(value or 0) for value in (line.estimate, line.low, line.high))
    label = _(
        "Best estimate %(estimate)s%%, between %(low)s%% and %(high)s%%",
        estimate=estimate,
        low=low,
        high=high,
    )
    drawing = svg.interval(
        line.low or 0, line.estimate or 0, line.high or 0, span, mean, label=label, raw=line.share,
        css=TONES.get(line.zone, ""), ticks=ticks,
    )  # fmt: skip
    return EstimateRow(line.short, line.share or 0.0, line.estimate or 0.0, drawing)
