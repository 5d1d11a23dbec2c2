"""What the pages of measures and observation tools share: their blueprint, paging, undo."""

from uuid import UUID

from flask import Blueprint, request

blueprint = Blueprint("measures", __name__)
PAGE = 50


def page_after() -> UUID | None:
    """Return the public id after which a list goes on, as the address says."""
    return uuid_arg("after")


def uuid_arg(name: str) -> UUID | None:
    """Return the public id that the address carries under *name*; none where it is not one."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
