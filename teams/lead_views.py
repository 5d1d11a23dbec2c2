"""Teams that nobody leads, and naming somebody who leads one till a day."""

from datetime import date
from functools import partial
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from nic_platform import access, clock
from nic_platform.database import session
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.svg import day as day_words
from nic_platform.text import _
from teams import interim_services, lead_forms, lead_queries, policies, roles, team_queries
from teams.base_views import blueprint
from teams.models import Team


@blueprint.get("/network/leads")
@access.signed_in
def unled() -> ResponseReturnValue:
    """List the teams that nobody leads: those that the visitor reads by name."""
    actor = access.actor()
    return render_template(
        "teams/unled.html",
        rows=lead_queries.unled_teams(session(), actor),
        may_name=partial(policies.can_name_lead, actor),
    )


@blueprint.route("/teams/<uuid:team_id>/lead", methods=["GET", "POST"])
@access.signed_in
def lead(team_id: UUID) -> ResponseReturnValue:
    """Show who leads a team; where nobody does, or only for now, those who may name somebody till a day."""
    actor = access.actor()
    team = team_queries.get_team(session(), actor, team_id)
    leads = lead_queries.leads_of(session(), team.id)
    may_name = policies.can_name_lead(actor, lead_queries.lifts_to(session(), team.id))
    found = [] if any(one.until is None for one in leads) else lead_queries.candidates(session(), team)
    form = lead_forms.LeadForm(data=lead_forms.proposed(leads, today(actor))).offer(found)
    if form.is_submitted():
        access.require(may_name, _("Only a network lead, or a lead of a team above, can name who leads it."))
    if form.validate_on_submit() and try_to(
        form,
        actor,
        lambda s: interim_services.name_lead(
            s, team, form.person.data, form.until.data, by=actor, at=clock.now()
        ),
    ):
        name = next(one.name for one in found if one.id == form.person.data)
        return went(url_for(".team_people", team_id=team_id), _done(name, team, form.until.data))
    page = render_template(
        "teams/lead.html", team=team, form=form, leads=leads, found=found, may_name=may_name,
        role_words=roles.role_words,
    )  # fmt: skip
    return page, status_of(form)


def _done(name: str, team: Team, until: date | None) -> str:
    if until is None:
        return _("%(name)s leads %(team)s, and has been told.", name=name, team=team.name)
    return _(
        "%(name)s leads %(team)s until %(day)s, and has been told.",
        name=name,
        team=team.name,
        day=day_words(until, year=True),
    )
