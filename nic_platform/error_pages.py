"""Which page the visitor sees when something goes wrong; under the API the same as JSON."""

import logging
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from nic_platform import faults, observing
from nic_platform.api import is_api, problem
from nic_platform.errors import AbsentError, DeniedError, InputError, PlatformError
from nic_platform.kept_words import kept_words
from nic_platform.text import _

log = logging.getLogger("switchback.security")
_TOLD = frozenset({400, 403, 404, 429})


def _note_refusal(status: int) -> None:
    """Log who was refused what, with ids of things only: an address may hold a secret."""
    if status not in _TOLD or request.endpoint is None:
        return
    ids = ", ".join(f"{k}={v}" for k, v in (request.view_args or {}).items() if isinstance(v, UUID))
    actor = g.get("actor")
    log.warning(
        "refused %s: %s %s (%s), person %s, from %s",
        status, request.method, request.endpoint, ids, actor.user_id if actor else "-",
        observing.place_code(),
    )  # fmt: skip


class _GoneError(PlatformError):
    """The sign-in ended while the visitor was writing."""

    status = 401


def _page(error: PlatformError, status: int) -> ResponseReturnValue:
    kept = kept_words(request) if status not in {403, 404, 413} else []
    code = observing.short_code() if status >= 500 else ""
    again = getattr(error, "again", None) if request.method in {"GET", "HEAD"} else None
    page = render_template("errors/error.html", error=error, status=status, kept=kept, code=code, again=again)
    return page, status


def signed_out_while_writing() -> ResponseReturnValue | None:
    """Return the page that gives a visitor's words back, if this request brought any."""
    if not kept_words(request):
        return None
    return _page(_GoneError(_("You were away for a while, and your sign-in ended. Nothing was saved.")), 401)


def _words(error: HTTPException) -> str:
    known = {
        400: _("The page was open too long, or was sent twice. Go back, load it again and send once more."),
        405: _("This address doesn't take that."),
        413: _(
            "The file is larger than this installation takes (%(most)s MB). Split it and send the parts.",
            most=int(request.max_content_length or 0) >> 20,
        ),
        415: _("Send JSON or a form."),
        429: _("Too many tries. Wait a few minutes, then try again."),
    }
    return known.get(error.code or 500, error.description or error.name)


def _fields(error: HTTPException) -> dict[str, str]:
    """Return what the API's schemas say is wrong, field by field; nested ones by a dotted name."""
    messages = (getattr(error, "data", None) or {}).get("messages") or {}
    found: dict[str, str] = {}

    def walk(name: str, said: Any) -> None:
        if isinstance(said, dict):
            for key, inner in said.items():
                walk(f"{name}.{key}" if name else str(key), inner)
        else:
            found[name] = " ".join(map(str, said)) if isinstance(said, list) else str(said)

    for place, said in messages.items():  # json, query, files
        walk("" if isinstance(said, dict) else place, said)
    return found


def _shown(error: HTTPException, status: int) -> PlatformError:
    if is_api() and (fields := _fields(error)):
        wrong = InputError(_("What was sent can't be used. Each field says why."), fields)
        wrong.status = status
        return wrong
    if status == 404:
        return AbsentError(_("There is no such page."))
    if status == 403:
        return DeniedError(_("You may not do this."))
    shown = PlatformError(_words(error))
    if status == 500:
        shown = PlatformError(
            _("We could not do this. Nothing was saved. Go back: your words are still there. Try again.")
        )
    shown.status = status
    return shown


def init(app: Flask) -> None:
    """Answer every error with a sentence, a status and nothing of the inside."""

    @app.errorhandler(PlatformError)
    def platform_error(error: PlatformError) -> ResponseReturnValue:
        _note_refusal(error.status)
        return problem(error) if is_api() else _page(error, error.status)

    @app.errorhandler(SQLAlchemyError)
    @app.errorhandler(OSError)
    def outside_fault(error: Exception) -> ResponseReturnValue:
        fault = faults.fault_of(error)
        if fault is None:
            raise error
        shown = faults.away(app, error, fault)
        response = current_app.make_response(problem(shown) if is_api() else _page(shown, shown.status))
        response.headers["Retry-After"] = str(shown.again)
        return response

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> ResponseReturnValue:
        _note_refusal(400)
        refused = PlatformError(_words(error))
        refused.status = 400
        return problem(refused) if is_api() else _page(refused, 400)

    @app.errorhandler(HTTPException)
    def web_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and error.code < 400:
            return error
        status = error.code or 500
        _note_refusal(status)
        shown = _shown(error, status)
        answer = problem(shown) if is_api() else _page(shown, status)
        response = current_app.make_response(answer)
        for name, value in error.get_headers():
            if name.lower() in {"allow", "retry-after"}:
                response.headers[name] = value
        return response
