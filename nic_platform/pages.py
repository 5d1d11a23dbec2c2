"""What the pages of every part share: the day it is, one transaction with its complaints, and the way on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from nic_platform import clock
from nic_platform.actor import Actor
from nic_platform.database import transaction
from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm


def today(actor: Actor) -> date:
    """Return the day it is in the actor's network."""
    return clock.today(actor.time_zone)


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


def uuid_arg(name: str) -> UUID | None:
    """Return the public id that the address carries under *name*; none where it is not one."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def status_of(form: PlatformForm) -> int:
    """Return 422 for a form that was sent and could not be taken, else 200."""
    return 422 if form.is_submitted() else 200


def went(address: str, words: str) -> Response:
    """Send the visitor on with a word of what was done."""
    flash(words, "good")
    return redirect(address, 303)


def take_faults(form: PlatformForm, error: InputError) -> None:
    """Put a service's complaints beside the fields they are about; what has no field goes on top."""
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, message]
        else:
            form.form_errors.append(message)
    if not error.fields:
        form.form_errors.append(str(error))


def try_to(form: PlatformForm, actor: Actor | None, work: Callable[[Session], object]) -> bool:
    """Do *work* in one transaction and say whether it was done; what it refuses is shown with *form*."""
    try:
        with transaction(actor) as current:
            work(current)
    except InputError as error:
        take_faults(form, error)
        return False
    return True
