"""Drawings of feedback: the path of an item, the ages of a theme, where reports come from. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from nic_platform import svg
from nic_platform.svg import circle, line, rect, shape, text
from nic_platform.text import _, marked

LEVELS = ("practice", "school", "district", "region", "state")
_NAMES = {
    "practice": marked("Practice"),
    "school": marked("School"),
    "district": marked("District"),
    "region": marked("Region"),
    "state": marked("State"),
}


@dataclass(frozen=True)
class Leg:
    """One stretch of a path: at which level, from when to when, and the promised days if any.

    Where breaks stopped the clock, ``due_on`` is the promised day and ``past`` the days past it that count.
    """

    level: str
    start: date
    end: date
    promise: int | None = None
    due_on: date | None = None
    past: int | None = None

    @property
    def due(self) -> date | None:
        """Return the promised day."""
        if self.due_on is not None:
            return self.due_on
        return self.start + timedelta(days=self.promise) if self.promise else None

    @property
    def days(self) -> int:
        """Return how long the stretch took."""
        return (self.end - self.start).days

    @property
    def late(self) -> int:
        """Return the days past the promise."""
        if self.past is not None:
            return self.past
        return max(0, (self.end - self.due).days) if self.due else 0


def levels_of(legs: Sequence[Leg]) -> tuple[str, ...]:
    """Return the levels to draw, highest first: those of the path, always with school, district and state."""
    used = {leg.level for leg in legs} | {"school", "district", "state"}
    return tuple(level for level in reversed(LEVELS) if level in used)


def path_words(legs: Sequence[Leg]) -> str:
    """Return the path as a sentence for those who don't see it."""
    parts = []
    for place, leg in enumerate(legs):
        last = place == len(legs) - 1
        words = _("%(level)s %(days)s days", level=_(_NAMES[leg.level]), days=leg.days)
        if leg.late:
            words += _(", %(late)s past the promise", late=leg.late)
        parts.append(words + (_(" so far") if last else ""))
    return "; ".join(parts)


def switchback(
    legs: Sequence[Leg],
    today: date,
    until: date,
    *,
    turn: bool = False,
    closed: bool = False,
    w: float = 800,
    h: float = 226,
    narrow: bool = False,
    label: str = "",
) -> Markup:
    """Draw a path: time runs right, levels run up. Flat stretches are waiting; risers are hand-offs.

    Args:
        legs: the stretches, oldest first; at least one.
        today: today, or the day a closed path ended.
        until: the right end, today or a promised day after it.
        turn: whether the last holder's turn is the reader's.
    """
    left, right, top, bottom = (82, 8, 26, 26) if narrow else (92, 16, 30, 30)
    levels = levels_of(legs)
    heights = {lv: top + i * (h - top - bottom) / (len(levels) - 1) for i, lv in enumerate(levels)}
    x = svg.TimeScale(legs[0].start, max(until, today), left, w - right)
    parts = []
    for level, y in heights.items():
        parts.append(line(left, y, w - right, y, "grid"))
        parts.append(shape(svg.LEVEL_SHAPE[level], 10, y, 5, "lv"))
        parts.append(text(20, y + 4, _(_NAMES[level]), "t lab"))
    if not closed:
        parts.append(line(x(today), 12, x(today), h - bottom + 6, "today"))
    parts += _stretches(legs, x, heights, until, narrow)
    if not closed:
        end = heights[legs[-1].level]
        parts.append(circle(x(legs[-1].end), end, 6.5, "here turn" if turn else "here"))
    parts += _axis(legs, x, today, until, h, narrow, closed=closed)
    return svg.svg(w, h, parts, label or path_words(legs), "sb")


def _stretches(
    legs: Sequence[Leg], x: svg.TimeScale, heights: dict[str, float], until: date, narrow: bool
) -> list[str]:
    parts, before = [], None
    for leg in legs:
        y, start, end = heights[leg.level], x(leg.start), x(leg.end)
        if before is not None:
            parts.append(line(start, before, start, y, "rise"))
        parts += _stretch(leg, x, y)
        if leg.due and leg.due <= until:
            parts.append(line(x(leg.due), y - 9, x(leg.due), y + 9, "promise"))
        wide = end - start
        if wide > 15:
            words = _("%(days)s d", days=leg.days) if wide < 74 else _("%(days)s days", days=leg.days)
            parts.append(text((start + end) / 2, y - 12, words, "t lab b halo", "middle"))
        if leg.late:
            words = _("%(days)s late", days=leg.late)
            parts.append(text((start + end) / 2, y + 20, words, "t late-t halo", "middle"))
        before = y
    return parts


def _stretch(leg: Leg, x: svg.TimeScale, y: float) -> list[str]:
    start, end = x(leg.start), x(leg.end)
    if not leg.late or leg.due is None:
        return [line(start, y, end, y, "leg")]
    due = x(leg.due)
    return [line(start, y, due, y, "leg"), line(due, y, end, y, "leg late")]


def _axis(
    legs: Sequence[Leg], x: svg.TimeScale, today: date, until: date, h: float, narrow: bool, *, closed: bool
) -> list[str]:
    """Write the days that fit: the first, the hand-offs, today and the end, each clear of those before it."""
    room = 52 if narrow else 60
    wanted = [(legs[0].start, "start", 3), (today, "end" if closed else "middle", 2)]
    wanted += [(until, "end", 1)] if until > today else []
    wanted += [(leg.start, "middle", 0) for leg in legs[1:]]
    placed: list[float] = []
    parts = []
    for day, anchor, _rank in sorted(wanted, key=lambda each: -each[2]):
        if any(abs(x(day) - other) < room for other in placed):
            continue
        placed.append(x(day))
        words, css = (_("today"), "t ax b") if day == today and not closed else (svg.day(day), "t ax")
        parts.append(text(x(day), h - 4, words, css, anchor))
    return parts


def mini_switchback(
    legs: Sequence[Leg], today: date, *, turn: bool = False, w: float = 216, h: float = 52, label: str = ""
) -> Markup:
    """Draw a path small, for a row of a list."""
    levels = levels_of(legs)
    heights = {lv: 7 + i * (h - 14) / (len(levels) - 1) for i, lv in enumerate(levels)}
    x = svg.TimeScale(legs[0].start, max(today, legs[-1].end), 6, w - 8)
    parts = [line(2, y, w - 2, y, "grid") for y in heights.values()]
    before = None
    for leg in legs:
        y = heights[leg.level]
        if before is not None:
            parts.append(line(x(leg.start), before, x(leg.start), y, "rise"))
        parts += _stretch(leg, x, y)
        before = y
    end = heights[legs[-1].level]
    parts.append(circle(x(legs[-1].end), end, 4.6, "here turn" if turn else "here"))
    return svg.svg(w, h, parts, label or path_words(legs), "sb mini")


def strip(
    ages: Sequence[tuple[int, bool]],
    promise: int | None,
    *,
    longest: int = 48,
    w: float = 330,
    h: float = 56,
    axis: bool = False,
    label: str = "",
) -> Markup:
    """Draw one dot for each waiting item by its age in days; past its promise the dot becomes a diamond.

    Args:
        ages: the days an item has waited, and whether that is past its promise.
        promise: the promised days that most of them share; drawn as a line.
        longest: the age at the right end.
    """
    top = max([longest, *(age for age, _late in ages)])
    base = h - (20 if axis else 8)

    def x(days: float) -> float:
        return 6 + days * (w - 12) / top

    parts = [line(6, base + 5, w - 6, base + 5, "axis")]
    if promise:
        parts.append(line(x(promise), 0, x(promise), base + 5, "promise"))
    parts += _dots(ages, x, base)
    if axis:
        step = 7 * max(1, round(top / 42))
        for value in range(0, top + 1, step):
            parts.append(text(x(value), h - 2, value, "t ax", "middle" if value else "start"))
    return svg.svg(w, h, parts, label, "strip")


def _dots(ages: Sequence[tuple[int, bool]], x: Callable[[float], float], base: float) -> list[str]:
    parts: list[str] = []
    stacked: dict[int, int] = {}
    most = max(1, int((base - 4) // 9) + 1)
    for age, late in sorted(ages):
        column = round(x(age) / 9)
        level = min(stacked.get(column, 0), most - 1)
        stacked[column] = level + 1
        kind, radius, css = ("diamond", 3.4, "dot late") if late else ("circle", 3.7, "dot")
        parts.append(shape(kind, max(6, column * 9), base - level * 9 - 1, radius, css))
    return parts


@dataclass(frozen=True)
class Tile:
    """A district and how many open reports came from it."""

    name: str
    code: str
    value: int


def codes(names: Sequence[str]) -> list[str]:
    """Return a code of three letters for each name, no two the same while letters last."""
    used: set[str] = set()
    found = []
    for name in names:
        letters = [letter for letter in name.upper() if letter.isalnum()] or ["?"]
        tries = ["".join(letters[:3])] + ["".join([*letters[:2], letter]) for letter in letters[3:]]
        code = next((each for each in tries if each not in used), tries[0])
        used.add(code)
        found.append(code)
    return found


def tilemap(
    tiles: Sequence[Tile], *, w: float = 540, cols: int = 10, small: bool = False, label: str = ""
) -> Markup:
    """Draw one square for each district, in the order given; the shade repeats its number."""
    cols = max(1, min(cols, len(tiles)))
    side = min(w / cols, 58)
    parts = []
    for place, tile in enumerate(tiles):
        x, y = (place % cols) * side, (place // cols) * side
        shade = "q0" if tile.value == 0 else "q1" if tile.value <= 3 else "q2" if tile.value <= 7 else "q3"
        parts.append(rect(x + 1.5, y + 1.5, side - 3, side - 3, f"tile {shade}"))
        middle = x + side / 2
        if small:
            if tile.value:
                parts.append(text(middle, y + side / 2 + 5, tile.value, f"t tile-n {shade}", "middle"))
            continue
        parts.append(text(middle, y + side * 0.37, tile.code, f"t tile-c {shade}", "middle"))
        if tile.value:
            parts.append(text(middle, y + side * 0.72, tile.value, f"t tile-n {shade}", "middle"))
    rows = -(-len(tiles) // cols)
    return svg.svg(min(w, cols * side), max(rows, 1) * side, parts, label, "tiles")
