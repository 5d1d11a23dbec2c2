"""Strategy templates: what the network offers, read by all teams, written by its lead."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback.telling_services import editors_of
from measures import queries as measure_queries
from measures.models import Measure
from milestones import plan_queries, policies, template_forms, template_queries, template_services
from milestones.models import CommonMilestone, Strategy, StrategyTemplate
from milestones.templates import strands
from milestones.views.base import blueprint, two_versions, undo_address
from milestones.work_kinds import kind_word
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.notices import notify
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _, ngettext

_COMMON = (
    "strand", "who", "what", "tool", "target", "week", "kind", "purpose", "rhythm", "is_deliverable",
    "acceptance_test",
)  # fmt: skip


def _may_run(actor: Actor) -> None:
    access.require(policies.can_offer(actor), _("Only a network lead can change what the network offers."))


@blueprint.get("/templates")
@access.signed_in
def templates() -> ResponseReturnValue:
    """List what the network offers, and what this team has adopted of it."""
    actor = access.actor()
    return render_template(
        "milestones/templates.html",
        rows=template_queries.list_templates(session(), actor),
        adopted=template_queries.adoptions_of(session(), actor, actor.team_id),
        may_run=policies.can_offer(actor),
        may_adopt=policies.can_change(actor, actor.team_id or 0),
        undo=undo_address(),
    )


@blueprint.get("/templates/<uuid:template_id>")
@access.signed_in
def template(template_id: UUID) -> ResponseReturnValue:
    """Show one template: its strands and milestones, and who adopted it."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    adopted = template_queries.adoptions_of(session(), actor, actor.team_id)
    return render_template(
        "milestones/template.html",
        template=found,
        strands=strands(template_queries.commons_of(session(), found.id)),
        adopters=template_queries.adopters_of(session(), actor, found.id),
        adoption=adopted.get(found.id),
        kind_word=kind_word,
        may_run=policies.can_offer(actor),
        may_adopt=policies.can_change(actor, actor.team_id or 0),
        undo=undo_address(),
    )


@blueprint.route("/templates/new", methods=["GET", "POST"])
@access.signed_in
def new_template() -> ResponseReturnValue:
    """Begin a template."""
    actor = access.actor()
    _may_run(actor)
    form = template_forms.TemplateForm()
    made: list[UUID] = []

    def add(current: Session) -> None:
        row = template_services.add_template(current, actor.network_id or 0, form.values())
        made.append(row.public_id)

    if form.validate_on_submit() and try_to(form, actor, add):
        return went(url_for(".template", template_id=made[0]), _("It is there. Now its milestones."))
    page = render_template("milestones/template_form.html", form=form, template=None)
    return page, status_of(form)


@blueprint.route("/templates/<uuid:template_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_template(template_id: UUID) -> ResponseReturnValue:
    """Change a template's name and description."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    _may_run(actor)
    form = template_forms.TemplateForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, found.name, ("name", "description"))  # type: ignore[no-any-return]  # a response
        if try_to(form, actor, lambda s: template_services.change(s, found, form.values())):
            return went(url_for(".template", template_id=template_id), _("Saved."))
    page = render_template("milestones/template_form.html", form=form, template=found)
    return page, status_of(form)


@blueprint.post("/templates/<uuid:template_id>/offer")
@access.signed_in
def offer_template(template_id: UUID) -> ResponseReturnValue:
    """Offer a template to every team, or withdraw it."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    _may_run(actor)
    is_offered = request.form.get("is_offered") == "y"
    with transaction(actor) as current:
        template_services.offer(current, found, is_offered=is_offered)
    words = (
        _("Every team of the network can adopt it now.")
        if is_offered
        else _("It is withdrawn. What was adopted stays with those who adopted it.")
    )
    return went(url_for(".template", template_id=template_id), words)


@blueprint.post("/templates/<uuid:template_id>/tell")
@access.signed_in
def tell_adopters(template_id: UUID) -> ResponseReturnValue:
    """Tell the people of the teams that adopted a template that it changed."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    _may_run(actor)
    with transaction(actor) as current:
        count = tell_of_change(current, found)
    words = ngettext("%(count)s team is told.", "%(count)s teams are told.", count)
    return went(url_for(".template", template_id=template_id), words)


def tell_of_change(current: Session, template: StrategyTemplate) -> int:
    """Write the notices that a template changed to those who adopted it; return how many teams they are."""
    teams = template_queries.adopting_teams(current, template.id)
    notify(
        current, editors_of(current, teams), kind="milestones.template", at=clock.now(),
        subject=_("The strategy template “%(name)s” has changed", name=template.name),
        body=_("You adopted it. Look at what changed, and take it over or leave yours as it is."),
        path=url_for("milestones.template", template_id=template.public_id), network_id=template.network_id,
    )  # fmt: skip
    return len(teams)


@blueprint.post("/templates/<uuid:template_id>/delete")
@access.signed_in
def delete_template(template_id: UUID) -> ResponseReturnValue:
    """Take a template away, with a way to bring it back."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    _may_run(actor)
    with transaction(actor) as current:
        template_services.delete(current, found, at=clock.now())
    return went(url_for(".templates", undo=f"template.{template_id}"), _("Deleted."))


@blueprint.post("/templates/<uuid:template_id>/restore")
@access.signed_in
def restore_template(template_id: UUID) -> ResponseReturnValue:
    """Bring a deleted template back."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id, is_deleted=True)
    _may_run(actor)
    with transaction(actor) as current:
        template_services.restore(current, found)
    return went(url_for(".template", template_id=template_id), _("It is back."))


# ---------------------------------------------------------------- common milestones


def _measures(actor: Actor) -> list[tuple[UUID, str]]:
    rows = measure_queries.measures_for_choice(session(), actor, 0)
    return [(row.public_id, row.name) for row in rows if row.team_id is None]


def _measure(current: Session, form: template_forms.CommonForm, actor: Actor) -> Measure | None:
    """Return the common measure that was chosen; none leaves it to the strand."""
    if not form.measure.data:
        return None
    return measure_queries.get_measure(current, actor, UUID(form.measure.data))


def _common_page(
    form: template_forms.CommonForm, template: StrategyTemplate, common: CommonMilestone | None
) -> ResponseReturnValue:
    names = [name for name, _rows in strands(template_queries.commons_of(session(), template.id)) if name]
    page = render_template(
        "milestones/common_form.html", form=form, template=template, common=common, strands=names
    )
    return page, status_of(form)


@blueprint.route("/templates/<uuid:template_id>/milestones/new", methods=["GET", "POST"])
@access.signed_in
def new_common(template_id: UUID) -> ResponseReturnValue:
    """Add a common milestone to a template."""
    actor = access.actor()
    found = template_queries.get_template(session(), actor, template_id)
    _may_run(actor)
    form = template_forms.CommonForm()
    form.offer(_measures(actor))
    if not form.is_submitted():
        form.strand.data = request.args.get("strand", "")

    def add(current: Session) -> None:
        values, measure = form.common_values(), _measure(current, form, actor)
        template_services.add_common(current, found, values, measure=measure)

    if form.validate_on_submit() and try_to(form, actor, add):
        return went(url_for(".template", template_id=template_id), _("Added."))
    return _common_page(form, found, None)


@blueprint.route("/common/<uuid:common_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_common(common_id: UUID) -> ResponseReturnValue:
    """Change a common milestone; those who adopted it are shown what changed."""
    actor = access.actor()
    common, found = template_queries.get_common(session(), actor, common_id)
    _may_run(actor)
    form = template_forms.CommonForm(obj=common)
    form.offer(_measures(actor), session().get_one(Measure, common.measure_id).public_id)
    if form.validate_on_submit():
        if form.is_stale(common.version):
            return two_versions(form, common, common.what, _COMMON)  # type: ignore[no-any-return]  # a response

        def save(current: Session) -> None:
            values, measure = form.common_values(), _measure(current, form, actor)
            template_services.save_common(current, common, values, measure=measure)

        if try_to(form, actor, save):
            return went(url_for(".template", template_id=found.public_id), _("Saved."))
    return _common_page(form, found, common)


@blueprint.post("/common/<uuid:common_id>/move")
@access.signed_in
def move_common(common_id: UUID) -> ResponseReturnValue:
    """Let a common milestone change places with the one above or below it."""
    actor = access.actor()
    common, found = template_queries.get_common(session(), actor, common_id)
    _may_run(actor)
    back = url_for(".template", template_id=found.public_id)
    with transaction(actor) as current:
        template_services.move_common(current, common, up=request.form.get("way") == "up")
    return went(back, _("Moved."))


@blueprint.post("/common/<uuid:common_id>/delete")
@access.signed_in
def delete_common(common_id: UUID) -> ResponseReturnValue:
    """Take a common milestone off its template, with a way to bring it back."""
    actor = access.actor()
    common, found = template_queries.get_common(session(), actor, common_id)
    _may_run(actor)
    back = url_for(".template", template_id=found.public_id, undo=f"common.{common_id}")
    with transaction(actor) as current:
        template_services.delete(current, common, at=clock.now())
    return went(back, _("Deleted."))


@blueprint.post("/common/<uuid:common_id>/restore")
@access.signed_in
def restore_common(common_id: UUID) -> ResponseReturnValue:
    """Bring a deleted common milestone back."""
    actor = access.actor()
    common, found = template_queries.get_common(session(), actor, common_id, is_deleted=True)
    _may_run(actor)
    back = url_for(".template", template_id=found.public_id)
    with transaction(actor) as current:
        template_services.restore(current, common)
    return went(back, _("It is back."))


@blueprint.post("/strategies/<uuid:strategy_id>/template")
@access.signed_in
def save_as_template(strategy_id: UUID) -> ResponseReturnValue:
    """Make a template, not offered yet, from a team's strategy."""
    actor = access.actor()
    strategy = plan_queries.find(session(), actor, Strategy, strategy_id)
    _may_run(actor)
    plan = plan_queries.plan_by_number(session(), actor, strategy.plan_id)
    with transaction(actor) as current:
        made = template_services.template_from(current, strategy, plan.span[0], at=clock.now()).public_id
    words = _("A template is there, not offered yet. Read it through first: no names of people or places.")
    return went(url_for(".template", template_id=made), words)
