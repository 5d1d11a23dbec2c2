"""A milestone's page and its full chart, today or as they were known on an earlier day."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from milestones import policies
from milestones.decision_forms import DecideForm
from milestones.tool_choice_forms import ToolChoiceForm
from milestones.views import milestone_page
from milestones.views.base import blueprint, undo_address
from milestones.views.just_saved import just_saved, page_key
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.forms import PlatformForm
from nic_platform.pages import day_seen


@blueprint.get("/milestones/<uuid:milestone_id>")
@access.signed_in
def milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Show one milestone: run chart, status, course correction, cycles, measurements."""
    return shown(access.actor(), milestone_id)


def shown(actor: Actor, milestone_id: UUID, form: PlatformForm | None = None) -> str:
    """Return a milestone's page, on the day that the address asks for.

    Args:
        form: a decision that was refused; unless given, an empty one where there is something to decide.
    """
    seen = day_seen(actor)
    page = milestone_page.page_of(
        session(), actor, milestone_id, seen.today, seen.on, with_tools=not seen.is_past
    )
    may_change = policies.can_change(actor, page.row.team_id) and not seen.is_past
    if form is None and may_change and page.course.asks:
        form = DecideForm().offer(may_adjust=True)
    return render_template(
        "milestones/milestone.html",
        page=page,
        form=form,
        may_change=may_change,
        undo=undo_address(),
        saved=just_saved(page.lines) if may_change else None,
        page_key=page_key("milestone", milestone_id),
        seen=seen,
        here=url_for(".milestone", milestone_id=milestone_id),
        **_tools(page, may_change),
    )


def _tools(page: milestone_page.MilestonePage, may_change: bool) -> dict[str, Any]:
    """Return the form that chooses a tool, for those who may."""
    if not may_change or page.row.is_draft:
        return {}
    return {"tools": ToolChoiceForm().offer(page.tools, page.row.tool_id)}


@blueprint.get("/milestones/<uuid:milestone_id>/chart")
@access.signed_in
def chart(milestone_id: UUID) -> ResponseReturnValue:
    """Show a milestone's run chart in full, to be pointed at and zoomed."""
    actor = access.actor()
    seen = day_seen(actor)
    page = milestone_page.page_of(session(), actor, milestone_id, seen.today, seen.on, with_check=False)
    return render_template(
        "milestones/chart.html",
        page=page,
        figure=milestone_page.figure_of(page),
        seen=seen,
        here=url_for(".chart", milestone_id=milestone_id),
    )
