"""Templates of answers: the list of a team's, and writing one."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import policies, queue_forms, queue_queries, template_queries, template_services
from feedback.base_views import blueprint, both_versions, visitor
from feedback.models import AnswerTemplate
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import status_of, try_to, uuid_arg, went
from nic_platform.text import _


def _only() -> str:
    return _("Only who acts for this team writes its templates.")


@blueprint.get("/feedback/templates")
@access.signed_in
def templates() -> ResponseReturnValue:
    """List the answers that the teams of this queue begin from."""
    actor = visitor()
    teams = queue_queries.queue_teams(session(), actor)
    found = template_queries.list_templates(session(), actor, [team.id for team in teams])
    may = any(policies.can_work_queue(actor, team.id, team.level.rank) for team in teams)
    names = {team.id: team.name for team in teams} if len(teams) > 1 else {}
    return render_template("feedback/templates.html", templates=found, may=may, names=names)


@blueprint.route("/feedback/templates/new", methods=["GET", "POST"])
@access.signed_in
def new_template() -> ResponseReturnValue:
    """Keep an answer to begin from again; it may start from one that was given to a theme."""
    actor = visitor()
    team = queue_queries.queue_teams(session(), actor)[0]
    access.require(policies.can_work_queue(actor, team.id, team.level.rank), _only())
    form = queue_forms.TemplateForm(data=_from_answer(actor))
    network_id = actor.network_id or 0

    def work(current: Any) -> None:
        template_services.create(current, network_id, team.id, form.values(), by=actor, at=clock.now())

    if form.validate_on_submit() and try_to(form, actor, work):
        return went(url_for(".templates"), _("Kept. Begin an answer from it."))
    return render_template("feedback/edit_template.html", form=form, template=None), status_of(form)


def _from_answer(actor: Actor) -> dict[str, Any]:
    """Return the words of a theme's latest answer, where the address names the theme."""
    wanted = uuid_arg("theme") if request.method == "GET" else None
    if wanted is None:
        return {}
    theme = queue_queries.theme_row(session(), actor, wanted)
    answer = queue_queries.answers_of_themes(session(), [theme.id]).get(theme.id)
    words = {name: getattr(answer, name) for name in template_queries.FIELDS} if answer else {}
    return {"title": theme.title} | words


def _own(actor: Actor, template_id: UUID, *, deleted: bool = False) -> AnswerTemplate:
    found = template_queries.get_template(session(), actor, template_id, deleted=deleted)
    rank = template_queries.rank_of(session(), found.team_id)
    access.require(policies.can_work_queue(actor, found.team_id, rank), _only())
    return found


@blueprint.route("/feedback/templates/<uuid:answer_template_id>", methods=["GET", "POST"])
@access.signed_in
def edit_template(answer_template_id: UUID) -> ResponseReturnValue:
    """Change a template."""
    actor = visitor()
    found = _own(actor, answer_template_id)
    saved = {name: getattr(found, name) for name in ("title", *template_queries.FIELDS)}
    form = queue_forms.TemplateForm(data=saved | {"version": found.version})
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return both_versions(form, found.title, found, saved)
        if try_to(form, actor, lambda current: template_services.save(
                current, found, form.values(), by=actor, at=clock.now())):  # fmt: skip
            return went(url_for(".templates"), _("Saved."))
    return render_template("feedback/edit_template.html", form=form, template=found), status_of(form)


@blueprint.post("/feedback/templates/<uuid:answer_template_id>/delete")
@access.signed_in
def delete_template(answer_template_id: UUID) -> ResponseReturnValue:
    """Delete a template, or bring a deleted one back."""
    actor = visitor()
    found = _own(actor, answer_template_id, deleted=True)
    gone = found.deleted_at is None
    with transaction(actor) as current:
        template_services.delete(current, found, gone, by=actor, at=clock.now())
    if gone:
        return render_template("feedback/deleted_template.html", template=found)
    return went(url_for(".templates"), _("It is back."))
