"""Writing what a team adds to an idea: what it adapted, a material, advice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _
from variation.models import IdeaStory

KINDS = ("advice", "adaptation", "material")


def add_story(
    session: Session, idea_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> IdeaStory:
    """Add what the actor's team has to say of an idea.

    Raises:
        InputError: it says nothing, or an address is none.
    """
    kind = str(values.get("kind") or "")
    words, address = (str(values.get(name) or "").strip() for name in ("words", "address"))
    if kind not in KINDS:
        raise InputError(_("Choose what it is."), {"kind": _("Choose what it is.")})
    if not words:
        message = _("Say in a sentence what it is.")
        raise InputError(message, {"words": message})
    if address and not address.startswith(("https://", "http://")):
        message = _("An address begins with https://")
        raise InputError(message, {"address": message})
    story = IdeaStory(
        network_id=by.network_id, idea_id=idea_id, team_id=by.team_id, kind=kind, words=words,
        address=address, is_named=bool(values.get("is_named")),
    )  # fmt: skip
    session.add(story)
    session.flush()
    return story


def remove_story(session: Session, story: IdeaStory, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Take a story away, or (not *wanted*) bring it back."""
    story.deleted_at = at if wanted else None
    session.flush()
