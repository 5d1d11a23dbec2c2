"""Ticking off the tasks of cycles with one tap, from the cycle, from "This week" and from the log."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from cycles import policies, task_queries, task_services
from cycles.views.root import blueprint
from nic_platform import access, clock
from nic_platform.database import session, transaction
from nic_platform.frame import address
from nic_platform.text import _

PLACES = {"week": ("desk.week", "/"), "log": ("cycles.log", "/log")}


@blueprint.post("/cycle-tasks/<uuid:task_id>/done")
@access.signed_in
def tick_task(task_id: UUID) -> ResponseReturnValue:
    """Tick a task off, or open it again; the page that it was tapped on comes back, with a way to undo it."""
    actor = access.actor()
    task, cycle = task_queries.get_task(session(), actor, task_id)
    access.require(policies.can_edit(actor, cycle))
    is_open = bool(request.form.get("open"))
    with transaction(actor) as current:
        task_services.tick(current, task, None if is_open else clock.today(actor.time_zone))
        said = _("Open again: %(task)s", task=task.text) if is_open else _("Done: %(task)s", task=task.text)
    flash(said, "good")
    place = request.form.get("place", "")
    if place in PLACES:
        back = address(*PLACES[place])
        return redirect(back if is_open else f"{back}?ticked={task_id}", 303)
    return redirect(url_for(".show", cycle_id=cycle.public_id, _anchor="tasks"), 303)
