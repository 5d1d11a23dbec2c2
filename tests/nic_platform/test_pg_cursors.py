"""A cursor of PostgreSQL tells name and type of a result's columns, and that others have none."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from nic_platform.pg_cursors import PlainCursor
from tests.drill import stricter_database


@stricter_database
def test_columns_are_tuples_of_name_and_type(session: Session) -> None:
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite has another driver")
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor:
        assert isinstance(cursor, PlainCursor)
        assert cursor.description is None
        cursor.execute("SELECT 1 AS one, 'x'::text AS \"zwölf\", NULL::date AS one WHERE false")
        told: Any = cursor.description
        assert [(each[0], each[1], len(each)) for each in told] == [
            ("one", 23, 7), ("zwölf", 25, 7), ("one", 1082, 7),
        ]  # fmt: skip
        cursor.execute("CREATE TEMPORARY TABLE told (n int)")
        assert cursor.description is None
        cursor.execute("SELECT")
        assert cursor.description == []


def test_a_row_is_read_by_the_names_of_its_columns(session: Session) -> None:
    row = session.execute(text("SELECT 1 AS one, 'x' AS other")).one()

    assert (row.one, row.other, row._mapping["one"]) == (1, "x", 1)
