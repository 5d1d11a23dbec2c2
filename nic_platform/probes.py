"""What machines ask: is it alive, can it be given visitors, how is it doing. Nothing here is about people."""

import hmac
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from nic_platform import access, backup, doctor, jobs, metrics
from nic_platform.database import session
from nic_platform.errors import AbsentError
from nic_platform.serving import is_loopback
from nic_platform.text import _

blueprint = Blueprint("probes", __name__)
KEPT_FOR = 1.0  # seconds that an answer is given again: asking often costs nothing
LEAST_SPACE = 50 << 20  # bytes
_asking = Lock()


class _UnreadyError(Exception):
    """One part is not as it should be; the text says how, and names nothing of the inside."""


@blueprint.get("/healthz")
@access.public
def alive() -> ResponseReturnValue:
    """Say that this process answers; nothing else is looked at."""
    return _plain({"status": "alive"})


@blueprint.get("/readyz")
@access.public
def ready() -> ResponseReturnValue:
    """Say whether visitors can be sent here: 503 if not, part by part in words.

    Without its queue or with a full disk the platform still answers, so a balancer keeps sending visitors:
    such a part is told, and makes it a 503 only for a monitor that asks with ``strict=1``.
    """
    parts = _looked_over()
    serves = all(parts[name] == "ok" for name in _NEEDED)
    whole = all(said == "ok" for said in parts.values())
    status = "ready" if whole else "limping" if serves else "not ready"
    is_well = whole if request.args.get("strict") == "1" else serves
    return _plain({"status": status, "parts": parts}, 200 if is_well else 503)


@blueprint.get("/metrics")
@access.public
def metrics_page() -> ResponseReturnValue:
    """Give all figures to Prometheus, on this machine or with the token; else it is not there."""
    if not _may_read_figures():
        raise AbsentError(_("There is no such page."))
    body, kind = metrics.text(session())
    return Response(body, content_type=kind, headers={"Cache-Control": "no-store"})


def _may_read_figures() -> bool:
    token = str(current_app.config.get("METRICS_TOKEN") or "")
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if token and kind.lower() == "bearer" and hmac.compare_digest(sent.strip().encode(), token.encode()):
        return True
    # Through a proxy everybody seems to be on this machine.
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    return is_loopback(request.remote_addr or "") and not passed_on


def _plain(said: dict[str, Any], status: int = 200) -> Response:
    response: Response = jsonify(said)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _looked_over() -> dict[str, str]:
    """Look at each part, one asker at a time; what was found a moment ago is good enough for the next."""
    kept = current_app.extensions
    with _asking:
        at, parts = kept.get("nic.readiness", (0.0, {}))
        if not parts or not 0 <= monotonic() - at < KEPT_FOR:
            parts = {name: _look(look) for name, look in _PARTS.items()}
            kept["nic.readiness"] = monotonic(), parts
    return dict(parts)


def _look(look: Callable[[], None]) -> str:
    try:
        look()
    except SQLAlchemyError:
        session().rollback()
        return "does not answer"
    except _UnreadyError as unready:
        return str(unready)
    except Exception:  # whatever a driver raises; what it says may name hosts and people
        return "does not answer"
    return "ok"


@cache
def _known() -> tuple[str, frozenset[str]]:
    found = doctor.scripts()
    return doctor.head(), frozenset(script.revision for script in found.walk_revisions())


def _database() -> None:
    session().execute(text("SELECT 1"))


def _migrations() -> None:
    at = backup.revision(session().connection())
    head, known = _known()
    if not at:
        raise _UnreadyError("the database is empty")
    if at != head and at in known:
        raise _UnreadyError(f"the database is at {at}, this version needs {head}")
    # A step that is not known here is a newer one: the database was upgraded, this process comes next.


def _queue() -> None:
    jobs.bind(current_app._get_current_object())  # type: ignore[attr-defined]  # what werkzeug's proxy stands for
    jobs.queue.pending_count()


def _storage() -> None:
    if current_app.config.get("BUCKET") is not None:
        return  # asking it costs money and seconds: nic doctor does
    folder = Path(str(current_app.config["STORAGE"]))
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise _UnreadyError("the folder of files can't be written to")
    if shutil.disk_usage(folder).free < LEAST_SPACE:
        raise _UnreadyError("the disk is full")


_PARTS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "queue": _queue,
    "storage": _storage,
}
_NEEDED = ("database", "migrations")
