"""The blueprint that every page of the cycles domain hangs on."""

from uuid import UUID

from flask import Blueprint

from nic_platform.errors import AbsentError
from nic_platform.text import _

blueprint = Blueprint("cycles", __name__)


def uuid_of(text: str | None) -> UUID | None:
    """Return the public id that an address or a form names; ``None`` for an empty one.

    Raises:
        AbsentError: it is none.
    """
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise AbsentError(_("There is no such page.")) from None
