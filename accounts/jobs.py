"""Background work of accounts: nothing is kept of tries, links, sign-ins and keys longer than it serves."""

from typing import Any

from accounts import sign_in_services
from nic_platform import clock, idempotency, jobs
from nic_platform.database import transaction

PURGE_JOB = "purge sign-ins"


@jobs.register(PURGE_JOB)
def purge(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any]:
    """Delete what is long over; a job that repeats every six hours."""
    at = clock.now()
    with transaction(at=at) as current:
        keys = idempotency.forget(current, at=at)
        return {**sign_in_services.purge(current, at=at), "idempotency_keys": keys}


jobs.every(PURGE_JOB, 360)
