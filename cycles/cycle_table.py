"""A team's cycles as a table to take away: one row a prediction. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from nic_platform.exporting import Cell


@dataclass(frozen=True)
class TableRow:
    """One prediction of one cycle, or a cycle without any, in words and plain values."""

    cycle_id: str
    ramp: str
    number: int
    title: str
    stage: str
    outcome: str
    reason: str
    milestones: str
    aim: str
    how_known: str
    change: str
    who: str
    where: str
    scale: str
    scale_size: int | None
    starts_on: date | None
    ends_on: date | None
    began_on: date | None
    ended_on: date | None
    measure: str
    data_to_collect: str
    data_who: str
    data_rhythm: str
    who_helped: str
    who_left_out: str
    tasks: str
    carried_out: str
    departures: str
    observations: str
    surprises: str
    question: str
    expected: str
    because: str
    low: float | None
    high: float | None
    unit: str
    second_thoughts: str
    result: str
    verdict: str
    learned: str
    worked_for: str
    not_for: str
    decision: str
    next_step: str


HEADER: Sequence[str] = tuple(field.name for field in fields(TableRow))


def cells(rows: Iterable[TableRow]) -> list[list[Cell]]:
    """Return the rows as cells, in the order of :data:`HEADER`."""
    return [[getattr(row, name) for name in HEADER] for row in rows]


def task_words(text: str, owner: str, due_on: date | None, done_on: date | None) -> str:
    """Return a task in one cell: its words, whose it is, and by when or since when."""
    who = f" ({owner})" if owner else ""
    when = f", done {done_on.isoformat()}" if done_on else f", by {due_on.isoformat()}" if due_on else ""
    return f"{text}{who}{when}"
