"""A line of teams with its gaps, and who is on a team beside whom its place serves."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from nic_platform import access
from nic_platform.actor import EDITORS
from nic_platform.database import session
from teams import line_queries, policies, representation, team_queries
from teams.base_views import blueprint


@blueprint.get("/teams/<uuid:team_id>/line")
@access.signed_in
def line(team_id: UUID) -> ResponseReturnValue:
    """Show the functions and competencies of a team, of those above it, and of those below."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    return render_template(
        "teams/line.html",
        team=team,
        line=line_queries.line_of(session(), actor, team),
        may_edit=policies.can_edit_team(actor, team.id),
    )


@blueprint.get("/teams/<uuid:team_id>/voices")
@access.signed_in
def voices(team_id: UUID) -> ResponseReturnValue:
    """Show who speaks on a team beside whom its place serves, as questions."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    people = [
        one for one in team_queries.people_of(session(), team.id) if one.role in EDITORS and one.is_active
    ]
    served = line_queries.served_by(session(), team.site)
    return render_template(
        "teams/voices.html",
        team=team,
        served=served,
        voices=representation.voices(team, served, people),
        may_edit=policies.can_edit_team(actor, team.id),
    )
