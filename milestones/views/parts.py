"""Add, edit, move, delete and bring back the parts of a plan: one set of pages for all kinds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import forms, part_forms, plan_queries, policies, services
from milestones.drafting import As, advise_words
from milestones.models import (
    ActionStep,
    InterimTarget,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
)
from milestones.views import coaching, part_fields
from milestones.views.base import blueprint, only, two_versions, uuid_arg
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.forms import PlatformForm
from nic_platform.pages import status_of, today, try_to, went
from nic_platform.text import _
from teams.models import Team


@dataclass(frozen=True)
class Kind:
    """One kind of part: its table, its form, the name of its address, and the table of its parent."""

    name: str
    model: type[Any]
    form: type[PlatformForm]
    path: str
    fields: tuple[str, ...]
    parent: type[Any] | None = None
    parent_column: str = ""
    writing: As | None = None  # what its sentence should be, where the coach reads it


KINDS = {
    kind.name: kind
    for kind in (
        Kind("priority", Priority, forms.TextForm, "priorities", ("text",)),
        Kind("cause", RootCause, forms.TextForm, "causes", ("text",), Priority, "priority_id"),
        Kind(
            "strategy", Strategy, part_forms.StrategyForm, "strategies", ("name", "description"), RootCause,
            "root_cause_id",
        ),
        Kind("strand", Strand, part_forms.StrandForm, "strands", ("name",), Strategy, "strategy_id"),
        Kind(
            "target", InterimTarget, part_forms.TargetForm, "targets",
            ("name", "student_group", "target", "baseline", "due_on", "expected_n", "subgroup_set",
             "subgroup"),
            writing=As.TARGET,
        ),
        Kind(
            "step", ActionStep, part_forms.StepForm, "steps", ("text", "owner", "due_on"), writing=As.STEP
        ),
    )
}  # fmt: skip


_SECTIONS = {"priority": "why", "cause": "why", "strategy": "why", "strand": "why", "target": "targets",
             "step": "steps"}  # fmt: skip


def _titles(kind: Kind) -> tuple[str, str]:
    """Return the headings for adding and for editing."""
    return {
        "priority": (_("Add a performance priority"), _("Edit the performance priority")),
        "cause": (_("Add a root cause"), _("Edit the root cause")),
        "strategy": (_("Add a strategy"), _("Edit the strategy")),
        "strand": (_("Add a strand"), _("Edit the strand")),
        "target": (_("Add an interim target"), _("Edit the interim target")),
        "step": (_("Add an action step"), _("Edit the action step")),
    }[kind.name]


def _team_name(team_id: int) -> str:
    return session().get_one(Team, team_id).name


def _allowed(actor: Actor, team_id: int) -> None:
    access.require(policies.can_change(actor, team_id), only(_team_name(team_id)))


def _parent_values(kind: Kind, actor: Actor, plan: Plan) -> dict[str, Any]:
    """Return the parent's column as the address says.

    Raises:
        AbsentError: there is no such parent in this plan.
    """
    if kind.parent is None:
        return {}
    under = uuid_arg("under")
    if under is None:
        if kind.name == "strategy":
            return {kind.parent_column: None}
        raise AbsentError(_("Say where in the plan it belongs: add it from the outline."))
    parent: Any = plan_queries.find(session(), actor, kind.parent, under)
    if _plan_of(session(), parent) != plan.id:
        raise AbsentError(_("There is no such thing in this plan."))
    return {kind.parent_column: parent.id}


def _plan_of(current: Session, part: Any) -> int:
    if isinstance(part, RootCause):
        return current.get_one(Priority, part.priority_id).plan_id
    if isinstance(part, Strand):
        return current.get_one(Strategy, part.strategy_id).plan_id
    return int(part.plan_id)


def _outline(part: Any, **query: Any) -> str:
    plan = session().get_one(Plan, _plan_of(session(), part))
    return url_for(".outline", plan_id=plan.public_id, **query)


def _place(part: Any) -> str:
    """Return where a part stands on the outline, so that a phone opens there."""
    return f"part-{part.public_id}"


def new_part(name: str, plan_id: UUID) -> ResponseReturnValue:
    """Add a part at the end of its list."""
    actor, kind = access.actor(), KINDS[name]
    plan = plan_queries.find_plan(session(), actor, plan_id)
    _allowed(actor, plan.team_id)
    under = _parent_values(kind, actor, plan)
    form = kind.form()
    part_fields.prepare(form, actor, plan)
    if kind.model is ActionStep and not form.is_submitted() and uuid_arg("milestone"):
        form["milestone"].data = str(uuid_arg("milestone"))
    if kind.model is InterimTarget and not form.is_submitted() and uuid_arg("under"):
        form["strategy"].data = str(uuid_arg("under"))
    if (answer := _as_other(kind, form, actor, plan)) is not None:
        return answer
    if coaching.pressed() != coaching.CHECK and form.validate_on_submit():
        made: list[Any] = []

        def add(current: Session) -> None:
            made.append(part_fields.add(current, form, kind.model, plan, actor, under))

        if try_to(form, actor, add):
            return went(_outline(made[0], _anchor=_place(made[0])), _("Added to the plan."))
    return _page(form, kind, _titles(kind)[0], plan)


def edit_part(name: str, part_id: UUID) -> ResponseReturnValue:
    """Change the words of a part."""
    actor, kind = access.actor(), KINDS[name]
    part = plan_queries.find(session(), actor, kind.model, part_id)
    plan = session().get_one(Plan, _plan_of(session(), part))
    _allowed(actor, plan.team_id)
    if kind.model is InterimTarget:
        looks.note_team(plan.team_id)  # its group's size and baseline
    form = kind.form(obj=part)
    part_fields.prepare(form, actor, plan, part)
    if (answer := _as_other(kind, form, actor, plan, part)) is not None:
        return answer
    if coaching.pressed() != coaching.CHECK and form.validate_on_submit():
        if form.is_stale(part.version):
            return two_versions(form, part, _titles(kind)[1], kind.fields)  # type: ignore[no-any-return]  # a response

        def save(current: Session) -> None:
            part_fields.save(current, form, part, plan, actor)

        if try_to(form, actor, save):
            return went(_outline(part, _anchor=_place(part)), _("Saved."))
    return _page(form, kind, _titles(kind)[1], plan, part)


def _as_other(
    kind: Kind, form: PlatformForm, actor: Actor, plan: Plan, part: Any = None
) -> ResponseReturnValue | None:
    """Save the sentence as what it really is, where that was pressed; what it was before leaves the plan."""
    wanted = coaching.other_kind(kind.writing) if kind.writing and form.is_submitted() else None
    words = part_fields.sentence_of(form).strip()
    if wanted is None or not words:
        return None
    calendar = coaching.calendars_for(actor, plan)[0]
    with transaction(actor) as current:
        made = coaching.save_as_other(current, plan, wanted, words, calendar)
        left = coaching.leave(current, part, clock.now())
    return coaching.went_on(made, left)


def _page(form: PlatformForm, kind: Kind, title: str, plan: Plan, part: Any = None) -> ResponseReturnValue:
    advice, coach_url = None, ""
    if kind.writing is not None:
        actor = access.actor()
        calendar = coaching.calendars_for(actor, plan)[0]
        has_fields = part_fields.has_fields(form)
        words = part_fields.sentence_of(form)
        advice = advise_words(words, calendar, writing=kind.writing, has_fields=has_fields)
        coach_url = url_for(".coach_answer", plan=plan.public_id, writing=kind.writing.value)
    page = render_template(
        "milestones/part.html", form=form, kind=kind.name, title=title, advice=advice, coach_url=coach_url,
        back=url_for(".outline", plan_id=plan.public_id, _anchor=_SECTIONS[kind.name]), part=part,
    )  # fmt: skip
    return page, 200 if coaching.pressed() == coaching.CHECK else status_of(form)


def delete_part(name: str, part_id: UUID) -> ResponseReturnValue:
    """Take a part off the plan, with a way to bring it back."""
    actor, kind = access.actor(), KINDS[name]
    part = plan_queries.find(session(), actor, kind.model, part_id)
    _allowed(actor, plan_queries.team_of_part(session(), part))
    back = _outline(part, undo=f"{name}.{part_id}")
    with transaction(actor) as current:
        services.delete(current, part, at=clock.now())
    return went(back, _("Deleted."))


def restore_part(name: str, part_id: UUID) -> ResponseReturnValue:
    """Bring a deleted part back."""
    actor, kind = access.actor(), KINDS[name]
    part = plan_queries.find(session(), actor, kind.model, part_id, is_deleted=True)
    _allowed(actor, plan_queries.team_of_part(session(), part))
    back = _outline(part, _anchor=_place(part))
    with transaction(actor) as current:
        services.restore(current, part)
    return went(back, _("It is back."))


def move_part(name: str, part_id: UUID) -> ResponseReturnValue:
    """Let a part change places with the one above or below it."""
    actor, kind = access.actor(), KINDS[name]
    part = plan_queries.find(session(), actor, kind.model, part_id)
    _allowed(actor, plan_queries.team_of_part(session(), part))
    back = _outline(part, _anchor=_place(part))
    with transaction(actor) as current:
        services.move(current, part, up=request.form.get("way") == "up")
    return went(back, _("Moved."))


def _hang(name: str, kind: Kind) -> None:
    """Give one kind its six addresses."""
    key, rule = f"{name}_id", f"/{kind.path}/<uuid:{name}_id>"

    def adding(plan_id: UUID) -> ResponseReturnValue:
        """Add a part of this kind."""
        return new_part(name, plan_id)

    pages = {"edit": edit_part, "delete": delete_part, "restore": restore_part, "move": move_part}
    blueprint.add_url_rule(
        f"/plans/<uuid:plan_id>/{kind.path}/new",
        f"new_{name}",
        access.signed_in(adding),
        methods=["GET", "POST"],
    )
    for verb, work in pages.items():

        def page(_work: Any = work, **ids: UUID) -> ResponseReturnValue:
            """Edit, delete, bring back or move a part of this kind."""
            made: ResponseReturnValue = _work(name, ids[key])
            return made

        methods = ["GET", "POST"] if verb == "edit" else ["POST"]
        blueprint.add_url_rule(f"{rule}/{verb}", f"{verb}_{name}", access.signed_in(page), methods=methods)


for _name, _kind in KINDS.items():
    _hang(_name, _kind)


@blueprint.post("/steps/<uuid:step_id>/tick")
@access.signed_in
def tick_step(step_id: UUID) -> ResponseReturnValue:
    """Say that an action step is done, or not after all."""
    actor = access.actor()
    step = plan_queries.find(session(), actor, ActionStep, step_id)
    plan = session().get_one(Plan, step.plan_id)
    _allowed(actor, plan.team_id)
    done_on = None if step.done_on else today(actor)
    with transaction(actor) as current:
        services.tick(current, step, done_on=done_on)
    words = _("Done.") if done_on else _("Open again.")
    page = ".outline" if request.form.get("back") == "outline" else ".plan"
    return went(url_for(page, plan_id=plan.public_id, _anchor="steps"), words)
