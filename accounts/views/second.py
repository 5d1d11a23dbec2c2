"""The second step of signing in, and a person's own second factor: set up, renewed, taken away, reset."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts import (
    passkey_queries,
    passkey_rules,
    queries,
    rules,
    second_rules,
    second_services,
    sign_in_services,
)
from accounts.forms import ConfirmedForm
from accounts.models import SignIn, User
from accounts.second_forms import GeneratorForm, SecondForm
from accounts.views import base
from accounts.views.base import blueprint, home
from nic_platform import access, clock, secrets_box, speech
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, try_to, went
from nic_platform.secrets_box import SealError
from nic_platform.text import _
from teams import second_queries

_SET_UP = "generator"  # where the browser keeps the secret that is being set up, sealed
_SET_UP_FOR = "code generator being set up"
_OPEN = frozenset({
    "accounts.security", "accounts.set_up_generator", "accounts.sign_out", "accounts.account",
    "accounts.sign_ins", "accounts.end_sign_in", "accounts.end_other_sign_ins", "accounts.password",
    "accounts.second", "accounts.stop_second", "accounts.choose_language",
    "accounts.add_passkey", "accounts.begin_new_passkey", "accounts.begin_passkey",
    "static", "assets.get", "probes.alive", "probes.ready", "probes.metrics_page",
})  # fmt: skip

# ---------------------------------------------------------------- whose role asks for one


def is_required() -> bool:
    """Say whether this installation makes people of weighty roles set a second factor up; a demo does not."""
    chosen = str(current_app.config.get("SECOND_FACTOR", "by place"))
    if chosen == "by place":
        return not second_queries.is_demo(session())
    return chosen == "required"


def must_set_up(*, by_token: bool = False) -> bool:
    """Say whether whoever asks has to set a second factor up before anything else.

    Args:
        by_token: also of who comes by a token; such calls go on as before, but make no further tokens.
    """
    if (g.get("by_token") and not by_token) or current_user.second_since or g.get("second_at"):
        return False
    asked = current_user.second_asked_at
    if asked is None or current_app.config.get("SECOND_FACTOR") == "offered":
        return False
    if clock.now() < second_rules.must_set_up_by(asked, int(current_app.config["SECOND_FACTOR_DAYS"])):
        return False
    return is_required() and second_queries.asks_for_second(session(), current_user)


@blueprint.before_app_request
def only_set_up() -> ResponseReturnValue | None:
    """Open no page but the set-up to who must have a second factor and has none."""
    if request.endpoint is None or request.endpoint in _OPEN or not current_user.is_authenticated:
        return None
    if not must_set_up():
        return None
    if request.path.startswith("/api/v1/"):
        abort(403, _("Your role asks for a second step. Set it up in a browser first."))
    flash(_("Your role asks for a second step when you sign in. Set it up to go on."), "warn")
    return redirect(url_for("accounts.set_up_generator"), 303)


@blueprint.app_context_processor
def _give() -> dict[str, Any]:
    return {"asks_code": base.asks_code, "has_passkey": base.has_passkey, "can_passkey": can_passkey}


def can_passkey() -> bool:
    """Say whether browsers make passkeys for this installation's address."""
    return passkey_rules.site_of(base.base_url()) is not None


@blueprint.record_once
def _share(state: Any) -> None:
    # For the pages of later domains, which import no views of this one.
    state.app.extensions["nic.is_confirmed"] = base.is_confirmed


# ---------------------------------------------------------------- the second step


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
@access.public
def second() -> ResponseReturnValue:
    """Ask for a code after the password, a link or a provider; a new sign-in replaces the half one."""
    if current_user.is_authenticated:
        return redirect(home(), 303)
    half, form, at = g.get("half"), SecondForm(), clock.now()
    if half is None:
        return redirect(url_for(".sign_in"), 303)
    user_id, way, provider_id = half.user_id, half.way, half.provider_id
    if form.validate_on_submit():
        if base.spend_code(half.user, form.code.data or ""):
            with transaction(at=at) as current:
                user = current.get_one(User, user_id)
                row, secret = base.begin(current, user, way)
                row.provider_id, row.second_at = provider_id, at
            wanted = rules.safe_next(cookie.get("next")) or home()
            base.enter(user, secret)
            return redirect(wanted, 303)
        form.code.errors = [_("This is not a code that counts now. Wait for the next one, and try again.")]
    form.code.data = ""
    return _ask_page(form, half), status_of(form)


def ask(half: SignIn, words: str) -> ResponseReturnValue:
    """Ask for the second step again after a passkey that proved nothing; *words* say so."""
    form = SecondForm(formdata=None)
    form.form_errors.append(words)
    return _ask_page(form, half), 422


def _ask_page(form: SecondForm, half: SignIn) -> str:
    own = passkey_queries.second_of(session(), half.user)
    return render_template(
        "accounts/second.html", form=form, email=half.user.email, second=own,
        has_passkey=bool(own.passkeys) and can_passkey(),
    )  # fmt: skip


@blueprint.post("/sign-in/second/stop")
@access.public
def stop_second() -> ResponseReturnValue:
    """Give a half sign-in up, so that somebody else can sign in in this browser."""
    if not current_user.is_authenticated and "half" in g:
        with transaction(at=clock.now()) as current:
            sign_in_services.end(current, str(cookie.get("_user_id", "")), at=clock.now())
        chosen = cookie.get(speech.CHOSEN, "")
        cookie.clear()
        speech.choose(chosen)
    return redirect(url_for(".sign_in"), 303)


# ---------------------------------------------------------------- a person's own


@blueprint.get("/account/security")
@access.signed_in
def security() -> ResponseReturnValue:
    """Show how well a person's account is kept: password, second step, recovery codes, sign-ins."""
    user = base.me()
    asked, until = second_queries.asks_for_second(session(), user), None
    if asked and user.second_asked_at and user.second_since is None and is_required():
        until = user.second_asked_at + timedelta(days=int(current_app.config["SECOND_FACTOR_DAYS"]))
    return render_template(
        "accounts/security.html", second=passkey_queries.second_of(session(), user),
        has_password=user.password_hash is not None, asked=asked, until=until,
    )  # fmt: skip


def _kept_secret() -> str:
    """Return the secret that this browser is setting up: the same one until it is done, for half an hour."""
    kept = cookie.get(_SET_UP) or {}
    if kept.get("who") == current_user.id and clock.now().timestamp() - float(kept.get("at", 0)) < 1800:
        try:
            return secrets_box.open_sealed(str(kept["secret"]), _SET_UP_FOR)
        except (SealError, KeyError):
            pass
    secret = second_rules.new_secret()
    sealed = secrets_box.seal(secret, _SET_UP_FOR)
    cookie[_SET_UP] = {"who": current_user.id, "at": clock.now().timestamp(), "secret": sealed}
    return secret


@blueprint.route("/account/security/generator", methods=["GET", "POST"])
@access.signed_in
def set_up_generator() -> ResponseReturnValue:
    """Show what a code generator reads, take its first code, and show the recovery codes once."""
    actor, form, at, secret = access.actor(), GeneratorForm(), clock.now(), _kept_secret()
    made: list[tuple[list[str], User, str]] = []

    def work(current: Session) -> None:
        user = current.get_one(User, actor.user_id)
        codes = second_services.set_up(current, user, secret, form.first.data or "", at=at)
        sign_in_services.end_all(current, user.id, at=at, but=g.sign_in_id)
        row, new = base.begin(current, user, g.sign_in_way)
        row.second_at = at
        made.append((codes, user, new))

    if form.validate_on_submit() and base.is_confirmed(form):
        base.count_try(second_rules.code_tries(current_user.id, base.caller()))
        if try_to(form, actor, work):
            codes, user, new = made[0]
            base.enter(user, new)
            return render_template("accounts/recovery_codes.html", codes=codes, at=at), 201
    form.confirm.data = form.code.data = form.first.data = ""
    user = base.me()
    address = second_rules.address_of(secret, user.email)
    page = render_template(
        "accounts/generator.html", form=form, picture=second_rules.picture_of(address),
        key=second_rules.in_groups(secret), has_password=user.password_hash is not None,
        has_one=passkey_queries.second_of(session(), user).generator_since is not None,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/account/security/codes", methods=["GET", "POST"])
@access.signed_in
def recovery_codes() -> ResponseReturnValue:
    """Make ten new recovery codes, shown this once; the old ones work no more."""
    actor, user, form, at = access.actor(), base.me(), ConfirmedForm(), clock.now()
    if user.second_since is None:
        raise AbsentError(_("There is no such page."))
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            codes = second_services.renew_recovery_codes(current, base.me(), at=at)
        return render_template("accounts/recovery_codes.html", codes=codes, at=at), 201
    return confirm_page(
        form, _("New recovery codes"), _("The ten you have now work no more."), _("Make new codes")
    )


@blueprint.route("/account/security/remove", methods=["GET", "POST"])
@access.signed_in
def remove_generator() -> ResponseReturnValue:
    """Take the person's code generator away; without a passkey the second step is off then."""
    actor, user, form = access.actor(), base.me(), ConfirmedForm()
    own = passkey_queries.second_of(session(), user)
    if own.generator_since is None:
        raise AbsentError(_("There is no such page."))
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            second_services.remove_generator(current, base.me(), at=clock.now())
        return went(url_for(".security"), _("The code generator counts no more."))
    words = _("Your passkeys and recovery codes go on.") if own.passkeys else words_of_none()
    return confirm_page(form, _("Take the code generator away"), words, _("Take it away"))


def words_of_none() -> str:
    """Return what it means to be without a second step, for the person who asks."""
    if second_queries.asks_for_second(session(), base.me()) and is_required():
        return _("Your role asks for a second step: you will have to set up another.")
    return _("Your password alone opens your account then.")


def confirm_page(
    form: ConfirmedForm, title: str, words: str, button: str, back: str = "",
    where: list[tuple[str, str]] | None = None,
) -> ResponseReturnValue:  # fmt: skip
    """Show the page that asks for the password, and the second step, before something of weight."""
    form.confirm.data = form.code.data = ""
    page = render_template(
        "accounts/confirm_second.html", form=form, title=title, words=words, button=button, back=back,
        where=where, has_password=base.me().password_hash is not None,
    )  # fmt: skip
    return page, status_of(form)


# ---------------------------------------------------------------- for somebody who lost theirs


@blueprint.route("/people/<uuid:person_id>/second-step", methods=["GET", "POST"])
@access.signed_in
def reset_second(person_id: UUID) -> ResponseReturnValue:
    """Take somebody's second factor away, once it is sure who they are; they are told by mail."""
    actor, form = access.actor(), ConfirmedForm()
    person = queries.person(session(), person_id)
    if not second_queries.may_reset(session(), actor, person) or person.second_since is None:
        raise AbsentError(_("There is no such page."))
    name = person.name
    if form.validate_on_submit() and base.is_confirmed(form):
        with transaction(actor) as current:
            person = queries.person(current, person_id)
            second_services.reset(current, person, by=actor, at=clock.now())
        words = _("%(name)s signs in with the password alone now, and was told by mail.", name=name)
        return went(url_for(".security"), words)
    words = _(
        "Do this only after you have spoken with %(name)s and are sure who it is: the code is what keeps "
        "somebody with a stolen password out. All their sign-ins end.",
        name=name,
    )
    title = _("Reset the second step of %(name)s", name=name)
    return confirm_page(form, title, words, _("Reset it"), home())
