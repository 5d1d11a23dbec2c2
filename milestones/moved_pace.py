"""What has to move each week when a milestone gets another date or target, beside what it was. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from measures.rules import Direction, MeasureType
from milestones.pacing import people_words, unit_words
from milestones.rows import MilestoneRow
from milestones.school_days import WEEK, SchoolDays, weeks_words
from milestones.sentence import target_words
from nic_platform.svg import day as day_words
from nic_platform.text import _


class Value(NamedTuple):
    """The latest value that was measured, and its day."""

    on: date
    value: float


@dataclass(frozen=True)
class Move:
    """A milestone on its way to another date or target."""

    row: MilestoneRow
    on: date
    target: float | None

    @property
    def old(self) -> date:
        """Return the date that it has now; the new one where it has none yet."""
        return self.row.date or self.on

    @property
    def is_moved(self) -> bool:
        """Say whether the date changes."""
        return self.row.date is not None and self.row.date != self.on


def pace_of(
    move: Move,
    before: Sequence[MilestoneRow],
    later: Sequence[MilestoneRow],
    days: SchoolDays,
    today: date,
    latest: Value | None,
) -> tuple[str, ...]:
    """Return what has to move each week up to the milestone and on to the next one of its measure."""
    row = move.row
    if row.is_deliverable or move.target is None:
        return ()
    said = []
    start = _start(move, before, today, latest)
    if start is not None:
        said.append(_stretch(row, start, Value(move.on, move.target), days, was=_was(move, start, days)))
    after = next((r for r in later if r.measure_id == row.measure_id and r.target is not None), None)
    if after is not None and after.date is not None and after.target is not None and after.date > move.on:
        was = None
        if row.target is not None and row.date is not None:
            was = _per_week(Value(row.date, row.target), Value(after.date, after.target), days)
        end = Value(after.date, after.target)
        said.append(_stretch(row, Value(move.on, move.target), end, days, was=was))
    return tuple(words for words in said if words)


def _start(move: Move, before: Sequence[MilestoneRow], today: date, latest: Value | None) -> Value | None:
    """Return where the way to it begins: at the latest count, the target before, or its own start."""
    if latest is not None and latest.on < move.on:
        return Value(max(latest.on, min(today, move.on)), latest.value)
    row = move.row
    known = [r for r in before if r.measure_id == row.measure_id and r.target is not None]
    known = [r for r in known if r.date is not None and r.date < move.on]
    if known and known[-1].date is not None and known[-1].target is not None:
        return Value(known[-1].date, known[-1].target)
    if row.begins_on is not None and row.baseline is not None and row.begins_on < move.on:
        return Value(row.begins_on, row.baseline)
    return None


def _was(move: Move, start: Value, days: SchoolDays) -> float | None:
    row = move.row
    if row.date is None or row.target is None or row.date <= start.on:
        return None
    return _per_week(start, Value(row.date, row.target), days)


def _per_week(start: Value, end: Value, days: SchoolDays) -> float | None:
    apart = days.apart(start.on, end.on)
    return (end.value - start.value) * WEEK / apart if apart > 0 else None


def _stretch(row: MilestoneRow, start: Value, end: Value, days: SchoolDays, *, was: float | None) -> str:
    pace = _per_week(start, end, days)
    aim = target_words(end.value, row.type, row.direction, row.unit)
    if pace is None:
        return ""
    if abs(pace) < 0.05 or _is_there(start.value, end.value, row.direction):
        return _("%(target)s by %(day)s is reached already: hold it.", target=aim, day=day_words(end.on))
    apart = days.apart(start.on, end.on)
    words = _(
        "From %(start)s on %(from)s to %(target)s by %(day)s, in %(time)s of school",
        start=_value_words(start.value, row), target=aim, day=day_words(end.on), time=weeks_words(apart),
        **{"from": day_words(start.on)},
    )  # fmt: skip
    if apart < WEEK:
        return f"{words}."  # less than a week has no weekly pace
    unit = unit_words(pace, row.type, row.unit)
    people = people_words(pace, row.population, row.who, row.type)
    words = f"{words}: {unit}"
    if people:
        words = _("%(words)s, about %(people)s", words=words, people=people)
    if was is not None and abs(was - pace) >= 0.05:
        old = f"{abs(was):.1f}".removesuffix(".0")
        return _("%(words)s. As planned until now it was %(old)s.", words=words, old=old)
    return f"{words}."


def _is_there(value: float, target: float, direction: Direction) -> bool:
    return value >= target if direction is Direction.UP else value <= target


def _value_words(value: float, row: MilestoneRow) -> str:
    shown = f"{value:.1f}".removesuffix(".0")
    return f"{shown}%" if row.type is MeasureType.PROPORTION else shown
