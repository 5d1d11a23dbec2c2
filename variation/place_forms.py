"""What a reader chooses on the comparison of places; it stands in the address, to be shared."""

from collections.abc import Mapping
from typing import Any

from nic_platform.errors import AbsentError
from nic_platform.text import _
from variation.context import NAMES
from variation.forms import uuid_from
from variation.place_page import PlaceChoice

LONGEST = 80


def choice_from(args: Mapping[str, str]) -> PlaceChoice:
    """Return what an address asks for.

    Raises:
        AbsentError: a part of it can't be anything.
    """
    breakdown, _colon, group = args.get("group", "")[: 2 * LONGEST].partition(":")
    filters = {
        name: value[:LONGEST]
        for name, value in args.items()
        if value and (name in NAMES or name.startswith("x-")) and len(name) <= LONGEST
    }
    return PlaceChoice(
        uuid_from(args, "place"), uuid_from(args, "measure"), uuid_from(args, "milestone"),
        _number(args, "year"), args.get("by", "")[:20], (breakdown, group) if group else ("", ""), filters,
        args.get("limits", "")[:10], args.get("order", "")[:10], _number(args, "page") or 1,
    )  # fmt: skip


def _number(args: Mapping[str, str], name: str) -> int | None:
    text = args.get(name, "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 6:
        raise AbsentError(_("There is no such page."))
    return int(text)


def address_of(choice: PlaceChoice, **changes: Any) -> dict[str, Any]:
    """Return the parts of the address of a choice, with some of them changed; empty ones are left out."""
    parts: dict[str, Any] = {
        "place": choice.place_id, "measure": choice.measure_id, "milestone": choice.milestone_id,
        "year": choice.year, "by": choice.by, "limits": choice.limits, "order": choice.order,
        "group": ":".join(choice.group) if choice.group[1] else "", **choice.filters,
        "page": choice.page if choice.page > 1 else None,
    }  # fmt: skip
    return {name: value for name, value in (parts | changes).items() if value not in (None, "")}
