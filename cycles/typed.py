"""Comparing a half-typed form with what is saved: raw values of fields, and rows that moved. Pure.

Rows of a form are fields such as ``p0_question``: a letter, a place, a name. Which row is which says the id
in it (``p0_id``), not its place: another save may have put rows before it or taken some out.
"""

import re
from collections.abc import Mapping
from typing import Any

Row = tuple[str, int]
_ID = re.compile(r"([a-z])(\d{1,3})_id")
_NAME = re.compile(r"([a-z])(\d{1,3})_([a-z_]+)")


def raw_values(field: Any) -> list[str]:
    """Return what a browser would send for a field that holds what is saved; nothing for an empty choice."""
    data = field.data
    if isinstance(data, list | tuple | set | frozenset):
        return [str(each) for each in data]
    if isinstance(data, bool):
        return ["y"] if data else []
    if hasattr(field, "choices"):
        return [str(data)] if data is not None else []
    return [str(field._value())]


def row_ids(fields: Mapping[str, Any]) -> dict[Row, str]:
    """Return the id of each row, empty for one without, in the order of letters and places."""
    found = {
        (m[1], int(m[2])): str(value or "") for name, value in fields.items() if (m := _ID.fullmatch(name))
    }
    return dict(sorted(found.items()))


def match_rows(one: Mapping[Row, str], other: Mapping[Row, str], *, adopt: bool = False) -> dict[Row, Row]:
    """Return which row of *other* is which row of *one*: the one with the same id.

    A row without an id is the next one without; with *adopt* the next one that nobody else claims, since what
    it holds may have been saved while its answer was lost. Rows that are only in *one* are left out.
    """
    places = {(row[0], value): row for row, value in other.items() if value}
    found = {row: places[row[0], value] for row, value in one.items() if (row[0], value) in places}
    free = [row for row, value in other.items() if row not in found.values() and (adopt or not value)]
    for row, value in one.items():
        if not value and (twin := next((each for each in free if each[0] == row[0]), None)):
            free.remove(twin)
            found[row] = twin
    return found


def renamed(name: str, rows: Mapping[Row, Row]) -> str | None:
    """Return a field's name in the other form; ``None`` for a row that the other form does not have."""
    match = _NAME.fullmatch(name)
    if match is None:
        return name
    place = rows.get((match[1], int(match[2])))
    return f"{place[0]}{place[1]}_{match[3]}" if place else None
