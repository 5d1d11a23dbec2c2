"""What the pages of feedback share: their blueprint, who comes in, how a form is tried."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from feedback import page_queries
from nic_platform import access, clock
from nic_platform.access import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError, InputError
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


def today(actor: Actor) -> date:
    """Return the day it is in the actor's network."""
    return clock.today(actor.time_zone)


def status_of(form: PlatformForm) -> int:
    """Return 422 for a form that was sent and could not be taken, else 200."""
    return 422 if form.is_submitted() else 200


def went(address: str, words: str) -> Response:
    """Send the visitor on with a word of what was done."""
    flash(words, "good")
    return redirect(address, 303)


def refuse_stale(form: PlatformForm, version: int) -> None:
    """Refuse an act on something that somebody else acted on since the page was opened.

    Raises:
        ConflictError: nothing was changed.
    """
    if form.is_stale(version):
        raise ConflictError(
            _("Somebody else acted on this while you were reading. Nothing was changed: see where it is.")
        )


def try_to(form: PlatformForm, actor: Actor, work: Callable[[Session], None]) -> bool:
    """Do *work* in one transaction; what it refuses is shown beside the fields of *form*.

    Returns:
        True when it was done.
    """
    try:
        with transaction(actor) as current:
            work(current)
    except InputError as error:
        for name, text in error.fields.items():
            if name in form:
                form[name].errors = [*form[name].errors, text]
        if not set(error.fields) & set(form.data):
            form.form_errors.append(str(error))
        return False
    return True


def both_versions(
    form: PlatformForm, title: str, thing: Any, saved: Mapping[str, Any]
) -> ResponseReturnValue:
    """Show what the visitor typed beside what somebody else saved meanwhile."""
    by = page_queries.name_of(session(), thing.updated_by_id)
    return conflict_page(form, title, saved, version=thing.version, by=by, at=thing.updated_at)


def own_ids(form: PlatformForm, key: str) -> PlatformForm:
    """Give the fields of one of several forms on a page ids of their own."""
    for field in form:
        field.id = f"{key}-{field.name}"
        field.label.field_id = field.id
    return form
