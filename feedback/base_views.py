"""What the pages of feedback share: their blueprint, who comes in, how a form is tried."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from feedback import page_queries
from feedback.act_offer_views import own_ids
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError, ConflictError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.text import _

blueprint = Blueprint("feedback", __name__)


def visitor() -> Actor:
    """Return who is asking.

    Raises:
        AbsentError: they belong to no network, so that there is no feedback for them.
    """
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


def refuse_stale(form: PlatformForm, version: int) -> None:
    """Refuse an act on something that somebody else acted on since the page was opened.

    Raises:
        ConflictError: nothing was changed.
    """
    if form.is_stale(version):
        raise ConflictError(
            _("Somebody else acted on this while you were reading. Nothing was changed: see where it is.")
        )


def both_versions(
    form: PlatformForm, title: str, thing: Any, saved: Mapping[str, Any]
) -> ResponseReturnValue:
    """Show what the visitor typed beside what somebody else saved meanwhile."""
    by = page_queries.name_of(session(), thing.updated_by_id)
    return conflict_page(form, title, saved, version=thing.version, by=by, at=thing.updated_at)


__all__ = ["blueprint", "both_versions", "own_ids", "refuse_stale", "visitor"]
