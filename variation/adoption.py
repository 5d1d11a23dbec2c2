"""How an idea came to more and more teams over time: a rising stair with its sentence and its table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from nic_platform.days import month
from nic_platform.svg import day, line, months, path, svg, text
from nic_platform.svg import n as number
from nic_platform.text import _, ngettext


@dataclass(frozen=True)
class Curve:
    """The stair, wide and narrow; what it says; and the same by month: first day, new teams, all so far."""

    sentence: str
    wide: Markup
    narrow: Markup
    rows: tuple[tuple[date, int, int], ...]


def curve(began: Sequence[date], today: date) -> Curve | None:
    """Return how teams began to test an idea, one after the other; ``None`` where none did.

    Args:
        began: the day of each team's first cycle.
    """
    if not began:
        return None
    days = sorted(began)
    last = max(days[-1], today)
    sentence = _sentence(days, last)
    rows, so_far = [], 0
    for first in months(days[0].replace(day=1), last):
        new = sum(each.year == first.year and each.month == first.month for each in days)
        so_far += new
        rows.append((first, new, so_far))
    return Curve(
        sentence,
        _draw(days, last, sentence, (640, 220)),
        _draw(days, last, sentence, (350, 200)),
        tuple(rows),
    )


def _sentence(days: Sequence[date], last: date) -> str:
    count = len(days)
    first = ngettext(
        "One team has tested it, since %(since)s.", "%(count)s teams have tested it, the first since "
                                                    "%(since)s.",
        count, since=day(days[0], year=True),
    )  # fmt: skip
    recent = sum((last - each).days <= 60 for each in days)
    if count < 2:
        return first
    later = ngettext("One of them began in the last 60 days.", "%(count)s of them began in the last 60 days.",
                     recent) if recent else _("None of them began in the last 60 days.")  # fmt: skip
    return f"{first} {later}"


def _draw(days: Sequence[date], last: date, label: str, size: tuple[int, int]) -> Markup:
    width, height = size
    left, right, top, base = 34.0, width - 14.0, 12.0, height - 26.0
    long = max((last - days[0]).days, 1)
    most = len(days)

    def x(when: date) -> float:
        return left + (when - days[0]).days * (right - left) / long

    def y(count: float) -> float:
        return base - count * (base - top) / most

    step = next(each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**9) if most / each <= 5)
    parts = []
    for tick in range(0, most + 1, step):
        parts.append(line(left, y(tick), right, y(tick), "grid" if tick else "axis"))
        parts.append(text(left - 6, y(tick) + 4, tick, "t ax", "end"))
    starts = [first for first in months(days[0], last) if first >= days[0]]
    every = max(1, -(-len(starts) // (4 if width < 400 else 9)))
    parts += [text(x(first), height - 8, month(first), "t ax", "middle") for first in starts[::every]]
    stair = f"M{number(x(days[0]))} {number(base)}"
    for count, when in enumerate(days, start=1):
        stair += f"H{number(x(when))}V{number(y(count))}"
    parts.append(path(f"{stair}H{number(right)}", "ln"))
    return svg(width, height, parts, label, "adoption")
