"""Plan a strand's series backwards from its final date, and make or re-pace its milestones in one go."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import (
    milestone_queries,
    pacing,
    plan_queries,
    planner_queries,
    planner_services,
    policies,
    redating_queries,
    services,
)
from milestones.models import Strand, Strategy
from milestones.planner_forms import NewStrandForm, PlannerForm, StepsForm
from milestones.planner_steps import PlannedStep, ReadStep, read_steps
from milestones.rows import PartRow, PlanRow
from milestones.views import planner_page
from milestones.views.base import blueprint, only, two_versions
from milestones.views.planner_page import Ground, Proposal
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.pages import status_of, take_faults, try_to, went
from nic_platform.text import _, ngettext

_SAVED = ("starts_on", "ends_on", "baseline", "target", "steps", "shape", "complexity")


@blueprint.route("/plans/<uuid:plan_id>/backwards", methods=["GET", "POST"])
@access.signed_in
def backwards(plan_id: UUID) -> ResponseReturnValue:
    """Choose the strand to be planned backwards, or name a new one."""
    actor = access.actor()
    plan = plan_queries.get_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id), only(plan.team_name))
    form = NewStrandForm()
    if form.validate_on_submit():
        with transaction(actor) as current:
            made = _new_strand(current, actor, plan, form.name.data or "").public_id
        return went(url_for(".plan_backwards", strand_id=made), _("The strand is there. Plan it backwards."))
    parts = plan_queries.outline(session(), plan.id)
    follows = redating_queries.follows_in(parts)
    page = render_template(
        "milestones/backwards.html", form=form, plan=plan,
        strands=[part for part in parts if part.kind == "strand"],
        rows=milestone_queries.milestones_of(session(), actor, plan.id),
        follows=follows,
        planned=planner_queries.planned_strands(session(), plan.id),
    )  # fmt: skip
    return page, status_of(form)


def _new_strand(current: Session, actor: Actor, plan: PlanRow, name: str) -> Strand:
    """Add a strand to the plan's last strategy; a plan without one gets one."""
    found = plan_queries.find_plan(current, actor, plan.public_id)
    strategies = [part for part in plan_queries.outline(current, plan.id) if part.kind == "strategy"]
    strategy_id = strategies[-1].id if strategies else None
    if strategy_id is None:
        strategy_id = services.add_part(current, Strategy, found, {"name": _("Our strategy")}).id
    made: Strand = services.add_part(current, Strand, found, {"strategy_id": strategy_id, "name": name})
    return made


def ground_for(actor: Actor, strand_id: UUID) -> Ground:
    """Return what the strand is planned back on, for whoever may change it."""
    strand, plan_id = planner_queries.find_strand(session(), actor, strand_id)
    plan = plan_queries.plan_by_number(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id), only(plan.team_name))
    ground = planner_page.ground_of(session(), actor, plan, strand)
    if any(row.counts_students for row in ground.rows):
        looks.note_team(plan.team_id)
    return ground


@blueprint.route("/strands/<uuid:strand_id>/backwards", methods=["GET", "POST"])
@access.signed_in
def plan_backwards(strand_id: UUID) -> ResponseReturnValue:
    """Answer the five questions, keep the answers, and see the steps that they lead to."""
    actor = access.actor()
    ground = ground_for(actor, strand_id)
    form = PlannerForm(data=planner_page.first_values(ground))
    others = _others(ground)
    form.offer([(part.public_id, part.text) for part in others])
    if not form.is_submitted():
        form.follows.data = _follows(ground, others)
    if form.validate_on_submit():
        if ground.kept is not None and form.is_stale(ground.kept.version):
            return two_versions(form, ground.kept, _("Planning backwards"), _SAVED)  # type: ignore[no-any-return]  # a response
        if _keep(form, actor, ground):
            address = url_for(".plan_backwards", strand_id=strand_id, _anchor="proposed")
            return went(address, _("Your answers are kept."))
    return _page(ground, form, StepsForm(), planner_page.proposal_of(ground)), status_of(form)


def _others(ground: Ground) -> list[PartRow]:
    parts = plan_queries.outline(session(), ground.plan.id)
    return [part for part in parts if part.kind == "strand" and part.id != ground.strand.id]


def _follows(ground: Ground, others: list[PartRow]) -> str:
    return next((str(part.public_id) for part in others if part.id == ground.strand.follows_id), "")


def _keep(form: PlannerForm, actor: Actor, ground: Ground) -> bool:
    """Keep the answers and say whether they could be; what can't be is shown beside its field."""
    values, answers = form.plan_values(), form.answers()
    faults = planner_page.problems_of(ground, values, answers)
    if faults:
        take_faults(form, InputError(_("This can’t be saved yet."), faults))
        return False

    def save(current: Session) -> None:
        before = form.follows.data
        follows = plan_queries.find(current, actor, Strand, UUID(before)) if before else None
        planner_services.save_answers(current, ground.strand, values, answers, follows)

    return try_to(form, actor, save)


def _page(ground: Ground, form: PlannerForm, steps_form: StepsForm, proposal: Proposal) -> str:
    moves = any(step.row is not None and not step.row.is_draft for step in proposal.steps)
    return render_template(
        "milestones/planner.html", form=form, steps_form=steps_form, plan=ground.plan, strand=ground.strand,
        ground=ground, proposal=proposal, moves=moves,
        spans=planner_page.spans_between(ground, form.starts_on.data, form.ends_on.data),
        can_take_back=bool(ground.answers.get(planner_services.MADE)),
    )  # fmt: skip


@blueprint.post("/strands/<uuid:strand_id>/backwards/steps")
@access.signed_in
def make_series(strand_id: UUID) -> ResponseReturnValue:
    """Make the steps as edited: new milestones and new dates of those that are there, all of them or none."""
    actor = access.actor()
    ground = ground_for(actor, strand_id)
    form = StepsForm()
    sent = [request.form.getlist(name) for name in ("step_on", "step_target", "step_of", "drop")]
    steps, faults = read_steps(*sent)
    on_board = request.form.get("save") != "draft"
    form.form_errors.extend(faults.values())
    if form.validate() and not faults and _make(form, actor, ground, steps, on_board=on_board):
        address = url_for(".plan", plan_id=ground.plan.public_id, undo=f"series.{strand_id}")
        words = ngettext("%(count)s step is planned.", "%(count)s steps are planned.", len(steps))
        return went(address, words)
    form.form_errors.extend(words for words in faults.values() if words not in form.form_errors)
    questions = PlannerForm(formdata=None, data=planner_page.first_values(ground))
    others = _others(ground)
    questions.offer([(part.public_id, part.text) for part in others])
    questions.follows.data = _follows(ground, others)
    return _page(ground, questions, form, _as_sent(ground, sent, faults)), 422


def _make(form: StepsForm, actor: Actor, ground: Ground, steps: list[ReadStep], *, on_board: bool) -> bool:
    def save(current: Session) -> None:
        why = form.why.data or ""
        planner_page.make(current, ground, steps, on_board=on_board, why=why, by=actor, at=clock.now())

    return try_to(form, actor, save)


def _as_sent(ground: Ground, sent: list[list[str]], faults: dict[int, str]) -> Proposal:
    """Return the steps as they were sent, with the picture and the words of the kept answers."""
    kept = planner_page.proposal_of(ground)
    rows = {str(row.public_id): row for row in ground.open}
    days, targets, keys, dropped = sent
    steps = [
        PlannedStep(
            on, target, rows.get(keys[at]) if at < len(keys) else None, problem=faults.get(at, ""),
            is_dropped=str(at) in dropped,
        )
        for at, (on, target) in enumerate(zip(days, targets, strict=False))
    ]  # fmt: skip
    return Proposal(tuple(steps[: 2 * pacing.MOST_STEPS]), kept.sentences, kept.pictures)


@blueprint.post("/series/<uuid:series_id>/undo")
@access.signed_in
def restore_series(series_id: UUID) -> ResponseReturnValue:
    """Take away what the planner made last for a strand, and give back the dates that it moved."""
    actor = access.actor()
    ground = ground_for(actor, series_id)
    with transaction(actor) as current:
        count = planner_services.take_back_series(current, ground.strand, by=actor, at=clock.now())
    words = ngettext("%(count)s step is taken back.", "%(count)s steps are taken back.", count)
    return went(url_for(".plan_backwards", strand_id=series_id), words)
