"""What a request wrote, for tests that say that it must not have."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

_WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
# That somebody asked is counted, and noted, whatever the answer.
COUNTS = frozenset({"attempt", "sign_in", "api_token", "student_look"})


@contextmanager
def written() -> Iterator[set[str]]:
    """Collect the tables that are written to inside the block, but for those that count who asks."""
    tables: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if found := _WRITES.match(statement):
            tables.add(found.group(1))
            tables.difference_update(COUNTS)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield tables
    finally:
        event.remove(Engine, "before_cursor_execute", note)
