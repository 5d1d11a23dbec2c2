"""Organisations' sign-ins in the API."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any
from uuid import UUID

from accounts import policies, provider_queries, provider_services
from accounts.api import confirm
from accounts.models import IdentityProvider
from accounts.provider_schemas import (
    AfterSchema,
    LinkedPeopleSchema,
    NewProviderSchema,
    ProviderChangeSchema,
    ProviderRoleSchema,
    ProviderSchema,
    ProvidersSchema,
)
from accounts.second_schemas import ProvedSchema
from accounts.views import organisation
from accounts.views.providers import end_connection
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import provider_queries as place_queries

blueprint = ApiBlueprint("api_providers", __name__, "/identity-providers", "Sign-ins of organisations")


def _actor() -> Actor:
    actor = access.actor()
    if not policies.can_manage_providers(actor):
        raise AbsentError(_("There is no such sign-in."))
    return actor


def _own(provider_id: UUID) -> tuple[Actor, IdentityProvider]:
    actor = _actor()
    return actor, provider_queries.get_provider(session(), actor, provider_id)


def _said(row: IdentityProvider) -> dict[str, Any]:
    names = ("name", "issuer", "client_id", "domains", "asked_domains", "claim", "makes_people", "has_second",
             "is_enabled", "version", "roles")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "id": row.public_id, "network": row.network_id is not None, "has_secret": bool(row.client_secret),
        "redirect_uri": organisation.redirect_uri(row.public_id),
    }  # fmt: skip


@blueprint.get("")
@access.signed_in
@blueprint.response(200, ProvidersSchema)
def list_providers() -> dict[str, Any]:
    """List the sign-ins that you set up: as an administrator all, as a network lead those of your network."""
    return {"items": [_said(row) for row in provider_queries.all_providers(session(), _actor())]}


@blueprint.get("/<uuid:provider_id>")
@access.signed_in
@blueprint.response(200, ProviderSchema)
def get_provider(provider_id: UUID) -> dict[str, Any]:
    """Read one sign-in with its mapping of groups to roles; its secret is never told."""
    return _said(_own(provider_id)[1])


@blueprint.post("")
@access.signed_in
@blueprint.arguments(NewProviderSchema)
@blueprint.response(201, ProviderSchema)
def add_provider(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a sign-in. Domains that a network lead names wait until an administrator confirms them."""
    actor, network = _actor(), sent.pop("network")
    confirm(sent.pop("password"), sent.pop("code"))
    with transaction(actor) as current:
        made = provider_services.create(
            current, place_queries.network_chosen(current, actor, network), sent, by=actor, at=clock.now(),
            allow_loopback=organisation.may_use_loopback(),
        )  # fmt: skip
    return _said(made)


@blueprint.patch("/<uuid:provider_id>")
@access.signed_in
@blueprint.arguments(ProviderChangeSchema)
@blueprint.response(200, ProviderSchema)
def change_provider(sent: dict[str, Any], provider_id: UUID) -> dict[str, Any]:
    """Change a sign-in, or switch it on or off."""
    actor, row = _own(provider_id)
    check_version(sent.pop("version"), row.version)
    confirm(sent.pop("password"), sent.pop("code"))
    with transaction(actor) as current:
        provider_services.change(
            current, row, sent, by=actor, at=clock.now(), allow_loopback=organisation.may_use_loopback()
        )
    return _said(row)


@blueprint.post("/<uuid:provider_id>/confirmed-domains")
@access.signed_in
@blueprint.arguments(ProvedSchema)
@blueprint.response(200, ProviderSchema)
def confirm_domains(sent: dict[str, Any], provider_id: UUID) -> dict[str, Any]:
    """Let it answer for the domains that a network lead asked for; administrators only.

    It asks for your password again, as adding and changing do: a sign-in opens other people's accounts.
    """
    actor, row = _own(provider_id)
    access.require(
        policies.can_confirm_domains(actor), _("An administrator of the installation confirms domains.")
    )
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        provider_services.confirm_domains(current, row, by=actor, at=clock.now())
    return _said(row)


@blueprint.delete("/<uuid:provider_id>")
@access.signed_in
@blueprint.response(204)
def remove_provider(provider_id: UUID) -> None:
    """Take a sign-in away for good; people keep their accounts and the roles they have."""
    actor, row = _own(provider_id)
    with transaction(actor) as current:
        provider_services.remove(current, row, by=actor, at=clock.now())


@blueprint.get("/<uuid:provider_id>/people")
@access.signed_in
@blueprint.arguments(AfterSchema, location="query")
@blueprint.response(200, LinkedPeopleSchema)
def list_people(sent: dict[str, Any], provider_id: UUID) -> Mapping[str, Any]:
    """List who is connected with a sign-in."""
    _who, row = _own(provider_id)
    rows = provider_queries.linked_people(session(), row.id, after=sent["after"], limit=sent["limit"])
    return page_of(rows, sent["limit"], attrgetter("id"))


@blueprint.delete("/<uuid:provider_id>/people/<uuid:identity_id>")
@access.signed_in
@blueprint.response(204)
def disconnect_person(provider_id: UUID, identity_id: UUID) -> None:
    """End one person's connection, with the roles that the sign-in gave them."""
    actor, row = _own(provider_id)
    identity = provider_queries.linked_identity(session(), row.id, identity_id)
    with transaction(actor) as current:
        end_connection(current, row, identity)


@blueprint.post("/<uuid:provider_id>/roles")
@access.signed_in
@blueprint.arguments(ProviderRoleSchema)
@blueprint.response(201, ProviderRoleSchema)
def add_role(sent: dict[str, Any], provider_id: UUID) -> dict[str, Any]:
    """Say what a group is here: a role in a team, or in a whole network."""
    actor, row = _own(provider_id)
    with transaction(actor) as current:
        entry = place_queries.role_entry(
            current, row, value=sent["value"], role=sent["role"], level=sent.get("level"),
            team=str(sent.get("team") or ""), network=sent.get("network"),
        )  # fmt: skip
        return provider_services.add_role(current, row, entry, by=actor, at=clock.now())


@blueprint.delete("/<uuid:provider_id>/roles/<uuid:provider_role_id>")
@access.signed_in
@blueprint.response(204)
def remove_role(provider_id: UUID, provider_role_id: UUID) -> None:
    """Take one line of the mapping away; people lose the role at their next sign-in."""
    actor, row = _own(provider_id)
    with transaction(actor) as current:
        if not provider_services.remove_role(current, row, str(provider_role_id), by=actor, at=clock.now()):
            raise AbsentError(_("There is no such line."))
