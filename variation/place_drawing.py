"""What a comparison of places is drawn with: small charts, funnel, intervals, parts, years. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor

from markupsafe import Markup

from measures import svg as measure_svg
from measures.drawing import PERCENT, Scale, scale_for
from measures.school_years import name_of
from nic_platform.days import month
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


_CROPPED_UNDER = 25.0
"""Shares closer together would be flat lines from 0 to 100: the axis is cropped, and says so."""


def axis_of(page: PlacesPage) -> Scale:
    """Return the value axis of all small charts: 0 to 100 for shares, else what holds every place shown."""
    judged = page.judged
    values = [value for unit in page.units for _on, value in unit.points]
    if judged is not None and judged.scale is not judging.Scale.SHARE:
        return scale_for(values, is_percent=False)
    if not values or max(values) - min(values) >= _CROPPED_UNDER:
        return PERCENT
    low, high = 10.0 * floor(min(values) / 10), 10.0 * ceil(max(values) / 10)
    high = max(high, low + 10)
    return Scale(low, high, tuple(low + at * (high - low) / 2 for at in range(3)), "%")


def axis_words(page: PlacesPage) -> str:
    """Say from where to where all small charts reach."""
    scale = axis_of(page)
    if scale is PERCENT:
        return _("0 to 100%.")
    return _("Axis from %(low)s to %(high)s.", low=scale.words(scale.low), high=scale.words(scale.high))


_STEP = timedelta(days=14)
_START = date(2000, 1, 3)


def _places_on_axis(page: PlacesPage) -> dict[date, date]:
    """Return for each day of a point an evenly spaced day, so that a year or month left out is a gap."""
    if page.by_month:
        months = [(6 + at) % 12 + 1 for at in range(12)]
        days = [date(page.year + (month < 7), month, 1) for month in months]
    else:
        seen = [on.year for unit in page.units for on, _value in unit.points]
        days = [date(year, 6, 30) for year in range(min(seen, default=2000), max(seen, default=2000) + 1)]
    return {day: _START + at * _STEP for at, day in enumerate(days)}


def panels(page: PlacesPage) -> list[Panel]:
    """Return a small chart for every unit of the page, all on the same axes."""
    scale, places = axis_of(page), _places_on_axis(page)
    return [_panel(page, unit, scale, places) for unit in page.units]


def _panel(page: PlacesPage, unit: Unit, scale: Scale, places: dict[date, date]) -> Panel:
    if not unit.is_shown:
        return Panel(unit, "", None, place_words.hidden(unit), "", "")
    colour = tone(page, unit.zone)
    dots = [measure_svg.Dot(places[on], value) for on, value in unit.points if on in places]
    span = (_START - _STEP / 2, max(places.values(), default=_START) + 4 * _STEP)
    label = _("%(name)s: %(counted)s", name=unit.name, counted=place_words.counted(page, unit))
    drawing = measure_svg.mini_run(
        dots, _targets(page, scale, span), span, label=label, tone=colour, tail=1, scale=scale, size=(230, 92)
    )
    flag = place_words.flag(unit.zone) if abs(unit.zone) == 2 else ""
    return Panel(unit, place_words.size(page, unit), drawing, "", flag, colour)


def _targets(page: PlacesPage, scale: Scale, span: tuple[date, date]) -> list[measure_svg.Target]:
    """Return the measure's own target as a level line, where it lies on the axis."""
    goal = page.measure.target if page.measure else None
    if goal is None or not scale.low <= goal <= scale.high:
        return []
    return [measure_svg.Target(span[1], goal)]


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
        span, _apart(shown, span), unit=sign
    )


def _apart(ticks: tuple[float, ...], span: tuple[float, float]) -> tuple[float, ...]:
    """Return the ticks that are written: without the middle one where the words would meet on a phone."""
    room = 0.4 * (span[1] - span[0])
    return (
        ticks if all(after - before >= room for before, after in pairwise(ticks)) else (ticks[0], ticks[-1])
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
    """Return the parts of the variance as one bar, outermost level first; the key names the shades."""
    width, at = 620.0, 0.0
    parts = []
    for part in told.parts:
        wide = max(part.share * width, 2.5)
        parts.append(rect(at, 0, max(wide - 1, 1.5), 26, f"part {part.level.value.replace('_', '-')}"))
        at += wide
    return svg(width + 6, 28, parts, label, "parts-bar")


@dataclass(frozen=True)
class Window:
    """One span of time on a chart of levels: its place in the row, its words, the level, and the spread."""

    at: int
    words: str
    level: float
    sd: float | None


def years(page: PlacesPage) -> tuple[Markup, Markup] | None:
    """Return the level of a typical school over the years with the spread around it, wide and narrow."""
    told = place_words.change(page)
    label = " ".join((told.title + ".", *told.sentences))
    windows = [
        Window(
            each.year if each.month is None else 12 * each.month.year + each.month.month,
            name_of(each.year) if each.month is None else month(each.month),
            each.pooled if each.typical is None else each.typical,
            each.sd,
        )
        for each in page.years
    ]
    last = place_words.figure(page, windows[-1].level) if windows else ""
    return windows_chart(windows, label, last, is_share=place_words.is_share(page))


def windows_chart(
    windows: Sequence[Window], label: str, last: str, *, is_share: bool
) -> tuple[Markup, Markup] | None:
    """Return the level of each window with bars of twice the spread, wide and narrow; nothing for one."""
    if len(windows) < 2:
        return None
    wide = _windows(windows, label, last, (760, 250), is_share=is_share, narrow=False)
    return wide, _windows(windows, label, last, (350, 230), is_share=is_share, narrow=True)


def _windows(
    windows: Sequence[Window],
    label: str,
    last: str,
    size: tuple[float, float],
    *,
    is_share: bool,
    narrow: bool,
) -> Markup:  # fmt: skip
    width, height = size
    field = _window_field(windows, size, is_share=is_share, narrow=narrow)
    parts = []
    ticks = ticks_of(*field.values)
    for at, value in enumerate(ticks):
        sign = "%" if is_share and at == len(ticks) - 1 else ""
        parts.append(line(field.left, field.y(value), field.right, field.y(value), "grid"))
        parts.append(text(field.left - 6, field.y(value) + 4, f"{value:g}{sign}", "t ax", "end"))
    parts.append(line(field.left, field.base, field.right, field.base, "axis"))
    every = max(1, -(-len(windows) // (4 if narrow else 10)))
    for at, each in enumerate(windows):
        x, reach = field.x(each.at), 2 * (each.sd or 0.0)
        parts.append(line(x, field.y(each.level - reach), x, field.y(each.level + reach), "ci"))
        if (len(windows) - 1 - at) % every == 0:
            parts.append(text(x, height - 8, each.words, "t ax", "middle"))
    spots = [(field.x(each.at), field.y(each.level)) for each in windows]
    parts += [poly(run, "ln") for run in _unbroken(windows, spots)]
    parts += [circle(x, y, 4, "pt") for x, y in spots]
    if not narrow:
        parts.append(text(spots[-1][0] + 9, spots[-1][1] + 4, last, "t lab b"))
    return svg(width, height, parts, label, "years")


def _window_field(
    windows: Sequence[Window], size: tuple[float, float], *, is_share: bool, narrow: bool
) -> Field:
    low = min(each.level - 2 * (each.sd or 0.0) for each in windows)
    high = max(each.level + 2 * (each.sd or 0.0) for each in windows)
    if is_share:
        low, high = max(0.0, low), min(100.0, high)
    room = max(0.06 * (high - low), 0.5 if is_share else 1e-6)
    values = (low - room, min(high + room, 100.0) if is_share else high + room)
    across = (windows[0].at - 0.5, windows[-1].at + 0.5)
    return Field(44, size[0] - (14 if narrow else 56), 12, size[1] - 28, across, values, False)


def _unbroken(
    windows: Sequence[Window], spots: Sequence[tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """Return runs of successive windows: no line is drawn over one without figures."""
    runs: list[list[tuple[float, float]]] = [[]]
    before = None
    for each, spot in zip(windows, spots, strict=True):
        if before is not None and each.at != before + 1:
            runs.append([])
        runs[-1].append(spot)
        before = each.at
    return [run for run in runs if len(run) > 1]
