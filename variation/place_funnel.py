"""The funnel of a comparison of places: dots, or shades where they are many, within their limits. Pure."""

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from measures.engine.problems import Floats
from nic_platform.svg import line, poly, rect, shape, svg, text
from nic_platform.text import _
from variation import judging, place_words
from variation.place_page import PlacesPage
from variation.place_tones import tone

DENSE_FROM = 250
"""From so many places on those inside the limits are drawn as shades of how many lie there."""
NAMES_AT_MOST = 14
_MARKS_AT_MOST = 400
_POWERS_ENOUGH = 3


@dataclass(frozen=True)
class Field:
    """The plotting area of a funnel; sizes go by their logarithm where they span widely."""

    left: float
    right: float
    top: float
    base: float
    sizes: tuple[float, float]
    values: tuple[float, float]
    is_log: bool

    def x(self, size: float) -> float:
        """Return where a size lies across."""
        return float(self.across(np.array([size]))[0])

    def y(self, value: float) -> float:
        """Return where a value lies; beyond the edges it is drawn on them."""
        return float(self.down(np.array([value]))[0])

    def across(self, sizes: Floats) -> Floats:
        """Return where sizes lie across."""
        low, high = self.sizes
        share = np.log(sizes / low) / np.log(high / low) if self.is_log else (sizes - low) / (high - low)
        return np.asarray(self.left + share * (self.right - self.left))

    def down(self, values: Floats) -> Floats:
        """Return where values lie; beyond the edges they are drawn on them."""
        low, high = self.values
        inside = np.clip(values, low, high)
        return np.asarray(self.base - (inside - low) * (self.base - self.top) / (high - low))


_WIDE_SPAN = 30.0


def funnel(page: PlacesPage) -> tuple[Markup, Markup] | None:
    """Return the funnel for wide and for narrow places; nothing where places can't be judged."""
    judged = page.judged
    if judged is None or judged.silent is not None or page.pooled_only:
        return None
    label = " ".join(place_words.funnel(page).sentences)
    return _funnel(page, label, (560, 460), narrow=False), _funnel(page, label, (350, 340), narrow=True)


def _funnel(page: PlacesPage, label: str, size: tuple[float, float], *, narrow: bool) -> Markup:
    width, height = size
    left, right, top, bottom = (40, 10, 12, 40) if narrow else (48, 66, 14, 44)
    field = _field(page, (left, width - right, top, height - bottom))
    parts = _axes(page, field, size)
    parts += _limit_lines(page, field, narrow)
    parts += _marks(page, field, narrow)
    return svg(width, height, parts, label, "funnel")


def _field(page: PlacesPage, box: tuple[float, float, float, float]) -> Field:
    judged = page.judged
    if judged is None:
        raise ValueError("nothing to draw")
    smallest, largest = max(float(judged.size.min()), 1e-9), float(judged.size.max())
    is_log = largest / smallest > _WIDE_SPAN
    sizes = (smallest * 0.85, largest * 1.25) if is_log else (0.0, largest * 1.1)
    low, high = float(judged.value.min()), float(judged.value.max())
    if len(judged.value) > DENSE_FROM:  # a few far out ones would leave no room for all the others
        low, high = (float(each) for each in np.quantile(judged.value, (0.002, 0.998)))
    room = max((high - low) * 0.12, 1e-6)
    low, high = min(low, judged.mean) - room, max(high, judged.mean) + room
    if judged.scale is judging.Scale.SHARE:
        low, high = max(0.0, low), min(100.0, high)
    elif judged.scale is judging.Scale.RATE:
        low = max(0.0, low)
    return Field(*box, sizes, (low, max(high, low + 1e-6)), is_log)


def _axes(page: PlacesPage, field: Field, size: tuple[float, float]) -> list[str]:
    height = size[1]
    sign = "%" if page.judged is not None and page.judged.scale is judging.Scale.SHARE else ""
    parts = []
    ticks = ticks_of(*field.values)
    for at, value in enumerate(ticks):
        parts.append(line(field.left, field.y(value), field.right, field.y(value), "grid"))
        words = f"{value:g}{sign if at == len(ticks) - 1 else ''}"
        parts.append(text(field.left - 6, field.y(value) + 4, words, "t ax", "end"))
    parts.append(line(field.left, field.base, field.right, field.base, "axis"))
    for value in _sizeticks_of(field):
        parts.append(line(field.x(value), field.base, field.x(value), field.base + 4, "axis"))
        parts.append(text(field.x(value), field.base + 17, _short(value), "t ax", "middle"))
    words = place_words.unit_words(page) + (_(", by its logarithm") if field.is_log else "")
    parts.append(text((field.left + field.right) / 2, height - 6, words, "t ax", "middle"))
    return parts


def ticks_of(low: float, high: float) -> list[float]:
    """Return round numbers between two values, six or seven at most."""
    step = 10.0 ** np.floor(np.log10(max(high - low, 1e-9)))
    for part in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0):
        if (high - low) / (step * part) <= 6:
            step *= part
            break
    first = np.ceil(low / step - 1e-9)
    return [
        float(round(each * step, 10)) + 0.0 for each in np.arange(first, np.floor(high / step + 1e-9) + 1)
    ]


def _sizeticks_of(field: Field) -> list[float]:
    low, high = field.sizes
    if not field.is_log:
        return [value for value in ticks_of(low, high) if value > 0]
    powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
    if len(powers) >= _POWERS_ENOUGH:
        return [10.0**power for power in powers]
    finer = (part * 10.0**power for power in range(-3, 10) for part in (1, 2, 5))
    return [value for value in finer if low <= value <= high]


def _short(value: float) -> str:
    for least, sign in ((1e6, "M"), (1e4, "k")):
        if value >= least:
            return f"{value / (1e6 if sign == 'M' else 1e3):g}{sign}"
    return f"{value:,g}"


def _limit_lines(page: PlacesPage, field: Field, narrow: bool) -> list[str]:
    judged = page.judged
    if judged is None:
        return []
    low, high = max(field.sizes[0], 1.0), field.sizes[1]
    steps = np.linspace(0, 1, 60)
    sizes = low * (high / low) ** steps if field.is_log else low + (high - low) * steps**1.5
    if judged.scale is judging.Scale.SHARE and not page.use_spread:
        sizes = np.unique(np.maximum(np.round(sizes), 1.0))
    found = judging.limits_at(judged, sizes, spread=page.use_spread)
    middle = judged.centre if page.use_spread else judged.mean
    parts = [line(field.left, field.y(middle), field.right, field.y(middle), "mean")]
    lines = (("lim out", found.ll998), ("lim out", found.ul998), ("lim", found.ll95), ("lim", found.ul95))
    for css, edge in lines:
        points = [(field.x(s), field.y(e)) for s, e in zip(sizes.tolist(), edge.tolist(), strict=True)
                  if field.values[0] <= e <= field.values[1]]  # fmt: skip
        if len(points) > 1:
            parts.append(poly(points, css))
    if not narrow:
        words = place_words.figure(page, middle)
        parts.append(text(field.right + 6, field.y(middle) + 4, words, "t ax"))
    return parts


def _marks(page: PlacesPage, field: Field, narrow: bool) -> list[str]:
    """Draw every place, or shades where they are many; those outside are marked, and named while few."""
    judged = page.judged
    if judged is None:
        return []
    zones = judged.spread if page.use_spread else judged.chance
    dense = len(judged.value) > DENSE_FROM or page.hides_unnamed
    parts: list[str] = []
    if dense:
        inside = np.abs(zones) < 2 if len(np.flatnonzero(np.abs(zones) == 2)) <= _MARKS_AT_MOST else zones < 9
        parts += _shades(field, judged.size[inside], judged.value[inside])
        ends = [] if page.hides_unnamed else np.flatnonzero(~inside).tolist()
    else:
        ends = list(range(len(judged.value)))
    parts += [
        _mark(page, field.x(float(judged.size[at])), field.y(float(judged.value[at])), int(zones[at]))
        for at in ends
    ]
    known = [unit for unit in page.units if unit.is_named] if page.hides_unnamed else []
    parts += [_mark(page, field.x(unit.size or 1), field.y(unit.value or 0), unit.zone)
              for unit in known if unit.is_shown]  # fmt: skip
    return parts + _labels(page, field, narrow)


def _mark(page: PlacesPage, x: float, y: float, zone: int) -> str:
    if abs(zone) < 2:  # one in twenty lies between the two limits by itself: no signal, so no colour
        return shape("circle", x, y, 4.0, "pt open" if zone else "pt")
    return shape("triangle" if zone > 0 else "diamond", x, y, 4.6, f"pt {tone(page, zone)}")


def _shades(field: Field, sizes: Floats, values: Floats) -> list[str]:
    """Draw how many places lie where: four shades, the darkest where most do."""
    if not len(sizes):
        return []
    x, y = field.across(sizes), field.down(values)
    wide, high = (field.right - field.left) / 44, (field.base - field.top) / 32
    counts, xs, ys = np.histogram2d(
        x,
        y,
        bins=(np.arange(field.left, field.right + wide, wide), np.arange(field.top, field.base + high, high)),
    )
    some = counts[counts > 0]
    edges = np.quantile(some, (0.4, 0.7, 0.9))
    return [
        rect(float(xs[i]) + 0.5, float(ys[j]) + 0.5, wide - 1, high - 1,
             f"dens d{1 + int((counts[i, j] > edges).sum())}")
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]  # fmt: skip


def _labels(page: PlacesPage, field: Field, narrow: bool) -> list[str]:
    """Name the places outside the limits while they are few enough to be read."""
    outside = [*page.above_limits, *page.below_limits]
    few = len(outside) <= NAMES_AT_MOST
    inside = (
        [] if narrow or page.shown > 30 else [unit for unit in page.units if unit.is_shown and not unit.zone]
    )
    middle = field.y(page.judged.centre if page.use_spread else page.judged.mean) if page.judged else 0.0
    taken: list[tuple[float, float, float, float]] = [
        (field.right - 2, middle - 9, field.right + 60, middle + 7)
    ]
    parts = []
    for unit in [*(outside if few else []), *inside]:
        x, y = field.x(unit.size or 1), field.y(unit.value or 0)
        name = unit.short if len(unit.short) <= 26 else unit.short[:25] + "…"
        for dx, dy, anchor, start in ((9, 4, "start", 0.0), (-9, 4, "end", -1.0), (0, -9, "middle", -0.5),
                                      (0, 19, "middle", -0.5)):  # fmt: skip
            wide = 6.6 * len(name)
            box = (x + dx + start * wide, y + dy - 11, x + dx + (1 + start) * wide, y + dy + 3)
            clear = not any(
                box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
                for other in taken
            )
            if (
                clear
                and box[0] >= field.left
                and box[2] <= field.right + (8 if narrow else 50)
                and box[1] > 0
            ):
                taken.append(box)
                css = "t halo lab" + (" b" if unit.zone else "")
                parts.append(text(x + dx, y + dy, name, css, anchor))
                break
    return parts
