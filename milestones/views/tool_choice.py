"""Choose with which described tool a milestone, or its whole series, is counted."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from measures import tool_queries
from measures.models import ObservationTool
from milestones import plan_queries, policies, tool_services
from milestones.models import Milestone
from milestones.tool_choice_forms import ToolChoiceForm
from milestones.views.base import blueprint, only
from nic_platform import access
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import went
from nic_platform.text import _
from teams.models import Team


@blueprint.post("/milestones/<uuid:milestone_id>/tool")
@access.signed_in
def choose_tool(milestone_id: UUID) -> ResponseReturnValue:
    """Count a milestone, or its series, with a tool of the own team or the network."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    team = session().get_one(Team, found.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    tools = tool_queries.tools_for_choice(session(), actor, team.id)
    form = ToolChoiceForm().offer(tools, found.tool_id)
    chosen = next((each for each in tools if str(each.public_id) == form.tool.data), None)
    if form.tool.data and chosen is None:
        raise AbsentError(_("There is no such tool."))
    with transaction(actor) as current:
        tool = current.get_one(ObservationTool, chosen.id) if chosen else None
        milestones = tool_services.series_of(current, found) if form.whole_series.data else [found]
        tool_services.choose(current, milestones, tool)
    words = _("Counted with %(tool)s from now on.", tool=chosen.name) if chosen else _("Saved.")
    return went(url_for(".milestone", milestone_id=milestone_id), words)
