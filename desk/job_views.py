"""Background work: what waits, runs, failed and is done, for network leads and for administrators."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from desk.base_views import blueprint
from desk.job_queries import known_to, of_own_network, unreached
from desk.job_words import job_name, state_names
from nic_platform import access, clock, job_control
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.pages import uuid_arg, went
from nic_platform.text import _

PAGE = 50


@blueprint.get("/network/jobs")
@access.signed_in
def network_jobs() -> ResponseReturnValue:
    """Show the background work of the network to who runs it."""
    actor = access.actor()
    if not actor.is_network_lead:
        raise AbsentError(_("There is no such page."))
    return _page(".network_jobs", of_own_network(actor), is_wide=False)


@blueprint.get("/admin/jobs")
@access.admin
def all_jobs() -> ResponseReturnValue:
    """Show all background work of the installation, with the details of what failed."""
    return _page(".all_jobs", None, is_wide=True)


def _page(endpoint: str, where: Any, *, is_wide: bool) -> ResponseReturnValue:
    conditions = () if where is None else (where,)
    state, after = request.args.get("state", ""), uuid_arg("after")
    state = state if state in job_control.STATES else ""
    found = job_control.rows(session(), *conditions, state=state, after=after, limit=PAGE)
    rows = found[:PAGE]
    more = url_for(endpoint, state=state or None, after=rows[-1].id) if len(found) > PAGE else ""
    return render_template(
        "desk/jobs.html", rows=rows, counts=job_control.tally(session(), *conditions), states=state_names(),
        state=state, named=job_name, is_wide=is_wide, here=endpoint, next=more,
        first=url_for(endpoint, state=state or None) if after else "",
        busy=any(row.state == "running" for row in rows),
        unreached=unreached(session(), None if is_wide else access.actor().network_id),
    )  # fmt: skip


def _act(job_id: UUID, work: Any, words: str) -> ResponseReturnValue:
    actor = access.actor()
    job = job_control.get(session(), job_id, known_to(actor))
    with transaction(actor) as current:
        work(current, job, at=clock.now())
    lists = {"all": ".all_jobs", "network": ".network_jobs", "files": ".files", "archive": "accounts.archive"}
    return went(url_for(lists.get(request.form.get("back", ""), ".imports")), words)


@blueprint.post("/jobs/<uuid:job_id>/stop")
@access.signed_in
def stop_job(job_id: UUID) -> ResponseReturnValue:
    """Stop a piece of work; what it has not finished is not kept."""
    return _act(job_id, job_control.stop, _("It is asked to stop. What is not finished is not kept."))


@blueprint.post("/jobs/<uuid:job_id>/again")
@access.signed_in
def try_job_again(job_id: UUID) -> ResponseReturnValue:
    """Let work that failed or was stopped begin again."""
    return _act(job_id, job_control.again, _("It begins again as soon as somebody is free for it."))
