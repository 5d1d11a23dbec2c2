"""What can't be taken is refused at the door: text that no database keeps (the sign NUL, halves of signs),
and JSON that is endless, in its length, its depth or its numbers.
"""

import json
from collections.abc import Iterator
from typing import Any

from flask import Flask, request

from nic_platform.errors import InputError
from nic_platform.text import _

LARGEST_JSON = 2 << 20  # bytes
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


def refuse_endless_json() -> None:
    """Stop a JSON body that Python would give up on. What is no JSON at all the API itself refuses.

    Raises:
        InputError: lists in lists, or digits, without end.
        RequestEntityTooLarge: it is larger than anything that is sent in earnest.
    """
    if not request.is_json:
        return
    request.max_content_length = min(request.max_content_length or LARGEST_JSON, LARGEST_JSON)
    try:
        json.loads(request.get_data())
    except (json.JSONDecodeError, UnicodeDecodeError):
        return
    except (ValueError, RecursionError):
        raise InputError(_("The JSON nests too deep, or holds a number without end.")) from None


def init(app: Flask) -> None:
    """Refuse requests that carry such things, with a sentence instead of an error from the inside."""

    @app.before_request
    def refuse() -> None:
        refuse_endless_json()
        if not all(can_be_kept(text) for text in _sent()):
            raise InputError(_("The text holds a sign that can't be kept. Take it out and send again."))
