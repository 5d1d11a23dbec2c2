"""Pages of observation tools: the list, each tool with what it is used for, its tally sheet to print."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.models import User
from measures import policies, tool_queries, tool_services
from measures.base_views import PAGE, blueprint, may_add, owner_of_new, page_after
from measures.models import ObservationTool
from measures.tool_forms import ToolForm
from milestones import tool_queries as milestone_tools
from milestones import tool_services as milestone_tool_services
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, today, uuid_arg, went
from nic_platform.text import _

_SAVED = ("name", "definition", "counts_when")
_MOST_ROWS, _USUAL_ROWS = 60, 24


@blueprint.get("/tools")
@access.signed_in
def tools() -> ResponseReturnValue:
    """List the tools that the visitor may know of."""
    actor = access.actor()
    rows = tool_queries.list_tools(session(), actor, after=page_after(), limit=PAGE)
    more = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    undo = uuid_arg("undo")
    return render_template(
        "measures/tools.html", rows=rows[:PAGE], more=more, may_add=may_add(actor),
        undo=url_for(".restore_tool", tool_id=undo) if undo else "",
    )  # fmt: skip


@blueprint.route("/tools/new", methods=["GET", "POST"])
@access.signed_in
def new_tool() -> ResponseReturnValue:
    """Describe a tool of the chosen team, or, as network lead, a common one."""
    actor = access.actor()
    form = ToolForm()
    owner = owner_of_new(actor, form, policies.can_change_tool)
    if form.validate_on_submit():
        with transaction(actor) as current:
            made = tool_services.add_tool(
                current, owner.network_id, owner.team_id, form.tool_values()
            ).public_id
        return went(
            url_for(".tool", tool_id=made), _("The tool is there; milestones can be counted with it.")
        )
    return _page(form, _("Describe a tool"), url_for(".tools"), may_common=actor.is_network_lead)


@blueprint.get("/tools/<uuid:tool_id>")
@access.signed_in
def tool(tool_id: UUID) -> ResponseReturnValue:
    """Show one tool, and which milestones are counted with it."""
    actor = access.actor()
    row = tool_queries.get_tool(session(), actor, tool_id)
    return render_template(
        "measures/tool.html", row=row, uses=milestone_tools.counted_with(session(), actor, row.id),
        may_change=policies.can_change_tool(actor, row.team_id),
    )  # fmt: skip


@blueprint.get("/tools/<uuid:tool_id>/sheet")
@access.signed_in
def sheet(tool_id: UUID) -> ResponseReturnValue:
    """Show a tool's tally sheet, one page to print: an item a column, a room or person a row, unnamed."""
    actor = access.actor()
    row = tool_queries.get_tool(session(), actor, tool_id)
    asked = request.args.get("rows", "")
    rows = min(max(int(asked), 1), _MOST_ROWS) if asked.isascii() and asked.isdigit() else _USUAL_ROWS
    return render_template("measures/sheet.html", row=row, rows=rows, most=_MOST_ROWS, today=today(actor))


@blueprint.route("/tools/<uuid:tool_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_tool(tool_id: UUID) -> ResponseReturnValue:
    """Change what is said of a tool."""
    actor = access.actor()
    found = tool_queries.find_tool(session(), actor, tool_id)
    access.require(policies.can_change_tool(actor, found.team_id))
    form = ToolForm(data=_saved(found) | {"version": found.version})
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return _two_versions(form, found)
        before = found.name
        with transaction(actor) as current:
            tool_services.change_tool(current, found, form.tool_values())
            milestone_tool_services.rename(current, found.id, before, found.name)
        return went(url_for(".tool", tool_id=tool_id), _("Saved."))
    return _page(form, _("Edit the tool"), url_for(".tool", tool_id=tool_id), may_common=False)


@blueprint.post("/tools/<uuid:tool_id>/delete")
@access.signed_in
def delete_tool(tool_id: UUID) -> ResponseReturnValue:
    """Take a tool away, with a way to bring it back."""
    actor = access.actor()
    found = tool_queries.find_tool(session(), actor, tool_id)
    access.require(policies.can_change_tool(actor, found.team_id))
    with transaction(actor) as current:
        tool_services.delete_tool(current, found, at=clock.now())
    return went(url_for(".tools", undo=tool_id), _("The tool is deleted. What was counted with it stays."))


@blueprint.post("/tools/<uuid:tool_id>/restore")
@access.signed_in
def restore_tool(tool_id: UUID) -> ResponseReturnValue:
    """Bring back a tool that was deleted."""
    actor = access.actor()
    found = tool_queries.find_tool(session(), actor, tool_id, is_deleted=True)
    access.require(policies.can_change_tool(actor, found.team_id))
    with transaction(actor) as current:
        tool_services.restore_tool(current, found)
    return went(url_for(".tool", tool_id=tool_id), _("It is back."))


def _saved(found: ObservationTool) -> dict[str, Any]:
    """Return a tool as its form shows it."""
    return {name: getattr(found, name) for name in _SAVED} | {"items": "\n".join(found.items)}


def _two_versions(form: ToolForm, found: ObservationTool) -> ResponseReturnValue:
    author = session().get(User, found.updated_by_id) if found.updated_by_id else None
    return conflict_page(
        form, found.name, _saved(found), version=found.version, by=author.name if author else "",
        at=found.updated_at,
    )  # fmt: skip


def _page(form: ToolForm, title: str, back: str, *, may_common: bool) -> ResponseReturnValue:
    page = render_template(
        "measures/tool_form.html", form=form, title=title, back=back, may_common=may_common
    )
    return page, status_of(form)
