"""How the platform writes its log: a line of JSON or of words for each event, and no personal data in either.

What an error says is kept out: it may quote what somebody typed. Its kind, the database's own code for it and
the places in the program that it came through say enough to find it.
"""

import json
import logging
import sqlite3
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OURS = ("switchback", "nic_platform")
FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
_ROOT = Path(__file__).parents[1]
_FRAMES = 25
_CHAIN = 4

Context = Callable[[], Mapping[str, Any]]
_context: list[Context] = []


def with_context(context: Context) -> None:
    """Let *context* say what every line is about: the request or the job that is at work."""
    _context[:] = [context]


def why(error: BaseException) -> str:
    """Return what may be told of an error: never a value that somebody sent."""
    if isinstance(error, sqlite3.Error):
        return str(error)  # SQLite names tables and columns, no values
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    state = getattr(error, "sqlstate", None)
    if state:
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return f"SQLSTATE {state}" + (f", {constraint}" if constraint else "")
    return ""


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _frames(error: BaseException) -> list[str]:
    found = []
    for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
        path = Path(frame.filename)
        shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-3:])
        found.append(f"{shown}:{frame.lineno} {frame.name}")
    return found


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _step in range(_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def fault(error: BaseException) -> dict[str, Any]:
    """Return an error as the log keeps it: kinds down to its cause, and where it went through."""
    kinds = [_name(each) + (f" ({said})" if (said := why(each)) else "") for each in _chain(error)]
    return {"kinds": kinds, "frames": _frames(error)}


class Line(logging.Formatter):
    """What one event looks like: :meth:`facts` is the same for both formats."""

    def __init__(self, kind: str = "text") -> None:
        super().__init__()
        self._kind = kind

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return everything that is told of an event."""
        found: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": record.getMessage(),
        }
        for context in _context:
            found.update(context())
        found.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1] is not None:
            found["fault"] = fault(record.exc_info[1])
        return found

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        facts = self.facts(record)
        if self._kind == "json":
            return json.dumps(facts, ensure_ascii=False, default=str)
        head = " ".join(str(facts.pop(name)) for name in ("at", "level", "logger", "said"))
        broken = facts.pop("fault", None)
        tail = " ".join(f"{name}={value}" for name, value in facts.items())
        lines = [f"{head} {tail}".replace("\n", " ").strip()]
        if broken:
            lines += ["  " + " < ".join(broken["kinds"]), *(f"    {frame}" for frame in broken["frames"])]
        return "\n".join(lines)


def configure(kind: str, level: str) -> None:
    """Write every event to the error channel as *kind* says; calling it again changes the one handler.

    Libraries are heard from warnings on, the platform from *level* on.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(Line(kind))
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


def gunicorn_logging(kind: str) -> dict[str, Any]:
    """Return gunicorn's logging set-up: its own lines look like ours, and addresses are logged nowhere."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "nic_platform.logs.Line", "kind": kind}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["console"]},
        "loggers": {
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
            "gunicorn.access": {"level": "ERROR", "handlers": [], "propagate": False},
        },
    }
