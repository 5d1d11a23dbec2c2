"""Reads everything that one network holds, row by row, with names in place of inner numbers."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select
from sqlalchemy import inspect as inspected
from sqlalchemy.types import JSON, Boolean, Date, Float, Integer, Numeric, TypeDecorator, Uuid

from interchange import archive_words
from interchange.archive_names import NamesByNumber
from interchange.archive_tables import (
    BLANK,
    INSIDE,
    LEFT_OUT,
    NETWORK,
    PEOPLE,
    PERSON,
    SOFT,
    THROUGH,
    TRAIL,
    belongs,
)
from nic_platform import audit
from nic_platform.database import Base, UtcDateTime

GONE = "gone:"
BATCH = 1000
Names = Mapping[str, Mapping[int, str]]
"""By table, the public id of each inner number."""


@cache
def tables() -> tuple[Table, ...]:
    """Return the tables of networks, each after those that it names."""
    every = Base.metadata.sorted_tables
    return tuple(table for table in every if belongs(table.name, frozenset(table.c.keys())))


@cache
def kinds() -> Mapping[str, Table]:
    """Return the table of each kind of thing whose changes are written down."""
    return {kind: model.__table__ for kind, model in audit.models().items()}


@cache
def references(table: Table) -> Mapping[str, str]:
    """Return by column the table that its numbers name."""
    found = {key.parent.name: key.column.table.name for key in table.foreign_keys}
    found |= {column: target for (name, column), target in SOFT.items() if name == table.name}
    return found


def columns_of(table: Table) -> list[str]:
    """Return the columns that an archive has of a table: all but the inner number."""
    if table.name == PEOPLE:
        return list(PERSON)
    return [column.name for column in table.c if column.name != "id"]


def rows_of(table: Table, network_id: int, public_id: UUID) -> ColumnElement[bool]:
    """Return which rows of a table belong to a network."""
    if table.name == NETWORK:
        return table.c.id == network_id
    if table.name == TRAIL:
        left = [kind for kind, there in kinds().items() if there.name in LEFT_OUT]
        own = and_(table.c.kind == NETWORK, table.c.object_id == public_id)
        return or_(own, and_(table.c.network_id == network_id, table.c.kind.not_in([*left, "person"])))
    if table.name in THROUGH:
        column, name = THROUGH[table.name]
        target = Base.metadata.tables[name]
        return table.c[column].in_(select(target.c.id).where(target.c.network_id == network_id))
    if table.name == "notice":  # what is only mail may hold a link that lets somebody in
        return and_(table.c.network_id == network_id, table.c.user_id.is_not(None), table.c.on_page.is_(True))
    return table.c.network_id == network_id


def count(connection: Connection, network_id: int, public_id: UUID) -> int:
    """Return how many rows an archive would hold, without its people."""
    each = (select(func.count()).select_from(t).where(rows_of(t, network_id, public_id)) for t in tables())
    return sum(connection.execute(query).scalar_one() for query in each)


def names(connection: Connection, network_id: int, public_id: UUID) -> dict[str, Mapping[int, str]]:
    """Return the public ids of all rows that others may name, people included."""
    wanted = {target for table in tables() for target in references(table).values()}
    wanted |= {target for keys in INSIDE.values() for target in keys.values()}
    found: dict[str, Mapping[int, str]] = {}
    for name in sorted(wanted - LEFT_OUT.keys()):
        table = Base.metadata.tables[name]
        query = select(table.c.id, table.c.public_id)
        if name != PEOPLE:
            query = query.where(rows_of(table, network_id, public_id))
        with connection.execute(query.order_by(table.c.id), execution_options={"yield_per": BATCH}) as rows:
            found[name] = NamesByNumber((row.id, row.public_id) for row in rows)
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


class Namer:
    """Puts names in place of inner numbers, and remembers which people were named."""

    def __init__(self, known: Names) -> None:
        self._known, self.people = known, set[int]()

    def name(self, target: str, number: Any) -> str | None:
        """Return the name of a row; ``gone:`` and its number where it is not there any more."""
        if number is None:
            return None
        if target == PEOPLE and number in self._known[PEOPLE]:
            self.people.add(number)
        found = self._known.get(target, {}).get(number)
        return found or f"{GONE}{abs(number)}"

    def value(self, table: Table, column: str, value: Any) -> Any:
        """Return one value of a row as the archive has it."""
        if (table.name, column) in BLANK:
            return None
        return translated(table, column, plain(value), self.name)


def translated(table: Table, column: str, value: Any, swap: Callable[[str, Any], Any]) -> Any:
    """Return a value with every row that it names swapped by *swap* (table named, name or number)."""
    if value is None:
        return None
    if target := references(table).get(column):
        return swap(target, value)
    inside = INSIDE.get((table.name, column))
    if inside is None:
        return value
    if "" in inside:
        return [swap(inside[""], each) for each in value]
    if isinstance(value, list):
        return [_swapped(each, inside, swap) for each in value]
    return _swapped(value, inside, swap)


def _swapped(held: Any, inside: Mapping[str, str], swap: Callable[[str, Any], Any]) -> Any:
    def one(key: str, value: Any) -> Any:
        return swap(inside[key], value) if key in inside and value is not None else value

    return {key: one(key, value) for key, value in held.items()} if isinstance(held, dict) else held


def changes(kind: str, told: Mapping[str, Any] | None, swap: Callable[[str, Any], Any]) -> Any:
    """Return what a line of the trail tells, with the rows that it names swapped."""
    table = kinds().get(kind)
    if told is None or table is None:
        return told
    attributes = _attributes(kind)
    return {
        field: [translated(table, attributes.get(field, field), side, swap) for side in sides]
        for field, sides in told.items()
    }


@cache
def _attributes(kind: str) -> Mapping[str, str]:
    attributes = inspected(audit.models()[kind]).column_attrs
    return {attribute.key: attribute.columns[0].name for attribute in attributes}


def rows(
    connection: Connection, table: Table, network_id: int, public_id: UUID, namer: Namer
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that belong to a network, oldest first, as an archive holds them."""
    wanted = columns_of(table)
    query = select(*(table.c[name] for name in wanted)).where(rows_of(table, network_id, public_id))
    with connection.execute(
        query.order_by(*table.primary_key), execution_options={"yield_per": BATCH}
    ) as result:
        for row in result.mappings():
            told = {name: namer.value(table, name, row[name]) for name in wanted}
            if table.name == TRAIL:
                told["changes"] = changes(row["kind"], row["changes"], namer.name)
            yield told


def people(connection: Connection, ids: set[int]) -> Iterator[dict[str, Any]]:
    """Yield the people with these numbers, as an archive holds them."""
    table = Base.metadata.tables[PEOPLE]
    wanted = [table.c[name] for name in PERSON]
    numbers = sorted(ids)
    for start in range(0, len(numbers), BATCH):
        piece = table.c.id.in_(numbers[start : start + BATCH])
        for row in connection.execute(select(*wanted).where(piece).order_by(table.c.id)).mappings():
            yield {name: plain(value) for name, value in row.items()}


def described() -> dict[str, dict[str, Any]]:
    """Return every table of an archive in words: what it is, and each column."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    found = {}
    for table in (Base.metadata.tables[PEOPLE], *tables()):
        model: Any = models[table]
        said, refers = archive_words.comments(model), references(table)
        found[table.name] = {
            "says": archive_words.sentence(models[table]),
            "columns": {
                name: {
                    "type": _type(table.c[name].type), "nullable": bool(table.c[name].nullable),
                    "refers": refers.get(name, ""), "says": said.get(name, ""),
                }
                for name in columns_of(table)
            },
        }  # fmt: skip
    return found


def _type(kind: Any) -> str:
    if isinstance(kind, UtcDateTime):
        return "date-time"
    kind = kind.impl if isinstance(kind, TypeDecorator) else kind
    pairs = (
        (Boolean, "boolean"), (Integer, "integer"), (Float, "number"), (Numeric, "number"), (Date, "date"),
        (Uuid, "uuid"), (JSON, "any"),
    )  # fmt: skip
    return next((name for python, name in pairs if isinstance(kind, python)), "string")
