"""Write a milestone, in the frame or in one line, with the coach beside it; edit, delete, bring back."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts.models import User
from measures import queries as measure_queries
from measures.models import Measure
from measures.rules import MeasureType
from milestones import goal_queries, plan_queries, policies, services, writing_forms, writing_services
from milestones.coach import Calendar
from milestones.drafting import As
from milestones.goal_queries import GoalRow
from milestones.models import AgencyGoal, Milestone, Plan, Strand
from milestones.rows import PartRow, PlanRow
from milestones.school_days import SchoolDays
from milestones.views import coaching
from milestones.views.base import blueprint, only, uuid_arg
from milestones.views.fitting import fit_of
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import conflict_page
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _


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


@dataclass(frozen=True)
class _Desk:
    """What lies on the writer's desk: the form, the plan with its strands, the calendars.

    ``strategy`` is the one of the plan that the address names, into which a new strand goes.
    """

    actor: Actor
    plan: PlanRow
    form: writing_forms.MilestoneForm
    strands: tuple[PartRow, ...]
    goals: tuple[GoalRow, ...]
    calendar: Calendar
    days: SchoolDays
    strategy: PartRow | None = None

    def begin_in(self, strand: str) -> None:
        """Choose the strand *strand*; without one the first, of the strategy that the address names.

        Where that strategy has no strand yet, a new one is offered under its name.
        """
        under = self.strategy
        first = next((p for p in self.strands if under is None or p.parent_id == under.id), None)
        self.form.strand.data = strand or (str(first.public_id) if first else "")
        if under is not None and not self.form.strand.data:
            self.form.new_strand.data = under.text[:200]

    @property
    def strand(self) -> PartRow | None:
        """Return the strand that is chosen; none for a new one, or one that is not in the plan."""
        return next((part for part in self.strands if str(part.public_id) == self.form.strand.data), None)


def _desk(actor: Actor, row: PlanRow, found: Milestone | None = None) -> _Desk:
    calendar, days = coaching.calendars_for(actor, row)
    sent = coaching.typed(calendar) if request.method == "POST" else None
    form = writing_forms.MilestoneForm(formdata=sent, obj=found)
    outline = plan_queries.outline(session(), row.id)
    strands = [part for part in outline if part.kind == "strand"]
    wanted = uuid_arg("strategy")
    strategy = next((p for p in outline if p.kind == "strategy" and p.public_id == wanted), None)
    measures = measure_queries.measures_for_choice(session(), actor, row.team_id)
    goals = goal_queries.goals_of(session(), row.network_id, row.id).goals
    form.offer(
        [(part.public_id, part.text) for part in strands],
        [(m.public_id, m.name if m.team_id else f"{m.name} ({_('common')})") for m in measures],
        [(goal.public_id, goal.name) for goal in goals],
    )
    return _Desk(actor, row, form, tuple(strands), goals, calendar, days, strategy)


def _belongs(
    current: Session,
    form: writing_forms.MilestoneForm,
    plan: Plan,
    actor: Actor,
    strategy: PartRow | None = None,
) -> dict[str, int | None]:
    """Return the strand and the agency goal that a milestone belongs to, as chosen."""
    goal_id = None
    if form.goal.data:
        goal_id = plan_queries.find(current, actor, AgencyGoal, UUID(form.goal.data)).id
    return {"goal_id": goal_id, "strand_id": _strand_id(current, form, plan, actor, strategy)}


def _strand_id(
    current: Session, form: writing_forms.MilestoneForm, plan: Plan, actor: Actor, strategy: PartRow | None
) -> int | None:
    """Return the strand that was chosen, or make the one that was named, in *strategy* or the plan's last."""
    if form.strand.data:
        return plan_queries.find(current, actor, Strand, UUID(form.strand.data)).id
    if form.goal.data and not form.new_strand.data:
        return None
    name = form.new_strand.data or form.name.data
    into = strategy.id if strategy else None
    return writing_services.strand_for(current, plan, name, into).id if name else None


def _measure(actor: Actor, form: writing_forms.MilestoneForm, present: Measure | None) -> Measure | None:
    """Return the measure that was chosen; without a choice on the page the present one."""
    if "measure" not in request.form:
        return present
    if not form.measure.data:
        return None
    chosen = measure_queries.get_measure(session(), actor, UUID(form.measure.data)).id
    return session().get_one(Measure, chosen)


def _type(form: writing_forms.MilestoneForm, chosen: Measure | None, present: Measure | None) -> MeasureType:
    """Return how the target is counted: a newly chosen measure says it, else what the page asks."""
    if chosen is not None and chosen is not present and not form.is_in_place:
        return chosen.type
    return form.type_of(present.type if present else None)


@blueprint.route("/milestones/new", methods=["GET", "POST"])
@access.signed_in
def new() -> ResponseReturnValue:
    """Write a milestone; a draft needs nothing, the board a date and a target or a test."""
    actor = access.actor()
    row = _plan(actor)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    desk = _desk(actor, row)
    form = desk.form
    if not form.is_submitted():
        form.goal.data = request.args.get("goal", "")
        if form.goal.data:
            form.strand.data = request.args.get("strand", "")
        else:
            desk.begin_in(request.args.get("strand", ""))
        form.line.data = request.args.get("line", "")[:1000]
        form.begin(MeasureType.PROPORTION)
    elif (wanted := coaching.other_kind(As.MILESTONE)) is not None:
        return _save_as(desk, wanted)
    elif coaching.pressed() not in coaching.ASKS and form.validate() and (made := _add(desk)):
        words = _("It is on the board.") if _wants_board() else _("Saved as a draft.")
        return went(url_for(".milestone", milestone_id=made), words)
    return _page(desk, _("Write a milestone"))


def _wants_board() -> bool:
    return coaching.pressed() != coaching.DRAFT


def _add(desk: _Desk) -> UUID | None:
    actor, row, form = desk.actor, desk.plan, desk.form
    made: list[UUID] = []
    chosen = _measure(actor, form, None)

    def add(current: Session) -> None:
        plan = plan_queries.find_plan(current, actor, row.public_id)
        belongs = _belongs(current, form, plan, actor, desk.strategy)
        values = {**form.milestone_values(), **belongs, "measure_id": chosen.id if chosen else None}
        milestone = writing_services.add_milestone(
            current, plan, values, on_board=_wants_board(), counted=_type(form, chosen, None),
            unit=form.unit.data or "",
        )  # fmt: skip
        made.append(milestone.public_id)

    return made[0] if try_to(form, actor, add) else None


def _save_as(desk: _Desk, wanted: As, found: Milestone | None = None) -> ResponseReturnValue:
    """Save the sentence as an interim target or an action step; the draft it came from leaves the plan."""
    with transaction(desk.actor) as current:
        plan = plan_queries.find_plan(current, desk.actor, desk.plan.public_id)
        made = coaching.save_as_other(current, plan, wanted, coaching.words_of(desk.form), desk.calendar)
        left = coaching.leave(current, found, clock.now())
    return coaching.went_on(made, left)


@blueprint.route("/milestones/<uuid:milestone_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_milestone(milestone_id: UUID) -> ResponseReturnValue:
    """Edit a milestone; two people who edit it at once see both versions."""
    actor = access.actor()
    found = plan_queries.find(session(), actor, Milestone, milestone_id)
    row = plan_queries.plan_by_number(session(), actor, found.plan_id)
    access.require(policies.can_change(actor, row.team_id), only(row.team_name))
    desk = _desk(actor, row, found)
    form = desk.form
    present = session().get(Measure, found.measure_id) if found.measure_id else None
    if present is not None and present.counts_students:
        looks.note_team(row.team_id)
    if not form.is_submitted():
        form.strand.data = next((str(s.public_id) for s in desk.strands if s.id == found.strand_id), "")
        form.goal.data = next((str(g.public_id) for g in desk.goals if g.id == found.goal_id), "")
        form.measure.data = str(present.public_id) if present else ""
        form.unit.data = present.unit if present and present.type is not MeasureType.PROPORTION else ""
        form.begin(present.type if present else MeasureType.PROPORTION, found)
    elif (wanted := coaching.other_kind(As.MILESTONE)) is not None and found.is_draft:
        return _save_as(desk, wanted, found)
    elif coaching.pressed() not in coaching.ASKS and form.validate():
        if form.is_stale(found.version):
            return _two_versions(form, found)
        if _save(actor, found, form, present):
            return went(url_for(".milestone", milestone_id=milestone_id), _("Saved."))
    return _page(desk, _("Edit the milestone"), found, present)


def _save(actor: Actor, found: Milestone, form: writing_forms.MilestoneForm, present: Measure | None) -> bool:
    chosen = _measure(actor, form, present)

    def save(current: Session) -> None:
        plan = current.get_one(Plan, found.plan_id)
        values = {**form.milestone_values(), **_belongs(current, form, plan, actor)}
        if "goal" not in request.form:
            values.pop("goal_id")
        values["measure_id"] = chosen.id if chosen else None
        writing_services.save_milestone(
            current, found, values, on_board=_wants_board(), counted=_type(form, chosen, present),
            unit=form.unit.data or "", by=actor, at=clock.now(),
        )  # fmt: skip

    return try_to(form, actor, save)


def _two_versions(form: writing_forms.MilestoneForm, found: Milestone) -> ResponseReturnValue:
    saved = {name: getattr(found, name) for name in writing_forms.COLUMNS if name != "position"}
    if not form.is_recurring:
        saved["starts_on"] = saved.pop("begins_on")
    author = session().get(User, found.updated_by_id) if found.updated_by_id else None
    return conflict_page(
        form, found.name or _("Milestone"), saved, version=found.version, by=author.name if author else "",
        at=found.updated_at,
    )  # fmt: skip


def _page(
    desk: _Desk, title: str, found: Milestone | None = None, present: Measure | None = None
) -> ResponseReturnValue:
    form, plan, kind = desk.form, desk.plan, present.type if present else None
    is_fixed = found is not None and not found.is_draft
    milestone_id = found.public_id if found else None
    back = (
        url_for(".milestone", milestone_id=found.public_id)
        if found
        else url_for(".plan", plan_id=plan.public_id)
    )
    page = render_template(
        "milestones/write.html", form=form, plan=plan, title=title, back=back, may_save=not is_fixed,
        strategy=desk.strategy,
        advice=coaching.advice_of(form, desk.calendar, kind, present.unit if present else ""),
        fit=fit_of(desk.actor, form, plan, desk.strand, desk.days, found_id=milestone_id, kind=kind)
        if form.is_submitted() else None,
        coach_url=url_for(
            ".coach_answer", plan=plan.public_id, fixed="y" if is_fixed else None,
            milestone=milestone_id,
        ),
    )  # fmt: skip
    return page, 200 if coaching.pressed() in coaching.ASKS else status_of(form)


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
