"""A person's own tokens for the API."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts import queries, services
from accounts.program_forms import ScopedTokenForm, scope_rows
from accounts.views import base
from accounts.views.base import blueprint
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, went
from nic_platform.text import _


@blueprint.route("/account/tokens", methods=["GET", "POST"])
@access.signed_in
def tokens() -> ResponseReturnValue:
    """List the person's tokens, and make one: its text is shown this once."""
    actor, form, at = access.actor(), ScopedTokenForm(), clock.now()
    made, status = "", status_of(form)
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            _token, made = services.create_token(
                current, name=form.name.data or "", days=int(form.days.data), team_id=actor.team_id,
                scopes=form.scopes.data or (), by=actor, at=at,
            )  # fmt: skip
        form, status = ScopedTokenForm(formdata=None), 201
    form.confirm.data = ""
    rows = queries.own_tokens(session(), actor.user_id, at=at)
    has_password = base.me().password_hash is not None
    page = render_template(
        "accounts/tokens.html", form=form, rows=rows, made=made, has_password=has_password,
        scopes=scope_rows(form),
    )  # fmt: skip
    return page, status


@blueprint.post("/account/tokens/<uuid:token_id>/revoke")
@access.signed_in
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End a token; programs that use it are refused from now on."""
    actor = access.actor()
    token = queries.own_token(session(), actor.user_id, token_id)
    with transaction(actor) as current:
        services.revoke_token(current, token, by=actor, at=clock.now())
    return went(url_for(".tokens"), _("The token has ended."))
