"""Idempotency-Key: the same request sent again gets the very same answer, and nothing is done twice.

While a request with a key is at work, its transaction stays open until the answer stands; then act, answer
and key are committed together. So an acknowledged act and its key are both there or neither, whatever is
killed when. What was refused is not kept: the same key may be sent again with the mended request.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nic_platform import clock, secrets_box
from nic_platform.database import hold, release, session, transaction
from nic_platform.errors import ConflictError, InputError
from nic_platform.tables import IdempotencyKey
from nic_platform.text import _

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 128
KEPT = timedelta(hours=24)
_PURPOSE = "idempotency"
_HEADERS = ("Content-Type", "Location", "ETag")


class AtWorkError(ConflictError):
    """The same request is being answered at this moment; ask again in a second."""

    retry_after = 1


class OtherRequestError(InputError):
    """The key was used for another request."""


def digest_of_request() -> str:
    """Return what tells this request from others: method, address and what was sent."""
    digest = sha256(f"{request.method} {request.full_path}\n{request.mimetype}\n".encode())
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):  # its boundary differs each time it is sent
        digest.update(json.dumps([name, value]).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda each: each[0]):
        digest.update(json.dumps([name, file.filename]).encode())
        while piece := file.stream.read(65_536):
            digest.update(piece)
        file.stream.seek(0)
    return digest.hexdigest()


def answer(user_id: int, view: Callable[[], ResponseReturnValue]) -> Response:
    """Return the answer that the key of this request stands for; *view* makes it the first time.

    Raises:
        InputError: the key can't be one, or was used for another request.
        AtWorkError: the same request is being answered elsewhere.
    """
    key = request.headers[HEADER].strip()
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        said = _("Send 1 to %(most)s printable signs, such as a UUID.", most=LONGEST)
        raise InputError(said, {HEADER: said})
    current, sent, at = session(), digest_of_request(), clock.now()
    _begin(current, user_id, key)
    if (known := _known(current, user_id, key, sent, at)) is not None:
        return known
    hold(current)
    try:
        made = current_app.make_response(view())
        if 200 <= made.status_code < 300:
            return _commit(current, made, (user_id, key, sent), at)
    except Exception:
        _undo(current)
        if (known := _known(current, user_id, key, sent, at)) is not None:
            return known  # it failed only because the same request was done meanwhile
        raise
    _undo(current)
    return made


def _undo(current: Session) -> None:
    release(current)
    current.rollback()


def _begin(current: Session, user_id: int, key: str) -> None:
    """Let one request with the key work at a time. SQLite has one writer at a time anyway."""
    if current.get_bind().dialect.name != "postgresql":
        return
    number = int.from_bytes(sha256(f"{user_id} {key}".encode()).digest()[:8], "big", signed=True)
    if not current.scalar(select(func.pg_try_advisory_xact_lock(number))):
        raise AtWorkError(_("The same request is being answered now. Ask again in a second."))


def _known(current: Session, user_id: int, key: str, sent: str, at: datetime) -> Response | None:
    found = current.scalar(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
    )
    if found is None:
        return None
    if found.created_at <= at - KEPT:
        current.delete(found)
        current.flush()
        return None
    if found.request_digest != sent:
        raise OtherRequestError(
            _("This key was used for another request. Use a new one for each thing you make."),
            {HEADER: _("Used before.")},
        )
    body = secrets_box.open_sealed(found.body, _PURPOSE)
    told = Response(body, status=found.status, headers={**found.headers, REPLAYED: "true"})
    if not body:
        told.headers.pop("Content-Type", None)
    return told


def _commit(current: Session, made: Response, name: tuple[int, str, str], at: datetime) -> Response:
    """Commit act, answer and key as one."""
    user_id, key, sent = name
    kept: dict[str, Any] = {each: made.headers[each] for each in _HEADERS if each in made.headers}
    release(current)
    try:
        with transaction(at=at) as writing:
            writing.add(
                IdempotencyKey(
                    user_id=user_id, key=key, request_digest=sent, status=made.status_code, headers=kept,
                    body=secrets_box.seal(made.get_data(as_text=True), _PURPOSE), created_at=at,
                )
            )  # fmt: skip
    except IntegrityError as error:  # one of two at once came first
        raise ConflictError(_("The same request was answered a moment ago. Ask again.")) from error
    return made


def forget(current: Session, *, at: datetime) -> int:
    """Delete the keys that are no longer kept, and return how many there were."""
    gone = current.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= at - KEPT))
    return int(getattr(gone, "rowcount", 0))
