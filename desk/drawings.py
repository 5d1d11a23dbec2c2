"""The small pictures of "This week": each line against its path, each item's way. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from markupsafe import Markup

from desk.series import Series
from desk.week import OpenItem
from feedback.rules import late_by
from feedback.svg import Leg, mini_switchback, path_words
from measures.svg import Dot, Target, empty_path, mini_run, scale_for
from nic_platform.text import _
from teams.breaks import NO_BREAKS, Breaks

SIZE = (216.0, 66.0)


def span_of(series: Sequence[Series], today: date) -> tuple[date, date]:
    """Return the days that all pictures of a page share, so that they can be compared by eye."""
    days = [today]
    for each in series:
        days += [reading.on for reading in each.known(today)]
        days += [promise.due_on for promise in each.promises if promise.due_on]
    first, last = min(days), max(days)
    return first, max(last, first + timedelta(days=30))


def line_picture(series: Series, span: tuple[date, date], today: date, label: str) -> Markup:
    """Return a line against the stairs of its targets; the points that carry a signal take colour."""
    dots = [Dot(r.on, r.value) for r in series.points(today) if r.value is not None]
    targets = [
        Target(p.due_on, p.target) for p in series.promises if p.due_on is not None and p.target is not None
    ]
    values = [dot.value for dot in dots] + [target.value for target in targets]
    tone, tail = series.signal(today)
    return mini_run(
        dots,
        targets,
        span,
        label=label,
        tone=tone,
        tail=tail,
        scale=scale_for(values, series.is_percent),
        size=SIZE,
        has_grid=False,
    )


def path_picture(item: OpenItem, today: date, breaks: Breaks = NO_BREAKS) -> Markup:
    """Return an item's way so far: right is time, up is level."""
    legs = legs_of(item, today, breaks)
    if not legs:
        return Markup("")
    return mini_switchback(legs, today, turn=item.is_my_turn, label=_("Path: %(way)s", way=path_words(legs)))


def legs_of(item: OpenItem, today: date, breaks: Breaks = NO_BREAKS) -> list[Leg]:
    """Return the stretches of an item's way in their order, the last one up to today."""
    legs: list[Leg] = []
    for stop in item.stops:
        start = max(stop.reached_on, legs[-1].start) if legs else stop.reached_on
        end = max(stop.left_on or today, start)
        due = stop.promised_on if stop.promised_on and stop.promised_on > start else None
        promise = breaks.between(start, due) if due else None
        legs.append(Leg(stop.level, start, end, promise, due, late_by(due, end, breaks)))
    return legs


def example(today: date, *, narrow: bool = False) -> Markup:
    """Return the plan that a new team sees before its first count."""
    start = date(today.year if today.month >= 7 else today.year - 1, 8, 15)
    targets = [
        Target(start + timedelta(days=days), value) for days, value in ((17, 50.0), (31, 70.0), (76, 95.0))
    ]
    return empty_path(
        targets,
        (start, start + timedelta(days=290)),
        label=_("Example of a target path: 50, 70, then 95 percent of teachers; nothing is counted yet"),
        size=(350, 200) if narrow else (800, 220),
        narrow=narrow,
    )
