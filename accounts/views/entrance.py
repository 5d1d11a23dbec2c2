"""Signing in and out, by password or by a link from mail, and setting a new password."""

from flask import flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from sqlalchemy.orm import Session

from accounts import (
    forms,
    link_services,
    passwords,
    provider_queries,
    provider_rules,
    queries,
    rules,
    services,
    sign_in_services,
)
from accounts.models import User
from accounts.rules import LinkPurpose
from accounts.views import base
from accounts.views.base import blueprint, home
from nic_platform import access, clock, metrics, observing, speech
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _

# ---------------------------------------------------------------- by password


def page(form: forms.SignInForm, status: int) -> ResponseReturnValue:
    """Return the page that asks who is there."""
    from nic_platform.demo.people import BY_ROLE, THREE  # no use of it outside a demo

    demo = [BY_ROLE[role] for role in THREE]
    doors = provider_queries.doors(session())
    html = render_template("accounts/sign_in.html", form=form, demo=demo, doors=doors, few=provider_rules.FEW)
    return html, status


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> ResponseReturnValue:
    """Ask who is there, and let them in by password."""
    form = forms.SignInForm()
    if form.validate_on_submit():
        way_on = _by_password(form)
        if way_on is not None:
            return way_on
    elif not form.is_submitted():
        form.next.data = rules.safe_next(request.args.get("next")) or ""
        if current_user.is_authenticated:
            return redirect(form.next.data or home(), 303)
        if "half" in g:
            return redirect(url_for(".second"), 303)
    form.password.data = ""
    return page(form, status_of(form))


def _by_password(form: forms.SignInForm) -> ResponseReturnValue | None:
    """Let the person in whose address and password these are, and return where they go on.

    What is said, and how long it takes, is the same for an address that nobody has, a wrong password, and a
    person who may not come in: always one look, one hash. No lock is held while the hash is made.
    """
    at, email = clock.now(), rules.normal_email(form.email.data) or ""
    tries = rules.sign_in_tries(email or form.email.data, base.caller())
    base.count_try(tries)
    with transaction(at=at) as current:
        known = queries.credentials(current, email)
    if not passwords.is_right(form.password.data, known.password_hash):
        sign_in_services.log.warning("wrong password from %s", observing.place_code())
        metrics.count_sign_in("wrong")
        form.form_errors.append(
            _("Address and password do not belong together. Try again, or have a link sent to you.")
        )
        return None
    with transaction(at=at) as current:
        sign_in_services.give_back(current, tries, at=at)
        user = current.get_one(User, known.user_id)
        services.renew_hash(current, user, form.password.data)
        row, secret = base.begin(current, user, "password")
        current.flush()
        current.expunge(
            row
        )  # nobody asks after the commit whether what was just read and written still holds
        current.expunge(user)
    base.enter(user, secret)
    return base.go_on(row, user, rules.safe_next(form.next.data) or home())


@blueprint.post("/sign-out")
@access.signed_in
def sign_out() -> ResponseReturnValue:
    """End this sign-in: its secret is worth nothing from now on, wherever it was copied to."""
    with transaction(access.actor()) as current:
        sign_in_services.end(current, str(cookie.get("_user_id", "")), at=clock.now())
    logout_user()
    chosen = cookie.get(speech.CHOSEN, "")
    cookie.clear()
    speech.choose(chosen)
    flash(_("You are signed out."), "good")
    response = redirect(url_for(".sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


# ---------------------------------------------------------------- by a link


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@access.public
def mail_link() -> ResponseReturnValue:
    """Send a link that signs somebody in; the answer is the same whether there is such a person or not."""
    if request.method == "GET":
        return render_template("accounts/mail_sent.html", purpose="sign_in")
    form = forms.MailForm()
    if not form.validate_on_submit():
        again = forms.SignInForm()
        again.email.errors, again.password.errors = form.email.errors, []
        return page(again, 422)
    at, email = clock.now(), rules.normal_email(form.email.data) or ""
    base.count_try(rules.mail_tries(email, base.caller()))
    with transaction(at=at) as current:
        user = queries.active_user_by_email(current, email)
        link_services.send_sign_in(current, email, user, base_url=base.base_url(), at=at)
    cookie["next"] = rules.safe_next(form.next.data) or ""
    return redirect(url_for(".mail_link"), 303)


@blueprint.get("/sign-in/link/<token>")
@access.public
def take_link(token: str) -> ResponseReturnValue:
    """Take the token out of the address; nothing is used up by looking."""
    return base.take(token, LinkPurpose.SIGN_IN, ".open_link")


@blueprint.route("/sign-in/link/open", methods=["GET", "POST"])
@access.public
def open_link() -> ResponseReturnValue:
    """Show the button that signs in, and sign in when it is pressed."""
    link = base.held(LinkPurpose.SIGN_IN)
    user = session().get(User, link.user_id) if link and link.user_id else None
    if link is None or user is None or not user.is_active:
        return base.over(url_for(".sign_in"), _("Ask for a new one; it comes within a minute."))
    if request.method == "GET":
        return render_template("accounts/open_link.html", email=link.email)
    wanted = rules.safe_next(cookie.get("next")) or home()
    with transaction(at=clock.now()) as current:
        link_services.use(current, link, at=clock.now())
        row, secret = base.begin(current, user, "link")
    base.enter(user, secret)
    return base.go_on(row, user, wanted)


# ---------------------------------------------------------------- a new password


@blueprint.route("/reset", methods=["GET", "POST"])
@access.public
def reset() -> ResponseReturnValue:
    """Send a link to set a password; the answer is the same whether there is such a person or not."""
    if request.args.get("sent"):
        return render_template("accounts/mail_sent.html", purpose="reset")
    form = forms.MailForm()
    if not form.validate_on_submit():
        return render_template("accounts/reset.html", form=form), status_of(form)
    at, email = clock.now(), rules.normal_email(form.email.data) or ""
    base.count_try(rules.mail_tries(email, base.caller()))
    with transaction(at=at) as current:
        user = queries.active_user_by_email(current, email)
        link_services.send_reset(current, email, user, base_url=base.base_url(), at=at)
    return redirect(url_for(".reset", sent=1), 303)


@blueprint.get("/reset/<token>")
@access.public
def take_reset(token: str) -> ResponseReturnValue:
    """Take the token out of the address; nothing is used up by looking."""
    return base.take(token, LinkPurpose.RESET, ".open_reset")


@blueprint.route("/reset/open", methods=["GET", "POST"])
@access.public
def open_reset() -> ResponseReturnValue:
    """Set a new password: every sign-in and every other link of the person ends."""
    link = base.held(LinkPurpose.RESET)
    user = session().get(User, link.user_id) if link and link.user_id else None
    if link is None or user is None or not user.is_active:
        return base.over(url_for(".reset"), _("Ask for a new one; it comes within a minute."))
    form, at, email = forms.NewPasswordForm(), clock.now(), user.email

    def work(current: Session) -> None:
        link_services.use(current, link, at=at)
        services.set_password(current, user, form.password.data, at=at)

    if form.validate_on_submit() and try_to(form, None, work):
        cookie.clear()
        return went(url_for(".sign_in"), _("Your new password is set. Sign in with it."))
    form.password.data = ""
    return render_template("accounts/new_password.html", form=form, email=email), status_of(form)
