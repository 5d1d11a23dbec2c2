"""Teams: their page, their charter, the people in them."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cycles import inquiry_queries
from desk import handover_queries
from nic_platform import access, clock
from nic_platform.actor import Level, TeamRole
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from teams import (
    charter,
    first_steps,
    forms,
    graph_queries,
    policies,
    roles,
    site_queries,
    team_queries,
    team_services,
)
from teams.base_views import blueprint, both_versions, sites_to_choose, year_loads
from teams.models import Team


def _only_leads(team: Team) -> str:
    return _("Only a lead of %(team)s can change this. Ask one of them.", team=team.name)


@blueprint.get("/teams/<uuid:team_id>")
@access.signed_in
def team(team_id: UUID) -> ResponseReturnValue:
    """Show a team: its charter, who is in it, who hears it and whom it hears, and what it lacks."""
    actor = access.actor()
    team = team_queries.team_row(session(), actor, team_id)
    people = team_queries.people_of(session(), team.id)
    picture = graph_queries.picture_of(session(), actor, team.id, today(actor))
    graph = picture.graph
    may_see = policies.can_see_load(actor, team.id, graph.beyond(team.id))
    if may_see:
        graph = graph.with_loads(year_loads(actor, [team.id]))
    page = charter.page(team, people, picture.functions_above(team.id), graph, with_items=may_see)
    may_edit = policies.can_edit_team(actor, team.id)
    return render_template(
        "teams/team.html",
        team=team,
        page=page,
        people=people,
        links=picture.lines,
        peers=team_queries.peers_of(session(), team.id),
        role_words=roles.role_words,
        inquiry=inquiry_queries.count_begun(session(), actor, team.id) if may_see else None,
        may_edit=may_edit,
        leads=[one for one in people if one.role is TeamRole.LEAD and one.is_active],
        may_name=policies.can_name_lead(actor, graph.above(team.id)),
        begins=may_edit and first_steps.asks_for_steps(team, first_steps.seen_from(team, people, graph)),
        may_run=policies.can_run_network(actor),
        is_mine=actor.in_team(team.id),
    )


@blueprint.route("/teams/new", methods=["GET", "POST"])
@access.signed_in
def new_team() -> ResponseReturnValue:
    """Add a team to the network."""
    actor = access.actor()
    access.require(policies.can_run_network(actor), _("Only a network lead can add teams."))
    form = forms.TeamForm().offer(sites_to_choose(actor, "site"))
    made: list[Team] = []
    if form.validate_on_submit():
        site = site_queries.get_site(session(), actor, form.site.data)

        def make(current: Any) -> None:
            values = {"name": form.name.data}
            level = Level(form.level.data)
            made.append(team_services.create_team(current, site, level, values, by=actor, at=clock.now()))

        if try_to(form, actor, make):
            return went(
                url_for(".first_steps", team_id=made[0].public_id),
                _("The team is there. Its first steps take about ten minutes."),
            )
    return render_template("teams/new_team.html", form=form, find=request.args.get("find", "")), status_of(
        form
    )


@blueprint.route("/teams/<uuid:team_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_team(team_id: UUID) -> ResponseReturnValue:
    """Change a team's charter."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id), _only_leads(team))
    form = forms.CharterForm(obj=team).offer(team.rhythm_days)
    if form.validate_on_submit():
        if form.is_stale(team.version):
            saved = {name: getattr(team, name) for name in team_services.CHARTER}
            return both_versions(form, team.name, team, saved)
        if try_to(
            form,
            actor,
            lambda s: team_services.save_charter(s, team, form.values(), by=actor, at=clock.now()),
        ):
            return went(url_for(".team", team_id=team_id), _("The charter is saved."))
    return render_template("teams/edit_team.html", form=form, team=team), status_of(form)


@blueprint.post("/teams/<uuid:team_id>/archive")
@access.signed_in
def archive_team(team_id: UUID) -> ResponseReturnValue:
    """Take a team out of lists; it can be brought back."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_run_network(actor), _("Only a network lead can archive a team."))
    with transaction(actor) as current:
        team_services.archive_team(current, team, by=actor, at=clock.now())
    return went(url_for(".team", team_id=team_id), _("The team is archived. You can bring it back here."))


@blueprint.post("/teams/<uuid:team_id>/return")
@access.signed_in
def bring_back_team(team_id: UUID) -> ResponseReturnValue:
    """Bring an archived team back."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_run_network(actor), _("Only a network lead can bring a team back."))
    with transaction(actor) as current:
        team_services.bring_back_team(current, team, by=actor, at=clock.now())
    return went(url_for(".team", team_id=team_id), _("The team is back."))


# ---------------------------------------------------------------------------------------- people


@blueprint.get("/teams/<uuid:team_id>/people")
@access.signed_in
def team_people(team_id: UUID) -> ResponseReturnValue:
    """Show who is in a team, in what role, and what each brings."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    return render_template(
        "teams/people.html",
        team=team,
        people=team_queries.people_of(session(), team.id),
        names=charter.names(),
        role_words=roles.role_words,
        may_edit=policies.can_edit_team(actor, team.id),
        me=actor.user_id,
        may_reset=actor.is_network_lead,
        may_hand_over=policies.can_hand_over(actor, team.id, actor.user_id or 0),
        removed=request.args.get("removed", ""),
        handed=uuid_arg("handed"),
        loose=handover_queries.loose_people(session(), team.id, today(actor)),
    )


@blueprint.route("/teams/<uuid:team_id>/people/<uuid:person_id>", methods=["GET", "POST"])
@access.signed_in
def team_person(team_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Change what a person is in a team and what they bring."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    place = team_queries.place_of(session(), team.id, person_id)
    access.require(policies.can_edit_person(actor, team.id, place.user_id), _only_leads(team))
    form = forms.PlaceForm(obj=place).offer()
    if not policies.can_edit_team(actor, team.id):
        form.role.data = place.role  # a person says what they bring, not what they are
    if form.validate_on_submit():
        if form.is_stale(place.version):
            saved = {
                "role": place.role,
                "competencies": place.competencies,
                "perspectives": place.perspectives,
            }
            return both_versions(form, place.user.name, place, saved)
        with transaction(actor) as current:
            team_services.save_place(current, place, **form.values(), by=actor, at=clock.now())
        return went(url_for(".team_people", team_id=team_id), _("Saved."))
    may_edit = policies.can_edit_team(actor, team.id)
    page = render_template(
        "teams/person.html", form=form, team=team, person=place.user, may_edit=may_edit,
        may_end=policies.can_run_network(actor) and place.user_id != actor.user_id,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/teams/<uuid:team_id>/people/<uuid:person_id>/remove")
@access.signed_in
def remove_person(team_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take a person out of a team, with a way back."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id), _only_leads(team))
    place = team_queries.place_of(session(), team.id, person_id)
    with transaction(actor) as current:
        team_services.remove_person(current, place, by=actor, at=clock.now())
    return redirect(url_for(".team_people", team_id=team_id, removed=person_id), 303)


@blueprint.post("/teams/<uuid:team_id>/people/<uuid:person_id>/return")
@access.signed_in
def return_person(team_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Undo the removal of a person."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id), _only_leads(team))
    place = team_queries.place_of(session(), team.id, person_id, gone_too=True)
    with transaction(actor) as current:
        team_services.return_person(current, place, by=actor, at=clock.now())
    return went(url_for(".team_people", team_id=team_id), _("%(name)s is back.", name=place.user.name))
