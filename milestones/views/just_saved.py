"""The bar over a page whose count was just saved: what was saved, and the way to undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from milestones.views.base import uuid_arg
from milestones.views.measured_lines import Line
from nic_platform.filters import day
from nic_platform.text import _


@dataclass(frozen=True)
class JustSaved:
    """What the bar says, and the address that undoes it."""

    words: str
    undo: str


def page_key(kind: str, thing: UUID) -> str:
    """Return how forms say which page the visitor is on: ``milestone.`` or ``target.`` and a public id."""
    return f"{kind}.{thing}"


def just_saved(lines: Sequence[Line]) -> JustSaved | None:
    """Return the bar for the count that the address names, by its own numbers; none where it stands no more.

    The newest count of a page need not be the one just saved: that may be of an earlier day.
    """
    made = uuid_arg("saved")
    line = next((each for each in lines if each.id == made and not each.is_withdrawn), None)
    if line is None:
        return None
    told = line.words if line.share in {"", line.words} else f"{line.words} ({line.share})"
    words = _("Your count is saved: %(words)s on %(day)s.", words=told, day=day(line.on))
    return JustSaved(words, url_for(".undo_measurement", measurement_id=line.id))
