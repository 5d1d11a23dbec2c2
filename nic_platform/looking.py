"""Writing down who looked at figures of students: when the answer is there, in a short write of its own.

A first look of a day is written at once; the next ones of the same person at the same place are counted here
and written with whatever comes next, or after a minute. So a program that is killed loses the counts of a
minute, and at most one look. A database that is busy or away costs nobody an answer: what could not be
written waits for the next look.
"""

import atexit
import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g
from sqlalchemy import Connection, Engine, case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from nic_platform import clock, looks
from nic_platform.actor import Actor
from nic_platform.database import Base, db, session
from nic_platform.looks import Seen
from nic_platform.tables import StudentLook

log = logging.getLogger(__name__)
EVERY = 60.0  # seconds after which counted looks are written
WAIT = 250  # milliseconds that a look waits for others who write
MOST = 5_000  # looks that wait at most
MOST_PLACES = 50  # more places in one answer count as one look at the network
PAGE, FILE, PROGRAM = "page", "file", "program"
WAYS = (PAGE, FILE, PROGRAM)
_EXTENSION = "nic.looks"
AFTER = {"after_answer": True}
"""Marks statements that run once the answer has been sent: they are no part of what a page costs."""
_TABLES = {"team": "team", "site": "site", "network": "network"}


@dataclass(frozen=True)
class Look:
    """That somebody looked at figures of students of a place, by inner number, on a civil day."""

    user_id: int
    network_id: int
    on_day: date
    place: str
    number: int
    way: str


@dataclass
class Times:
    """How often, first and last."""

    times: int
    first_at: datetime
    last_at: datetime

    def add(self, other: "Times") -> None:
        """Count another's looks too."""
        self.times += other.times
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)


@dataclass
class Waiting:
    """The looks of this process that are not written yet, and which were written lately."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    writing: threading.Lock = field(default_factory=threading.Lock)
    counted: dict[Look, Times] = field(default_factory=dict)
    known: dict[Look, float] = field(default_factory=dict)  # when each was written last
    names: dict[tuple[str, int], UUID] = field(default_factory=dict)

    def add(self, found: Iterable[Look], at: datetime, every: float) -> bool:
        """Count looks, and say whether it is time to write."""
        now, is_time = monotonic(), False
        with self.lock:
            for look in found:
                if look in self.counted:
                    self.counted[look].add(Times(1, at, at))
                elif len(self.counted) < MOST:
                    self.counted[look] = Times(1, at, at)
                else:
                    log.warning("too many looks wait to be written; one is lost")
                    continue
                is_time = is_time or now - self.known.get(look, -every) >= every
        return is_time

    def take(self) -> dict[Look, Times]:
        """Return what waits; who could not write it gives it back."""
        with self.lock:
            taken, self.counted = self.counted, {}
        return taken

    def give_back(self, taken: Mapping[Look, Times]) -> None:
        """Let looks wait again that could not be written."""
        with self.lock:
            for look, times in taken.items():
                if look in self.counted:
                    self.counted[look].add(times)
                else:
                    self.counted[look] = times

    def written(self, taken: Iterable[Look]) -> None:
        """Remember what was written just now."""
        now = monotonic()
        with self.lock:
            if len(self.known) > 10 * MOST:
                self.known.clear()
            self.known.update(dict.fromkeys(taken, now))


def init(app: Flask) -> None:
    """Note of every request whether figures of students passed, and write it once the answer is there."""
    app.extensions[_EXTENSION] = Waiting()
    app.config.setdefault("LOOKS_EVERY", 0.0 if app.testing else EVERY)
    app.before_request(_listen)
    app.after_request(_note)
    if app.testing:
        app.teardown_request(_write_now)
    else:
        atexit.register(_write_last, app)


def _listen() -> None:
    looks.listen()


def _note(response: Response) -> Response:
    """Find out who looked, and let it be written when the answer has been sent."""
    seen, actor = looks.heard(), g.get("actor")
    if not seen or actor is None or actor.network_id is None or response.status_code >= 400:
        return response
    found = looks_of(actor, seen, _way(response))
    app, at = current_app._get_current_object(), clock.now()  # type: ignore[attr-defined]  # Werkzeug's proxy
    if app.testing:
        g.looks = (found, at)
    else:
        response.call_on_close(lambda: keep(app, found, at))
    return response


def looks_of(actor: Actor, seen: Seen, way: str) -> list[Look]:
    """Return what an actor looked at: the places named, or the network where none was, or very many."""
    if actor.network_id is None:
        return []
    network, on = actor.network_id, clock.today(actor.time_zone)
    places = [("team", number) for number in seen.teams] + [("site", number) for number in seen.sites]
    if not places or len(places) > MOST_PLACES:
        places = [("network", network)]
    return [Look(actor.user_id, network, on, kind, number, way) for kind, number in sorted(places)]


def _way(response: Response) -> str:
    if g.get("by_token"):
        return PROGRAM
    is_saved = "attachment" in response.headers.get("Content-Disposition", "")
    return FILE if is_saved or response.mimetype == "application/pdf" else PAGE


def _write_now(_error: BaseException | None = None) -> None:
    kept = g.pop("looks", None)
    if kept:
        g.writes = True
        session().rollback()  # whatever the request still reads in is over
        keep(current_app._get_current_object(), *kept)  # type: ignore[attr-defined]  # Werkzeug's proxy


def _write_last(app: Flask) -> None:
    waiting: Waiting = app.extensions[_EXTENSION]
    if waiting.counted:
        _write(app, waiting)


def keep(app: Flask, found: Iterable[Look], at: datetime) -> None:
    """Count looks, and write what waits if it is time and nobody else in this process writes."""
    waiting: Waiting = app.extensions[_EXTENSION]
    if waiting.add(found, at, float(app.config["LOOKS_EVERY"])):
        _write(app, waiting)


def write_waiting() -> None:
    """Write what this process has counted, for who reads the looks now."""
    waiting: Waiting = current_app.extensions[_EXTENSION]
    if waiting.counted:
        _write(current_app._get_current_object(), waiting)  # type: ignore[attr-defined]  # Werkzeug's proxy


def _write(app: Flask, waiting: Waiting) -> None:
    """Write what waits; whatever goes wrong, it waits again, and nobody is told but the log."""
    if not waiting.writing.acquire(blocking=False):
        return
    taken = waiting.take()
    try:
        with app.app_context():
            _put_each(db.engine, taken, waiting.names)
        waiting.written(taken)
    except Exception as error:
        waiting.give_back(taken)
        log.warning("Looks could not be written now (%s); they wait.", type(error).__name__)
    finally:
        waiting.writing.release()


def _put_each(
    engine: Engine | Connection, taken: Mapping[Look, Times], names: dict[tuple[str, int], UUID]
) -> None:
    """Write looks together; if one of a person or network that is gone is among them, one by one."""
    try:
        _put(engine, taken, names)
    except IntegrityError:
        names.clear()
        for look, times in taken.items():
            try:
                _put(engine, {look: times}, names)
            except IntegrityError:
                log.warning("A look of a person or at a network that is gone was left out.")


def _put(
    engine: Engine | Connection, taken: Mapping[Look, Times], names: dict[tuple[str, int], UUID]
) -> None:
    if isinstance(engine, Connection):  # of a test, whose transaction takes this along
        with engine.begin_nested():
            _insert(engine, taken, names)
        return
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        raw: Any = connection.connection.driver_connection
        if is_sqlite:
            raw.execute(f"PRAGMA busy_timeout = {WAIT}")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}ms'")
                _insert(connection, taken, names)
        finally:
            if is_sqlite:
                raw.execute("PRAGMA busy_timeout = 15000")


def _insert(connection: Connection, taken: Mapping[Look, Times], names: dict[tuple[str, int], UUID]) -> None:
    _learn(connection, taken, names)
    rows = [
        {
            "public_id": uuid4(), "network_id": look.network_id, "user_id": look.user_id,
            "on_day": look.on_day, "place": look.place, "place_id": names[look.place, look.number],
            "way": look.way, "times": times.times, "first_at": times.first_at, "last_at": times.last_at,
        }
        for look, times in taken.items() if (look.place, look.number) in names
    ]  # fmt: skip
    if not rows:
        return
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement, old = insert(StudentLook), StudentLook.__table__.c
    new = statement.excluded
    rows.sort(key=lambda row: (row["user_id"], row["on_day"], row["place_id"], row["way"]))  # no deadlocks
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[old.user_id, old.network_id, old.on_day, old.place_id, old.way],
            set_={
                "times": old.times + new.times,
                "first_at": case((new.first_at < old.first_at, new.first_at), else_=old.first_at),
                "last_at": case((new.last_at > old.last_at, new.last_at), else_=old.last_at),
            },
        ),
        rows, execution_options=AFTER,
    )  # fmt: skip


def _learn(connection: Connection, taken: Iterable[Look], names: dict[tuple[str, int], UUID]) -> None:
    """Look up the public ids of places that are not known yet."""
    for kind, name in _TABLES.items():
        wanted = {look.number for look in taken if look.place == kind and (kind, look.number) not in names}
        if wanted:
            if len(names) > 10 * MOST:
                names.clear()
            table = Base.metadata.tables[name]
            query = select(table.c.id, table.c.public_id).where(table.c.id.in_(sorted(wanted)))
            found = connection.execute(query, execution_options=AFTER)
            names.update({(kind, row.id): row.public_id for row in found})
