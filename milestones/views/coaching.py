"""The coach beside a form: the same answer live, on "Check this sentence", and after a refusal."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from measures.rules import MeasureType
from milestones import coach_queries, plan_queries, policies, services, writing_forms, writing_services
from milestones.coach import Calendar, coach
from milestones.drafting import Advice, As, advise, advise_words, spoken, taken
from milestones.fit import Fit
from milestones.models import ActionStep, InterimTarget, Milestone, Plan
from milestones.rows import PlanRow
from milestones.school_days import SchoolDays
from milestones.views.base import blueprint, uuid_arg
from milestones.views.fitting import fit_of
from nic_platform import access
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.pages import today, went
from nic_platform.text import _

DRAFT, BOARD, CHECK, TAKE, REWRITE = "draft", "board", "check", "take", "rewrite"
ASKS = frozenset({CHECK, TAKE, REWRITE})  # presses that save nothing
_ELSE = {As.MILESTONE.value: As.MILESTONE, As.TARGET.value: As.TARGET, As.STEP.value: As.STEP}
_WHERE = {As.MILESTONE: "name", As.TARGET: "name", As.STEP: "text"}


def pressed(usual: str = BOARD) -> str:
    """Return which button of the form was pressed."""
    return request.form.get("save", usual)


def other_kind(writing: As) -> As | None:
    """Return what else the sentence is to be saved as, where such a button was pressed."""
    wanted = _ELSE.get(pressed())
    return None if wanted is writing else wanted


def calendars_for(actor: Actor, plan: PlanRow | Plan | None) -> tuple[Calendar, SchoolDays]:
    """Return the calendar in which the sentences of a plan are read, and the days of school."""
    year = plan.school_year if plan is not None else None
    return coach_queries.calendars_of(session(), actor.network_id, today(actor), school_year=year)


def typed(calendar: Calendar) -> "MultiDict[str, str]":
    """Return what was sent, with empty blanks filled from the sentence in one line.

    Pressing "Fill in the blanks" or "Use this wording" takes every part that the sentence holds, also where
    something stood before.
    """
    sent: MultiDict[str, str] = MultiDict(request.form)
    if pressed() == REWRITE and request.form.get("rewrite"):
        sent["line"] = request.form["rewrite"]
    line = sent.get("line", "").strip()
    if not line:
        return sent
    takes_all = pressed() in {TAKE, REWRITE}
    has_day = bool(sent.get("due_on") or sent.get("begins_on"))
    has_target = bool(sent.get("target")) or sent.get("counts") == writing_forms.IN_PLACE
    kept = {"due_on": has_day, "begins_on": has_day, "frequency": has_day, "timing": has_day,
            "target": has_target, "counts": has_target}  # fmt: skip
    for name, words in taken(coach(line, calendar)):
        if takes_all or not kept.get(name, bool(sent.get(name))):
            sent[name] = words
    return sent


def advice_of(
    form: writing_forms.MilestoneForm, calendar: Calendar, kind: MeasureType | None = None, unit: str = ""
) -> Advice:
    """Return what the coach says of the writer's form as it stands."""
    return advise(form.frame(kind, unit), form.line.data or "", calendar)


def words_of(form: writing_forms.MilestoneForm) -> str:
    """Return the sentence of a form: as typed in one line, else as its blanks make it."""
    return (form.line.data or "").strip() or spoken(form.frame())


def save_as_other(current: Session, plan: Plan, wanted: As, words: str, calendar: Calendar) -> Any:
    """Save a sentence as what it really is, every word kept."""
    return writing_services.save_as(current, plan, wanted, coach(words, calendar))


def went_on(made: Milestone | InterimTarget | ActionStep, left: str = "") -> ResponseReturnValue:
    """Lead to the form of what a sentence became; to the outline where something left the plan for it.

    Args:
        left: what was taken off the plan, as the outline's undo names it.
    """
    if isinstance(made, InterimTarget):
        words = _("Saved as an interim target. Your words are there; add what is missing.")
        address = url_for(".edit_target", target_id=made.public_id)
    elif isinstance(made, ActionStep):
        words = _("Saved as an action step. Your words are there; add what is missing.")
        address = url_for(".edit_step", step_id=made.public_id)
    else:
        words = _("Saved as a draft of a milestone. Your words are there; add what is missing.")
        address = url_for(".edit_milestone", milestone_id=made.public_id)
    if left:
        plan = session().get_one(Plan, made.plan_id)
        address = url_for(".outline", plan_id=plan.public_id, undo=left)
    return went(address, words)


@blueprint.post("/milestones/coach")
@access.signed_in
def coach_answer() -> ResponseReturnValue:
    """Answer what the coach says of a form while it is typed; saves nothing. Only a script asks here."""
    actor, wanted = access.actor(), uuid_arg("plan")
    plan = plan_queries.get_plan(session(), actor, wanted) if wanted is not None else None
    calendar, days = calendars_for(actor, plan)
    writing, fit = _ELSE.get(request.args.get("writing", ""), As.MILESTONE), None
    if writing is As.MILESTONE:
        form = writing_forms.MilestoneForm(formdata=MultiDict(request.form))
        answer = advice_of(form, calendar)
        if plan is not None and answer.offer is None and policies.can_change(actor, plan.team_id):
            fit = live_fit(actor, plan, typed(calendar), days)
    else:
        words, more = request.form.get(_WHERE[writing], "")[:2000], ("target", "student_group")
        has_fields = any(request.form.get(name) for name in more)
        answer = advise_words(words, calendar, writing=writing, has_fields=has_fields)
    page = render_template("milestones/_coach_answer.html", advice=answer, fit=fit, may_save=may_offer())
    return page, {"Cache-Control": "no-store"}


def live_fit(actor: Actor, plan: PlanRow, sent: "MultiDict[str, str]", days: SchoolDays) -> Fit | None:
    """Return how what is typed fits its strand; only for who may write it, whose own numbers these are."""
    form = writing_forms.MilestoneForm(formdata=sent)
    if not (form.strand.data and form.target.data is not None and (form.due_on.data or form.begins_on.data)):
        return None
    parts = plan_queries.outline(session(), plan.id)
    strand = next((p for p in parts if p.kind == "strand" and str(p.public_id) == form.strand.data), None)
    editing = uuid_arg("milestone")
    return fit_of(actor, form, plan, strand, days, found_id=editing)


def may_offer() -> bool:
    """Say whether the sentence may be saved as something else: not once it is on the board and counted."""
    return request.args.get("fixed") != "y"


def leave(current: Session, part: Milestone | InterimTarget | ActionStep | None, at: Any) -> str:
    """Take off the plan what became something else, and return how the outline's undo names it."""
    if part is None:
        return ""
    services.delete(current, part, at=at)
    kinds = {Milestone: "milestone", InterimTarget: "target", ActionStep: "step"}
    return f"{kinds[type(part)]}.{part.public_id}"
