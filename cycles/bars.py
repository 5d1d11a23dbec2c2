"""How cycles stand under the time axis of a chart: one numbered bar each, and what its look means."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cycles.queries import CycleRow
from measures.svg import Bar, look_of
from nic_platform.text import _


def bars_of(cycles: Sequence[CycleRow], day: date, zone: ZoneInfo) -> list[Bar]:
    """Return the bars of the cycles that have a beginning, numbered as they stand in the list, at *day*.

    Args:
        zone: the network's time zone, in which a cycle's last day is told.
    """
    return [
        bar_of(cycle, at, day, zone)
        for at, cycle in enumerate(cycles, 1)
        if cycle.starts_on or cycle.began_on
    ]


def bar_of(cycle: CycleRow, at: int, day: date, zone: ZoneInfo) -> Bar:
    """Return the bar of one cycle, as it is known at *day*."""
    start = cycle.began_on or cycle.starts_on or day
    closed_on = cycle.closed_at.astimezone(zone).date() if cycle.closed_at else None
    end = min(cycle.ends_on or closed_on or day, closed_on or date.max)
    kind = cycle.decision or ("abandon" if not cycle.is_open else "open" if waits(cycle, day) else "run")
    return Bar(str(at), start, max(end, start), kind)


def waits(cycle: CycleRow, day: date) -> bool:
    """Say whether an open cycle waits for its team: its end has come, or it has run and is to be studied."""
    is_over = cycle.ends_on is not None and cycle.ends_on <= day
    return cycle.is_open and (is_over or cycle.stage in {"study", "act"})


def cycle_key(bars: Sequence[Bar]) -> tuple[tuple[str, str], ...]:
    """Return how the cycles of a chart are drawn and what that means; only what is on it."""
    words = {
        "adopt": _("Cycle adopted"),
        "adapt": _("Cycle adapted"),
        "run": _("Cycle planned or running"),
        "stop": _("Cycle abandoned"),
        "open": _("Cycle waits for its next step"),
    }
    drawn = {look_of(bar) for bar in bars}
    return tuple((look, said) for look, said in words.items() if look in drawn)
