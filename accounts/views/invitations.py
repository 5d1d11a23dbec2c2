"""Inviting people into teams and networks, and accepting."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts import forms, link_services, policies, queries, rules, services, sign_in_services
from accounts.models import OneTimeLink, User
from accounts.rules import LinkPurpose
from accounts.views import base
from accounts.views.base import blueprint, home
from nic_platform import access, clock
from nic_platform.actor import Actor, Level, NetworkRole, TeamRole
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.forms import PlatformForm
from nic_platform.pages import status_of, take_faults, try_to, went
from nic_platform.text import SOURCE, _, language
from teams import invitation_queries, invitation_services
from teams.models import Network, Team

# ---------------------------------------------------------------- inviting


def inviter() -> Actor:
    """Return who asks, if there is any place that they may invite somebody to."""
    actor = access.actor()
    access.require(policies.can_invite(actor), _("Only a team’s lead can invite people. Ask yours."))
    return actor


def networks_run(actor: Actor) -> list[int]:
    """Return the networks all of whose invitations the actor sees, whoever sent them."""
    return [actor.network_id] if actor.is_network_lead and actor.network_id else []


@blueprint.get("/invitation")
@access.signed_in
def invitations() -> ResponseReturnValue:
    """Choose where to invite somebody to, and see which invitations are open."""
    actor = inviter()
    wide, text = actor.is_admin or actor.is_network_lead, request.args.get("q", "").strip()[:100]
    return render_template(
        "accounts/invitations.html",
        led=invitation_queries.led_teams(session(), actor),
        found=invitation_queries.find_teams(session(), actor, text) if wide and text else [],
        networks=_networks(actor),
        rows=queries.open_invitations(
            session(), at=clock.now(), by=actor.user_id, network_ids=networks_run(actor)
        ),
        wide=wide,
        text=text,
    )


def _networks(actor: Actor) -> list[invitation_queries.NetworkRow]:
    return invitation_queries.all_networks(
        session(), only=None if actor.is_admin else actor.network_id if actor.is_network_lead else 0
    )


def team_for(actor: Actor, team_id: UUID) -> Team:
    """Return a team that the actor may invite people to."""
    team = invitation_queries.team_to_invite_to(session(), actor, team_id)
    access.require(
        policies.can_invite_to_team(actor, team.id, team.network_id),
        _("Only a lead of %(team)s can invite people to it.", team=team.name),
    )
    return team


def network_for(actor: Actor, network_id: UUID) -> Network:
    """Return a network that the actor may give roles in."""
    network = invitation_queries.network_to_invite_to(session(), actor, network_id)
    access.require(
        policies.can_invite_to_network(actor, network.id),
        _("Only a network lead gives roles in the network."),
    )
    return network


def into_team(actor: Actor, team: Team, email: str, role: TeamRole) -> OneTimeLink:
    """Invite somebody to a team by mail.

    Raises:
        InputError: they are in it already, or this is no address.
    """
    known = queries.user_by_email(session(), rules.normal_email(email) or "")
    if known is not None and invitation_queries.is_in_team(session(), team.id, known.id):
        said = _("%(name)s is in this team already.", name=known.name)
        raise InputError(said, {"email": said})
    return _send(email, actor, team.name, invitation_services.to_team(team, role), team.network_id)


def into_network(actor: Actor, network: Network, email: str, role: NetworkRole, level: Level) -> OneTimeLink:
    """Invite somebody to a role in a network by mail; only a reviewer has a level.

    Raises:
        InputError: this is no address.
    """
    payload = invitation_services.to_network(role, level if role is NetworkRole.REVIEWER else None)
    return _send(email, actor, network.name, payload, network.id)


def _send(email: str, actor: Actor, place: str, payload: dict[str, Any], network_id: int) -> OneTimeLink:
    at, address = clock.now(), rules.normal_email(email)
    if address is None:
        said = _("Write a mail address like name@school.org.")
        raise InputError(said, {"email": said})
    base.count_try(rules.invitation_tries(actor.user_id))
    with transaction(actor) as current:
        link, _address = link_services.invite(
            current, address, place=place, payload=payload, network_id=network_id, by=actor,
            base_url=base.base_url(), at=at, known=queries.user_by_email(current, address),
        )  # fmt: skip
    return link


@blueprint.route("/invitation/team/<uuid:team_id>", methods=["GET", "POST"])
@access.signed_in
def invite_to_team(team_id: UUID) -> ResponseReturnValue:
    """Invite somebody to a team."""
    actor = access.actor()
    team, form = team_for(actor, team_id), forms.TeamInvitationForm()
    return _page(
        form, team.name, lambda: into_team(actor, team, str(form.email.data), TeamRole(form.role.data))
    )


@blueprint.route("/invitation/network/<uuid:network_id>", methods=["GET", "POST"])
@access.signed_in
def invite_to_network(network_id: UUID) -> ResponseReturnValue:
    """Invite somebody to a role in a whole network."""
    actor = access.actor()
    network, form = network_for(actor, network_id), forms.NetworkInvitationForm()

    def send() -> OneTimeLink:
        role, level = NetworkRole(form.role.data), Level(form.level.data)
        return into_network(actor, network, str(form.email.data), role, level)

    return _page(form, network.name, send)


def _page(form: Any, place: str, send: Callable[[], OneTimeLink]) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            said = _("%(email)s has been invited by mail.", email=send().email)
            return went(url_for(".invitations"), said)
        except InputError as error:
            take_faults(form, error)
    page = render_template("accounts/invite.html", form=form, place=place, notes=forms.role_notes())
    return page, status_of(form)


@blueprint.post("/invitation/<uuid:invitation_id>/withdraw")
@access.signed_in
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back before it is accepted."""
    take_back(access.actor(), invitation_id)
    return went(url_for(".invitations"), _("The invitation is taken back; its link works no more."))


def take_back(actor: Actor, invitation_id: UUID) -> None:
    """Take an invitation back that the actor may know of.

    Raises:
        AbsentError: there is none that is still open.
    """
    at = clock.now()
    link = queries.open_invitation(session(), invitation_id, at=at)
    if not policies.can_withdraw(actor, network_id=link.network_id, created_by_id=link.created_by_id):
        raise queries.no_such_invitation()
    with transaction(actor) as current:
        link_services.withdraw(current, link, by=actor, at=at)


# ---------------------------------------------------------------- accepting


@blueprint.get("/invitation/<token>")
@access.public
def take_invitation(token: str) -> ResponseReturnValue:
    """Take the token out of the address; nothing is used up by looking."""
    return base.take(token, LinkPurpose.INVITATION, ".open_invitation")


@blueprint.route("/invitation/open", methods=["GET", "POST"])
@access.public
def open_invitation() -> ResponseReturnValue:
    """Accept an invitation: who is new makes an account, who has one joins with it."""
    link = base.held(LinkPurpose.INVITATION)
    known = queries.user_by_email(session(), link.email) if link else None
    if link is None or (known is not None and not known.is_active):
        return base.over(url_for(".sign_in"), _("Ask whoever invited you for a new one."))
    is_here = bool(current_user.is_authenticated)
    if known is not None and is_here and current_user.id == known.id:
        return _join(link, known)
    if known is not None or is_here:
        return render_template(
            "accounts/other_account.html", email=link.email, place=_place(link), is_here=is_here
        )
    return _join_as_new(link)


def _place(link: OneTimeLink) -> str:
    return str(link.payload.get("place", ""))


def _join(link: OneTimeLink, user: User) -> ResponseReturnValue:
    form = PlatformForm()
    if not form.validate_on_submit():
        return render_template("accounts/join.html", place=_place(link)), status_of(form)
    with transaction(access.actor()) as current:
        _accept(current, link, user, g.get("sign_in_id"))
    base.let_go()
    return went(home(), _("You have joined %(place)s.", place=_place(link)))


def _join_as_new(link: OneTimeLink) -> ResponseReturnValue:
    form, place, email, entered = forms.AcceptForm(), _place(link), link.email, list[tuple[User, str]]()

    def work(current: Session) -> None:
        user = services.create_person(
            current, email=email, name=form.name.data, password=form.password.data or "", at=clock.now()
        )
        user.locale = language() if language() != SOURCE else ""  # they read the invitation in it
        row, secret = base.begin(current, user, "invitation")
        _accept(current, link, user, row.id)
        entered.append((user, secret))

    if form.validate_on_submit() and try_to(form, None, work):
        base.let_go()
        base.enter(*entered[0])
        return went(home(), _("Welcome. You have joined %(place)s.", place=place))
    form.password.data = ""
    return render_template("accounts/accept.html", form=form, place=place, email=email), status_of(form)


def _accept(current: Session, link: OneTimeLink, user: User, sign_in_id: int | None) -> None:
    at = clock.now()
    link_services.use(current, link, at=at)
    team = invitation_services.accept(current, link, user, at=at)
    if team is not None and sign_in_id is not None:
        sign_in_services.choose_team(current, sign_in_id, team.id)
