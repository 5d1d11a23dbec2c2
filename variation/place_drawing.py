"""What a comparison of places is drawn with: small charts, funnel, intervals, parts, years. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from measures import svg as measure_svg
from measures.drawing import PERCENT, Scale, scale_for
from measures.school_years import name_of, span_of
from nic_platform.svg import circle, line, poly, rect, svg, text
from nic_platform.text import _
from variation import judging, levels, place_words
from variation import svg as rows_svg
from variation.place_funnel import Field, ticks_of
from variation.place_page import PlacesPage, Unit
from variation.place_tones import tone


@dataclass(frozen=True)
class Panel:
    """One small chart with what stands around it."""

    unit: Unit
    size: str
    drawing: Markup | None
    hidden: str
    flag: str
    tone: str


def axis_of(page: PlacesPage) -> Scale:
    """Return the value axis of all small charts: 0 to 100 for shares, else what holds every place shown."""
    judged = page.judged
    if judged is None or judged.scale is judging.Scale.SHARE:
        return PERCENT
    values = [value for unit in page.units for _on, value in unit.points]
    return scale_for([*values, *judged.value.tolist()], is_percent=False)


def span_of_charts(page: PlacesPage) -> tuple[date, date]:
    """Return the days that all small charts reach over: this school year, or all that there are."""
    if page.by_month or not page.years:
        return span_of(page.year)
    return date(page.years[0].year + 1, 3, 1), date(page.years[-1].year + 1, 9, 30)


def panels(page: PlacesPage) -> list[Panel]:
    """Return a small chart for every unit of the page, all on the same axes."""
    scale, span = axis_of(page), span_of_charts(page)
    return [_panel(page, unit, scale, span) for unit in page.units]


def _panel(page: PlacesPage, unit: Unit, scale: Scale, span: tuple[date, date]) -> Panel:
    if not unit.is_shown:
        return Panel(unit, "", None, place_words.hidden(unit), "", "")
    colour = tone(page, unit.zone)
    dots = [measure_svg.Dot(on, value) for on, value in unit.points]
    goal = page.measure
    targets = []
    if goal is not None and goal.target is not None and goal.target_on is not None:
        targets = [measure_svg.Target(max(min(goal.target_on, span[1]), span[0]), goal.target)]
    label = _("%(name)s: %(counted)s", name=unit.name, counted=place_words.counted(page, unit))
    drawing = measure_svg.mini_run(
        dots, targets, span, label=label, tone=colour, tail=1, scale=scale, size=(230, 92)
    )
    size = _("%(n)s %(unit)s", n=f"{unit.size or 0:,.0f}", unit=page.measure.unit if page.measure else "")
    if page.judged is not None and page.judged.scale is judging.Scale.MEAN:
        size = _("%(n)s values", n=f"{unit.size or 0:,.0f}")
    flag = place_words.flag(unit.zone) if abs(unit.zone) == 2 else ""
    return Panel(unit, size, drawing, "", flag, colour)


@dataclass(frozen=True)
class Estimate:
    """One row of the caterpillar."""

    unit: Unit
    raw: str
    best: str
    drawing: Markup


def caterpillar(page: PlacesPage) -> tuple[list[Estimate], Markup | None]:
    """Return each unit's best estimate with its interval on one axis, and the axis."""
    units = [unit for unit in page.units if unit.estimate is not None]
    judged = page.judged
    if not units or judged is None:
        return [], None
    ends = [each for unit in units for each in (unit.low, unit.high, unit.value) if each is not None]
    low, high = min([*ends, judged.mean]), max([*ends, judged.mean])
    ticks = ticks_of(low, high) or [low, high]
    span = (min(low, ticks[0]), max(high, ticks[-1]))
    span = (span[0] - 0.02 * (span[1] - span[0]), span[1] + 0.02 * (span[1] - span[0]) + 1e-9)
    shown = (ticks[0], ticks[len(ticks) // 2], ticks[-1]) if len(ticks) > 2 else tuple(ticks)
    sign = "%" if judged.scale is judging.Scale.SHARE else ""
    return [_estimate(page, unit, span, judged.mean, shown) for unit in units], rows_svg.axis_row(
        span, shown, unit=sign
    )


def _estimate(
    page: PlacesPage, unit: Unit, span: tuple[float, float], mean: float, ticks: Sequence[float]
) -> Estimate:
    said = [place_words.figure(page, each) for each in (unit.estimate, unit.low, unit.high)]
    label = _("Best estimate %(best)s, between %(low)s and %(high)s", best=said[0], low=said[1], high=said[2])
    drawing = rows_svg.interval(
        unit.low or 0.0, unit.estimate or 0.0, unit.high or 0.0, span, mean, label=label, raw=unit.value,
        css=tone(page, unit.zone), ticks=ticks,
    )  # fmt: skip
    return Estimate(unit, place_words.figure(page, unit.value), said[0], drawing)


def parts_bar(told: levels.Levels, label: str) -> Markup:
    """Return the parts of the variance as one bar, outermost level first; each pattern differs in shade."""
    width, height, at = 620.0, 44.0, 0.0
    parts = []
    for part in told.parts:
        wide = max(part.share * width, 1.5)
        parts.append(rect(at, 0, max(wide - 1, 1), 24, f"part {part.level.value.replace('_', '-')}"))
        if wide > 70:
            parts.append(text(at + 4, 40, place_words.level_name(part.level), "t ax"))
        at += wide
    return svg(width + 4, height, parts, label, "parts-bar")


def years(page: PlacesPage) -> tuple[Markup, Markup] | None:
    """Return the level of a typical school over the years with the spread around it, wide and narrow."""
    if len(page.years) < 2:
        return None
    told = place_words.change(page)
    label = " ".join((told.title + ".", *told.sentences))
    return _years(page, label, (760, 250), narrow=False), _years(page, label, (350, 230), narrow=True)


def _years(page: PlacesPage, label: str, size: tuple[float, float], *, narrow: bool) -> Markup:
    width, height = size
    is_share = page.judged is not None and page.judged.scale is judging.Scale.SHARE
    middle = [each.pooled if each.typical is None else each.typical for each in page.years]
    reach = [2 * (each.sd or 0.0) for each in page.years]
    low = min(m - r for m, r in zip(middle, reach, strict=True))
    high = max(m + r for m, r in zip(middle, reach, strict=True))
    if is_share:
        low, high = max(0.0, low), min(100.0, high)
    room = max(0.06 * (high - low), 0.5 if is_share else 1e-6)
    first, last = page.years[0].year, page.years[-1].year
    field = Field(44, width - (14 if narrow else 56), 12, height - 28, (first - 0.5, last + 0.5),
                   (low - room, high + room), False)  # fmt: skip
    parts = []
    ticks = ticks_of(*field.values)
    for at, value in enumerate(ticks):
        sign = "%" if is_share and at == len(ticks) - 1 else ""
        parts.append(line(field.left, field.y(value), field.right, field.y(value), "grid"))
        parts.append(text(field.left - 6, field.y(value) + 4, f"{value:g}{sign}", "t ax", "end"))
    parts.append(line(field.left, field.base, field.right, field.base, "axis"))
    every = max(1, -(-len(page.years) // (4 if narrow else 11)))
    points = [(field.x(each.year), field.y(m)) for each, m in zip(page.years, middle, strict=True)]
    for at, (each, m, r) in enumerate(zip(page.years, middle, reach, strict=True)):
        x = field.x(each.year)
        parts.append(line(x, field.y(m - r), x, field.y(m + r), "ci"))
        if (len(page.years) - 1 - at) % every == 0:
            parts.append(text(x, height - 8, name_of(each.year), "t ax", "middle"))
    parts += [poly(run, "ln") for run in _unbroken(page, points)]
    parts += [circle(x, y, 4, "pt") for x, y in points]
    if not narrow:
        words = place_words.figure(page, middle[-1])
        parts.append(text(points[-1][0] + 9, points[-1][1] + 4, words, "t lab b"))
    return svg(width, height, parts, label, "years")


def _unbroken(page: PlacesPage, points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Return runs of successive school years: no line is drawn over a year without figures."""
    runs: list[list[tuple[float, float]]] = [[]]
    before = None
    for each, point in zip(page.years, points, strict=True):
        if before is not None and each.year != before + 1:
            runs.append([])
        runs[-1].append(point)
        before = each.year
    return [run for run in runs if len(run) > 1]
