"""A team's charter as a sheet to print or take away."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from desk import paper_views
from desk.base_views import blueprint
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today
from teams import charter, graph_queries, linking, roles, rules, team_queries


@blueprint.get("/teams/<uuid:team_id>/charter", endpoint="charter")
@access.signed_in
def charter_sheet(team_id: UUID) -> ResponseReturnValue:
    """Show a team's charter: purpose, people, functions, links with their protocol, and what it lacks."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    people = team_queries.people_of(session(), team.id)
    picture = graph_queries.picture_of(session(), actor, team.id, today(actor))
    links = team_queries.links_of(session(), actor, team.id)
    return paper_views.sheet(
        "desk/charter.html",
        "charter",
        actor,
        team=team,
        page=charter.page(team, people, picture.functions_above(team.id), picture.graph),
        people=[one for one in people if one.is_active],
        up=[link for link in links if link.lower_id == team.public_id],
        down=[link for link in links if link.upper_id == team.public_id],
        peers=team_queries.peers_of(session(), team.id),
        names=charter.names(),
        role_words=roles.role_words,
        rhythm=rules.rhythm_words,
        topics=linking.topics_words,
        on=today(actor),
        back=url_for("teams.team", team_id=team_id),
    )
