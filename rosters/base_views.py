"""What the pages of rosters share: the blueprint, who may come in, the password asked again."""

from typing import Any

from flask import Blueprint, current_app

from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.text import _
from rosters import policies

blueprint = Blueprint("rosters", __name__, url_prefix="/network")


def lead() -> Actor:
    """Return who asks, if they may run rosters."""
    actor = access.actor()
    access.require(policies.can_run_rosters(actor), _("Only a network lead can look after rosters."))
    return actor


def is_confirmed(form: Any) -> bool:
    """Say whether the person proved again who they are: by password and code, or by a fresh sign-in.

    Raises:
        TooManyRequests: the password was tried too often.
    """
    return bool(current_app.extensions["nic.is_confirmed"](form))
