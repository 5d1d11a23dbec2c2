"""Pages of measures: which there are, and the form in which one is defined."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.measure_use_queries import held_of
from measures import definition_services, family_queries, forms, policies, queries, tool_queries, words
from measures.base_views import PAGE, blueprint, may_add, owner_of_new, page_after
from measures.definition import Held, breakdown_lines
from measures.list_loading import small_charts_of
from measures.models import Measure
from measures.rules import MeasureKind
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, today, try_to, uuid_arg, went
from nic_platform.text import _
from teams import team_queries

_SAVED = (
    "name", "definition", "kind", "type", "direction", "rhythm", "unit", "counts_students", "tool", "source",
    "target", "target_on", "chart",
)  # fmt: skip


@blueprint.get("/measures")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the measures that the visitor may know of, or those of one team, each with its small chart."""
    actor = access.actor()
    asked = uuid_arg("team")
    team = team_queries.get_team(session(), actor, asked) if asked else None
    rows = (
        queries.measures_of_team(session(), actor, team.id, PAGE)
        if team
        else queries.list_measures(session(), actor, after=page_after(), limit=PAGE)
    )
    more = rows[PAGE - 1].public_id if len(rows) > PAGE else None
    undo = uuid_arg("undo")
    return render_template(
        "measures/index.html",
        rows=rows[:PAGE],
        more=None if team else more,
        team=team,
        charts=small_charts_of(
            session(), actor, rows[:PAGE], team.id if team else actor.team_id, today(actor)
        ),
        alone=family_queries.unbalanced(session(), actor) if may_add(actor) and not team else [],
        undo=url_for(".restore_measure", measure_id=undo) if undo else "",
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
    form = forms.MeasureForm(kind=_asked_kind())
    form.offer(tool_queries.tools_for_choice(session(), actor, actor.team_id))
    owner = owner_of_new(actor, form, policies.can_change_measure)
    made: list[Measure] = []
    if form.validate_on_submit():
        values = form.measure_values() | _tool(form, actor, owner.team_id)

        def make(current: Session) -> None:
            made.append(definition_services.define(current, owner.network_id, owner.team_id, values))

        if try_to(form, actor, make):
            words_of = _("The measure is there; milestones can take it.")
            return went(url_for(".show", measure_id=made[0].public_id), words_of)
    return _page(form, _("Define a measure"), url_for(".index"), may_common=actor.is_network_lead)


def _asked_kind() -> MeasureKind | None:
    """Return the kind that a link asks for, so that a family's gap is one step from its mend."""
    asked = request.args.get("kind", "")
    return MeasureKind(asked) if asked in set(MeasureKind) else None


@blueprint.route("/measures/<uuid:measure_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit(measure_id: UUID) -> ResponseReturnValue:
    """Change what is said of a measure."""
    actor = access.actor()
    found = queries.get_measure(session(), actor, measure_id)
    access.require(policies.can_change_measure(actor, found.team_id))
    tools = tool_queries.tools_for_choice(session(), actor, found.team_id)
    chosen = next((str(tool.public_id) for tool in tools if tool.id == found.tool_id), "")
    form = forms.MeasureForm(data=_saved(found) | {"observation_tool": chosen, "version": found.version})
    held = held_of(session(), found.id)
    form.offer(tools, fixed=None if held.is_free else found.type)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return _two_versions(form, found)
        values = form.measure_values() | _tool(form, actor, found.team_id)
        if not held.is_free:
            values.pop("type")
        if try_to(form, actor, lambda current: definition_services.redefine(current, found, values, held)):
            return went(url_for(".show", measure_id=measure_id), _("Saved."))
    back = url_for(".show", measure_id=measure_id)
    return _page(form, _("Edit the measure"), back, held=held, found=found)


def _saved(found: Measure) -> dict[str, Any]:
    """Return a measure as its form shows it."""
    return {name: getattr(found, name) for name in _SAVED} | {
        "breakdown": breakdown_lines(found.breakdown or {})
    }


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
    author = session().get(User, found.updated_by_id) if found.updated_by_id else None
    by = author.name if author else ""
    return conflict_page(form, found.name, _saved(found), version=found.version, by=by, at=found.updated_at)


def _page(
    form: forms.MeasureForm,
    title: str,
    back: str,
    *,
    may_common: bool = False,
    held: Held | None = None,
    found: Measure | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "measures/form.html", form=form, title=title, back=back, may_common=may_common, held=held,
        found=found, types=words.type_words(),
    )  # fmt: skip
    return page, status_of(form)
