"""What is done to a cycle beside its steps: back, not run, given up, next, shared, commented, deleted."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from cycles import forms, policies, queries, step_services
from cycles.models import Cycle
from cycles.rules import Stage
from cycles.views import shown
from cycles.views.root import blueprint
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import ConflictError, InputError
from nic_platform.forms import PlatformForm
from nic_platform.text import _


def _change(
    cycle_id: UUID,
    may: Callable[[Actor, Cycle], bool],
    form: PlatformForm,
    act: Callable[[Session, Cycle, Actor], object],
    told: str,
) -> ResponseReturnValue:
    """Run one act on a cycle: policy, version, form, transaction; what is missing is said on the cycle's
    page."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(may(actor, cycle))
    if form.is_stale(cycle.version):
        raise ConflictError(_("Somebody else saved this cycle meanwhile. Open it again, then decide."))
    if not form.validate():
        first = next(iter(next(iter(form.errors.values()))), "")
        return shown.whole(actor, cycle, status=422, lacks=str(first))
    try:
        with transaction(actor) as current:
            act(current, cycle, actor)
    except InputError as error:
        session().expire_all()
        cycle = queries.get_cycle(session(), actor, cycle_id)
        return shown.whole(actor, cycle, status=422, lacks=" ".join(error.fields.values()))
    flash(told)
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)


def _end(cycle_id: UUID, service: Callable[..., object], told: str) -> ResponseReturnValue:
    """End a cycle by one service, with the reason that was given."""
    form = forms.ReasonForm()

    def act(current: Session, cycle: Cycle, actor: Actor) -> None:
        service(current, cycle, form.why.data or "", by=actor, at=clock.now())

    return _change(cycle_id, policies.can_edit, form, act, told)


@blueprint.post("/cycles/<uuid:cycle_id>/back")
@access.signed_in
def go_back(cycle_id: UUID) -> ResponseReturnValue:
    """Take the cycle back to an earlier stage, with a reason."""
    form = forms.ReasonForm()

    def act(current: Session, cycle: Cycle, actor: Actor) -> None:
        if form.to.data not in set(Stage):
            raise InputError(_("Choose a step."), {"to": _("Choose the step to go back to.")})
        step_services.go_back(
            current, cycle, Stage(form.to.data), form.why.data or "", by=actor, at=clock.now()
        )

    return _change(
        cycle_id, policies.can_edit, form, act, _("The cycle went back. What was written is kept.")
    )


@blueprint.post("/cycles/<uuid:cycle_id>/not-run")
@access.signed_in
def not_run(cycle_id: UUID) -> ResponseReturnValue:
    """Close a cycle that never ran."""
    return _end(cycle_id, step_services.close_as_not_run, _("Closed as not run."))


@blueprint.post("/cycles/<uuid:cycle_id>/abandon")
@access.signed_in
def abandon(cycle_id: UUID) -> ResponseReturnValue:
    """Give the cycle up with a reason."""
    return _end(cycle_id, step_services.abandon, _("Given up. The reason is kept with the cycle."))


@blueprint.post("/cycles/<uuid:cycle_id>/share")
@access.signed_in
def share(cycle_id: UUID) -> ResponseReturnValue:
    """Share the cycle with the network by name, or take it back."""
    form = forms.ShareForm()
    wanted = bool(form.shared.data)

    def act(current: Session, cycle: Cycle, actor: Actor) -> None:
        step_services.share(
            current, cycle, wanted, is_checked=bool(form.checked.data), by=actor, at=clock.now()
        )

    told = _("Every team of the network can read it now.") if wanted else _("It is no longer shared.")
    return _change(cycle_id, policies.can_edit, form, act, told)


@blueprint.post("/cycles/<uuid:cycle_id>/notes")
@access.signed_in
def comment(cycle_id: UUID) -> ResponseReturnValue:
    """Add a comment."""
    form = forms.NoteForm()

    def act(current: Session, cycle: Cycle, actor: Actor) -> None:
        step_services.comment(current, cycle, form.text.data or "", by=actor, at=clock.now())

    return _change(cycle_id, policies.can_comment, form, act, _("Your comment is saved."))


@blueprint.post("/cycles/<uuid:cycle_id>/next")
@access.signed_in
def open_next(cycle_id: UUID) -> ResponseReturnValue:
    """Open the next cycle of the ramp, with the learning carried forward."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    with transaction(actor) as current:
        following = step_services.open_next(current, cycle, by=actor, at=clock.now())
        target = following.public_id
    flash(_("The next cycle is open, with your questions copied."))
    return redirect(url_for("cycles.show", cycle_id=target), 303)


@blueprint.post("/cycles/<uuid:cycle_id>/delete")
@access.signed_in
def delete(cycle_id: UUID) -> ResponseReturnValue:
    """Delete a draft; the list offers to bring it back."""
    actor = access.actor()
    cycle = queries.get_cycle(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    with transaction(actor) as current:
        step_services.delete_draft(current, cycle, by=actor, at=clock.now())
    return redirect(url_for("cycles.index", deleted=cycle_id), 303)


@blueprint.post("/cycles/<uuid:cycle_id>/restore")
@access.signed_in
def restore(cycle_id: UUID) -> ResponseReturnValue:
    """Bring a deleted draft back."""
    actor = access.actor()
    cycle = queries.get_deleted_draft(session(), actor, cycle_id)
    access.require(policies.can_edit(actor, cycle))
    with transaction(actor) as current:
        step_services.restore(current, cycle, by=actor, at=clock.now())
    flash(_("The draft is back."))
    return redirect(url_for("cycles.show", cycle_id=cycle_id), 303)
