"""A whole small test in one short form, on a phone: typed, kept word by word, logged."""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from cycles import choice_queries, forms, policies, queries, quick_queries, quick_services, ramp_queries
from cycles.choice_queries import MilestoneChoice
from cycles.models import Cycle, Ramp
from cycles.quick_services import Small
from cycles.rules import QuickLog
from cycles.views import drafts
from cycles.views.root import blueprint, uuid_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, ConflictError, InputError
from nic_platform.text import _

TEXTS = ("change", "prediction", "happened", "decision")


@blueprint.route("/log/test", methods=["GET", "POST"])
@access.signed_in
def quick() -> ResponseReturnValue:
    """Keep a whole small test: change, prediction, what happened, decision."""
    actor, milestones, ramps = _asked()
    form = _form(milestones, ramps, actor)
    if not form.validate_on_submit():
        return _page(actor, form, ramps)
    small = _small(form, actor, milestones, ramps)
    if small.milestone_id is None:
        form.milestone.errors = [_("Pick the milestone that this test serves.")]
        return _page(actor, form, ramps)
    try:
        with transaction(actor) as current:
            cycle = quick_services.quick_log(
                current, small, by=actor, at=clock.now(), draft_id=_draft_id(form)
            )
            target = cycle.public_id
    except InputError as error:
        is_said = bool((form.change.data or "").strip())
        form.change.errors = list(error.fields.values()) if is_said else [_("Say what you changed.")]
        return _page(actor, form, ramps)
    flash(_("Logged. You can add to it at any time."))
    return redirect(url_for(".show", cycle_id=target), 303)


@blueprint.post("/log/test/typed")
@access.signed_in
def quick_typed() -> ResponseReturnValue:
    """Keep what stands in the quick form by now, as a draft of the team."""
    actor, milestones, ramps = _asked()
    drafts.require_same_person()
    form = _form(milestones, ramps, actor)
    name = _draft_id(form)
    if name is None:
        raise AbsentError(_("There is no such page."))
    cycle = quick_services.find_draft(session(), name, actor.team_id or 0, actor)
    problems = drafts.leave_out_unreadable(form, {})
    if cycle is not None and form.version.data != cycle.version:
        return _stale(form, cycle, milestones, ramps, actor)
    if cycle is None and not ((form.change.data or "").strip() or form.ramp.data):
        return jsonify(state="kept", said=_("Kept on this phone. Say what you changed, and it is saved."))
    small = _small(form, actor, milestones, ramps)
    try:
        with transaction(actor, typing=True) as current:
            drafts.spend(current, actor)
            at = clock.now()
            cycle = quick_services.keep(current, small, cycle, by=actor, at=at, draft_id=name)
            answer = drafts.saved(cycle, problems, {})
    except ConflictError:
        session().expire_all()
        cycle = quick_services.find_draft(session(), name, actor.team_id or 0, actor)
        if cycle is None:
            raise
        return _stale(form, cycle, milestones, ramps, actor)
    return answer


def _stale(
    form: forms.QuickForm, cycle: Cycle, milestones: list[MilestoneChoice], ramps: list[Ramp], actor: Actor
) -> ResponseReturnValue:
    fresh = _form(milestones, ramps, actor, cycle)
    return drafts.answer_stale(form, fresh, cycle)


def _asked() -> tuple[Actor, list[MilestoneChoice], list[Ramp]]:
    actor = access.actor()
    access.require(policies.can_create(actor, actor.team_id), _("Only a team's members log its tests."))
    team_id = actor.team_id or 0
    milestones = choice_queries.list_team_milestones(session(), actor, team_id)
    return actor, milestones, ramp_queries.own_ramps(session(), actor, team_id)


def _page(actor: Actor, form: forms.QuickForm, ramps: list[Ramp]) -> ResponseReturnValue:
    opened, before = form.draft.data, _before(form.ramp.data, ramps)
    begun = quick_queries.begun(session(), actor, actor.team_id)
    others = [each for each in begun if str(each.public_id) != opened]
    page = render_template(
        "cycles/quick.html", form=form, begun=others, before=before, team=actor.team_public_id
    )
    return page, 422 if form.errors else 200


def _draft_id(form: forms.QuickForm) -> UUID | None:
    return uuid_of(form.draft.data)


def _small(
    form: forms.QuickForm, actor: Actor, milestones: list[MilestoneChoice], ramps: list[Ramp]
) -> Small:
    texts = {name: getattr(form, name).data or "" for name in TEXTS}
    return Small(
        QuickLog(verdict=form.verdict.data or "", **texts),
        team_id=actor.team_id or 0,
        milestone_id=next(
            (each.id for each in milestones if str(each.public_id) == form.milestone.data), None
        ),
        ramp=next((each for each in ramps if str(each.public_id) == form.ramp.data), None),
        happened_on=form.happened_on.data,
        scale=form.scale.data or "",
    )


# ---------------------------------------------------------------- the form


def _form(
    milestones: list[MilestoneChoice], ramps: list[Ramp], actor: Actor, saved: Cycle | None = None
) -> forms.QuickForm:
    """Return the form: filled from the request, or from *saved*, or as the address asks for it."""
    cycle = saved or _opened(actor)
    asked = _saved(cycle, milestones) if cycle else _fresh(milestones, ramps, actor)
    more: dict[str, Any] = {"formdata": None} if saved else {}
    form = forms.QuickForm(data=asked, **more)
    offered = [("", _("Choose one")), *((str(each.public_id), each.line) for each in milestones)]
    form.milestone.choices = [SelectChoice(value, words) for value, words in offered]
    known = [("", _("No, it is new")), *((str(each.public_id), each.title) for each in ramps)]
    form.ramp.choices = [SelectChoice(value, words) for value, words in known]
    return form


def _opened(actor: Actor) -> Cycle | None:
    """Return the quick log that the address asks to go on with."""
    name = uuid_of(request.args.get("draft")) if request.method == "GET" else None
    if name is None:
        return None
    cycle = queries.get_cycle(session(), actor, name)
    if not quick_services.is_open(cycle) or cycle.team_id != actor.team_id:
        raise AbsentError(_("This test was logged already. Open it under Cycles to add to it."))
    return cycle


def _before(wanted: str | None, ramps: list[Ramp]) -> Cycle | None:
    """Return the test that the one being logged goes on from; ``None`` for a new idea."""
    ramp = next((each for each in ramps if str(each.public_id) == wanted), None) if wanted else None
    return quick_services.last_done(session(), ramp) if ramp is not None else None


def _fresh(milestones: list[MilestoneChoice], ramps: list[Ramp], actor: Actor) -> dict[str, Any]:
    usual = quick_queries.usual_milestone(session(), actor, actor.team_id)
    known = next((str(each.public_id) for each in milestones if each.id == usual), "")
    only = str(milestones[0].public_id) if len(milestones) == 1 else known
    before = _before(request.args.get("ramp"), ramps)
    return {
        "draft": str(uuid4()),
        "milestone": request.args.get("milestone", only),
        "ramp": request.args.get("ramp", ""),
        "scale": before.scale if before is not None else "",
        "happened_on": clock.today(actor.time_zone),
    }


def _saved(cycle: Cycle, milestones: list[MilestoneChoice]) -> dict[str, Any]:
    log = quick_services.written(cycle)
    served = quick_services.served_by(session(), cycle)
    own = quick_services.is_own_ramp(session(), cycle)
    return {
        **{name: getattr(log, name) for name in (*TEXTS, "verdict")},
        "draft": str(cycle.public_id),
        "version": cycle.version,
        "milestone": next((str(each.public_id) for each in milestones if each.id == served), ""),
        "ramp": "" if own or cycle.ramp is None else str(cycle.ramp.public_id),
        "happened_on": cycle.starts_on,
        "scale": cycle.scale,
    }
