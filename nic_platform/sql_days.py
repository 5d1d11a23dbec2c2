"""Counting with civil days inside a query, on both databases."""

from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class DaysBetween(FunctionElement[Any]):
    """The whole days from the second date to the first: later, earlier."""

    name = "days_between"
    type = Integer()
    inherit_cache = True


class AddDays(FunctionElement[Any]):
    """A date so many days later: day, number."""

    name = "add_days"
    type = Date()
    inherit_cache = True


def _parts(element: FunctionElement[Any], compiler: Any, kw: dict[str, Any]) -> list[str]:
    return [compiler.process(each, **kw) for each in element.clauses]


@compiles(DaysBetween)
def _between(element: DaysBetween, compiler: Any, **kw: Any) -> str:
    later, earlier = _parts(element, compiler, kw)
    return f"({later} - {earlier})"


@compiles(DaysBetween, "sqlite")
def _between_in_sqlite(element: DaysBetween, compiler: Any, **kw: Any) -> str:
    later, earlier = _parts(element, compiler, kw)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(AddDays)
def _later(element: AddDays, compiler: Any, **kw: Any) -> str:
    day, number = _parts(element, compiler, kw)
    return f"({day} + {number})"


@compiles(AddDays, "sqlite")
def _later_in_sqlite(element: AddDays, compiler: Any, **kw: Any) -> str:
    day, number = _parts(element, compiler, kw)
    return f"date({day}, ({number}) || ' days')"
