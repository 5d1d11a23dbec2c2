"""The API's frame: /api/v1, a token or the page's own sign-in, and errors as sentences in JSON."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter
from threading import Lock
from typing import Any

import marshmallow as ma
from flask import Flask, Response, current_app, json, request
from flask_smorest import Api, Blueprint
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException

from nic_platform import api_calls, api_document, clock
from nic_platform.api_problem import problem
from nic_platform.api_writing import Way
from nic_platform.preconditions import BodyParser, PreconditionError, check_version
from nic_platform.text import _

PREFIX = "/api/v1"


class Schema(ma.Schema):
    """Parent of every schema: a field that isn't known is refused, not ignored."""

    class Meta:
        """Refuse what isn't known."""

        unknown = ma.RAISE

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of all fields; asking a schema that was made for it costs a copy of each field."""
        return tuple(cls._declared_fields)

    _way: Way | None = None  # how it writes a thing; made for the first

    def _init_fields(self) -> None:
        self._way = None
        super()._init_fields()

    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        if many and obj is not None:
            return [self._serialize(each) for each in obj]
        way = self._way = self._way or Way(self.dump_fields)
        return way.write(obj) if way.knows(obj) else super()._serialize(obj)

    @ma.validates_schema
    def check_days(self, data: Mapping[str, Any], **_rest: object) -> None:
        """Refuse days that no sum of days can be made of.

        Raises:
            ValidationError: a day lies outside 1900 to 2199.
        """
        wrong = [name for name, day in data.items() if isinstance(day, date) and not clock.is_usable(day)]
        if wrong:
            raise ma.ValidationError({name: [_("Give a day from 1900 to 2199.")] for name in wrong})


class ApiBlueprint(Blueprint):
    """A documented blueprint under the API's prefix; its area is in :mod:`nic_platform.api_scopes`."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, import_name: str, url: str, description: str) -> None:
        super().__init__(name, import_name, url_prefix=PREFIX + url, description=description)

    def register_views_in_doc(self, api: Any, app: Flask, spec: Any, **named: Any) -> None:
        """Leave the describing until somebody asks for the description: it takes half of a start."""
        api.describe_later(partial(super().register_views_in_doc, api, app, spec, **named))

    def _document_pagination_metadata(self, spec: Any, resp_doc: Any) -> None:
        # The stock schema is an object, which OpenAPI reads as key,value,key,value and not as JSON.
        resp_doc.setdefault("headers", {})[self.PAGINATION_HEADER_NAME] = {
            "description": "Paging, as JSON",
            "schema": {"type": "string"},
        }


class JsonUnderApi(Api):
    """flask-smorest takes over every HTTPException: keep its JSON under the API only, and keep Allow."""

    def __init__(self, app: Flask) -> None:
        self._describing = Lock()
        self._waiting: list[Callable[[], None]] = []
        self._document: bytes = b""
        super().__init__(app)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """Keep what describes the addresses of one blueprint for the first who reads the description."""
        self._waiting.append(describe)

    def document(self) -> bytes:
        """Return the whole description as JSON, made for the first who asks."""
        with self._describing:
            while self._waiting:
                self._waiting[0]()
                del self._waiting[0]
            if not self._document:
                whole = api_document.complete(self.spec.to_dict(), current_app)
                self._document = json.dumps(whole, ensure_ascii=False).encode()
        return self._document

    def _openapi_json(self) -> Response:
        told = Response(self.document(), content_type="application/json")
        told.add_etag()
        told.make_conditional(request)
        return told

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer in JSON under the API; leave every other address to the pages."""
        if not is_api():
            return error
        body, code, headers = super().handle_http_exception(error)
        headers = dict(headers)
        for name, value in error.get_headers(request.environ):
            if name.lower() in {"allow", "retry-after"}:
                headers[name] = value
        return body, code, headers


def is_api() -> bool:
    """Say whether this request is for the API."""
    return request.path.startswith(f"{PREFIX}/")


def init_api(app: Flask, csrf: CSRFProtect, blueprints: tuple[ApiBlueprint, ...]) -> None:
    """Hang the API on the application.

    A request that carries a bearer token needs no CSRF token; one that comes with the page's cookie does.
    """
    app.config.update(
        API_TITLE="Switchback",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = app.extensions["nic.api"] = JsonUnderApi(app)
    for blueprint in blueprints:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
    names = {blueprint.name for blueprint in blueprints}
    api_calls.init(app, frozenset(each for each in app.view_functions if each.partition(".")[0] in names))

    @app.before_request
    def cookies_need_a_csrf_token() -> None:
        # The extension exempts the blueprints; here the check comes back for cookies. Another site can't send
        # the Authorization header, so a request that has one needs no second proof.
        reads = request.method in {"GET", "HEAD", "OPTIONS"}
        if (
            is_api()
            and not reads
            and not request.headers.get("Authorization")
            and app.config["WTF_CSRF_ENABLED"]
        ):
            csrf.protect()


def page_of(
    rows: Sequence[Any], limit: int, key: Callable[[Any], object] = attrgetter("public_id")
) -> Mapping[str, Any]:
    """Return one page from ``limit + 1`` rows: ``items``, and ``next``: the last one's key if more follow."""
    items = rows[:limit]
    return {"items": items, "next": key(items[-1]) if len(rows) > limit else None}


__all__ = [
    "ApiBlueprint",
    "PreconditionError",
    "Schema",
    "check_version",
    "init_api",
    "is_api",
    "page_of",
    "problem",
]
