"""Write a milestone in the frame, edit it, adjust its date or target, delete it and bring it back."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from measures import queries as measure_queries
from measures.models import Measure
from measures.rules import MeasureType
from milestones import forms, plan_queries, policies, services
from milestones.models import Milestone, Plan, Strand, Strategy
from milestones.rows import PlanRow
from milestones.sentence import Found, Frame, parts, sentence
from milestones.views.base import blueprint, only, two_versions, uuid_arg
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _

_SAVED = (
    "due_on", "tool", "target", "who", "what", "name", "is_deliverable", "acceptance_test", "baseline",
    "population", "begins_on", "frequency", "purpose", "rhythm", "shape", "collector", "monitor_until",
)  # fmt: skip


def _plan(actor: Actor) -> PlanRow:
    """Return the plan that the address names, else the chosen team's present one.

    Raises:
        AbsentError: there is none.
    """
    wanted = uuid_arg("plan")
    if wanted is not None:
        return plan_queries.get_plan(session(), actor, wanted)
    found = plan_queries.current_plan(session(), actor, actor.team_id, today(actor))
    if found is None:
        raise AbsentError(_("Your team has no plan yet. Begin one first; then write its milestones."))
    return found


def _strands(plan_id: int) -> list[tuple[UUID, str]]:
    outline = plan_queries.outline(session(), plan_id)
    return [(part.public_id, part.text) for part in outline if part.kind == "strand"]


def _measures(actor: Actor, team_id: int) -> list[tuple[UUID, str]]:
    rows = measure_queries.measures_for_choice(session(), actor, team_id)
    return [(row.public_id, row.name if row.team_id else f"{row.name} ({_('common')})") for row in rows]


def _measure_id(current: Session, form: forms.MilestoneForm, actor: Actor) -> int | None:
    """Return the measure that was chosen; none leaves it to the series."""
    if not form.measure.data:
        return None
    return measure_queries.get_measure(current, actor, UUID(form.measure.data)).id


def _frame(form: forms.MilestoneForm, kind: MeasureType = MeasureType.PROPORTION) -> Frame:
    return Frame(
        what=form.what.data or "",
        who=form.who.data or "",
        tool=form.tool.data or "",
        due_on=form.due_on.data,
        begins_on=form.begins_on.data,
        frequency=form.frequency.data or "",
        target=form.target.data,
        type=kind,
        is_deliverable=bool(form.is_deliverable.data),
        acceptance_test=form.acceptance_test.data or "",
        purpose=form.purpose.data or "",
    )


def _verdict(found: tuple[Found, ...]) -> str:
    there = sum(part.is_there for part in found)
    return _("%(there)s of %(all)s parts found.", there=there, all=len(found))


def _strand_id(current: Session, form: forms.MilestoneForm, plan: Plan, actor: Actor) -> int | None:
    """Return the strand that was chosen, or make the one that was named; its strategy is the plan's last."""
    if form.strand.data:
        return plan_queries.find(current, actor, Strand, UUID(form.strand.data)).id
    name = form.new_strand.data or form.name.data
    if not name:
        return None
    outline = plan_queries.outline(current, plan.id)
    strategies = [part for part in outline if part.kind == "strategy"]
    strategy_id = strategies[-1].id if strategies else None
    if strategy_id is None:
        strategy_id = services.add_part(current, Strategy, plan, {"name": _("Our strategy")}).id
    made: Strand = services.add_part(current, Strand, plan, {"strategy_id": strategy_id, "name": name})
    return made.id


def _wants_board() -> bool:
    return request.form.get("save", "board") != "draft"


@blueprint.route("/milestones/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Write a milestone; a draft needs nothing, the board a date and a target or a test."""
    actor = access.actor()
    row = _plan(actor)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    form = forms.MilestoneForm()
    form.offer(_strands(row.id), _measures(actor, row.team_id))
    if not form.is_submitted():
        form.strand.data = request.args.get("strand", form.strand.choices[0].value)
    if form.validate_on_submit():
        made: list[UUID] = []

        def add(current: Session) -> None:
            plan = plan_queries.find_plan(current, actor, row.public_id)
            values = {**form.milestone_values(), "strand_id": _strand_id(current, form, plan, actor)}
            values["measure_id"] = _measure_id(current, form, actor)
            milestone = services.add_milestone(current, plan, values, on_board=_wants_board())
            made.append(milestone.public_id)

        if try_to(form, actor, add):
            words = _("It is on the board.") if _wants_board() else _("Saved as a draft.")
            return went(url_for(".milestone", milestone_id=made[0]), words)
    return _page(form, row, _("Write a milestone"), MeasureType.PROPORTION)


@blueprint.route("/milestones/<uuid:milestone_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Edit a milestone; two people who edit it at once see both versions."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    row = plan_queries.plan_by_number(session(), actor, found.plan_id)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    form = forms.MilestoneForm(obj=found)
    form.offer(_strands(row.id), _measures(actor, row.team_id))
    measure = session().get(Measure, found.measure_id) if found.measure_id else None
    strand = session().get(Strand, found.strand_id) if found.strand_id else None
    if not form.is_submitted():
        form.strand.data = str(strand.public_id) if strand else ""
        form.measure.data = str(measure.public_id) if measure else ""
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, found.name or _("Milestone"), _SAVED)  # type: ignore[no-any-return]  # a response

        def save(current: Session) -> None:
            plan = current.get_one(Plan, found.plan_id)
            values = {**form.milestone_values(), "strand_id": _strand_id(current, form, plan, actor)}
            if "measure" in request.form:
                values["measure_id"] = _measure_id(current, form, actor)
            services.save_milestone(current, found, values, on_board=_wants_board(), by=actor, at=clock.now())

        if try_to(form, actor, save):
            return went(url_for(".milestone", milestone_id=milestone_id), _("Saved."))
    kind = measure.type if measure else MeasureType.PROPORTION
    return _page(form, row, _("Edit the milestone"), kind, milestone_id)


def _page(
    form: forms.MilestoneForm, plan: PlanRow, title: str, kind: MeasureType, milestone_id: UUID | None = None
) -> ResponseReturnValue:
    frame = _frame(form, kind)
    found = parts(frame)
    back = (
        url_for(".milestone", milestone_id=milestone_id)
        if milestone_id
        else url_for(".plan", plan_id=plan.public_id)
    )
    page = render_template(
        "milestones/write.html", form=form, plan=plan, title=title, parts=found, verdict=_verdict(found),
        sentence=sentence(frame), back=back, is_new=milestone_id is None,
        is_touched=form.is_submitted() or milestone_id is not None,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/milestones/<uuid:milestone_id>/delete")
@access.signed_in
def delete_milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Take a milestone off the plan, with a way to bring it back."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    plan = session().get_one(Plan, found.plan_id)
    access.require(policies.can_change(actor, found.team_id), only(plan.team.name))
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())
    undo = f"milestone.{milestone_id}"
    return went(url_for(".plan", plan_id=plan.public_id, undo=undo), _("The milestone is deleted."))


@blueprint.post("/milestones/<uuid:milestone_id>/restore")
@access.signed_in
def restore_milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Bring a deleted milestone back."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id, is_deleted=True)
    plan = session().get_one(Plan, found.plan_id)
    access.require(policies.can_change(actor, found.team_id), only(plan.team.name))
    with transaction(actor) as current:
        services.restore(current, found)
    return went(url_for(".milestone", milestone_id=milestone_id), _("It is back."))
