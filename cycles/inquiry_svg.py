"""Drawings of the health of inquiry and of calibration: bars, spread, ranges with results, trends. Pure."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from cycles.calibration import Foretold, Stretch
from cycles.health import Period, Share, Spread
from cycles.inquiry_words import title
from cycles.predictions import Expectation, bounds, result_words
from nic_platform.days import month_year
from nic_platform.svg import circle, day, line, poly, rect, rnd, shape, svg, text
from nic_platform.text import _

_ROW = 44
_LINE = 22


def bars(shares: Sequence[Share | None], keys: Sequence[str], label: str, *, narrow: bool = False) -> Markup:
    """Return the five shares as bars with their interval, each beside the published rate (a diamond).

    Args:
        shares: one for each of *keys*; ``None`` for one that is hidden.
    """
    width, left, right = (350, 4, 346) if narrow else (760, 210, 620)
    step = 58 if narrow else _ROW
    top = 6 if narrow else 4
    base = top + step * len(keys)

    def x(percent: float) -> float:
        return left + percent * (right - left) / 100

    parts = [
        line(x(tick), top, x(tick), base, "axis" if tick == 0 else "grid") for tick in (0, 25, 50, 75, 100)
    ]
    for place, (key, share) in enumerate(zip(keys, shares, strict=True)):
        y = top + place * step + (38 if narrow else step / 2)
        parts.append(text(left, y - 18, title(key), "t lab halo") if narrow
                     else text(left - 12, y + 4, title(key), "t lab", "end"))  # fmt: skip
        parts += _bar(share, x, y, right, narrow)
    ticks = [
        text(x(tick), base + 16, f"{tick}%" if tick == 100 else tick, "t ax", "middle")
        for tick in (25, 50, 75)
    ]
    ticks += [text(x(0), base + 16, "0", "t ax"), text(x(100), base + 16, "100%", "t ax", "end")]
    return svg(width, base + 24, [*parts, *ticks], label, "inquiry-bars")


def _bar(share: Share | None, x: Callable[[float], float], y: float, right: float, narrow: bool) -> list[str]:
    words_x, anchor = (right, "end") if narrow else (right + 14, "start")
    words_y = y - 18 if narrow else y + 4
    if share is None or share.interval is None:
        words = _("hidden") if share is None else _("none yet")
        return [text(words_x, words_y, words, "t ax", anchor)]
    value = 100 * share.count / share.of
    low, high = share.interval
    words = _("%(count)s of %(of)s (%(percent)s%%)", count=share.count, of=share.of, percent=rnd(value))
    return [
        rect(x(0), y - 8, max(1, x(value) - x(0)), 16, "share few" if share.is_few else "share"),
        line(x(low), y, x(high), y, "whisker"),
        shape("diamond", x(share.published_percent), y, 5, "published"),
        text(words_x, words_y, words, "t lab" + (" halo" if narrow else ""), anchor),
    ]


def spread_bars(spread: Spread, label: str) -> Markup:
    """Return how many teams lie in each fifth of a share, as five bars without names."""
    width, height, base = 220, 96, 74
    most = max([1, *spread.teams])
    parts = []
    for place, teams in enumerate(spread.teams):
        left, tall = 4 + place * 43, 52 * teams / most
        parts.append(rect(left, base - tall, 39, tall, "share"))
        if teams:
            parts.append(text(left + 19.5, base - tall - 4, teams, "t ax", "middle"))
    parts.append(line(2, base, width - 2, base, "axis"))
    parts += [text(4 + 43 * place, base + 15, f"{20 * place}", "t ax") for place in range(4)]
    parts.append(text(width - 2, base + 15, "100%", "t ax", "end"))
    return svg(width, height, parts, label, "inquiry-spread")


def small_run(periods: Sequence[Period], middle: float, published: float, label: str) -> Markup:
    """Return one share period by period, 0 to 100 %, with its median and the published rate (dashed)."""
    width, height, left, right, top, base = 260, 112, 4, 228, 8, 90

    def y(percent: float) -> float:
        return base - percent * (base - top) / 100

    span = max(1, (periods[-1].first - periods[0].first).days)
    points = [
        (left + 4 + (each.first - periods[0].first).days * (right - left - 8) / span, y(each.percent))
        for each in periods
    ]
    parts = [line(left, y(tick), right, y(tick), "axis" if tick == 0 else "grid") for tick in (0, 50, 100)]
    parts += [
        line(left, y(published), right, y(published), "tgt thin"),
        line(left, y(middle), right, y(middle), "med"),
    ]
    parts += [poly(points, "ln"), *(circle(px, py, 3, "pt") for px, py in points)]
    parts.append(text(right + 4, points[-1][1] + 4, f"{rnd(periods[-1].percent)}%", "t lab b"))
    first, last = periods[0].first, periods[-1].first
    parts.append(text(left, height - 6, month_year(first), "t ax"))
    parts.append(text(right, height - 6, month_year(last), "t ax", "end"))
    return svg(width, height, parts, label, "mini")


# ---------------------------------------------------------------- calibration


def _mark(each: Foretold, x: float, y: float) -> str:
    """Return a result's mark: a filled circle within the range, a triangle above, a cross below."""
    off = each.off or 0.0
    kind, css = (
        ("circle", "pt in") if abs(off) <= 1 else ("triangle", "pt out") if off > 1 else ("cross", "miss")
    )
    return shape(kind, x, y, 4.6 if kind != "cross" else 4, css)


def ranges(newest: Sequence[Foretold], label: str, *, with_words: bool, narrow: bool = False) -> Markup:
    """Return each prediction's range with what happened, newest on top; for others, on which side it lay.

    Args:
        with_words: for the team's own records: each line runs from 0 to its own total, with question and
            result. Else it is only told how many lie below, within and above their range: from a place
            in a range, on a day, a count of few students could be worked out.
    """
    width, left, right = (350, 8, 342) if narrow else (800, 330, 690)
    top, height = 20, 26 + _LINE * len(newest)
    if not with_words:
        return _sides(newest, label, width)
    parts = []
    for place, each in enumerate(newest):
        y = top + place * _LINE
        low, high, _assumed = bounds(each.expectation)
        value = each.value
        if low is None or high is None or value is None:
            continue
        end = 100.0 if each.expectation.is_percent else each.out_of or 0.0
        ends = min(0.0, low, value), max(end, high, value) * (1 if end else 1.1) or 1.0
        scale = (right - left) / (ends[1] - ends[0])
        at = [left + (v - ends[0]) * scale for v in (low, high, value)]
        parts.append(line(left, y, right, y, "grid"))
        parts.append(rect(at[0], y - 5, max(3, at[1] - at[0]), 10, "range"))
        if each.expectation.number is not None:
            guess = left + (each.expectation.number - ends[0]) * scale
            parts.append(line(guess, y - 7, guess, y + 7, "guess"))
        parts.append(_mark(each, at[2], y))
        if not narrow:
            parts.append(text(left - 12, y + 4, _short(each.question), "t ax", "end"))
            of = each.result_of or each.out_of
            words = result_words(each.result, of, Expectation() if of else each.expectation)
            parts.append(text(right + 12, y + 4, _short(words, 18), "t ax"))
    return svg(width, height, parts, label, "ranges")


def _short(words: str, most: int = 52) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _sides(newest: Sequence[Foretold], label: str, width: float) -> Markup:
    """Return how many results lie below, within and above their range: a mark for each, in three fields."""
    groups: list[list[Foretold]] = [[], [], []]
    for each in newest:
        off = each.off or 0.0
        groups[1 if abs(off) <= 1 else 2 if off > 1 else 0].append(each)
    field, step = width / 3, 18.0
    many = int((field - 24) // step)  # marks in a line
    lines = max(1, *(-(-len(group) // many) for group in groups))
    height = 34 + step * lines
    parts = [rect(field, 22, field, height - 22, "range")]
    heads = (_("below the range"), _("within the range"), _("above the range"))
    for place, (head, group) in enumerate(zip(heads, groups, strict=True)):
        left = place * field
        parts.append(text(left + 12, 14, f"{len(group)} {head}", "t ax"))
        parts += [
            _mark(each, left + 18 + step * (at % many), 38 + step * (at // many))
            for at, each in enumerate(group)
        ]
    return svg(width, height, parts, label, "ranges")


def stretch_line(stretches: Sequence[Stretch], label: str, *, narrow: bool = False) -> Markup:
    """Return the share within the ranges, stretch by stretch, with the 80 % that they promise (dashed)."""
    width, left, right, top, base = (350, 30, 318, 12, 150) if narrow else (800, 42, 690, 14, 190)

    def y(percent: float) -> float:
        return base - percent * (base - top) / 100

    step = (right - left - 20) / max(1, len(stretches) - 1)
    points = [(left + 10 + place * step, y(each.percent)) for place, each in enumerate(stretches)]
    parts = []
    for tick in (0, 25, 50, 75, 100):
        parts.append(line(left, y(tick), right, y(tick), "axis" if tick == 0 else "grid"))
        parts.append(text(left - 6, y(tick) + 4, f"{tick}%" if tick == 100 else tick, "t ax", "end"))
    parts.append(line(left, y(80), right, y(80), "tgt"))
    parts.append(text(right + 6, y(80) + 4, "80%" if narrow else _("80% promised"), "t ax"))
    parts += [poly(points, "ln"), *(circle(px, py, 4, "pt") for px, py in points)]
    for each, anchor, px in ((stretches[0], "start", left), (stretches[-1], "end", right)):
        if each.last is not None:
            parts.append(text(px, base + 18, day(each.last, year=True), "t ax", anchor))
    return svg(width, base + 24, parts, label, "run")
