"""Pages of measures: which there are, and what each one means."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.models import User
from measures import forms, policies, queries, services, tool_queries, words
from measures.base_views import PAGE, blueprint, may_add, owner_of_new, page_after
from measures.models import Measure
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, went
from nic_platform.text import _

_SAVED = (
    "name", "definition", "kind", "type", "direction", "rhythm", "unit", "counts_students", "tool", "source",
)  # fmt: skip


@blueprint.get("/measures")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the measures that the visitor may know of."""
    actor = access.actor()
    rows = queries.list_measures(session(), actor, after=page_after(), limit=PAGE)
    more = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    return render_template(
        "measures/index.html",
        rows=rows[:PAGE],
        more=more,
        may_add=may_add(actor),
        actor=actor,
        kinds=words.kind_words(),
        types=words.type_words(),
        rhythms=words.rhythm_words(),
    )


@blueprint.route("/measures/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Define a measure of the chosen team, or, as network lead, a common one."""
    actor = access.actor()
    form = forms.MeasureForm()
    form.offer(tool_queries.tools_for_choice(session(), actor, actor.team_id))
    owner = owner_of_new(actor, form, policies.can_change_measure)
    if form.validate_on_submit():
        with transaction(actor) as current:
            values = form.measure_values() | _tool(form, actor, owner.team_id)
            services.add_measure(current, owner.network_id, owner.team_id, **values)
        return went(url_for(".index"), _("The measure is there; milestones can take it."))
    return _page(form, _("Define a measure"), may_common=actor.is_network_lead, keeps_type=False)


@blueprint.route("/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit(measure_id: UUID) -> ResponseReturnValue:
    """Change what is said of a measure."""
    actor = access.actor()
    found = queries.get_measure(session(), actor, measure_id)
    access.require(policies.can_change_measure(actor, found.team_id))
    tools = tool_queries.tools_for_choice(session(), actor, found.team_id)
    form = forms.MeasureForm(obj=found)
    form.offer(tools)
    if not form.is_submitted():
        form.observation_tool.data = next((str(t.public_id) for t in tools if t.id == found.tool_id), "")
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return _two_versions(form, found)
        values = {name: value for name, value in form.measure_values().items() if name != "type"}
        values |= _tool(form, actor, found.team_id)
        with transaction(actor) as current:
            services.change_measure(current, found, **values)
        return went(url_for(".index"), _("Saved."))
    return _page(form, _("Edit the measure"), may_common=False, keeps_type=True)


def _tool(form: forms.MeasureForm, actor: Actor, team_id: int | None) -> dict[str, Any]:
    """Return the chosen tool, and its name where the form gave none; nothing where it was not asked for."""
    if not form.observation_tool.raw_data:
        return {}
    tools = tool_queries.tools_for_choice(session(), actor, team_id)
    chosen = next((tool for tool in tools if str(tool.public_id) == form.observation_tool.data), None)
    return {"tool_id": chosen.id if chosen else None} | (
        {"tool": chosen.name} if chosen and not form.tool.data else {}
    )


def _two_versions(form: forms.MeasureForm, found: Measure) -> ResponseReturnValue:
    saved: dict[str, Any] = {name: getattr(found, name) for name in _SAVED}
    author = session().get(User, found.updated_by_id) if found.updated_by_id else None
    return conflict_page(
        form, found.name, saved, version=found.version, by=author.name if author else "", at=found.updated_at
    )


def _page(form: forms.MeasureForm, title: str, *, may_common: bool, keeps_type: bool) -> ResponseReturnValue:
    page = render_template(
        "measures/form.html", form=form, title=title, may_common=may_common, keeps_type=keeps_type
    )
    return page, status_of(form)
