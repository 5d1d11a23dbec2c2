"""Text that no database keeps is refused at the door: the sign NUL, and halves of signs."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, request

from nic_platform.errors import InputError
from nic_platform.text import _

_HINTS = (b"\\u0000", b"\\ud", b"\\uD")


def can_be_kept(text: str) -> bool:
    """Say whether a text can be written to either database."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(name)
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def _sent() -> Iterator[str]:
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            yield name
            yield from values
    yield from (file.filename or "" for file in request.files.values())
    if request.is_json and any(hint in request.get_data() for hint in _HINTS):
        yield from texts_in(request.get_json(silent=True))


def init(app: Flask) -> None:
    """Refuse requests that carry such text, with a sentence instead of a database's error."""

    @app.before_request
    def refuse() -> None:
        if not all(can_be_kept(text) for text in _sent()):
            raise InputError(_("The text holds a sign that can't be kept. Take it out and send again."))
