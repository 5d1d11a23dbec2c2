"""The session of a request. A statement that asks for columns goes to the connection without the mapper.

The mapper turns rows into objects. Where a statement asks for columns alone, which is what pages do, there is
nothing to turn, and its work upon each statement and row is a third of what the statement costs.
"""

from typing import Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import ColumnElement, CursorResult, Select
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy


def asks_for_columns(statement: object) -> bool:
    """Say whether a statement selects nothing but columns, and says nothing of how it is to be read."""
    return (
        isinstance(statement, Select)
        and not statement._with_options
        and not statement._execution_options
        and all(isinstance(each, ColumnElement) for each in statement._raw_columns)
    )


class ReadySession(FlaskSession):
    """Asks for columns straight away, after writing what waits; all else is the library's."""

    def execute(self, statement: Any, params: Any = None, **how: Any) -> Any:
        """Run a statement; see the library's."""
        if how or not asks_for_columns(statement):
            return super().execute(statement, params, **how)
        return self._columns(statement, params)

    def scalar(self, statement: Any, params: Any = None, **how: Any) -> Any:
        """Return the first column of the first row; see the library's."""
        if how or not asks_for_columns(statement):
            return super().scalar(statement, params, **how)
        return self._columns(statement, params).scalar()

    def scalars(self, statement: Any, params: Any = None, **how: Any) -> Any:
        """Return the first column of each row; see the library's."""
        if how or not asks_for_columns(statement):
            return super().scalars(statement, params, **how)
        return self._columns(statement, params).scalars()

    def _columns(self, statement: Select[Any], params: Any) -> CursorResult[Any]:
        self._autoflush()
        result: CursorResult[Any] = self.connection().execute(statement, params)
        # All rows are taken at once, as the mapper does: whoever reads on may write or commit meanwhile.
        taken = FullyBufferedCursorFetchStrategy(result.cursor, initial_buffer=result.cursor.fetchall())
        result.cursor_strategy = taken
        return result
