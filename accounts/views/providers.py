"""Setting up organisations' sign-ins, for administrators and network leads."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import policies, provider_queries, provider_services
from accounts.forms import ConfirmedForm
from accounts.models import IdentityProvider, User, UserIdentity
from accounts.oidc import OidcError
from accounts.provider_forms import ProviderForm, ProviderRoleForm
from accounts.views import base, organisation, second
from accounts.views.base import blueprint
from nic_platform import access, audit, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _
from teams import provider_queries as place_queries
from teams import provider_services as role_services


def _actor() -> Actor:
    """Return the actor, for whom there are such pages.

    Raises:
        AbsentError: the person sets up no sign-in of any organisation.
    """
    actor = access.actor()
    if not policies.can_manage_providers(actor):
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.get("/providers")
@access.signed_in
def providers() -> ResponseReturnValue:
    """List the organisations' sign-ins that the person sets up."""
    actor = _actor()
    rows = provider_queries.list_providers(session(), actor)
    names = place_queries.network_names(session(), {row.network_id for row in rows if row.network_id})
    return render_template("accounts/providers.html", rows=rows, names=names, wide=actor.is_admin)


@blueprint.route("/providers/new", methods=["GET", "POST"])
@access.signed_in
def new_provider() -> ResponseReturnValue:
    """Add an organisation's sign-in."""
    actor = _actor()
    form, made = ProviderForm(networks=_networks(actor)), list[IdentityProvider]()

    def work(current: Session) -> None:
        network_id = place_queries.network_chosen(current, actor, form.network.data if form.network else "")
        made.append(
            provider_services.create(
                current, network_id, form.wanted(), by=actor, at=clock.now(),
                allow_loopback=organisation.may_use_loopback(),
            )
        )  # fmt: skip

    if form.validate_on_submit() and base.is_confirmed(form) and try_to(form, actor, work):
        words = _("Saved. Give the provider the address below, then try the sign-in.")
        return went(url_for(".provider", provider_id=made[0].public_id), words)
    return _form_page(form, None)


def _networks(actor: Actor) -> list[tuple[str, str]] | None:
    """Return the choices of an administrator; a network lead has none but the own network."""
    if not actor.is_admin:
        return None
    own = place_queries.network_choices(session(), actor)
    return [("", _("Everybody in this installation")), *own]


def _form_page(form: ProviderForm, row: IdentityProvider | None) -> ResponseReturnValue:
    form.confirm.data = form.client_secret.data = ""
    page = render_template(
        "accounts/provider_form.html", form=form, row=row, wide=access.actor().is_admin,
        has_password=base.me().password_hash is not None,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.get("/providers/<uuid:provider_id>")
@access.signed_in
def provider(provider_id: UUID) -> ResponseReturnValue:
    """Show one sign-in: what to give the provider, its domains, its roles, who is connected, its history."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    linked = provider_queries.linked_people(session(), row.id, after=uuid_arg("after"))
    page, more = linked[: provider_queries.MOST_LINKED], len(linked) > provider_queries.MOST_LINKED
    changes = audit.history(session(), "identity_provider", row.public_id)[:20]
    return render_template(
        "accounts/provider.html",
        row=row, lines=place_queries.role_lines(session(), row.roles),
        network=place_queries.network_names(session(), {row.network_id} if row.network_id else set()),
        redirect_uri=organisation.redirect_uri(row.public_id), linked=page, changes=changes,
        names=place_queries.person_names(session(), {each.user_id for each in changes if each.user_id}),
        next=url_for(".provider", provider_id=provider_id, after=page[-1].id) if more else "",
        may_confirm=policies.can_confirm_domains(actor), wide=actor.is_admin,
        start=base.base_url() + url_for(".go_there", provider_id=provider_id),
    )  # fmt: skip


@blueprint.route("/providers/<uuid:provider_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_provider(provider_id: UUID) -> ResponseReturnValue:
    """Change a sign-in."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    shown = row.domains if actor.is_admin else [*row.domains, *row.asked_domains]
    saved = {
        name: getattr(row, name)
        for name in ("name", "issuer", "client_id", "claim", "makes_people", "has_second")
    }
    saved["domains"] = "\n".join(shown)
    form = ProviderForm(data={**saved, "version": row.version})

    def work(current: Session) -> None:
        provider_services.change(
            current, row, form.wanted(), by=actor, at=clock.now(),
            allow_loopback=organisation.may_use_loopback(),
        )  # fmt: skip

    if form.validate_on_submit():
        if form.is_stale(row.version):
            by = place_queries.person_names(session(), {row.updated_by_id or 0}).get(
                row.updated_by_id or 0, ""
            )
            return conflict_page(form, row.name, saved, version=row.version, by=by, at=row.updated_at)
        if base.is_confirmed(form) and try_to(form, actor, work):
            return went(url_for(".provider", provider_id=provider_id), _("Saved."))
    return _form_page(form, row)


@blueprint.get("/providers/<uuid:provider_id>/try")
@access.signed_in
def try_provider(provider_id: UUID) -> ResponseReturnValue:
    """Go to the provider and come back with what it tells; nobody is signed in by it."""
    row = provider_queries.get_provider(session(), _actor(), provider_id)
    try:
        return organisation.send_away(row, is_try=True)
    except OidcError as error:
        return render_template(
            "accounts/provider_tried.html", provider_id=provider_id, words=str(error), why=error.why
        ), 422


# ---------------------------------------------------------------- acts


def _act(provider_id: UUID, work: Any, words: str) -> ResponseReturnValue:
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    with transaction(actor) as current:
        work(current, row, by=actor, at=clock.now())
    return went(url_for(".provider", provider_id=provider_id), words)


@blueprint.post("/providers/<uuid:provider_id>/enable")
@access.signed_in
def enable_provider(provider_id: UUID) -> ResponseReturnValue:
    """Let people come in by it again."""

    def work(current: Session, row: IdentityProvider, **how: Any) -> None:
        provider_services.switch(current, row, True, **how)

    return _act(provider_id, work, _("People can sign in with it again."))


@blueprint.post("/providers/<uuid:provider_id>/disable")
@access.signed_in
def disable_provider(provider_id: UUID) -> ResponseReturnValue:
    """Let nobody come in by it; whoever did is signed out at once."""

    def work(current: Session, row: IdentityProvider, **how: Any) -> None:
        provider_services.switch(current, row, False, **how)

    return _act(provider_id, work, _("Nobody can sign in with it. Whoever came in by it is signed out."))


@blueprint.route("/providers/<uuid:provider_id>/confirm-domains", methods=["GET", "POST"])
@access.signed_in
def confirm_domains(provider_id: UUID) -> ResponseReturnValue:
    """Let it answer for the domains that a network lead asked for."""
    actor, form = _actor(), ConfirmedForm()
    row = provider_queries.get_provider(session(), actor, provider_id)
    access.require(
        policies.can_confirm_domains(actor), _("An administrator of the installation confirms domains.")
    )
    if not (form.validate_on_submit() and base.is_confirmed(form)):
        words = _(
            "%(name)s then opens every account with an address of these domains: %(domains)s.",
            name=row.name, domains=", ".join(row.asked_domains),
        )  # fmt: skip
        back = url_for(".provider", provider_id=provider_id)
        where = [(_("Sign-ins of organisations"), url_for(".providers")), (row.name, back)]
        return second.confirm_page(form, _("Confirm domains"), words, _("Confirm"), back, where)
    return _act(provider_id, provider_services.confirm_domains, _("It answers for these domains now."))


@blueprint.post("/providers/<uuid:provider_id>/remove")
@access.signed_in
def remove_provider(provider_id: UUID) -> ResponseReturnValue:
    """Take a sign-in away for good. People keep their accounts, and the roles they have."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    name = row.name
    with transaction(actor) as current:
        provider_services.remove(current, row, by=actor, at=clock.now())
    return went(url_for(".providers"), _("%(name)s is removed.", name=name))


@blueprint.post("/providers/<uuid:provider_id>/people/<uuid:identity_id>/disconnect")
@access.signed_in
def disconnect_person(provider_id: UUID, identity_id: UUID) -> ResponseReturnValue:
    """End one person's connection, with the roles that the sign-in gave them."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    identity = provider_queries.linked_identity(session(), row.id, identity_id)
    with transaction(actor) as current:
        end_connection(current, row, identity)
    return went(url_for(".provider", provider_id=provider_id), _("The connection has ended."))


def end_connection(current: Session, row: IdentityProvider, identity: UserIdentity) -> None:
    """End a connection with the roles and sign-ins that came by it."""
    user = current.get_one(User, identity.user_id)
    role_services.take_back(current, row, identity, at=clock.now())
    provider_services.disconnect(current, row, identity, user, at=clock.now())


# ---------------------------------------------------------------- roles


@blueprint.route("/providers/<uuid:provider_id>/roles", methods=["GET", "POST"])
@access.signed_in
def provider_roles(provider_id: UUID) -> ResponseReturnValue:
    """Show and add to what the groups of an organisation are here."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    networks = None
    if row.network_id is None:
        networks = place_queries.network_choices(session(), actor)
    form = ProviderRoleForm(networks=networks)

    def work(current: Session) -> None:
        entry = place_queries.role_entry(
            current, row, value=form.value.data or "", role=form.role.data, level=form.level.data,
            team=form.team.data or "", network=form.network.data if form.network else "",
        )  # fmt: skip
        provider_services.add_role(current, row, entry, by=actor, at=clock.now())

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(
            url_for(".provider_roles", provider_id=provider_id),
            _("Saved. It holds from each person’s next sign-in."),
        )
    lines = place_queries.role_lines(session(), row.roles)
    page = render_template(
        "accounts/provider_roles.html", form=form, row=row, lines=lines,
        teams=place_queries.team_names(session(), row.network_id), wide=actor.is_admin,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/providers/<uuid:provider_id>/roles/<uuid:provider_role_id>/remove")
@access.signed_in
def remove_provider_role(provider_id: UUID, provider_role_id: UUID) -> ResponseReturnValue:
    """Take one line of the mapping away; people lose the role at their next sign-in."""
    actor = _actor()
    row = provider_queries.get_provider(session(), actor, provider_id)
    with transaction(actor) as current:
        if not provider_services.remove_role(current, row, str(provider_role_id), by=actor, at=clock.now()):
            raise AbsentError(_("There is no such line."))
    words = _("The line is gone. People lose the role at their next sign-in.")
    return went(url_for(".provider_roles", provider_id=provider_id), words)


# ---------------------------------------------------------------- a person's own


@blueprint.get("/account/organisations")
@access.signed_in
def identities() -> ResponseReturnValue:
    """Show a person the organisations' sign-ins that open their account."""
    actor = access.actor()
    rows = provider_queries.own_identities(session(), actor.user_id)
    return render_template("accounts/identities.html", rows=rows)


@blueprint.post("/account/organisations/<uuid:identity_id>/end")
@access.signed_in
def end_identity(identity_id: UUID) -> ResponseReturnValue:
    """End one of the person's own connections, unless it is their last way in."""
    actor = access.actor()
    identity = provider_queries.own_identity(session(), actor.user_id, identity_id)
    with transaction(actor) as current:
        end_own(current, identity)
    return went(url_for(".identities"), _("The connection has ended."))


def end_own(current: Session, identity: UserIdentity) -> None:
    """End a person's own connection, with the roles and sign-ins that came by it.

    Raises:
        RuleError: it is their last way in.
    """
    provider = current.get_one(IdentityProvider, identity.provider_id)
    user = current.get_one(User, identity.user_id)
    provider_services.check_other_way(current, user, identity)
    end_connection(current, provider, identity)
