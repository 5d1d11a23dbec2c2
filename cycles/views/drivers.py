"""The driver diagram: aim, primary and secondary drivers, change ideas with their evidence."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from cycles import forms, idea_queries, idea_services, policies, queries
from cycles.models import Driver
from cycles.views.root import blueprint, uuid_of
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.forms import conflict_page
from nic_platform.text import _


@blueprint.get("/drivers")
@access.signed_in
def drivers() -> ResponseReturnValue:
    """Show the network's theory, from aim to test."""
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    found = idea_queries.diagram(session(), actor)
    return render_template(
        "cycles/drivers.html",
        diagram=found,
        may_edit=policies.can_edit_drivers(actor),
        deleted=uuid_of(request.args.get("deleted", "")),
        may_add=policies.can_edit_drivers(actor) or policies.can_create(actor, actor.team_id),
    )


@blueprint.route("/drivers/new", methods=["GET", "POST"])
@access.signed_in
def new_driver() -> ResponseReturnValue:
    """Add a driver."""
    actor = access.actor()
    if actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    access.require(policies.can_edit_drivers(actor))
    return _edited(actor, None)


@blueprint.route("/drivers/<uuid:driver_id>", methods=["GET", "POST"])
@access.signed_in
def driver(driver_id: UUID) -> ResponseReturnValue:
    """Change a driver."""
    actor = access.actor()
    found = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor))
    return _edited(actor, found)


@blueprint.post("/drivers/<uuid:driver_id>/delete")
@access.signed_in
def delete_driver(driver_id: UUID) -> ResponseReturnValue:
    """Delete a driver."""
    actor = access.actor()
    found = idea_queries.get_driver(session(), actor, driver_id)
    access.require(policies.can_edit_drivers(actor))
    with transaction(actor) as current:
        idea_services.delete_driver(current, found, by=actor, at=clock.now())
    flash(_("The driver is deleted."))
    return redirect(url_for(".drivers", deleted=driver_id), 303)


@blueprint.post("/drivers/<uuid:driver_id>/restore")
@access.signed_in
def restore_driver(driver_id: UUID) -> ResponseReturnValue:
    """Bring a deleted driver back."""
    actor = access.actor()
    found = idea_queries.get_driver(session(), actor, driver_id, is_deleted=True)
    access.require(policies.can_edit_drivers(actor))
    with transaction(actor) as current:
        idea_services.restore_driver(current, found, by=actor, at=clock.now())
    flash(_("The driver is back."))
    return redirect(url_for(".drivers"), 303)


def _edited(actor: Actor, found: Driver | None) -> ResponseReturnValue:
    nodes = idea_queries.list_drivers(session(), actor)
    form = _form(found, nodes)
    if found is not None and request.method == "POST" and form.is_stale(found.version):
        kept = {"name": found.name, "description": found.description}
        name = queries.name_of(session(), found.updated_by_id)
        return conflict_page(form, found.name, kept, version=found.version, by=name, at=found.updated_at)
    if form.validate_on_submit():
        try:
            with transaction(actor) as current:
                _save(current, actor, found, form)
        except InputError as error:
            form.name.errors = list(error.fields.values())
        else:
            flash(_("Saved."))
            return redirect(url_for(".drivers"), 303)
    return render_template("cycles/driver.html", form=form, driver=found), 422 if form.errors else 200


def _save(current: Session, actor: Actor, found: Driver | None, form: forms.DriverForm) -> None:
    above = uuid_of(form.parent.data)
    parent = idea_queries.get_driver(current, actor, above) if above else None
    idea_services.save_driver(
        current, found, name=form.name.data or "", description=form.description.data or "", parent=parent,
        by=actor, at=clock.now(),
    )  # fmt: skip


def _form(found: Driver | None, nodes: list[idea_queries.DriverNode]) -> forms.DriverForm:
    above = next((node for node in nodes if found is not None and node.id == found.parent_id), None)
    data: dict[str, Any] = {"parent": request.args.get("under", "")}
    if found is not None:
        data = {name: getattr(found, name) for name in ("name", "description", "version")}
        data["parent"] = str(above.public_id) if above else ""
    form = forms.DriverForm(data=data)
    others = [node for node in nodes if node.parent_id is None and (found is None or node.id != found.id)]
    options = [("", _("None: it is a primary driver")), *((str(n.public_id), n.name) for n in others)]
    form.parent.choices = [SelectChoice(value, words) for value, words in options]
    return form
