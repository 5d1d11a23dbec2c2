"""Signing in with one's organisation: to its OpenID Connect provider and back."""

from typing import Any
from uuid import UUID

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from accounts import forms, oidc, provider_flow, provider_queries, provider_rules, provider_services, rules
from accounts.models import IdentityProvider, User
from accounts.oidc import Client, OidcError
from accounts.provider_flow import Flow, Pending
from accounts.provider_forms import OrganisationForm
from accounts.provider_services import Way
from accounts.sign_in_services import give_back, log
from accounts.views import base, entrance
from accounts.views.base import blueprint, home
from nic_platform import access, clock, secrets_box
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError
from nic_platform.pages import try_to, went
from nic_platform.secrets_box import SealError
from nic_platform.text import _
from teams import provider_services as role_services

# ---------------------------------------------------------------- there


@blueprint.post("/sign-in/organisation")
@access.public
def choose_organisation() -> ResponseReturnValue:
    """Find the sign-in that answers for an address; whether anybody has the address plays no part."""
    form = OrganisationForm()
    valid = form.validate_on_submit()
    door = provider_queries.door_for(session(), rules.normal_email(form.email.data) or "") if valid else None
    if door is None:
        again = forms.SignInForm()
        again.password.data, again.password.errors = "", []
        again.email.errors = form.email.errors or [
            _("No organisation’s sign-in is set up for this address. Use your password, or have a link sent.")
        ]
        return entrance.page(again, 422)
    cookie["hint"] = form.email.data
    way = url_for(".go_there", provider_id=door.id, next=rules.safe_next(form.next.data))
    # A page between: browsers that follow a form's redirect to another site are stopped by our own policy.
    response = make_response(render_template("accounts/provider_go.html", name=door.name, way=way))
    response.headers["Refresh"] = f"0; url={way}"
    return response


@blueprint.get("/sign-in/with/<uuid:provider_id>")
@access.public
def go_there(provider_id: UUID) -> ResponseReturnValue:
    """Send the browser to an organisation's sign-in. Nothing is written but the browser's own cookie."""
    provider = provider_queries.open_provider(session(), provider_id)
    try:
        return send_away(provider, wanted=rules.safe_next(request.args.get("next")) or "")
    except OidcError as error:
        return _failed(provider_id, error)


def send_away(provider: IdentityProvider, *, wanted: str = "", is_try: bool = False) -> ResponseReturnValue:
    """Begin a sign-in and return the way to the provider.

    Raises:
        OidcError: the provider can't be asked where that is.
    """
    client, own, name = client_of(provider), oidc.new_secrets(), str(provider.public_id)
    session().rollback()  # no connection is held while somebody else's machine thinks
    way = oidc.way_there(client, own, hint=str(cookie.pop("hint", "")), again=is_try)
    provider_flow.begin(cookie, name, own, at=clock.now(), wanted=wanted, is_try=is_try)
    return redirect(way, 303)


def client_of(provider: IdentityProvider) -> Client:
    """Return this installation as the provider knows it.

    Raises:
        OidcError: its secret can't be opened: the installation's key is another one.
    """
    try:
        kept = provider.client_secret
        secret = secrets_box.open_sealed(kept, provider_services.SEALED_FOR) if kept else ""
    except SealError as error:
        raise OidcError(
            _("This sign-in needs its secret again. Tell your network office."), str(error)
        ) from error
    return Client(
        provider.issuer, provider.client_id, secret, redirect_uri(provider.public_id), may_use_loopback()
    )


def redirect_uri(provider_id: UUID) -> str:
    """Return the address that a provider sends people back to: each has its own."""
    return base.base_url() + url_for("accounts.come_back", provider_id=provider_id)


def may_use_loopback() -> bool:
    """Say whether a provider may be on this machine, as tests have it; never in a real installation."""
    return bool(current_app.config.get("OUTGOING_LOOPBACK"))


# ---------------------------------------------------------------- and back


@blueprint.get("/sign-in/back/<uuid:provider_id>")
@access.public
def come_back(provider_id: UUID) -> ResponseReturnValue:
    """Take what the provider says of the person, and let them in if it may be believed."""
    flow = provider_flow.take(cookie, request.args.get("state", "")[:200], str(provider_id), at=clock.now())
    if flow is None:
        return _refused(
            _("This sign-in was used already, took too long, or was begun in another browser."), 400
        )
    if flow.is_try:
        provider = provider_queries.get_provider(session(), access.actor(), provider_id)
    else:
        provider = provider_queries.open_provider(session(), provider_id)
    try:
        claims = _claims(provider, flow)
    except OidcError as error:
        return _failed(provider_id, error, is_try=flow.is_try)
    return _show(provider_id, claims) if flow.is_try else _let_in(provider_id, claims, flow)


def _claims(provider: IdentityProvider, flow: Flow) -> dict[str, Any]:
    """Return what the provider says, once its answer is checked. Nothing is held open while it is asked."""
    client, claim = client_of(provider), provider.claim
    session().rollback()
    if said := request.args.get("error"):
        words = _("You were not signed in there. Try again, or use your password or a link.")
        raise OidcError(words, f"the provider said {said[:60]!r}")
    tries = rules.provider_tries(base.caller())
    g.writes = True  # an answer of a provider comes as a GET, and lets somebody in
    base.count_try(tries)
    _check_speaker(client)
    claims = oidc.come_back(client, flow.secrets, code=request.args.get("code", "")[:4000], wanted=claim)
    with transaction(at=clock.now()) as current:
        give_back(current, tries, at=clock.now())
    return claims


def _check_speaker(client: Client) -> None:
    """Refuse an answer that another provider gives (RFC 9207)."""
    known, said = oidc.discover(client), request.args.get("iss")
    if (said is not None or known.has_iss) and said != known.issuer:
        words = _("Your organisation’s sign-in sent something that can’t be trusted. Nobody was signed in.")
        raise OidcError(words, f"the answer names the issuer {str(said)[:200]!r}")


def _let_in(provider_id: UUID, claims: dict[str, Any], flow: Flow) -> ResponseReturnValue:
    try:
        return _enter(provider_id, claims, flow)
    except ConflictError:  # the same person came twice at once and was just connected
        return _enter(provider_id, claims, flow)


def _enter(provider_id: UUID, claims: dict[str, Any], flow: Flow) -> ResponseReturnValue:
    at = clock.now()
    row = None
    with transaction(at=at) as current:
        provider = provider_queries.open_provider(current, provider_id)
        told = provider_rules.read(claims, issuer=provider.issuer, claim=provider.claim)
        found = provider_services.find_person(current, provider, told, at=at)
        user, name = found.user, provider.name
        if user is not None and found.identity is not None:
            role_services.apply(current, provider, found.identity, told.values, at=at)
            row, secret = base.begin(current, user, "provider")
            row.provider_id = provider.id
            if provider_services.did_second(provider, told, user):
                row.second_at = at
    if user is not None and row is not None:
        base.enter(user, secret)
        return base.go_on(row, user, rules.safe_next(flow.next) or home())
    log.warning("provider %s sent somebody who is not let in: %s", provider_id, found.way.value)
    if found.way is Way.PROVE:
        provider_flow.keep(cookie, Pending(str(provider_id), told.subject, told.email, at.timestamp()))
        return redirect(url_for(".connect"), 303)
    return _refused(_why_not(found.way, name, told.email), 403)


def _why_not(way: Way, name: str, email: str) -> str:
    if way is Way.NO_ADDRESS:
        return _("%(name)s did not tell us your mail address. Tell whoever looks after it there.", name=name)
    if way is Way.TAKEN:
        return _(
            "%(email)s is connected with another person at %(name)s already. Tell your network office.",
            email=email, name=name,
        )  # fmt: skip
    return _("There is no open account for you here. Ask your team’s lead to invite you.")


def _refused(words: str, status: int, why: str = "") -> ResponseReturnValue:
    return render_template("accounts/provider_refused.html", words=words, why=why), status


def _failed(provider_id: UUID, error: OidcError, *, is_try: bool = False) -> ResponseReturnValue:
    log.warning("sign-in at provider %s failed: %s", provider_id, error.why)
    if is_try:
        return render_template(
            "accounts/provider_tried.html", provider_id=provider_id, words=str(error), why=error.why
        ), 422
    return _refused(str(error), 503 if error.is_away else 400)


def _show(provider_id: UUID, claims: dict[str, Any]) -> ResponseReturnValue:
    """Show what a provider tells, to somebody who tries it; nobody is signed in and nothing is kept."""
    provider = provider_queries.get_provider(session(), access.actor(), provider_id)
    told = provider_rules.read(claims, issuer=provider.issuer, claim=provider.claim)
    return render_template(
        "accounts/provider_tried.html",
        provider_id=provider_id, name=provider.name, told=told, claim=provider.claim,
        is_vouched=provider_rules.is_vouched(told, provider.domains),
        rows=provider_rules.shown_claims(claims), values=sorted(told.values or ()),
        fitting=[each for each in provider.roles if told.values and each["value"] in told.values],
    )  # fmt: skip


# ---------------------------------------------------------------- proving an account


@blueprint.route("/sign-in/connect", methods=["GET", "POST"])
@access.public
def connect() -> ResponseReturnValue:
    """Connect a provider's person with the account here, once its owner has signed in to it."""
    at = clock.now()
    pending = provider_flow.pending(cookie, at=at)
    if pending is None:
        raise AbsentError(_("There is no such page."))
    provider = provider_queries.open_provider(session(), UUID(pending.provider))
    name, known = provider.name, bool(current_user.is_authenticated)
    form = forms.ConfirmedForm()
    is_own = known and current_user.email == pending.email
    # Who has just signed in for this proved it; a browser that somebody left open proves nothing.
    fresh = is_own and g.signed_in_at.timestamp() >= pending.at and rules.is_fresh(g.signed_in_at, at)

    def work(current: Any) -> None:
        user = current.get_one(User, current_user.id)
        provider_services.connect(current, provider, user, pending.subject, pending.email, at=at)

    proved = is_own and form.validate_on_submit() and (fresh or base.is_confirmed(form))
    if proved and try_to(form, access.actor(), work):
        provider_flow.let_go(cookie)
        return went(home(), _("Connected. From now on you can sign in with %(name)s.", name=name))
    page = render_template(
        "accounts/connect.html", form=form, name=name, email=pending.email, known=known, is_own=is_own,
        fresh=fresh, has_password=known and base.me().password_hash is not None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200
