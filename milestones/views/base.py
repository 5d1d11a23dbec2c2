"""What the pages of plans share: the blueprint, the day it is, one transaction with its complaints, undo."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for

from accounts.models import User
from nic_platform.database import session
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import DaySeen, day_seen, uuid_arg
from nic_platform.row_addresses import each_address
from nic_platform.text import _

__all__ = ["DaySeen", "blueprint", "day_seen", "only", "two_versions", "undo_address", "uuid_arg"]

blueprint = Blueprint("milestones", __name__)
blueprint.add_app_template_global(each_address)


def only(team: str) -> str:
    """Return what somebody reads who may look but not change."""
    return _("Only %(team)s can change this. Ask its lead to add you.", team=team)


def two_versions(form: PlatformForm, thing: Any, title: str, names: tuple[str, ...]) -> Any:
    """Return the page that shows both savers' versions of *thing*."""
    saved = {name: getattr(thing, name) for name in names}
    author = session().get(User, thing.updated_by_id) if thing.updated_by_id else None
    return conflict_page(
        form, title, saved, version=thing.version, by=author.name if author else "", at=thing.updated_at
    )


UNDO_KINDS = (
    "priority",
    "cause",
    "strategy",
    "strand",
    "target",
    "checkpoint",
    "step",
    "milestone",
    "measurement",
    "touchpoint",
    "move",
    "series",
    "decision",
    "goal",
    "template",
    "common",
)


def undo_address() -> str:
    """Return where what was just deleted is brought back, as the address says; empty when nothing was."""
    kind, _dot, thing = request.args.get("undo", "").partition(".")
    if kind not in UNDO_KINDS and kind != "adoption":
        return ""
    try:
        if kind == "adoption":  # what was adopted is taken back, not brought back
            return url_for(".take_back", strategy_id=UUID(thing))
        values: dict[str, Any] = {f"{kind}_id": UUID(thing)}
        return url_for(f".restore_{kind}", **values)
    except ValueError:
        return ""
