"""After the answer: whom it went to, what became of it, whether the blocked work moved, the second look."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from feedback import (
    after_forms,
    answer_queries,
    look_services,
    looks,
    moved_queries,
    policies,
    queue_queries,
)
from feedback.base_views import blueprint, refuse_stale, visitor
from feedback.models import Answer
from feedback.moved_page import moves_shown
from feedback.rules import stage_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today, try_to, uuid_arg, went
from nic_platform.text import _

PAGE = 50


@blueprint.get("/feedback/answers")
@access.signed_in
def answers() -> ResponseReturnValue:
    """List the answers that wait to be looked at again, and all that the visitor may read."""
    actor, after = visitor(), uuid_arg("after")
    rows = answer_queries.list_answers(session(), actor, after=after, limit=PAGE)
    due = [] if after else answer_queries.due_answers(session(), actor, today(actor))
    page = rows[:PAGE]
    return render_template(
        "feedback/answers.html",
        due=due,
        answers=page,
        came=answer_queries.what_came(session(), [row.id for row in [*page, *due]]),
        next_href=url_for(".answers", after=page[-1].public_id) if len(rows) > PAGE else "",
        first=url_for(".answers") if after else "",
    )


@blueprint.get("/answers/<uuid:answer_id>")
@access.signed_in
def show_answer(answer_id: UUID) -> ResponseReturnValue:
    """Show one answer: what changes, whom it went to, what became of it, what was found since."""
    return _page(visitor(), answer_id, None)


def _page(actor: Actor, answer_id: UUID, failed: after_forms.LookForm | None) -> ResponseReturnValue:
    row = answer_queries.answer_row(session(), actor, answer_id)
    items = answer_queries.items_of_answer(session(), actor, row.id)
    day = today(actor)
    form = failed or after_forms.LookForm(formdata=None)
    form.version.data = row.version
    html = render_template(
        "feedback/answer.html",
        answer=row,
        came=answer_queries.what_came(session(), [row.id]).get(row.id, answer_queries.Came()),
        items=[(item, stage_of(item.state, item.lifted)) for item in items],
        is_due=looks.wants_look(row.look_again_on, row.looked_again_on, day),
        form=form,
        may_look=policies.can_look_again(actor, row.team_id, row.level.rank),
        moves=moves_shown(moved_queries.moves_of_answer(session(), actor, row.id), day),
    )
    return html, 422 if failed else 200


@blueprint.post("/answers/<uuid:answer_id>/look")
@access.signed_in
def look_again(answer_id: UUID) -> ResponseReturnValue:
    """Write down what was found when an answer was looked at again; every team that got it is told."""
    actor = visitor()
    row = answer_queries.answer_row(session(), actor, answer_id)
    access.require(
        policies.can_look_again(actor, row.team_id, row.level.rank),
        _("Only %(team)s looks at its answer again.", team=row.team),
    )
    form = after_forms.LookForm()
    refuse_stale(form, row.version)
    answer, at, day = session().get_one(Answer, row.id), clock.now(), today(actor)

    def keep(current: Any) -> None:
        found, next_on = form.found.data or "", form.look_again_on.data
        look_services.record(
            current, answer, found, next_on, by=actor, at=at, day=day, version=form.version.data
        )

    if form.validate_on_submit() and try_to(form, actor, keep):
        return went(url_for(".show_answer", answer_id=answer_id), _("Kept. Every team that got it is told."))
    return _page(actor, answer_id, form)


@blueprint.get("/themes/<uuid:theme_id>/moved")
@access.signed_in
def theme_moved(theme_id: UUID) -> ResponseReturnValue:
    """Show whether the milestones that a theme's reports name moved since their answers."""
    actor = visitor()
    theme = queue_queries.theme_row(session(), actor, theme_id)
    count = queue_queries.theme_counts(session(), [theme.id]).get(theme.id)
    given = answer_queries.list_answers(session(), actor, theme_id=theme.id, limit=PAGE)
    return render_template(
        "feedback/theme_moved.html",
        theme=theme,
        count=count,
        answers=given,
        came=answer_queries.what_came(session(), [row.id for row in given]),
        moves=moves_shown(moved_queries.moves_of_theme(session(), actor, theme.id), today(actor)),
    )
