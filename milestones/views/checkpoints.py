"""Add, edit, remove and bring back the checkpoints of an interim target."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from milestones import part_forms, plan_queries, policies, services, structure_services
from milestones.models import Checkpoint, InterimTarget
from milestones.views.base import blueprint, only, two_versions
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import status_of, try_to, went
from nic_platform.text import _
from teams.models import Team


def _allowed(actor: Actor, target: InterimTarget) -> None:
    team = session().get_one(Team, target.team_id)
    access.require(policies.can_change(actor, target.team_id), only(team.name))


def _found(
    actor: Actor, checkpoint_id: UUID, *, is_deleted: bool = False
) -> tuple[Checkpoint, InterimTarget]:
    """Return a checkpoint and its target, to be changed.

    Raises:
        AbsentError: there is none, or the actor may not know of it.
        DeniedError: the actor may only read it.
    """
    found = plan_queries.find(session(), actor, Checkpoint, checkpoint_id, is_deleted=is_deleted)
    target = session().get(InterimTarget, found.interim_target_id)
    if target is None:
        raise AbsentError(_("There is no such interim target."))
    _allowed(actor, target)
    return found, target


def _save(
    form: part_forms.CheckpointForm, actor: Actor, target: InterimTarget, found: Checkpoint | None
) -> bool:
    def save(current: Session) -> None:
        structure_services.save_checkpoint(
            current, target, found, due_on=form.due_on.data, value=form.target.data
        )

    return try_to(form, actor, save)


def _page(
    form: part_forms.CheckpointForm, target: InterimTarget, title: str, found: Checkpoint | None = None
) -> ResponseReturnValue:
    back = url_for(".target", target_id=target.public_id)
    page = render_template(
        "milestones/checkpoint.html", form=form, target=target, title=title, back=back, checkpoint=found
    )
    return page, status_of(form)


@blueprint.route("/targets/<uuid:target_id>/checkpoints/new", methods=["GET", "POST"])
@access.signed_in
def new_checkpoint(target_id: UUID) -> ResponseReturnValue:
    """Add a checkpoint on the way to an interim target."""
    actor = access.actor()
    target = plan_queries.find(session(), actor, InterimTarget, target_id)
    _allowed(actor, target)
    form = part_forms.CheckpointForm()
    if form.validate_on_submit() and _save(form, actor, target, None):
        return went(url_for(".target", target_id=target_id), _("The checkpoint is on its path."))
    return _page(form, target, _("Add a checkpoint"))


@blueprint.route("/checkpoints/<uuid:checkpoint_id>/edit", methods=["GET", "POST"])
@access.signed_in
def edit_checkpoint(checkpoint_id: UUID) -> ResponseReturnValue:
    """Change a checkpoint's day or value."""
    actor = access.actor()
    found, target = _found(actor, checkpoint_id)
    form = part_forms.CheckpointForm(obj=found)
    if form.validate_on_submit():
        if form.is_stale(found.version):
            return two_versions(form, found, _("Edit the checkpoint"), ("due_on", "target"))  # type: ignore[no-any-return]  # a response
        if _save(form, actor, target, found):
            return went(url_for(".target", target_id=target.public_id), _("Saved."))
    return _page(form, target, _("Edit the checkpoint"), found)


@blueprint.post("/checkpoints/<uuid:checkpoint_id>/delete")
@access.signed_in
def delete_checkpoint(checkpoint_id: UUID) -> ResponseReturnValue:
    """Take a checkpoint away, with a way to bring it back."""
    actor = access.actor()
    found, target = _found(actor, checkpoint_id)
    with transaction(actor) as current:
        services.delete(current, found, at=clock.now())
    back = url_for(".target", target_id=target.public_id, undo=f"checkpoint.{checkpoint_id}")
    return went(back, _("The checkpoint is gone."))


@blueprint.post("/checkpoints/<uuid:checkpoint_id>/restore")
@access.signed_in
def restore_checkpoint(checkpoint_id: UUID) -> ResponseReturnValue:
    """Bring a removed checkpoint back."""
    actor = access.actor()
    found, target = _found(actor, checkpoint_id, is_deleted=True)
    with transaction(actor) as current:
        services.restore(current, found)
    return went(url_for(".target", target_id=target.public_id), _("It is back."))
