"""A person's own connections with organisations' sign-ins in the API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from accounts import provider_queries
from accounts.provider_schemas import IdentitiesSchema
from accounts.views.providers import end_own
from nic_platform import access
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction

blueprint = ApiBlueprint("api_identities", __name__, "/identities", "Your connections with organisations")


@blueprint.get("")
@access.signed_in
@blueprint.response(200, IdentitiesSchema)
def list_identities() -> dict[str, Any]:
    """List the organisations' sign-ins that open your account."""
    rows = provider_queries.own_identities(session(), access.actor().user_id)
    return {"items": [asdict(row) for row in rows]}


@blueprint.delete("/<uuid:identity_id>")
@access.signed_in
@blueprint.response(204)
def end_identity(identity_id: UUID) -> None:
    """End one of your connections, unless it is your last way in."""
    actor = access.actor()
    identity = provider_queries.own_identity(session(), actor.user_id, identity_id)
    with transaction(actor) as current:
        end_own(current, identity)
