"""Deleting a network for good: table by table, in small transactions, so that nobody else waits.

People who belong nowhere else are told first, then files go, then the people's places, so that nobody works
in what is disappearing. Stopped in the middle, it goes on where it was the next time.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Table, delete, exists, select, update
from sqlalchemy.orm import Session

from accounts.models import User
from desk import ending_queries, ending_services
from desk.ending import NETWORK, OF_NETWORK_LEFT, PERSON, THROUGH
from nic_platform import audit
from nic_platform.database import Base, transaction
from nic_platform.errors import RuleError
from nic_platform.storage import Storage
from nic_platform.tables import Attachment, AuditEntry, Deletion, Job
from teams.models import Membership, Network, NetworkMember, Program

PIECE = 5000  # rows in one transaction
Told = Callable[[int], None]


def purge(
    storage: Storage, deletion_id: UUID, at: datetime, report: Told = lambda _per_cent: None
) -> Counter[str]:
    """Delete the network that a request is about, if its day has come; return how many rows of each table.

    Raises:
        AbsentError: there is no open request.
    """
    with transaction(at=at) as current:
        asked = ending_queries.entity(current, deletion_id)
        network = current.scalars(select(Network).where(Network.public_id == asked.object_id)).first()
        if asked.due_at is None or asked.due_at > at:
            return Counter()
        number = network.id if network else None
    if number is None:
        with transaction(at=at) as current:
            ending_queries.entity(current, deletion_id).done_at = at
        return Counter()
    found = _empty(storage, number, at, report)
    with transaction(at=at) as current:
        _close(current, current.get_one(Network, number), deletion_id, at)
    return found


def tables() -> list[Table]:
    """Return the tables whose rows belong to networks, those that others rest on last."""
    first = [NetworkMember.__tablename__, Membership.__tablename__]
    apart = {*OF_NETWORK_LEFT, Program.__tablename__}
    found = [
        table for table in reversed(Base.metadata.sorted_tables)
        if table.name not in apart and ("network_id" in table.c or table.name in THROUGH)
    ]  # fmt: skip
    return sorted(found, key=lambda table: table.name not in first)


def _of(table: Table, number: int) -> Any:
    """Return the condition that a row belongs to the network."""
    if table.name not in THROUGH:
        return table.c.network_id == number
    column, other = THROUGH[table.name]
    parent = Base.metadata.tables[other]
    return table.c[column].in_(select(parent.c.id).where(parent.c.network_id == number))


def _empty(storage: Storage, number: int, at: datetime, report: Told) -> Counter[str]:
    found: Counter[str] = Counter()
    with transaction(at=at) as current:
        people, keys = _people(current, number), _keys(current, number)
        _redact_identities(current, number, at)
    for person in people:
        _end_person(person, at)
    for key in keys:
        storage.delete(key)
    every = tables()
    for place, table in enumerate(every, 1):
        found[table.name] = _empty_table(table, number, at)
        report(round(95 * place / len(every)))
    with transaction(at=at) as current:
        found[Program.__tablename__] = _end_programs(current, number, at)
    found["audit_entry"] = _empty_trail(number, at)
    return found


def _end_programs(session: Session, number: int, at: datetime) -> int:
    """Delete the accounts of the network's programs, and with them what they are for; they are no people."""
    mine = select(Program.user_id).where(Program.network_id == number)
    programs = session.scalars(select(User).where(User.id.in_(mine), User.is_service.is_(True))).all()
    for program in programs:
        audit.redact(session, PERSON, program.public_id, by=None, at=at)
    session.execute(delete(User).where(User.id.in_([each.id for each in programs])))
    return len(programs)


def _empty_table(table: Table, number: int, at: datetime) -> int:
    here, count = _of(table, number), 0
    with transaction(at=at) as current:
        for key in table.foreign_keys:  # a row may rest on another one of its own table, in any order
            if key.column.table is table and not key.ondelete:
                rests = update(table).where(here, key.parent.is_not(None))
                current.execute(rests.values({key.parent.name: None}))
    if "id" not in table.c:
        with transaction(at=at) as current:
            return _deleted(current, table, here)
    while True:
        with transaction(at=at) as current:
            piece = select(table.c.id).where(here).order_by(table.c.id.desc()).limit(PIECE)
            gone = _deleted(current, table, table.c.id.in_(piece.scalar_subquery()))
        count += gone
        if gone < PIECE:
            return count


def _deleted(session: Session, table: Table, where: Any) -> int:
    return cast(CursorResult[Any], session.execute(delete(table).where(where))).rowcount


def _empty_trail(number: int, at: datetime) -> int:
    """Delete the histories of the network's things; its own stays."""
    here, count = (AuditEntry.network_id == number, AuditEntry.kind != NETWORK), 0
    while True:
        with transaction(at=at) as current:
            piece = select(AuditEntry.id).where(*here).limit(PIECE).scalar_subquery()
            table = cast(Table, AuditEntry.__table__)
            gone = _deleted(current, table, table.c.id.in_(piece))
        count += gone
        if gone < PIECE:
            return count


def _keys(session: Session, number: int) -> list[str]:
    """Return under which keys files of the network lie: attached ones, archives, files made for people."""
    found = list(session.scalars(select(Attachment.key).where(Attachment.network_id == number)))
    made = session.scalars(select(Job.result).where(Job.network_id == number, Job.result.is_not(None)))
    return found + [held["key"] for held in made if held and held.get("key")]


def _redact_identities(session: Session, number: int, at: datetime) -> None:
    """Take addresses out of the history of connections with the network's own sign-ins."""
    table = Base.metadata.tables["user_identity"]
    for public_id in session.scalars(select(table.c.public_id).where(_of(table, number))).all():
        audit.redact(session, "user_identity", public_id, by=None, at=at)


def _people(session: Session, number: int) -> list[int]:
    """Return who belongs to this network and to no other, by number; no administrators, no programs."""
    places: tuple[type[Membership] | type[NetworkMember], ...] = (Membership, NetworkMember)
    mine = [exists().where(each.user_id == User.id, each.network_id == number) for each in places]
    other = [
        exists().where(each.user_id == User.id, each.network_id != number, each.deleted_at.is_(None))
        for each in places
    ]
    query = select(User.id).where(mine[0] | mine[1], ~other[0], ~other[1])
    query = query.where(User.is_admin.is_(False), User.is_service.is_(False), User.deleted_at.is_(None))
    return list(session.scalars(query.where(User.ends_at.is_(None)).order_by(User.id)))


def _end_person(user_id: int, at: datetime) -> None:
    """Let an account that belongs nowhere any more be deleted after the grace."""
    try:
        with transaction(at=at) as current:
            ending_services.ask_person(current, current.get_one(User, user_id), by=None, at=at)
    except RuleError:
        return


def _close(session: Session, network: Network, deletion_id: UUID, at: datetime) -> None:
    """Delete the network itself, and write down that it went; of its history stays who did what and when."""
    audit.record(session, network, "purged")
    session.flush()
    audit.redact(session, NETWORK, network.public_id, by=None, at=at)
    asked = ending_queries.entity(session, deletion_id)
    asked.done_at, asked.network_id = at, None
    session.flush()
    others = update(Deletion).where(Deletion.network_id == network.id).values(network_id=None)
    session.execute(others)
    session.execute(delete(Network).where(Network.id == network.id))
    session.expunge_all()
