"""Puts the archive of a network into this installation: all of it, or nothing.

Public ids stay, inner numbers are given anew. People are found by their address or made. The trail is chained
anew with this installation's key, which a line of the network's history says. The caller commits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    Enum,
    Float,
    Numeric,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import User
from interchange import archive_queries
from interchange.archive_file import ArchiveError, Reader
from interchange.archive_names import NumbersByName
from interchange.archive_queries import GONE, references, tables
from interchange.archive_steps import brought_up
from interchange.archive_tables import BLANK, NETWORK, PEOPLE, TRAIL
from nic_platform import audit
from nic_platform.backup import decoded
from nic_platform.database import Base
from nic_platform.storage import Storage
from teams.models import Network

IMPORTED = "imported"
BATCH = 500
FEW = 100_000  # rows of a table whose names are kept the quick way
Told = Callable[[int], None]


@dataclass
class Found:
    """What an archive would bring, told before anything is written."""

    network: str
    rows: int
    files: int
    known: list[str] = field(default_factory=list)  # addresses that are people here already
    new: list[str] = field(default_factory=list)  # addresses that get an account
    problems: list[str] = field(default_factory=list)


@dataclass
class Done:
    """What was written: the network, the accounts made, and where its files lie now."""

    network_id: int
    made: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def rows_in(reader: Reader, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table, brought up to this version."""
    return brought_up(reader.manifest.revision, table, reader.rows(table))


def look(session: Session, reader: Reader, revision: str) -> Found:
    """Say what an archive would bring and what stands against it; nothing is changed."""
    manifest = reader.manifest
    rows = manifest.rows()
    files = sum(name.startswith("files/") for name in manifest.parts)
    found = Found(manifest.network["name"], sum(rows.values()), files)
    if manifest.revision > revision:
        found.problems.append(
            f"It was made by a later version ({manifest.revision}; here it is {revision}). Upgrade first."
        )
        return found
    strange = sorted(set(rows) - {PEOPLE, *(table.name for table in tables())})
    if strange:
        found.problems.append(f"The archive has tables that are not known here: {', '.join(strange)}.")
    _look_at_people(session, reader, found)
    for table in tables():
        _look_for_twins(session, reader, table, found)
    return found


def _look_at_people(session: Session, reader: Reader, found: Found) -> None:
    here = set(session.scalars(select(User.email)))
    for person in rows_in(reader, PEOPLE):
        address = str(person["email"]).lower()
        (found.known if address in here else found.new).append(address)
    twice = {each for each in found.new if found.new.count(each) > 1}
    found.problems += [f"Two people of the archive have the address {each}." for each in sorted(twice)]


def _look_for_twins(session: Session, reader: Reader, table: Table, found: Found) -> None:
    if "public_id" not in table.c:
        return
    twins, waiting = 0, list[UUID]()

    def ask() -> int:
        query = select(func.count()).select_from(table).where(table.c.public_id.in_(waiting))
        return session.execute(query).scalar_one()

    for row in rows_in(reader, table.name):
        waiting.append(UUID(row["public_id"]))
        if len(waiting) == BATCH:
            twins, waiting = twins + ask(), []
    twins += ask() if waiting else 0
    if table.name == NETWORK and twins:
        found.problems.append("This network is here already. Nothing is written over it.")
    elif twins:
        found.problems.append(f"{table.name}: {twins} rows have an id that is here already.")


# ---------------------------------------------------------------- writing


class _Numbers:
    """The inner number that each row of the archive gets here, by table and public id."""

    def __init__(self, session: Session) -> None:
        self._session, self.by_table = session, dict[str, Mapping[str, int]]()
        self.in_order = dict[str, Sequence[int]]()

    def give(self, table: Table, names: Iterator[str], count: int) -> None:
        """Give new numbers to rows, in their order; ``count`` says how many to expect."""
        if count > FEW:
            many = NumbersByName(names)
            many.give(self._taken(table, len(many)))
            self.by_table[table.name], self.in_order[table.name] = many, many.numbers
            return
        few = list(names)
        taken = self._taken(table, len(few))
        self.by_table[table.name] = dict(zip(few, taken, strict=True))
        self.in_order[table.name] = taken

    def _taken(self, table: Table, count: int) -> Sequence[int]:
        if self._session.get_bind().dialect.name == "postgresql":
            counter = func.pg_get_serial_sequence(f'"{table.name}"', "id")
            rows = func.generate_series(1, count).table_valued("n")
            return sorted(self._session.scalars(select(func.nextval(counter)).select_from(rows)))
        # The transaction holds the only lock there is.
        first = (self._session.execute(select(func.max(table.c.id))).scalar() or 0) + 1
        return range(first, first + count)

    def number(self, target: str, name: Any) -> int:
        """Return the number of a named row; of one that was gone already, a number that nobody has."""
        if isinstance(name, str) and name.startswith(GONE):
            return -int(name.removeprefix(GONE))
        found = self.by_table.get(target, {}).get(str(name))
        if found is None:
            raise ArchiveError(f"A row names {target} {name}, which the archive does not hold.")
        return found


def write(
    session: Session, storage: Storage, reader: Reader, *, at: datetime, told: Told = lambda _per_cent: None
) -> Done:
    """Write an archive that :func:`look` had nothing against.

    Raises:
        ArchiveError: something in it can't be written; the caller rolls back and calls :func:`forget_files`.
    """
    numbers, done = _Numbers(session), Done(0)
    try:
        _put(session, storage, reader, numbers, done, at, told)
    except (IntegrityError, KeyError, ValueError, TypeError, AttributeError) as error:
        forget_files(storage, done)
        raise ArchiveError(f"The archive can't be written: {_why(error)}") from error
    except BaseException:
        forget_files(storage, done)
        raise
    return done


def _why(error: Exception) -> str:
    told = str(error.orig) if isinstance(error, IntegrityError) else f"{type(error).__name__}: {error}"
    return told.splitlines()[0]


def forget_files(storage: Storage, done: Done) -> None:
    """Take back the bytes of files that were put away for rows that did not stay."""
    for key in done.keys:
        storage.delete(key)


def _put(
    session: Session,
    storage: Storage,
    reader: Reader,
    numbers: _Numbers,
    done: Done,
    at: datetime,
    told: Told,
) -> None:
    _people(session, reader, numbers, done)
    every, held = tables(), reader.manifest.rows()
    for table in every:
        if "id" in table.c:
            names = (
                str(row.get("public_id", place)) for place, row in enumerate(rows_in(reader, table.name))
            )
            numbers.give(table, names, held.get(table.name, 0) if "public_id" in table.c else 0)
    heads = _trail(session, reader, numbers)
    for place, table in enumerate(each for each in every if each.name != TRAIL):
        _table(session, storage, reader, table, numbers, heads, done)
        told(5 + 90 * place // len(every))
    done.network_id = numbers.number(NETWORK, reader.manifest.network["id"])
    _say_so(session, reader, done, at)
    told(100)


def _people(session: Session, reader: Reader, numbers: _Numbers, done: Done) -> None:
    here = {email: number for number, email in session.execute(select(User.id, User.email))}
    taken = set(session.scalars(select(User.public_id)))
    found: dict[str, int] = {}
    made: list[tuple[str, User]] = []
    for person in rows_in(reader, PEOPLE):
        address, name = str(person["email"]).lower(), UUID(person["public_id"])
        if address in here:
            found[str(name)] = here[address]
            continue
        user = User(
            public_id=uuid4() if name in taken else name, email=address, name=person["name"],
            title=person["title"], locale=person["locale"], time_zone=person["time_zone"],
            is_service=bool(person["is_service"]),
            disabled_at=datetime.fromisoformat(person["disabled_at"]) if person["disabled_at"] else None,
        )  # fmt: skip
        made.append((str(name), user))
    session.add_all(user for _name, user in made)
    session.flush()
    found |= {name: user.id for name, user in made}
    done.made = [user.id for _name, user in made if user.disabled_at is None and not user.is_service]
    numbers.by_table[PEOPLE] = found


def _trail(session: Session, reader: Reader, numbers: _Numbers) -> dict[tuple[str, str], tuple[int, str]]:
    """Write the trail anew chained, and return the end of each object's chain."""
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    table = Base.metadata.tables[TRAIL]

    def rechained() -> Iterator[dict[str, Any]]:
        for row in rows_in(reader, TRAIL):
            changes = archive_queries.changes(row["kind"], row["changes"], numbers.number)
            row = {**row, "changes": None}
            line = _decoded(table, row, numbers)
            line |= {"changes": changes, "digests": {**row["digests"], **audit.digests_of(changes or {})}}
            place = (row["kind"], row["object_id"])
            line["digest"] = audit.link_of(heads.get(place, (0, ""))[1], line)
            heads[place] = (row["seq"], line["digest"])
            yield line

    _insert(session, table, rechained())
    return heads


def _table(
    session: Session, storage: Storage, reader: Reader, table: Table, numbers: _Numbers,
    heads: Mapping[tuple[str, str], tuple[int, str]], done: Done,
) -> None:  # fmt: skip
    kind = next((kind for kind, there in archive_queries.kinds().items() if there is table), None)
    own = [name for name, target in references(table).items() if target == table.name]
    later: list[dict[str, Any]] = []

    def ready() -> Iterator[dict[str, Any]]:
        for place, row in enumerate(rows_in(reader, table.name)):
            line = _decoded(table, row, numbers)
            if "id" in table.c:
                line["id"] = numbers.in_order[table.name][place]
            if kind is not None:
                line["audit_seq"], line["audit_head"] = heads.get((kind, row["public_id"]), (0, ""))
            if table.name == "attachment":
                line["key"] = _file(storage, reader, row, done)
            if table.name == "notice" and line["mail_state"] in {"waiting", "digest"}:
                line["mail_state"] = "none"  # the installation that it comes from sends it
            if any(line[name] is not None for name in own):
                later.append({"row": line["id"], **{name: line[name] for name in own}})
                line |= dict.fromkeys(own)
            yield line

    _insert(session, table, ready())
    if later:
        values: dict[str, Any] = {name: bindparam(name) for name in own}
        query = update(table).where(table.c.id == bindparam("row")).values(values)
        session.connection().execute(query, later)


def _insert(session: Session, table: Table, lines: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            session.connection().execute(insert(table), batch)
            batch = []
    if batch:
        session.connection().execute(insert(table), batch)


def _file(storage: Storage, reader: Reader, row: Mapping[str, Any], done: Done) -> str:
    stream = reader.file(row["public_id"])
    if stream is None:
        return uuid4().hex  # it was missing before; its row stays, as it did there
    with stream:
        kept = storage.put(stream)  # type: ignore[arg-type]  # a member of a ZIP reads like a file
    done.keys.append(kept.key)
    if kept.sha256 != row["sha256"]:
        raise ArchiveError(f"The file {row['name']} is not the one that was attached.")
    return kept.key


def _decoded(table: Table, row: Mapping[str, Any], numbers: _Numbers) -> dict[str, Any]:
    """Return a row as the database takes it; what an older archive has not gets its default."""
    line: dict[str, Any] = {}
    keyed = {key.parent.name for key in table.foreign_keys}
    for name in archive_queries.columns_of(table):
        column = table.c[name]
        if name not in row or (table.name, name) in BLANK:
            line[name] = _default(column)
            continue
        value = archive_queries.translated(table, name, row[name], numbers.number)
        if name in keyed and isinstance(value, int) and value < 0:
            value = None
        line[name] = value if name in references(table) else _python(column, value)
    strange = set(row) - set(line)
    if strange:
        raise ArchiveError(f"{table.name} has columns that are not known here: {', '.join(sorted(strange))}.")
    return line


def _default(column: Column[Any]) -> Any:
    given: Any = column.default
    if given is not None and (given.is_scalar or given.is_callable):
        return given.arg(None) if given.is_callable else given.arg
    return None


def _python(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return float(value) if isinstance(kind, Numeric | Float) else decoded(column, value)


def _say_so(session: Session, reader: Reader, done: Done, at: datetime) -> None:
    """Write into the network's history that its trail was chained anew, and from which archive."""
    public_id = UUID(reader.manifest.network["id"])
    told: dict[str, Any] = {
        "archive": [None, reader.digest], "made_at": [None, reader.manifest.made_at],
        "entries": [None, reader.manifest.trail["entries"]],
        "faults": [None, reader.manifest.trail["faults"]],
    }  # fmt: skip
    seq, digest = audit.append(session, NETWORK, public_id, IMPORTED, told, by=None, at=at)
    session.connection().execute(
        update(Base.metadata.tables[NETWORK]).where(Network.id == done.network_id)
        .values(audit_seq=seq, audit_head=digest)
    )  # fmt: skip
    session.expire_all()
