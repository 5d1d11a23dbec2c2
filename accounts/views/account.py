"""A person's own account: name and language, password, address, sign-ins, teams."""

from uuid import UUID

from flask import current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts import forms, link_services, policies, queries, rules, services, sign_in_services
from accounts.models import OneTimeLink
from accounts.rules import LinkPurpose
from accounts.views import base
from accounts.views.base import blueprint
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import PlatformForm, conflict_page
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import invitation_queries, team_services


@blueprint.route("/account", methods=["GET", "POST"])
@access.signed_in
def account() -> ResponseReturnValue:
    """Show a person their account, and save what they say of themselves."""
    actor, user = access.actor(), base.me()
    form = forms.ProfileForm(obj=user)
    if form.validate_on_submit():
        if form.is_stale(user.version):
            saved = {name: getattr(user, name) for name in ("name", "title", "phone", "locale")}
            return conflict_page(
                form, _("Your account"), saved, version=user.version, by=user.name, at=user.updated_at
            )
        with transaction(actor) as current:
            services.change_profile(current, user, form.values())
        return went(url_for(".account"), _("Saved."))
    places = invitation_queries.own_places(session(), actor.user_id)
    page = render_template(
        "accounts/account.html", form=form, email=user.email, has_password=user.password_hash is not None,
        places=places, roles=forms.role_names(), may_invite=policies.can_invite(actor),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/account/teams/<uuid:team_id>/leave")
@access.signed_in
def leave(team_id: UUID) -> ResponseReturnValue:
    """Leave a team; what the person wrote there stays theirs."""
    actor = access.actor()
    place = invitation_queries.own_place(session(), actor.user_id, team_id)
    with transaction(actor) as current:
        team_services.remove_person(current, place, by=actor, at=clock.now())
    return went(url_for(".account"), _("You left the team. What you wrote stays in your name."))


# ---------------------------------------------------------------- password and address


@blueprint.route("/account/password", methods=["GET", "POST"])
@access.signed_in
def password() -> ResponseReturnValue:
    """Change the password: the old one is asked for, and every other sign-in ends."""
    actor, form, at = access.actor(), forms.PasswordForm(), clock.now()

    def work(current: Session) -> None:
        services.set_password(current, base.me(), form.password.data, at=at, but=g.get("sign_in_id"))

    if form.validate_on_submit() and base.is_confirmed(form) and try_to(form, actor, work):
        return went(url_for(".account"), _("Your new password is set. Other sign-ins have ended."))
    form.password.data = form.confirm.data = ""
    has_password = base.me().password_hash is not None
    page = render_template("accounts/password.html", form=form, has_password=has_password)
    return page, status_of(form)


@blueprint.route("/account/address", methods=["GET", "POST"])
@access.signed_in
def address() -> ResponseReturnValue:
    """Ask for another mail address; it counts once a link sent there has been opened."""
    actor, form, at = access.actor(), forms.AddressForm(), clock.now()
    user = base.me()
    if form.validate_on_submit() and base.is_confirmed(form):
        base.count_try(rules.mail_tries(form.email.data, base.caller()))
        with transaction(actor) as current:
            email = rules.normal_email(form.email.data) or ""
            link_services.send_address(current, user, email, base_url=base.base_url(), at=at)
        return went(url_for(".account"), _("We sent a link to the new address. Open it within an hour."))
    form.confirm.data = ""
    page = render_template(
        "accounts/address.html", form=form, email=user.email, has_password=user.password_hash is not None
    )
    return page, status_of(form)


@blueprint.get("/account/address/<token>")
@access.public
def take_address(token: str) -> ResponseReturnValue:
    """Take the token out of the address; nothing is used up by looking."""
    return base.take(token, LinkPurpose.ADDRESS, ".open_address")


def _own_address_link() -> OneTimeLink | None:
    link = base.held(LinkPurpose.ADDRESS)
    return link if link is not None and link.user_id == current_user.id else None


@blueprint.route("/account/address/open", methods=["GET", "POST"])
@access.signed_in
def open_address() -> ResponseReturnValue:
    """Show the button that takes the new address, and take it when it is pressed."""
    actor, link = access.actor(), _own_address_link()
    if link is None:
        return base.over(url_for(".address"), _("Ask for a new one on your account’s page."))
    form = PlatformForm()
    if not form.validate_on_submit():
        return render_template("accounts/open_address.html", email=link.email), status_of(form)
    at = clock.now()
    with transaction(actor) as current:
        link_services.use(current, link, at=at)
        services.change_email(current, base.me(), link.email, at=at)
    base.let_go()
    return went(url_for(".account"), _("Your address is changed."))


# ---------------------------------------------------------------- sign-ins


@blueprint.get("/account/sign-ins")
@access.signed_in
def sign_ins() -> ResponseReturnValue:
    """List where the person is signed in."""
    rows = queries.own_sign_ins(
        session(),
        access.actor().user_id,
        this=g.get("sign_in_id"),
        at=clock.now(),
        idle_minutes=int(current_app.config["SESSION_IDLE_MINUTES"]),
        hours=int(current_app.config["SESSION_HOURS"]),
        provider_hours=int(current_app.config["PROVIDER_HOURS"]),
    )
    return render_template("accounts/sign_ins.html", rows=rows)


@blueprint.post("/account/sign-ins/<uuid:sign_in_id>/end")
@access.signed_in
def end_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    """End one of the person's sign-ins, wherever it is."""
    actor = access.actor()
    row = queries.own_sign_in(session(), actor.user_id, sign_in_id)
    with transaction(actor) as current:
        sign_in_services.end_one(current, row.id, at=clock.now())
    return went(url_for(".sign_ins"), _("That sign-in has ended."))


@blueprint.post("/account/sign-ins/end-others")
@access.signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """End every sign-in of the person but this one."""
    actor = access.actor()
    if "sign_in_id" not in g:
        raise AbsentError(_("There is no such page."))
    with transaction(actor) as current:
        sign_in_services.end_all(current, actor.user_id, at=clock.now(), but=g.sign_in_id)
    return went(url_for(".sign_ins"), _("You are signed out everywhere else."))
