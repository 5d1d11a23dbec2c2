"""The people of teams, first steps, lines, voices and leads in the API, as the pages have them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from nic_platform import access, clock
from nic_platform.actor import EDITORS
from nic_platform.api import ApiBlueprint, check_version
from nic_platform.database import session, transaction
from teams import (
    first_step_queries,
    first_step_services,
    interim_services,
    lead_queries,
    line,
    line_queries,
    people_schemas,
    policies,
    representation,
    team_queries,
    team_services,
)
from teams.models import Team

blueprint = ApiBlueprint("api_people", __name__, "", "The people of teams, what they bring, and who leads")


def _people(team: Team) -> dict[str, Any]:
    return {"items": team_queries.people_of(session(), team.id)}


@blueprint.get("/teams/<uuid:team_id>/people")
@access.signed_in
@blueprint.response(200, people_schemas.TeamPeopleOut)
def list_people(team_id: UUID) -> Mapping[str, Any]:
    """List the people of a team, leads first, then by name."""
    return _people(team_queries.get_team(session(), access.actor(), team_id))


@blueprint.patch("/teams/<uuid:team_id>/people/<uuid:person_id>")
@access.signed_in
@blueprint.arguments(people_schemas.TeamPersonPatch)
@blueprint.response(200, people_schemas.TeamPersonOut)
def change_person(sent: dict[str, Any], team_id: UUID, person_id: UUID) -> team_queries.Person:
    """Change what a person is and brings. Leads may, and everybody says what they bring themselves."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    place = team_queries.place_of(session(), team.id, person_id)
    access.require(policies.can_edit_person(actor, team.id, place.user_id))
    if sent.get("role", place.role) is not place.role:
        access.require(policies.can_edit_team(actor, team.id))
    check_version(sent.pop("version"), place.version)
    now = {name: getattr(place, name) for name in ("role", "competencies", "perspectives")}
    with transaction(actor) as current:
        team_services.save_place(current, place, **now | sent, by=actor, at=clock.now())
    return next(one for one in team_queries.people_of(session(), team.id) if one.id == person_id)


@blueprint.delete("/teams/<uuid:team_id>/people/<uuid:person_id>")
@access.signed_in
@blueprint.response(204)
def remove_person(team_id: UUID, person_id: UUID) -> None:
    """Take a person out of a team; what they wrote stays theirs. Leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    place = team_queries.place_of(session(), team.id, person_id)
    with transaction(actor) as current:
        team_services.remove_person(current, place, by=actor, at=clock.now())


@blueprint.get("/teams/<uuid:team_id>/first-steps")
@access.signed_in
@blueprint.response(200, people_schemas.FirstStepsOut)
def get_first_steps(team_id: UUID) -> Mapping[str, Any]:
    """Return how far a team has come with its first steps. Its leads and network leads may."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    people = team_queries.people_of(session(), team.id)
    path = first_step_queries.path_of(session(), actor, team, people, at=clock.now())
    return {"steps": path.steps, "sentence": path.sentence, "finished_at": team.set_up_at}


@blueprint.put("/teams/<uuid:team_id>/first-steps")
@access.signed_in
@blueprint.arguments(people_schemas.FirstStepsIn)
@blueprint.response(204)
def set_first_steps(sent: dict[str, Any], team_id: UUID) -> None:
    """Finish a team's first steps or put them away, or take them up again."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_edit_team(actor, team.id))
    work = first_step_services.finish if sent["is_finished"] else first_step_services.take_up
    with transaction(actor) as current:
        work(current, team, by=actor, at=clock.now())


@blueprint.get("/teams/<uuid:team_id>/line")
@access.signed_in
@blueprint.response(200, people_schemas.LineOut)
def get_line(team_id: UUID) -> line.Line:
    """Return the functions and competencies of a team, those above it and those below, with the gaps."""
    actor = access.actor()
    return line_queries.line_of(session(), actor, team_queries.get_team(session(), actor, team_id))


@blueprint.get("/teams/<uuid:team_id>/voices")
@access.signed_in
@blueprint.response(200, people_schemas.VoicesOut)
def get_voices(team_id: UUID) -> representation.Voices:
    """Return what to ask of who is on a team beside whom its place serves."""
    team = team_queries.get_team(session(), access.actor(), team_id)
    people = team_queries.people_of(session(), team.id)
    workers = [one for one in people if one.role in EDITORS and one.is_active]
    return representation.voices(team, line_queries.served_by(session(), team.site), workers)


@blueprint.get("/teams/without-lead")
@access.signed_in
@blueprint.response(200, people_schemas.UnledsOut)
def list_unled() -> Mapping[str, Any]:
    """List the teams that nobody leads, of those that the caller reads by name; at most 200."""
    return {"items": lead_queries.unled_teams(session(), access.actor())}


@blueprint.put("/teams/<uuid:team_id>/lead")
@access.signed_in
@blueprint.arguments(people_schemas.InterimLeadIn)
@blueprint.response(200, people_schemas.TeamPeopleOut)
def name_lead(sent: dict[str, Any], team_id: UUID) -> Mapping[str, Any]:
    """Name somebody who leads a team that nobody leads, or somebody only for now, until a day.

    Network leads and the leads of the teams above may. 409 where somebody leads it for good.
    """
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    access.require(policies.can_name_lead(actor, lead_queries.lifts_to(session(), team.id)))
    with transaction(actor) as current:
        interim_services.name_lead(current, team, sent["person_id"], sent["until"], by=actor, at=clock.now())
    return _people(team)
