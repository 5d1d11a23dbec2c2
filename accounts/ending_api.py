"""Networks and accounts that are to be deleted, in the API."""

from typing import Any
from uuid import UUID

from accounts.api import confirm
from accounts.ending_schemas import ConfirmIn, DeletionIn, DeletionList, DeletionOut
from accounts.views import base
from accounts.views.endings import undo
from desk import ending_queries, ending_services
from desk.ending import NETWORK, PERSON
from desk.ending_queries import DeletionRow
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import network_queries
from teams.models import Network

blueprint = ApiBlueprint("api_endings", __name__, "", "Networks and accounts that are to be deleted")


def _open(kind: str, object_id: UUID) -> DeletionRow:
    found = ending_queries.open_of(session(), kind, object_id)
    if found is None:
        raise AbsentError(_("There is no such request, or it is over."))
    return found


def _network() -> Network:
    return network_queries.get_network(session(), base.network_lead())


# ---------------------------------------------------------------- a network


@blueprint.get("/network/deletion")
@access.signed_in
@blueprint.response(200, DeletionOut)
def get_network_deletion() -> DeletionRow:
    """Say when your network is deleted, where that was asked. Network leads may."""
    return _open(NETWORK, _network().public_id)


@blueprint.post("/network/deletion")
@access.signed_in
@blueprint.arguments(DeletionIn)
@blueprint.response(201, DeletionOut)
def end_network(sent: dict[str, Any]) -> DeletionRow:
    """Ask that your network be deleted. An administrator has to confirm it; thirty days pass after that."""
    actor, network = base.network_lead(), _network()
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        ending_services.ask_network(current, network, why=sent["why"], by=actor, at=clock.now())
    return _open(NETWORK, network.public_id)


@blueprint.post("/network/deletion/undo")
@access.signed_in
@blueprint.response(204)
def keep_network() -> None:
    """Keep your network after all. Network leads may."""
    actor = base.network_lead()
    undo(actor, _open(NETWORK, _network().public_id))


# ---------------------------------------------------------------- accounts


@blueprint.get("/account/deletion")
@access.signed_in
@blueprint.response(200, DeletionOut)
def get_own_deletion() -> DeletionRow:
    """Say when your account is deleted, where that was asked."""
    return _open(PERSON, base.me().public_id)


@blueprint.post("/account/deletion")
@access.signed_in
@blueprint.arguments(DeletionIn)
@blueprint.response(201, DeletionOut)
def end_account(sent: dict[str, Any]) -> DeletionRow:
    """Let your account be deleted in thirty days; what you wrote stays, without your name."""
    actor, user = access.actor(), base.me()
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        ending_services.ask_person(current, user, why=sent["why"], by=actor, at=clock.now())
    return _open(PERSON, user.public_id)


@blueprint.post("/account/deletion/undo")
@access.signed_in
@blueprint.response(204)
def keep_account() -> None:
    """Keep your account after all."""
    undo(access.actor(), _open(PERSON, base.me().public_id))


@blueprint.post("/network/people/<uuid:person_id>/deletion")
@access.signed_in
@blueprint.arguments(DeletionIn)
@blueprint.response(201, DeletionOut)
def end_person(sent: dict[str, Any], person_id: UUID) -> DeletionRow:
    """Let the account of somebody be deleted who belongs to your network alone. Network leads may."""
    actor = base.network_lead()
    user = ending_queries.person_of_network(session(), actor, person_id)
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        ending_services.ask_person(
            current, user, why=sent["why"], by=actor, network_id=actor.network_id, at=clock.now()
        )
    return _open(PERSON, user.public_id)


@blueprint.post("/network/people/<uuid:person_id>/deletion/undo")
@access.signed_in
@blueprint.response(204)
def keep_person(person_id: UUID) -> None:
    """Keep somebody's account after all. Network leads may."""
    actor = base.network_lead()
    user = ending_queries.person_of_network(session(), actor, person_id)
    undo(actor, _open(PERSON, user.public_id))


# ---------------------------------------------------------------- administrators


@blueprint.get("/deletions")
@access.admin
@blueprint.response(200, DeletionList)
def list_deletions() -> dict[str, Any]:
    """List what is to be deleted and what was, newest first. Administrators may."""
    return {"items": ending_queries.list_all(session())}


@blueprint.post("/deletions/<uuid:deletion_id>/confirm")
@access.admin
@blueprint.arguments(ConfirmIn)
@blueprint.response(200, DeletionOut)
def confirm_deletion(sent: dict[str, Any], deletion_id: UUID) -> DeletionRow:
    """Confirm that a network is deleted in thirty days. Administrators may."""
    actor = access.actor()
    ending_queries.get_one(session(), deletion_id)
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        asked = ending_queries.entity(current, deletion_id)
        ending_services.confirm(current, asked, by=actor, at=clock.now())
    return ending_queries.get_one(session(), deletion_id)


@blueprint.post("/deletions/<uuid:deletion_id>/undo")
@access.admin
@blueprint.response(204)
def undo_deletion(deletion_id: UUID) -> None:
    """Take a request back, confirmed or not. Administrators may."""
    undo(access.actor(), ending_queries.get_one(session(), deletion_id))
