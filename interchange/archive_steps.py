"""Brings the rows of an older archive up to the tables of this version. Pure.

A column that came since gets its default, a table that came since is empty: neither needs a word here. What
was renamed, split or dropped has a step, named by the version of the tables that brought it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What a version of the tables did to the rows of one table; ``work`` returns the row as it is since."""

    revision: str
    table: str
    work: Callable[[Row], Row]


STEPS: tuple[Step, ...] = ()


def brought_up(
    revision: str, table: str, rows: Iterable[Row], steps: Iterable[Step] | None = None
) -> Iterator[Row]:
    """Yield rows of an archive of version *revision* as this version has them."""
    due = [
        step
        for step in (STEPS if steps is None else steps)
        if step.revision > revision and step.table == table
    ]
    for row in rows:
        for step in sorted(due, key=lambda each: each.revision):
            row = step.work(row)
        yield row
