"""A person's own tokens in the API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import g

from accounts import passwords, queries, rules, schemas, services, sign_in_services
from accounts.models import ApiToken
from accounts.views import base, second
from nic_platform import access, api_scopes, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import DeniedError, InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_accounts", __name__, "/tokens", "Your own tokens")


@blueprint.get("")
@access.signed_in
@blueprint.response(200, schemas.TokensSchema)
def list_tokens() -> dict[str, Any]:
    """List your living tokens, newest first; their text is nowhere."""
    rows = queries.own_tokens(session(), access.actor().user_id, at=clock.now())
    return {"items": [asdict(row) for row in rows]}


@blueprint.post("")
@access.signed_in
@blueprint.arguments(schemas.NewTokenSchema)
@blueprint.response(201, schemas.MadeTokenSchema)
def make_token(sent: dict[str, Any]) -> dict[str, Any]:
    """Make a token; its text is told in this answer alone. Asks for your password again."""
    actor, at = access.actor(), clock.now()
    refuse_wider(sent["scopes"])
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        token, text = services.create_token(
            current, name=sent["name"], days=sent["days"], team_id=actor.team_id, by=actor, at=at,
            scopes=sent["scopes"],
        )  # fmt: skip
    return made_token(token, text)


def made_token(token: ApiToken, text: str) -> dict[str, Any]:
    """Return a new token with its text, which is told this once."""
    names = ("name", "scopes", "created_at", "last_used_at", "expires_at")
    return {"id": token.public_id, "token": text} | {name: getattr(token, name) for name in names}


def refuse_wider(scopes: list[str]) -> None:
    """Stop a token with scopes from making one that is good for more.

    Raises:
        DeniedError: it would be.
    """
    if g.get("by_token") and not api_scopes.covers(g.get("token_scopes") or (), scopes):
        raise DeniedError(_("A token can’t make one that is good for more than itself."))


def confirm(password: str, code: str = "") -> None:
    """Ask for the password again before a token is made, and for a code of who has a second factor.

    Raises:
        InputError: it is not the password, or no code that counts now.
    """
    if second.must_set_up(by_token=True):
        raise DeniedError(_("Your role asks for a second step. Set it up in a browser first."))
    user, at = base.me(), clock.now()
    tries, kept = rules.sign_in_tries(user.email, base.caller()), user.password_hash
    base.count_try(tries)
    if not passwords.is_right(password, kept):
        raise InputError(_("This is not your password."), {"password": _("This is not your password.")})
    with transaction(at=at) as current:
        sign_in_services.give_back(current, tries, at=at)
    if base.asks_code() and not base.spend_code(base.me(), code):
        words = _("This is not a code that counts now.")
        raise InputError(words, {"code": words})


@blueprint.delete("/<uuid:token_id>")
@access.signed_in
@blueprint.response(204)
def revoke_token(token_id: UUID) -> None:
    """End one of your tokens; programs that use it are refused from now on."""
    actor = access.actor()
    token = queries.own_token(session(), actor.user_id, token_id)
    with transaction(actor) as current:
        services.revoke_token(current, token, by=actor, at=clock.now())
