"""Writing a team's templates of answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.models import AnswerTemplate
from feedback.rules import Change
from feedback.template_queries import FIELDS
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _


def create(
    session: Session, network_id: int, team_id: int, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> AnswerTemplate:
    """Keep an answer of a team to begin from again.

    Raises:
        InputError: it has no name, or says nothing.
    """
    template = AnswerTemplate(network_id=network_id, team_id=team_id, **_content(values))
    _check(template)
    session.add(template)
    session.flush()
    return template


def save(
    session: Session, template: AnswerTemplate, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Change a template.

    Raises:
        InputError: it would have no name, or say nothing.
    """
    for name, value in _content(values).items():
        setattr(template, name, value)
    _check(template)
    session.flush()


def _content(values: Mapping[str, Any]) -> dict[str, str]:
    found = {name: (values[name] or "").strip() for name in ("title", *FIELDS) if name in values}
    if found.get("changes") and found["changes"] not in {change.value for change in Change}:
        found["changes"] = ""
    return found


def _check(template: AnswerTemplate) -> None:
    missing = {}
    if not template.title:
        missing["title"] = _("Give it a name that you will find it by.")
    if not template.text:
        missing["text"] = _("Write what the answer says.")
    if missing:
        raise InputError(_("The template isn’t complete."), missing)


def delete(session: Session, template: AnswerTemplate, wanted: bool, *, by: Actor, at: datetime) -> None:
    """Delete a template, or bring it back."""
    template.deleted_at = at if wanted else None
    session.flush()
