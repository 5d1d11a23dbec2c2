"""Tells faults outside the platform, which pass (database gone, disk full, too busy), from errors of its own.

The visitor reads what is the matter, that nothing was half saved, and when to try again; their words are
given back. Nothing has to be started again: the next request that finds the database is answered as ever.
"""

import errno
import logging
import sqlite3
from enum import StrEnum

from flask import Flask, g
from flask_login import AnonymousUserMixin
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from nic_platform.database import db
from nic_platform.errors import PlatformError
from nic_platform.text import _

log = logging.getLogger("switchback.fault")
WITHOUT_DATABASE = "without_database"


class Fault(StrEnum):
    """What is the matter outside."""

    AWAY = "away"
    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "read only"  # a server that is no longer the first one


_AGAIN = {Fault.AWAY: 15, Fault.FULL: 60, Fault.BUSY: 5, Fault.READ_ONLY: 15}  # seconds
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
_SQLITE = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.FULL,  # what it says when a write is cut short by a limit or a full disk
    sqlite3.SQLITE_CANTOPEN: Fault.AWAY,
    sqlite3.SQLITE_READONLY: Fault.FULL,
}
_POSTGRESQL = {
    "08": Fault.AWAY,  # connection
    "57P": Fault.AWAY,  # shut down, starting, crashed
    "53100": Fault.FULL,
    "53": Fault.BUSY,  # out of memory, too many connections
    "55P03": Fault.BUSY,  # waited too long for a lock
    "57014": Fault.BUSY,  # took longer than the server allows
    "25006": Fault.READ_ONLY,
}


class AwayError(PlatformError):
    """Something that the platform stands on does not answer, or takes nothing; it passes."""

    status = 503

    def __init__(self, fault: Fault) -> None:
        super().__init__(words(fault))
        self.fault = fault
        self.again = _AGAIN[fault]


def words(fault: Fault) -> str:
    """Return what the visitor reads."""
    if fault is Fault.FULL:
        return _("The disk is full. Nothing was saved or half done. Try again once there is room.")
    if fault is Fault.BUSY:
        return _("Too much is going on at the moment. Nothing was saved. Try again in a few seconds.")
    return _("The database does not answer at the moment. Nothing was saved. Try again in a moment.")


def fault_of(error: BaseException) -> Fault | None:
    """Say what is the matter outside, if it is that: an error of our own is ``None``."""
    if isinstance(error, PoolTimeoutError):
        return Fault.BUSY
    if isinstance(error, DBAPIError):
        return _of_database(error)
    if isinstance(error, OSError) and error.errno in _FULL:
        return Fault.FULL
    return None


def _of_database(error: DBAPIError) -> Fault | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return _SQLITE.get(code & 0xFF) if code is not None else None
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((_POSTGRESQL[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRESQL), None)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return Fault.AWAY  # no answer at all: the server said no word about why
    return None


def away(app: Flask, error: BaseException, fault: Fault) -> AwayError:
    """Note a fault for the operator, and make ready to answer without the database."""
    log.error("%s", fault.value, exc_info=error)
    if fault is Fault.READ_ONLY:
        with app.app_context():
            db.engine.dispose()  # every connection leads to the server that was first; ask anew which one is
    g.without_database = True
    g._login_user = AnonymousUserMixin()  # where Flask-Login looks before it asks the database who this is
    g.pop("standing", None)
    return AwayError(fault)
