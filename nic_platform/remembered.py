"""What was found out once in a request and is asked for hundreds of times while its page is written."""

from typing import Any

from flask import g


def of_request() -> dict[str, Any]:
    """Return what ``g`` holds, to be read and written by name.

    Each word that is asked of ``g`` itself first looks for the request in hand; this does so once.

    Raises:
        RuntimeError: nothing is in hand, neither a request nor a command.
    """
    found: dict[str, Any] = vars(g._get_current_object())
    return found
