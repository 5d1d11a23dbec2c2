"""The picture of what moved after an answer: the counts, the day of the answer, both means. Pure."""

from datetime import date, timedelta

from markupsafe import Markup

from feedback.moved import Move, Verdict, title
from measures.drawing import Dot, Field, Scale, field_of, grid, measured, month_ticks, scale_for
from nic_platform.svg import circle, line, svg, text
from nic_platform.text import _

_BACK = timedelta(days=240)  # no more than a school year's worth before the answer


def picture(move: Move, name: str, today: date, *, narrow: bool = False) -> Markup | str:
    """Return the chart; an empty text where nothing may be drawn.

    Only the counts that either mean is made of take colour; what lies between the answer and the day from
    which it holds is hollow, as are older counts.
    """
    counts = [each for each in move.counts if each.on >= move.answered_on - _BACK]
    if not counts:
        return ""
    size = (350.0, 170.0) if narrow else (640.0, 190.0)
    scale = scale_for([each.value for each in counts], move.is_percent)
    first = min(counts[0].on, move.answered_on)
    last = max(today, counts[-1].on)
    field = field_of(first, last, size, (32, 52, 20, 24), scale)
    parts = grid(field, scale, scale.coarse())
    parts += month_ticks(field, first, last, field.base + 16, 2 if narrow else 1, has_words=True)
    x = field.x(move.answered_on)
    parts += [line(x, field.top - 6, x, field.base, "phase")]
    right = x > size[0] / 2
    parts.append(
        text(x - 5 if right else x + 5, field.top - 6, _("answer"), "t ax halo", "end" if right else "start")
    )
    parts += measured([Dot(each.on, each.value) for each in counts], field, "ln")
    tone = {Verdict.BETTER: "up", Verdict.WORSE: "down"}.get(move.verdict, "")
    used, after = {*move.before, *move.since}, set(move.since)
    for each in counts:
        css = "pt off" if each not in used else f"pt {tone}".strip() if each in after else "pt"
        parts.append(circle(field.x(each.on), field.y(each.value), 3.6, css))
    if move.difference is not None:
        parts += _means(move, field, scale)
    return svg(*size, parts, title(move, name, today), "run")


def _means(move: Move, field: Field, scale: Scale) -> list[str]:
    """Return both means as level lines with their values."""
    parts = []
    for side in (move.before, move.since):
        mean = sum(each.value for each in side) / len(side)
        left, right, y = field.x(side[0].on), field.x(side[-1].on), field.y(mean)
        parts.append(line(left, y, max(right, left + 12), y, "mean"))
        if side is move.since:
            parts.append(text(field.right + 6, y + 4, scale.words(mean), "t lab b"))
        else:
            parts.append(text(left, y - 7, scale.words(mean), "t lab halo"))
    return parts
