"""Rows with which many tests begin: made once by the factories, then put back with the same ids.

Putting them back takes a fraction of the time. Only empty tables can take them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform import clock
from nic_platform.database import Base
from teams.models import Network

Things = dict[str, Any]  # rows of any tables, by the names that a test calls them


@dataclass(frozen=True)
class Kept:
    """All rows of a database, in the order of their references, and where the named ones are."""

    rows: list[tuple[sa.Table, list[dict[str, Any]]]]
    named: dict[str, tuple[type[Base], int]]


_kept: dict[tuple[str, str, date], Kept] = {}  # by database and day: fixed clocks get rows of their own


def kept(session: Session, what: str, make: Callable[[], Things]) -> Things:
    """Return what *make* names; only the first time on each database does it make it."""
    if session.scalar(sa.select(Network.id).limit(1)) or session.scalar(sa.select(User.id).limit(1)):
        return make()  # not alone in the tables: the ids may be taken
    key = what, str(session.connection().engine.url), clock.now().date()
    if key in _kept:
        return _put_back(session, _kept[key])
    things = make()
    session.flush()
    named = {name: (type(thing), thing.id) for name, thing in things.items()}
    _kept[key] = Kept(_all_rows(session), named)
    return things


def _put_back(session: Session, held: Kept) -> Things:
    for table, values in held.rows:
        session.execute(sa.insert(table), values)
    found: dict[tuple[type[Base], int], Any] = {}
    for kind in {kind for kind, _number in held.named.values()}:
        numbers = [number for of, number in held.named.values() if of is kind]
        column = sa.inspect(kind).primary_key[0]
        rows: list[Any] = list(session.scalars(sa.select(kind).where(column.in_(numbers))))
        found |= {(kind, sa.inspect(row).identity[0]): row for row in rows}
    return {name: found[place] for name, place in held.named.items()}


def _all_rows(session: Session) -> list[tuple[sa.Table, list[dict[str, Any]]]]:
    rows = []
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.computed is None]
        found = session.execute(sa.select(*columns).order_by(*table.primary_key.columns)).mappings()
        rows.append((table, [dict(row) for row in found]))
    return [(table, held) for table, held in rows if held]
