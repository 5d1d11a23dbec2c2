"""Everything that the platform holds about one person, for that person alone; nothing about anybody else.

Which tables that is follows from the classes of their columns: rows with the person's own ``user_id`` (or one
of :data:`THEIRS`), without secrets and without what names somebody else. What a person wrote is read from the
trail: the values that they themselves put in.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from interchange.archive_queries import plain
from interchange.archive_words import sentence
from interchange.data_classes import class_of
from nic_platform import audit
from nic_platform.database import Base
from nic_platform.tables import AuditEntry

PERSON = "user_account"
THEIRS: Mapping[str, str] = {
    "measurement": "recorded_by_id", "asking": "answered_by_id", "theme": "owner_id",
    "feedback_item": "owner_id",
    "attachment": "created_by_id", "import_run": "created_by_id", "job": "created_by_id",
    "deletion": "asked_by_id",
}  # fmt: skip
"""Tables that say in another column than ``user_id`` whose a row is."""
ELSEWHERE: Mapping[str, str] = {
    "link": "who sends or receives is said in the changes that the person made themselves",
    "identity_provider": "an organisation's sign-in is no person's; who made it is said in their changes",
    "program": "a program's account is no person",
    "idempotency_key": "answers of the API, kept for a day, which programs already have",
    "audit_entry": "in what the person wrote",
}
"""Tables that refer to people and are not read here, each with the reason."""
_SHOWN = frozenset({"contact", "words", "figures", "setting", "trace", "place"})
_NAMED = ("network_id", "team_id")  # shown by name
_OTHERS = frozenset({"mentions", "token", "payload", "undo", "problems", "earlier", "headers"})
_MOST = 20_000  # rows of one table


@cache
def own_tables() -> tuple[tuple[Table, str], ...]:
    """Return the tables that have rows of people, each with the column that says whose they are."""
    found = []
    for table in Base.metadata.sorted_tables:
        column = "user_id" if "user_id" in table.c else THEIRS.get(table.name, "")
        if column and table.name not in ELSEWHERE:
            found.append((table, column))
    return tuple(found)


def about(session: Session, user_id: int) -> dict[str, Any]:
    """Return what is held about a person, by table: what the table is, and its rows, oldest first."""
    found: dict[str, Any] = {PERSON: _profile(session, user_id)}
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for table, column in own_tables():
        rows = _rows(session, table, column, user_id)
        if rows:
            found[table.name] = {"says": sentence(models[table]), "rows": rows}
    wrote = list(written(session, user_id))
    if wrote:
        said = "What you wrote and changed, as the trail of changes has it."
        found["written"] = {"says": said, "rows": wrote}
    return found


def _columns(table: Table) -> list[str]:
    return [
        column.name for column in table.c
        if class_of(table.name, column.name) in _SHOWN and column.name not in _OTHERS
    ]  # fmt: skip


def _profile(session: Session, user_id: int) -> dict[str, Any]:
    table = Base.metadata.tables[PERSON]
    names = _columns(table)
    query = select(*(table.c[name] for name in names)).where(table.c.id == user_id)
    row = session.execute(query).mappings().one()
    return {"says": "Your account.", "rows": [{name: plain(row[name]) for name in names}]}


def _rows(session: Session, table: Table, column: str, user_id: int) -> list[dict[str, Any]]:
    wanted: dict[str, Any] = {name: table.c[name] for name in _columns(table)}
    here: Any = table
    for name in _NAMED:
        if name in table.c:
            other = Base.metadata.tables[name.removesuffix("_id")].alias(name)
            here = here.outerjoin(other, other.c.id == table.c[name])
            wanted[name.removesuffix("_id")] = other.c.name
    columns = [column.label(name) for name, column in wanted.items()]
    query = select(*columns).select_from(here).where(table.c[column] == user_id)
    found = session.execute(query.order_by(*table.primary_key).limit(_MOST)).mappings()
    return [{name: plain(value) for name, value in row.items()} for row in found]


def written(session: Session, user_id: int) -> Iterator[dict[str, Any]]:
    """Yield what a person wrote, oldest first: kind, name, moment, act, and the values they put in."""
    query = (
        select(AuditEntry.kind, AuditEntry.object_id, AuditEntry.at, AuditEntry.action, AuditEntry.changes)
        .where(AuditEntry.user_id == user_id)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=1000)
    )
    tables = {kind: model.__table__ for kind, model in audit.models().items()}
    for row in session.execute(query):
        table = tables.get(row.kind)
        values = {
            name: sides[1] for name, sides in (row.changes or {}).items()
            if _is_own_word(table, name) and sides[1] not in (None, "")
        }  # fmt: skip
        yield {
            "kind": row.kind, "id": str(row.object_id), "at": plain(row.at), "action": row.action,
            "values": values,
        }  # fmt: skip


def _is_own_word(table: Table | None, name: str) -> bool:
    """Say whether a value is the writer's: no number of a row, nothing of an account."""
    if table is None or name not in table.c or table.name == PERSON:
        return False
    return class_of(table.name, name) in _SHOWN and name not in _OTHERS
