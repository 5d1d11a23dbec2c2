"""Cursors of PostgreSQL that say of a result no more than is asked of them.

For every answer SQLAlchemy asks what its columns are, and then, for a statement it knows, looks at nothing of
it. The driver makes an object of each column with all that the server says of it, which took a tenth of a
request; here a column is the plain tuple that PEP 249 wants.
"""

from typing import Any

import psycopg

_REST = (None,) * 5  # sizes, precision, scale and whether it may be null, which nobody asks for


class PlainCursor(psycopg.Cursor[Any]):
    """A cursor whose columns are tuples of name and type."""

    @property
    def description(self) -> list[Any] | None:
        """Return name and type of each column of the result; ``None`` where it is no rows."""
        found = self.pgresult
        if found is None or not found.nfields:
            return super().description
        name, kind, encoding = found.fname, found.ftype, self._encoding
        return [((name(n) or b"").decode(encoding), kind(n), *_REST) for n in range(found.nfields)]
