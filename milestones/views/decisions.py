"""What a team decides about a suggested course correction."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import decision_services, forms, plan_queries, policies
from milestones.models import Milestone
from milestones.views import milestone_page
from milestones.views.base import blueprint, only
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today, try_to, went
from nic_platform.text import _
from teams.models import Team


@blueprint.post("/milestones/<uuid:milestone_id>/decide")
@access.signed_in
def decide(milestone_id: UUID) -> ResponseReturnValue:
    """Accept, adapt or decline a suggestion; the reason is kept."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    team = session().get_one(Team, found.team_id)
    access.require(policies.can_change(actor, team.id), only(team.name))
    page = milestone_page.page_of(session(), actor, milestone_id, today(actor))
    form = forms.DecideForm()
    form.offer()
    move = page.suggestion.move.value if page.suggestion else ""

    def save(current: Session) -> None:
        decision_services.decide(
            current, team, text=form.text.data or "", choice=form.choice.data or "", on=today(actor),
            suggestion=move, milestone=found,
        )  # fmt: skip

    if form.validate_on_submit() and try_to(form, actor, save):
        return went(url_for(".milestone", milestone_id=milestone_id), _("Your decision is kept."))
    return render_template("milestones/milestone.html", page=page, form=form, may_change=True, undo=""), 422
