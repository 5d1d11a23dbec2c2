"""Background work of the measures domain: the sums of districts and states follow those of their schools."""

from typing import Any

from measures import resum_services, sum_services
from nic_platform import jobs
from nic_platform.database import transaction


@jobs.register(sum_services.FOLD_JOB)
def fold_sums(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any]:
    """Fold what changed, batch by batch, until nothing waits."""
    with transaction() as current:
        resum_services.fill_missing(current)
    months = 0
    while True:
        with transaction() as current:
            taken = sum_services.fold(current)
        months += taken
        if not taken:
            return {"months": months}


jobs.every(sum_services.FOLD_JOB, minutes=5)
