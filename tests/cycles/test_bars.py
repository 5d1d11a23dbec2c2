"""A cycle's bar under a chart ends on the day that the network's people closed it."""

from datetime import UTC, date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from cycles.bars import bar_of
from cycles.queries import CycleRow

DENVER = ZoneInfo("America/Denver")


class Closed:
    """What a bar asks of a cycle."""

    began_on = starts_on = date(2026, 2, 2)
    decision, is_open, stage = "adopt", False, "closed"

    def __init__(self, **more: Any) -> None:
        self.ends_on: date | None = None
        self.__dict__.update(more)


def end_of(**more: Any) -> date:
    return bar_of(cast(CycleRow, Closed(**more)), 1, date(2026, 3, 2), DENVER).end


def test_an_evening_is_of_its_own_day_though_the_clock_of_the_world_is_further() -> None:
    evening = datetime(2026, 2, 6, 2, 30, tzinfo=UTC)  # half past seven on the fifth in Denver

    assert end_of(closed_at=evening) == date(2026, 2, 5)
    assert end_of(closed_at=evening, ends_on=date(2026, 2, 20)) == date(2026, 2, 5)


def test_an_open_cycle_goes_on_to_its_last_day_or_to_the_day_that_is_looked_at() -> None:
    assert end_of(closed_at=None) == date(2026, 3, 2)
    assert end_of(closed_at=None, ends_on=date(2026, 2, 20)) == date(2026, 2, 20)
