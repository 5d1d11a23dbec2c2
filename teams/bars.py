"""A few bars, names at the left and words at the right: how many, where. Pure; the style sheet paints."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from nic_platform import svg

_STEP = 28.0
_LETTER = 7.3  # px that a letter takes at most, on average


@dataclass(frozen=True)
class Bar:
    """One bar: what it is about, how long it is, its words. *is_weak*: it counts what is to mend."""

    name: str
    value: float
    words: str
    is_weak: bool = True


def bars(rows: Sequence[Bar], label: str, *, narrow: bool = False) -> Markup:
    """Return a bar for each row, all on one scale that begins at 0.

    On a phone the name stands above its bar.
    """
    most = max((row.value for row in rows), default=0) or 1
    if narrow:
        return _narrow(rows, most, label)
    left, width = 268.0, 780.0
    room = width - left - 12 - _LETTER * max((len(row.words) for row in rows), default=0)
    parts: list[str] = []
    for at, row in enumerate(rows):
        y = at * _STEP + 4
        parts.append(svg.text(left - 12, y + 14, _short(row.name, 34), "t lab", "end"))
        parts += _bar(row, left, y, max(room, 120.0) * row.value / most)
    parts.append(svg.line(left, 0, left, len(rows) * _STEP + 4, "axis"))
    return svg.svg(width, len(rows) * _STEP + 6, parts, label, "bars")


def _narrow(rows: Sequence[Bar], most: float, label: str) -> Markup:
    width = 350.0
    room = width - 12 - _LETTER * max((len(row.words) for row in rows), default=0)
    parts: list[str] = []
    for at, row in enumerate(rows):
        y = at * (_STEP + 18)
        parts.append(svg.text(0, y + 14, _short(row.name, 44), "t lab"))
        parts += _bar(row, 0, y + 20, max(room, 80.0) * row.value / most)
    return svg.svg(width, len(rows) * (_STEP + 18) + 4, parts, label, "bars")


def _bar(row: Bar, x: float, y: float, length: float) -> list[str]:
    drawn = max(length, 1.5) if row.value else 0
    mark = svg.rect(x, y, drawn, 18, "bar-weak" if row.is_weak else "bar-plain")
    return [mark, svg.text(x + drawn + 8, y + 14, row.words, "t ax")]


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"
