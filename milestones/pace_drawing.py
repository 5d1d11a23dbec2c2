"""The picture of a series' path: its dated targets over the calendar, beside the path it replaces. Pure.

Breaks and testing windows are bands. A target holds until its date, then steps up; the path that is replaced
is thin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from measures.drawing import (
    PERCENT,
    Field,
    Scale,
    Target,
    field_of,
    grid,
    month_ticks,
    scale_for,
    staircase,
    target_mark,
)
from measures.rules import MeasureType
from milestones.school_days import TESTING, SchoolDays
from nic_platform.svg import circle, line, poly, rect, shape, svg, text
from nic_platform.svg import day as day_words
from nic_platform.text import _

Steps = Sequence[tuple[date, float]]


@dataclass(frozen=True)
class Pictures:
    """One path, wide and narrow, with the sentence that says it."""

    wide: Markup
    narrow: Markup
    label: str


def path_pictures(
    steps: Steps,
    earlier: Steps,
    span: tuple[date, date],
    days: SchoolDays,
    today: date,
    kind: MeasureType,
    *,
    name: str,
    ramp: Steps = (),
) -> Pictures:
    """Return the picture of a path.

    Args:
        steps: the targets by date, in any order.
        earlier: those that they replace; drawn thin where they differ.
        span: first and last day of the picture; it is widened to hold every step.
        ramp: the shape of the way, from where and when it sets out, by date.
    """
    start = ramp[0] if ramp else None
    steps, earlier = sorted(steps), sorted(earlier)
    points = [*steps, *earlier, *([start] if start else [])]
    span = min(span[0], *(on for on, _v in points)), max(span[1], *(on for on, _v in points))
    scale = (
        PERCENT if kind is MeasureType.PROPORTION else scale_for([v for _on, v in points], is_percent=False)
    )
    label = path_label(name, steps, start, scale)
    wide, narrow = (
        _picture(steps, earlier, span, days, today, scale, ramp, label, size, is_narrow=is_narrow)
        for size, is_narrow in (((760.0, 220.0), False), ((350.0, 200.0), True))
    )
    return Pictures(wide, narrow, label)


def path_label(name: str, steps: Steps, start: tuple[date, float] | None, scale: Scale) -> str:
    """Return the sentence for those who don't see the picture."""
    said = [
        _("%(value)s by %(day)s", value=scale.words(value), day=day_words(on)) for on, value in sorted(steps)
    ]
    path = ", ".join(said) or _("no step yet")
    if start is None:
        return _("Path of %(name)s: %(path)s.", name=name, path=path)
    return _(
        "Path of %(name)s from %(value)s on %(day)s: %(path)s.",
        name=name, value=scale.words(start[1]), day=day_words(start[0]), path=path,
    )  # fmt: skip


def _picture(
    steps: Steps,
    earlier: Steps,
    span: tuple[date, date],
    days: SchoolDays,
    today: date,
    scale: Scale,
    ramp: Steps,
    label: str,
    size: tuple[float, float],
    *,
    is_narrow: bool,
) -> Markup:
    field = field_of(*span, size, (30, 14, 22, 22) if is_narrow else (38, 20, 26, 22), scale)
    parts = _bands(field, days, span)
    parts += grid(field, scale, scale.coarse())
    parts += month_ticks(field, *span, size[1] - 5, 2 if is_narrow else 1, has_words=True)
    if span[0] <= today <= span[1]:
        parts.append(line(field.x(today), field.top - 6, field.x(today), field.base, "today"))
    first = ramp[0][0] if ramp else span[0]
    if earlier and earlier != steps:
        parts.append(poly(staircase(_targets(earlier), field.x, field.y, first, span[1]), "tgt thin"))
        parts += [
            shape("circle", field.x(on), field.y(value), 4.2, "tg-mark was")
            for on, value in earlier
            if (on, value) not in steps
        ]
    if steps:
        parts.append(poly(staircase(_targets(steps), field.x, field.y, first, span[1]), "tgt"))
    if ramp:
        parts.append(poly([(field.x(on), field.y(value)) for on, value in ramp], "ln"))
        parts.append(circle(field.x(first), field.y(ramp[0][1]), 4, "pt"))
    return svg(*size, [*parts, *_marks(steps, field, scale, is_narrow)], label, "path")


def _targets(steps: Steps) -> list[Target]:
    return [Target(on, value) for on, value in steps]


def _bands(field: Field, days: SchoolDays, span: tuple[date, date]) -> list[str]:
    parts = []
    for each in days.spans:
        first, last = max(each.starts_on, span[0]), min(each.ends_on + timedelta(days=1), span[1])
        if first < last:
            css = "off-band testing" if each.kind == TESTING else "off-band"
            width = field.x(last) - field.x(first)
            parts.append(rect(field.x(first), field.top, width, field.base - field.top, css))
    return parts


def _marks(steps: Steps, field: Field, scale: Scale, is_narrow: bool) -> list[str]:
    parts = []
    last_x = field.left - 100
    for on, value in steps:
        x, y = field.x(on), field.y(value)
        parts.append(target_mark(Target(on, value), x, y))
        if x - last_x < (44 if is_narrow else 34):
            continue  # its number would lie on the one before; the table has it
        anchor = "end" if x > field.right - 30 else "middle"
        parts.append(text(min(x, field.right), y - 9, scale.words(value), "t lab halo", anchor))
        last_x = x
    return parts
