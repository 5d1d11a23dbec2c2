"""A milestone's page and its full chart."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from milestones import forms, policies
from milestones.views import milestone_page
from milestones.views.base import blueprint, undo_address
from nic_platform import access
from nic_platform.database import session
from nic_platform.pages import today


@blueprint.get("/milestones/<uuid:milestone_id>")
@access.signed_in
def milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Show one milestone: run chart, status, course correction, cycles, measurements."""
    actor = access.actor()
    page = milestone_page.page_of(session(), actor, milestone_id, today(actor))
    form = forms.DecideForm()
    form.offer()
    return render_template(
        "milestones/milestone.html",
        page=page,
        form=form,
        may_change=policies.can_change(actor, page.row.team_id),
        undo=undo_address(),
    )


@blueprint.get("/milestones/<uuid:milestone_id>/chart")
@access.signed_in
def chart(milestone_id: UUID) -> ResponseReturnValue:
    """Show a milestone's run chart in full, to be pointed at and zoomed."""
    actor = access.actor()
    page = milestone_page.page_of(session(), actor, milestone_id, today(actor))
    figure = milestone_page.figure_of(page, today(actor))
    return render_template("milestones/chart.html", page=page, figure=figure)
