"""What a reader chooses on the compare and library pages; it stands in the address, to be shared."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation.page import Choice


def choice_from(args: Mapping[str, str]) -> Choice:
    """Return what an address asks for.

    Raises:
        AbsentError: a part of it can't be anything.
    """
    week = args.get("week", "")
    try:
        on = date.fromisoformat(week) if week else None
    except ValueError:
        raise AbsentError(_("There is no such week.")) from None
    return Choice(uuid_from(args, "measure"), uuid_from(args, "district"), on, args.get("group", "")[:40])


def uuid_from(args: Mapping[str, str], name: str) -> UUID | None:
    """Return the identifier under *name*, if there is one.

    Raises:
        AbsentError: it is none.
    """
    text = args.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise AbsentError(_("There is no such page.")) from None
