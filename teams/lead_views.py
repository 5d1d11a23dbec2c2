"""Teams that nobody leads, and naming somebody who leads one for now."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.database import session
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams import lead_forms, lead_queries, lead_services, policies, team_queries
from teams.base_views import blueprint


@blueprint.get("/network/leads")
@access.signed_in
def unled() -> ResponseReturnValue:
    """List the teams that nobody leads: those that the visitor reads by name."""
    actor = access.actor()
    return render_template(
        "teams/unled.html",
        rows=lead_queries.unled_teams(session(), actor),
        may_name=policies.can_name_lead(actor),
    )


@blueprint.route("/teams/<uuid:team_id>/lead", methods=["GET", "POST"])
@access.signed_in
def lead(team_id: UUID) -> ResponseReturnValue:
    """Show whether somebody leads a team; where nobody does, a network lead names one for now."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    may_name, is_led = policies.can_name_lead(actor), lead_queries.has_lead(session(), team.id)
    found = [] if is_led else lead_queries.candidates(session(), team)
    form = lead_forms.LeadForm().offer(found)
    if form.is_submitted():
        access.require(may_name, _("Only a network lead can name somebody who leads a team for now."))
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: lead_services.name_lead(s, team, form.person.data, by=actor, at=clock.now()),
    ):
        name = next(one.name for one in found if one.id == form.person.data)
        words = _("%(name)s leads %(team)s for now, and has been told.", name=name, team=team.name)
        return went(url_for(".team_people", team_id=team_id), words)
    page = render_template(
        "teams/lead.html", team=team, form=form, is_led=is_led, found=found, may_name=may_name,
        people=team_queries.people_of(session(), team.id),
    )  # fmt: skip
    return page, status_of(form)
