"""Reads a page, and those that go on with its lists, as its visitor does, and makes a file of its tables."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, current_app
from flask.globals import request_ctx

from nic_platform import page_files, page_tables
from nic_platform.errors import RuleError
from nic_platform.page_tables import Part, Sheet
from nic_platform.taking import ManyRowsError
from nic_platform.text import _

AT_ONCE = 2.0  # seconds that a visitor waits for a file; what takes longer is made in the background
MOST_PAGES = 2_000

Told = Callable[[int], None]


def answer(kind: str, seconds: float | None, told: Told = lambda _pages: None) -> Response | None:
    """Return the page in hand as a file; what is no page (a way on, a file) as it is.

    Nothing where the page has neither a table nor a list now.

    Args:
        kind: csv or xlsx.
        seconds: how long it may take; no bound in the background.
        told: is told after each page how many there were.

    Raises:
        ManyRowsError: it takes longer than that.
    """
    until = None if seconds is None else time.monotonic() + seconds
    first = current_app.make_response(current_app.dispatch_request())
    if first.status_code != 200 or first.mimetype != "text/html" or first.is_streamed:
        return first
    main = page_tables.main_of(first.get_data(as_text=True))
    title, found = _title(main), page_tables.sheets_of(main)
    seen = {""}
    while (way := _goes_on(main)) not in seen:
        told(len(seen))
        if until is not None and time.monotonic() > until:
            raise ManyRowsError(title)
        if len(seen) >= MOST_PAGES:
            raise RuleError(_("This list is too long for a file. Choose a part of it."))
        seen.add(way)
        with _turned_to(way):
            page = current_app.make_response(current_app.dispatch_request())
        main = page_tables.main_of(page.get_data(as_text=True))
        found.extend(page_tables.sheets_of(main))
    return _given(page_tables.joined(found), kind, title) if found else None


def _goes_on(main: Part) -> str:
    """Return the address at which the list goes on; empty at its end, or where it leads to another page."""
    way = page_tables.next_of(main)
    return way if urlsplit(way).path in {"", request_ctx.request.path} else ""


def _title(main: Part) -> str:
    return next((page_tables.words(each) for each in main.below("h1")), "")


def _given(sheets: list[Sheet], kind: str, title: str) -> Response:
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    file = page_files.made(sheets, kind, title, lambda path: f"{base}{path}")
    given = Response(file.body, content_type=file.content_type)
    given.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return given


@contextmanager
def _turned_to(way: str) -> Iterator[None]:
    """Let the view read another question to the same address: only what follows its ``?`` is taken."""
    context = request_ctx._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
    before = context.request
    asked = urlencode(parse_qsl(urlsplit(way).query))
    environ = {key: value for key, value in before.environ.items() if not key.startswith("werkzeug.")}
    context.request = current_app.request_class({**environ, "QUERY_STRING": asked})
    context.request.url_rule, context.request.view_args = before.url_rule, before.view_args
    try:
        yield
    finally:
        context.request = before
