"""The page of one measure: what it means, who uses it, what it shows; taking it away and back."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from cycles.measure_use_queries import held_of, study_uses
from cycles.rules import Stage
from measures import definition_services, family_queries, policies, queries, words
from measures.base_views import blueprint
from measures.definition import Said, charts_for, goal_words
from measures.list_loading import panels_of
from measures.queries import MeasureRow
from measures.rules import MeasureKind
from milestones.measure_use_queries import plan_uses
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.pages import today, went
from nic_platform.text import _


@blueprint.get("/measures/<uuid:measure_id>")
@access.signed_in
def show(measure_id: UUID) -> ResponseReturnValue:
    """Show one measure: its definition, its latest values, and what hangs on it."""
    actor = access.actor()
    row = queries.measure_row(session(), actor, measure_id)
    panels, has_more = panels_of(session(), actor, row, today(actor))
    uses = plan_uses(session(), actor, row.id)
    studies = study_uses(session(), actor, row.id)
    return render_template(
        "measures/show.html", row=row, own=[each for each in panels if each.is_mine],
        others=[each for each in panels if not each.is_mine], has_more=has_more, uses=uses, studies=studies,
        may_change=policies.can_change_measure(actor, row.team_id),
        may_record=actor.team_id is not None
        and row.team_id in {None, actor.team_id}
        and policies.can_record(actor, actor.team_id),
        is_alone=_is_alone(actor, row), goal=_goal(row), charts=charts_for(), kinds=words.kind_words(),
        types=words.type_words(), rhythms=words.rhythm_words(), directions=words.direction_words(),
        stages={stage.value: stage.words for stage in Stage},
    )  # fmt: skip


def _is_alone(actor: Actor, row: MeasureRow) -> bool:
    """Say whether it is an outcome that the visitor may change, without a balancing measure beside it."""
    if row.kind is not MeasureKind.OUTCOME or not policies.can_change_measure(actor, row.team_id):
        return False
    return row.public_id in {each.public_id for each in family_queries.unbalanced(session(), actor)}


def _goal(row: MeasureRow) -> str:
    said = Said(row.type, row.counts_students, row.breakdown, row.target, row.target_on)
    return goal_words(said, row.unit, row.direction)


@blueprint.post("/measures/<uuid:measure_id>/delete")
@access.signed_in
def delete_measure(measure_id: UUID) -> ResponseReturnValue:
    """Take away a measure that nothing hangs on, with a way to bring it back."""
    actor = access.actor()
    found = queries.get_measure(session(), actor, measure_id)
    access.require(policies.can_change_measure(actor, found.team_id))
    with transaction(actor) as current:
        definition_services.delete_measure(current, found, held_of(current, found.id), at=clock.now())
    return went(url_for(".index", undo=measure_id), _("The measure is deleted."))


@blueprint.post("/measures/<uuid:measure_id>/restore")
@access.signed_in
def restore_measure(measure_id: UUID) -> ResponseReturnValue:
    """Bring back a measure that was deleted."""
    actor = access.actor()
    found = queries.get_measure(session(), actor, measure_id, is_deleted=True)
    access.require(policies.can_change_measure(actor, found.team_id))
    with transaction(actor) as current:
        definition_services.restore_measure(current, found)
    return went(url_for(".show", measure_id=measure_id), _("It is back."))
