"""One call of the API, around its view: scope, If-Match, idempotency, paging, entity tag.

What every operation does alike is done here, once, so that no view has to think of it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, current_app, g, json, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from nic_platform import api_scopes, idempotency, preconditions
from nic_platform.api_paging import MOST, Paging, link_to_next
from nic_platform.errors import ConflictError, DeniedError
from nic_platform.text import _

View = Callable[..., ResponseReturnValue]


class ScopeError(DeniedError):
    """The token is not good for this; its person may be allowed to."""

    def __init__(self, scope: str | None) -> None:
        super().__init__(
            _("This token is not good for that. It needs the scope %(scope)s.", scope=scope or "–")
        )
        self.details = {"scope": scope} if scope else {}


def check_scope() -> None:
    """Refuse a token that is not good for this operation. People at a page have no scopes, only their rights.

    Raises:
        ScopeError: the token lacks the scope.
    """
    if g.get("by_token") and request.endpoint:
        scope = api_scopes.needed(request.endpoint, request.method)
        if not api_scopes.opens(g.get("token_scopes") or (), scope):
            raise ScopeError(scope)


def around(view: View) -> View:
    """Return the view with all that every operation does alike."""
    paging = Paging(view)

    @wraps(view)
    def call(**ids: Any) -> Response:
        known = current_user.is_authenticated  # found by now, and with it the token's scopes
        check_scope()
        g.if_match = preconditions.read_header(request.headers.get("If-Match", ""))
        if request.method in api_scopes.READING:
            return _read(view, paging, ids)

        def once() -> Response:
            return _write(view, ids)

        if request.method == "POST" and known and idempotency.HEADER in request.headers:
            return idempotency.answer(cast(int, current_user.id), once)
        return once()

    return call


def _said() -> Any:
    """Return what the view's answer says, before it became text."""
    return g.get("_flask_smorest", {}).get("result_dump")


def _read(view: View, paging: Paging, ids: dict[str, Any]) -> Response:
    limit, after = paging.take()
    made = current_app.make_response(view(**ids))
    said = _said()
    if made.status_code != 200 or not made.is_json or said is None:
        return made
    if isinstance(said, dict):
        turned = paging.cut(said, limit, after) if paging.is_cut else paging.name_next(said)
        if turned is not said:
            said = turned
            made.set_data(json.dumps(said) + "\n")
        if link := link_to_next(said):
            made.headers["Link"] = link
    tag, is_weak = preconditions.tag_of(said, made.get_data())
    made.set_etag(tag, weak=is_weak)
    if preconditions.is_known(tag, request.headers.get("If-None-Match", "")):
        made.set_data(b"")
        made.status_code = 304
        made.headers.pop("Content-Type", None)
        made.headers.pop("Content-Length", None)
    return made


def _write(view: View, ids: dict[str, Any]) -> Response:
    try:
        made = current_app.make_response(view(**ids))
    except ConflictError as error:
        if type(error) is ConflictError and g.if_match is not None:
            raise preconditions.PreconditionError(str(error)) from error
        raise
    said = _said()
    if isinstance(said, dict) and isinstance(said.get("version"), int) and 200 <= made.status_code < 300:
        made.set_etag(preconditions.tag_of(said, made.get_data())[0])
    return made


def init(app: Flask, endpoints: frozenset[str]) -> None:
    """Put every operation of the API into its frame."""
    for endpoint in endpoints:
        app.view_functions[endpoint] = around(cast(View, app.view_functions[endpoint]))


__all__ = ["MOST", "ScopeError", "around", "check_scope", "init"]
