"""Whether a page is being read to become a file, and what is too much for a visitor to wait for."""

from collections.abc import Iterator
from datetime import datetime

from flask import Response, g, has_request_context
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nic_platform.errors import AbsentError
from nic_platform.storage import Storage, storage
from nic_platform.tables import Job
from nic_platform.text import _

ASKED = "take"
"""What an address carries to ask for a page's tables: ``?take=csv`` or ``?take=xlsx``."""
MOST_AT_ONCE = 20_000
"""Rows of a file that a visitor waits for: with a workbook, about two seconds."""


class ManyRowsError(Exception):
    """The file, called by the text, takes longer than a visitor waits: it is made in the background."""


def is_taking() -> bool:
    """Say whether the page in hand becomes a file; its days are then written in full."""
    return has_request_context() and bool(g.get("taking"))


def wait_for(rows: int, title: str) -> None:
    """Go on with a file of so many rows, if a visitor may wait for it or nobody does.

    Raises:
        ManyRowsError: it is too long; the frame has it made in the background.
    """
    if rows > MOST_AT_ONCE and not g.get("in_background"):
        raise ManyRowsError(title)


def saved(key: str, content_type: str, name: str) -> Response:
    """Return the answer that gives a kept file out, piece by piece, to be saved under *name*.

    Raises:
        AbsentError: its bytes are not there any more.
    """
    place = storage()
    try:
        place.open(key).close()
    except FileNotFoundError:
        raise AbsentError(_("There is no such file any more.")) from None
    answer = Response(_pieces(place, key), content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pieces(place: Storage, key: str) -> Iterator[bytes]:
    """Yield the bytes kept under a key; opened when the first is asked for, and closed for sure."""
    with place.open(key) as stream:
        while piece := stream.read(1 << 20):
            yield piece


def forget_made(session: Session, name: str, at: datetime) -> int:
    """Delete the files of one kind of job whose time is over, and return how many there were.

    Harmless when repeated: what is gone already is neither read nor counted again.
    """
    result = Job.result
    kept = (Job.name == name, Job.state == "done", result["key"].as_string() != "")
    over = [
        (number, held)
        for number, held in session.execute(select(Job.id, result).where(*kept)).all()
        if datetime.fromisoformat(held["until"]) < at
    ]
    for number, held in over:
        storage().delete(held["key"])
        session.execute(update(Job).where(Job.id == number).values(result={**held, "key": ""}))
    return len(over)
