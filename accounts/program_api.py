"""Programs' accounts in the API, for network leads."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from accounts import api as tokens_api
from accounts import program_schemas, queries, services
from accounts.schemas import MadeTokenSchema
from accounts.views import base
from nic_platform import access, clock
from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.schemas import PageQuery
from teams import invitation_queries, program_queries, program_services
from teams.models import Program

blueprint = ApiBlueprint("api_programs", __name__, "/programs", "Programs’ accounts")


def _own(program_id: UUID) -> tuple[Actor, Program]:
    actor = base.network_lead()
    return actor, program_queries.get_program(session(), actor, program_id)


def _out(actor: Actor, program_id: UUID) -> dict[str, Any]:
    row = program_queries.row_of(session(), actor, program_id)
    found = program_queries.get_program(session(), actor, program_id)
    return asdict(row) | {"roles": program_queries.roles_of(session(), actor, found.user_id)}


def _give(current: Session, program: Program, sent: Mapping[str, Any], actor: Actor) -> None:
    known = set(NetworkRole)
    role = NetworkRole(sent["role"]) if sent["role"] in known else TeamRole(sent["role"])
    team = None
    if sent["team_id"] is not None:
        team = invitation_queries.team_to_invite_to(current, actor, sent["team_id"])
    program_services.give_role(current, program, role, team, by=actor, at=clock.now())


@blueprint.get("")
@access.signed_in
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, program_schemas.ProgramPage)
def list_programs(query: dict[str, Any]) -> Mapping[str, Any]:
    """List the programs of your network, by name. Network leads may."""
    rows = program_queries.list_programs(
        session(), base.network_lead(), after=query.get("after"), limit=query["limit"]
    )
    return page_of(rows, query["limit"], key=lambda row: row.id)


@blueprint.post("")
@access.signed_in
@blueprint.arguments(program_schemas.ProgramIn)
@blueprint.response(201, program_schemas.ProgramOut)
def add_program(sent: dict[str, Any]) -> dict[str, Any]:
    """Add a program, with its first role if one is said. It comes in once it has a token."""
    actor = base.network_lead()
    with transaction(actor) as current:
        made = program_services.create(
            current, actor.network_id or 0, name=sent["name"], purpose=sent["purpose"], by=actor,
            at=clock.now(),
        )  # fmt: skip
        if sent["role"]:
            _give(current, made, sent["role"], actor)
        program_id = made.user.public_id
    return _out(actor, program_id)


@blueprint.get("/<uuid:program_id>")
@access.signed_in
@blueprint.response(200, program_schemas.ProgramOut)
def get_program(program_id: UUID) -> dict[str, Any]:
    """Return one program with its roles."""
    return _out(base.network_lead(), program_id)


@blueprint.patch("/<uuid:program_id>")
@access.signed_in
@blueprint.arguments(program_schemas.ProgramPatch)
@blueprint.response(200, program_schemas.ProgramOut)
def change_program(sent: dict[str, Any], program_id: UUID) -> dict[str, Any]:
    """Call a program by another name, or say anew what it is for."""
    actor, found = _own(program_id)
    check_version(sent["version"], found.user.version)
    name, purpose = sent.get("name", found.user.name), sent.get("purpose", found.purpose)
    with transaction(actor) as current:
        program_services.change(current, found, name=name, purpose=purpose, at=clock.now())
    return _out(actor, program_id)


@blueprint.delete("/<uuid:program_id>")
@access.signed_in
@blueprint.response(204)
def end_program(program_id: UUID) -> None:
    """End a program: it is shut out from its next request on. What it did stays under its name."""
    actor, found = _own(program_id)
    with transaction(actor) as current:
        program_services.end(current, found, by=actor, at=clock.now())


@blueprint.post("/<uuid:program_id>/roles")
@access.signed_in
@blueprint.arguments(program_schemas.ProgramRoleIn)
@blueprint.response(201, program_schemas.ProgramOut)
def give_role(sent: dict[str, Any], program_id: UUID) -> dict[str, Any]:
    """Give a program one more role. Its roles are taken away where people's are."""
    actor, found = _own(program_id)
    with transaction(actor) as current:
        _give(current, found, sent, actor)
    return _out(actor, program_id)


@blueprint.get("/<uuid:program_id>/tokens")
@access.signed_in
@blueprint.response(200, program_schemas.ProgramTokens)
def list_program_tokens(program_id: UUID) -> dict[str, Any]:
    """List a program's living tokens, newest first; their text is nowhere."""
    _actor, found = _own(program_id)
    return {"items": program_queries.tokens_of(session(), found.user_id, at=clock.now())}


@blueprint.post("/<uuid:program_id>/tokens")
@access.signed_in
@blueprint.arguments(program_schemas.NewProgramToken)
@blueprint.response(201, MadeTokenSchema)
def make_program_token(sent: dict[str, Any], program_id: UUID) -> dict[str, Any]:
    """Make a token of a program; its text is told in this answer alone. Asks for your own password again."""
    actor, found = _own(program_id)
    tokens_api.refuse_wider(sent["scopes"])
    tokens_api.confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        token, text = services.create_token(
            current, name=sent["name"], days=sent["days"], team_id=None, scopes=sent["scopes"],
            user_id=found.user_id, by=actor, at=clock.now(),
        )  # fmt: skip
    return tokens_api.made_token(token, text)


@blueprint.delete("/<uuid:program_id>/tokens/<uuid:program_token_id>")
@access.signed_in
@blueprint.response(204)
def end_program_token(program_id: UUID, program_token_id: UUID) -> None:
    """End one token of a program."""
    actor, found = _own(program_id)
    token = queries.own_token(session(), found.user_id, program_token_id)
    with transaction(actor) as current:
        services.revoke_token(current, token, by=actor, at=clock.now())
