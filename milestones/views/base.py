"""What the pages of plans share: the blueprint, the day it is, one transaction with its complaints, undo."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for

from accounts.models import User
from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import today
from nic_platform.text import _

blueprint = Blueprint("milestones", __name__)


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


UNDO_KINDS = ("priority", "cause", "strategy", "strand", "target", "step", "milestone", "measurement")


def undo_address() -> str:
    """Return where what was just deleted is brought back, as the address says; empty when nothing was."""
    kind, _dot, thing = request.args.get("undo", "").partition(".")
    if kind not in UNDO_KINDS:
        return ""
    try:
        values: dict[str, Any] = {f"{kind}_id": UUID(thing)}
        return url_for(f".restore_{kind}", **values)
    except ValueError:
        return ""


def uuid_arg(name: str) -> UUID | None:
    """Return the public id that the address carries under *name*; none where it is not one."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


@dataclass(frozen=True)
class DaySeen:
    """The civil day that a page is read at, ``on``, beside the day it is, ``today``."""

    on: date
    today: date

    @property
    def is_past(self) -> bool:
        """Say whether the page shows an earlier day, as it was known then."""
        return self.on < self.today

    @property
    def query(self) -> dict[str, str]:
        """Return what addresses carry so that the next page is read at the same day."""
        return {"on": self.on.isoformat()} if self.is_past else {}


def day_seen(actor: Actor) -> DaySeen:
    """Return the day that the address asks for with ``?on=2026-02-24``.

    Today where it asks for none, for one that has not come, or for what is no day.
    """
    now = today(actor)
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = now
    return DaySeen(min(on, now) if clock.is_usable(on) else now, now)
