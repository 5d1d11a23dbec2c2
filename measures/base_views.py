"""What the pages of measures and observation tools share: their blueprint, paging, whose a new one is."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint

from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.forms import PlatformForm
from nic_platform.pages import uuid_arg
from nic_platform.text import _

blueprint = Blueprint("measures", __name__)
PAGE = 50


@dataclass(frozen=True)
class Owner:
    """Whose a new measure or tool is: a team's, or common to the network where ``team_id`` is None."""

    network_id: int
    team_id: int | None


def owner_of_new(actor: Actor, form: PlatformForm, may_change: Callable[[Actor, int | None], bool]) -> Owner:
    """Return whose the thing is that *form*, with its box ``is_common``, is about to add.

    Raises:
        ForbiddenError: *actor* may add neither to the chosen team nor to the network, or not what was sent.
        AbsentError: *actor* is in no network.
    """
    team_id = None if form["is_common"].data else actor.team_id
    if form.is_submitted():
        access.require(may_change(actor, team_id))
    else:
        access.require(may_add(actor))
    if actor.network_id is None:
        raise AbsentError(_("There is no such network."))
    return Owner(actor.network_id, team_id)


def may_add(actor: Actor) -> bool:
    """Say whether *actor* may add to the chosen team, or to the network."""
    return actor.is_network_lead or actor.edits(actor.team_id)


def page_after() -> UUID | None:
    """Return the public id after which a list goes on, as the address says."""
    return uuid_arg("after")
