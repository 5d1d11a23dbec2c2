"""Background work in the API: what you began; the network's for who runs it; all for administrators."""

from typing import Any
from uuid import UUID

from desk.job_queries import known_to
from desk.job_schemas import JobSchema, JobsQuery, JobsSchema
from nic_platform import access, clock, job_control
from nic_platform.api import ApiBlueprint, page_of
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.tables import Job
from nic_platform.text import _

blueprint = ApiBlueprint("api_jobs", __name__, "/jobs", "Background work")


@blueprint.get("")
@access.signed_in
@blueprint.arguments(JobsQuery, location="query")
@blueprint.response(200, JobsSchema)
def list_jobs(query: dict[str, Any]) -> Any:
    """List background work: what runs, what waits, what ended, newest first."""
    where, limit = known_to(access.actor()), query["limit"]
    rows = job_control.rows(session(), where, state=query["state"], after=query.get("after"), limit=limit)
    return page_of(rows, limit, key=lambda row: row.id)


def _row(job_id: UUID) -> job_control.JobRow:
    found = job_control.rows(session(), known_to(access.actor()), Job.public_id == job_id, limit=1)
    if not found:
        raise AbsentError(_("There is no such work."))
    return found[0]


@blueprint.get("/<uuid:job_id>")
@access.signed_in
@blueprint.response(200, JobSchema)
def get_job(job_id: UUID) -> job_control.JobRow:
    """Say how far a piece of work is."""
    return _row(job_id)


def _act(job_id: UUID, work: Any) -> job_control.JobRow:
    actor = access.actor()
    job = job_control.get(session(), job_id, known_to(actor))
    with transaction(actor) as current:
        work(current, job, at=clock.now())
    return _row(job_id)


@blueprint.post("/<uuid:job_id>/stop")
@access.signed_in
@blueprint.response(200, JobSchema)
def stop_job(job_id: UUID) -> job_control.JobRow:
    """Stop a piece of work; what it has not finished is not kept."""
    return _act(job_id, job_control.stop)


@blueprint.post("/<uuid:job_id>/again")
@access.signed_in
@blueprint.response(200, JobSchema)
def try_job_again(job_id: UUID) -> job_control.JobRow:
    """Let work that failed or was stopped begin again."""
    return _act(job_id, job_control.again)
