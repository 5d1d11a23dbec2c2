"""Reading many numbers at once: the columns of a query as arrays, without an object for each row.

PostgreSQL packs each column into one value, so that 100,000 rows come as a few; from SQLite the rows come one
by one.
"""

from typing import Any

import numpy as np
from sqlalchemy import Double, Select, cast, func, literal, select
from sqlalchemy.orm import Session

_NOTHING = float("nan")


def read_columns(session: Session, query: Select[*tuple[Any, ...]]) -> Any:
    """Return the result of a query of numbers as an array (columns, rows), in its order; one statement.

    NULL becomes NaN. Numbers are exact up to 2⁵³.
    """
    if session.get_bind().dialect.name != "postgresql":
        rows = session.connection().execute(query).all()
        width = len(query.selected_columns)
        return np.array([tuple(row) for row in rows], dtype=np.float64).reshape(len(rows), width).T
    inner = query.subquery()
    packed = [
        func.string_agg(
            func.float8send(func.coalesce(cast(column, Double), literal(_NOTHING, Double))), literal(b"")
        )
        for column in inner.columns
    ]
    found = session.execute(select(*packed)).one()
    return np.array([np.frombuffer(part or b"", dtype=">f8") for part in found], dtype=np.float64)
