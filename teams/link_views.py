"""Links upward with their communication protocol, and ties between peers."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.actor import Level
from nic_platform.database import session, transaction
from nic_platform.errors import RuleError
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import link_forms, link_services, policies, rules, site_queries, team_queries
from teams.base_views import blueprint, both_versions, sites_to_choose
from teams.models import Link


@blueprint.route("/teams/<uuid:team_id>/links/new", methods=["GET", "POST"])
@access.signed_in
def new_link(team_id: UUID) -> ResponseReturnValue:
    """Let a team lift to one above."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_make_link(actor, team.id), _("Only a lead of this team can link it."))
    people = team_queries.people_of(session(), team.id)
    uppers = team_queries.teams_above(session(), actor, team.rank)
    form = link_forms.LinkForm().offer(uppers, people, [], rules.MONTHLY)
    if form.validate_on_submit():
        upper = team_queries.get_team(session(), actor, form.upper.data)
        values = form.values() | {"receiver": None}

        def make(current: Any) -> None:
            link_services.create_link(current, team, upper, values, by=actor, at=clock.now())

        try:
            if try_to(form, actor, make):
                words = _("%(lower)s now lifts to %(upper)s.", lower=team.name, upper=upper.name)
                return went(url_for(".team", team_id=team_id), words)
        except RuleError as error:
            form.upper.errors = [*form.upper.errors, str(error)]
    return render_template("teams/new_link.html", form=form, team=team), status_of(form)


@blueprint.route("/links/<uuid:link_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_link(link_id: UUID) -> ResponseReturnValue:
    """Change a link's protocol."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id), _only_ends(link))
    senders = team_queries.people_of(session(), link.lower_id)
    receivers = team_queries.people_of(session(), link.upper_id)
    ids = {person.user_id: person.id for person in (*senders, *receivers)}
    saved = {name: getattr(link, name) for name in link_services.PROTOCOL}
    saved |= {"sender": ids.get(link.sender_id or 0), "receiver": ids.get(link.receiver_id or 0)}
    form = link_forms.LinkForm(data=saved | {"version": link.version})
    form.offer(None, senders, receivers, link.rhythm_days)
    title = _("%(lower)s to %(upper)s", lower=link.lower.name, upper=link.upper.name)
    if form.validate_on_submit():
        if form.is_stale(link.version):
            return both_versions(form, title, link, saved)
        if try_to(
            form, actor, lambda s: link_services.save_link(s, link, form.values(), by=actor, at=clock.now())
        ):
            return went(url_for(".link", link_id=link_id), _("The protocol is saved."))
    return render_template("teams/edit_link.html", form=form, link=link, title=title), status_of(form)


def _only_ends(link: Link) -> str:
    return _(
        "Only a lead of %(lower)s or %(upper)s can change this. Ask one of them.",
        lower=link.lower.name,
        upper=link.upper.name,
    )


@blueprint.post("/links/<uuid:link_id>/remove")
@access.signed_in
def remove_link(link_id: UUID) -> ResponseReturnValue:
    """Take a link away, with a way back."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id), _only_ends(link))
    with transaction(actor) as current:
        link_services.remove_link(current, link, by=actor, at=clock.now())
    return render_template("teams/link_removed.html", link=link, link_id=link_id)


@blueprint.post("/links/<uuid:link_id>/return")
@access.signed_in
def return_link(link_id: UUID) -> ResponseReturnValue:
    """Undo the removal of a link."""
    actor = access.actor()
    link = team_queries.get_link(session(), actor, link_id, gone_too=True)
    access.require(policies.can_edit_link(actor, link.lower_id, link.upper_id), _only_ends(link))
    with transaction(actor) as current:
        link_services.return_link(current, link, by=actor, at=clock.now())
    return went(url_for(".link", link_id=link_id), _("The link is back."))


@blueprint.route("/teams/<uuid:team_id>/place", methods=["GET", "POST"])
@access.signed_in
def place(team_id: UUID) -> ResponseReturnValue:
    """Let a team work at another level or place."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_run_network(actor), _("Only a network lead can move a team."))
    sites = sites_to_choose(actor, "site")
    if all(site.id != team.site.public_id for site in sites):
        sites.append(team_queries.Choice(team.site.public_id, team.site.name, team.site.level))
    saved = {"level": team.level.value, "site": team.site.public_id}
    form = link_forms.PlaceForm(data=saved | {"version": team.version}).offer(sites)

    def move(current: Any) -> None:
        site = site_queries.get_site(current, actor, form.site.data)
        level = Level(form.level.data)
        link_services.move_team(current, team, site, level, by=actor, at=clock.now())

    if form.validate_on_submit():
        if form.is_stale(team.version):
            return both_versions(form, team.name, team, saved)
        if try_to(form, actor, move):
            return went(url_for(".team", team_id=team_id), _("Saved. Its links lead upward from there."))
    find = request.args.get("find", "")
    return render_template("teams/place.html", form=form, team=team, find=find), status_of(form)


@blueprint.route("/teams/<uuid:team_id>/peers", methods=["GET", "POST"])
@access.signed_in
def peers(team_id: UUID) -> ResponseReturnValue:
    """Show and choose the teams that learn together with this one."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(
        policies.can_edit_team(actor, team.id), _("Only a lead of this team can choose its peers.")
    )
    form = link_forms.PeerForm().offer(team_queries.teams_beside(session(), actor, team.id))
    if form.validate_on_submit():
        other = team_queries.get_team(session(), actor, form.other.data)
        with transaction(actor) as current:
            link_services.add_peer(current, team, other, form.purpose.data, by=actor, at=clock.now())
        return went(url_for(".peers", team_id=team_id), _("The two teams learn together now."))
    found = team_queries.peers_of(session(), team.id)
    return render_template("teams/peers.html", form=form, team=team, peers=found), status_of(form)


@blueprint.post("/teams/<uuid:team_id>/peers/<uuid:peer_id>/remove")
@access.signed_in
def remove_peer(team_id: UUID, peer_id: UUID) -> ResponseReturnValue:
    """Untie two teams."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    other = team_queries.get_team(session(), actor, peer_id)
    access.require(policies.can_edit_team(actor, team.id))
    with transaction(actor) as current:
        link_services.remove_peer(current, team, other, by=actor, at=clock.now())
    return went(url_for(".peers", team_id=team_id), _("The two teams are untied."))
