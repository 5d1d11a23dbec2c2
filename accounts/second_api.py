"""A person's own second step in the API, and its reset for somebody who lost theirs.

It is set up on the page alone: a generator shows its first code to its owner, a passkey is made by a browser.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from accounts import passkey_queries, passkey_services, queries, second_services
from accounts.api import confirm
from accounts.second_schemas import CodesSchema, ProvedSchema, SecondSchema
from accounts.views import base
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, RuleError
from nic_platform.text import _
from teams import second_queries

blueprint = ApiBlueprint("api_second_step", __name__, "/second-step", "Your second step when you sign in")


def _own() -> dict[str, Any]:
    return asdict(passkey_queries.second_of(session(), base.me()))


@blueprint.get("")
@access.signed_in
@blueprint.response(200, SecondSchema)
def get_second_step() -> dict[str, Any]:
    """Return your second step: since when, your passkeys, recovery codes left. Set it up in a browser."""
    return _own()


@blueprint.post("/codes")
@access.signed_in
@blueprint.arguments(ProvedSchema)
@blueprint.response(201, CodesSchema)
def make_recovery_codes(sent: dict[str, Any]) -> dict[str, Any]:
    """Make ten new recovery codes, told in this answer alone; earlier ones work no more."""
    actor = access.actor()
    if base.me().second_since is None:
        raise RuleError(_("There is no second step yet. Set it up in a browser first."))
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        codes = second_services.renew_recovery_codes(current, base.me(), at=clock.now())
    return {"codes": codes}


@blueprint.post("/generator/remove")
@access.signed_in
@blueprint.arguments(ProvedSchema)
@blueprint.response(200, SecondSchema)
def remove_own_generator(sent: dict[str, Any]) -> dict[str, Any]:
    """Take your code generator away. Without a passkey your second step is off then."""
    actor = access.actor()
    if passkey_queries.second_of(session(), base.me()).generator_since is None:
        raise RuleError(_("There is no code generator to take away."))
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        second_services.remove_generator(current, base.me(), at=clock.now())
    return _own()


@blueprint.post("/passkeys/<uuid:passkey_id>/remove")
@access.signed_in
@blueprint.arguments(ProvedSchema)
@blueprint.response(200, SecondSchema)
def remove_own_passkey(sent: dict[str, Any], passkey_id: UUID) -> dict[str, Any]:
    """Take one of your passkeys away. With the last of them and no generator your second step is off."""
    actor = access.actor()
    passkey_queries.own_passkey(session(), actor.user_id, passkey_id)
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        passkey = passkey_queries.own_passkey(current, actor.user_id, passkey_id)
        passkey_services.remove(current, base.me(), passkey, at=clock.now())
    return _own()


@blueprint.post("/people/<uuid:person_id>/reset")
@access.signed_in
@blueprint.arguments(ProvedSchema)
@blueprint.response(204)
def reset_second_step(sent: dict[str, Any], person_id: UUID) -> None:
    """Take somebody's second step away who lost it; make sure first who asks. They are told by mail.

    Network leads may for people of their own network alone, administrators for everybody but themselves.
    """
    actor = access.actor()
    person = queries.person(session(), person_id)
    if not second_queries.may_reset(session(), actor, person):
        raise AbsentError(_("There is no such person, or you can’t do this for them."))
    if person.second_since is None:
        raise RuleError(_("There is no second step to take away."))
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        second_services.reset(current, queries.person(current, person_id), by=actor, at=clock.now())
