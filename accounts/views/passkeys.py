"""Passkeys: signing in with one, giving one as the second step, making one, taking one away.

Whatever is done here by a script of the browser can be done by password and code without it.
"""

from typing import Any
from uuid import UUID

from flask import g, jsonify, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts import passkey_flow, passkey_queries, passkey_rules, passkey_services, rules, sign_in_services
from accounts.forms import ConfirmedForm, SignInForm
from accounts.models import User
from accounts.passkey_flow import Purpose
from accounts.passkey_rules import Made, PasskeyError, Site
from accounts.second_forms import NewPasskeyForm, PasskeyForm
from accounts.views import base, entrance, second
from accounts.views.base import blueprint, home
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _


def _site() -> Site:
    found = passkey_rules.site_of(base.base_url())
    if found is None:
        raise AbsentError(_("Passkeys need an address with a name, over HTTPS."))
    return found


# ---------------------------------------------------------------- used


@blueprint.post("/passkeys/begin")
@access.public
def begin_passkey() -> ResponseReturnValue:
    """Tell the browser what a passkey is to sign: to sign in, as the second step, or before what matters."""
    site, known = _site(), []
    purpose, user_id = Purpose.SIGN_IN, 0
    if current_user.is_authenticated:
        purpose, user_id = Purpose.AGAIN, current_user.id
    elif "half" in g:
        purpose, user_id = Purpose.SECOND, g.half.user_id
    if user_id:
        known = passkey_queries.credential_ids(session(), user_id)
        if not known:
            raise AbsentError(_("There is no such passkey."))
    asked = passkey_flow.ask(cookie, purpose, user_id, at=clock.now())
    return jsonify(passkey_rules.ask_for_known(site, asked.bytes, known))


@blueprint.post("/sign-in/passkey")
@access.public
def use_passkey() -> ResponseReturnValue:
    """Let somebody in by a passkey alone, or finish a sign-in with one as its second step."""
    form, at, half = PasskeyForm(), clock.now(), g.get("half")
    if current_user.is_authenticated:
        return redirect(rules.safe_next(form.next.data) or home(), 303)
    if not form.validate_on_submit():
        return redirect(url_for(".sign_in"), 303)
    purpose, user_id = (Purpose.SECOND, half.user_id) if half else (Purpose.SIGN_IN, 0)
    way, provider_id = (half.way, half.provider_id) if half else ("passkey", None)
    owner = base.signed_by(form.passkey.data or "", purpose, user_id)
    if owner is None:
        return _refused(half)
    with transaction(at=at) as current:
        user = current.get_one(User, owner)
        row, secret = base.begin(current, user, way)
        row.provider_id, row.second_at = provider_id, at
    wanted = rules.safe_next(cookie.get("next") if half else form.next.data) or home()
    base.enter(user, secret)
    return redirect(wanted, 303)


def _refused(half: Any) -> ResponseReturnValue:
    words = _("This passkey opens no account here. Try it again, or use another way.")
    if half:
        return second.ask(half, words)
    again = SignInForm()
    again.form_errors.append(words)
    return entrance.page(again, 422)


# ---------------------------------------------------------------- a person's own


@blueprint.post("/account/security/passkeys/begin")
@access.signed_in
def begin_new_passkey() -> ResponseReturnValue:
    """Tell the browser what a new passkey is made of."""
    site, user = _site(), base.me()
    asked = passkey_flow.ask(cookie, Purpose.NEW, user.id, at=clock.now())
    return jsonify(
        passkey_rules.ask_for_new(
            site, asked.bytes, handle=user.public_id.bytes, email=user.email, name=user.name,
            known=passkey_queries.credential_ids(session(), user.id),
        )
    )  # fmt: skip


def _made(form: NewPasskeyForm) -> Made | None:
    """Return the passkey that the browser made; its challenge is used up by the first answer."""
    at, site, text = clock.now(), _site(), form.made.data or ""
    form.made.data = ""
    asked = passkey_flow.take(cookie, Purpose.NEW, current_user.id, at=at)
    words = _("Your browser made no passkey that we can use. Try again.")
    try:
        if asked is None:
            raise PasskeyError("nothing was asked")
        with transaction(at=at) as current:
            if not sign_in_services.spend(current, asked.once, at=asked.since):
                raise PasskeyError("answered before")
        return passkey_rules.check_new(text, site, asked.bytes)
    except PasskeyError as error:
        sign_in_services.log.warning("new passkey refused: %s", error)
        form.form_errors.append(words)
        return None


@blueprint.route("/account/security/passkeys/new", methods=["GET", "POST"])
@access.signed_in
def add_passkey() -> ResponseReturnValue:
    """Take a passkey that the browser makes; with the first one come recovery codes and a new sign-in."""
    actor, form, at = access.actor(), NewPasskeyForm(), clock.now()
    _site()
    told: list[tuple[list[str], User, str]] = []

    def work(current: Session) -> None:
        user = current.get_one(User, actor.user_id)
        codes = passkey_services.add(current, user, made, name=form.name.data, at=at) if made else None
        if codes is not None:
            sign_in_services.end_all(current, user.id, at=at, but=g.sign_in_id)
            row, new = base.begin(current, user, g.sign_in_way)
            row.second_at = at
            told.append((codes, user, new))

    if form.validate_on_submit() and base.is_confirmed(form):
        made = _made(form)
        if made is not None and try_to(form, actor, work):
            if not told:
                return went(url_for(".security"), _("Your passkey is ready."))
            codes, user, new = told[0]
            base.enter(user, new)
            return render_template("accounts/recovery_codes.html", codes=codes, at=at), 201
    form.confirm.data = form.code.data = ""
    user = base.me()
    page = render_template(
        "accounts/new_passkey.html", form=form, has_password=user.password_hash is not None,
        has_second=user.second_since is not None,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/account/security/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@access.signed_in
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Take one of the person's passkeys away."""
    actor, form = access.actor(), ConfirmedForm()
    name = passkey_queries.own_passkey(session(), actor.user_id, passkey_id).name
    own = passkey_queries.second_of(session(), base.me())
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            passkey = passkey_queries.own_passkey(current, actor.user_id, passkey_id)
            passkey_services.remove(current, base.me(), passkey, at=clock.now())
        return went(url_for(".security"), _("The passkey “%(name)s” opens nothing here any more.", name=name))
    words = _(
        "It opens nothing here from then on. Delete it on the device too, or it goes on being offered there."
    )
    if own.generator_since is None and len(own.passkeys) == 1:
        words += " " + second.words_of_none()
    return second.confirm_page(
        form, _("Take the passkey “%(name)s” away", name=name), words, _("Take it away")
    )
