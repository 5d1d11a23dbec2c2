"""Background work of the measures domain: the sums of districts and states follow those of their schools."""

from typing import Any

from measures import services
from nic_platform import jobs
from nic_platform.database import transaction


@jobs.register(services.FOLD_JOB)
def fold_sums(_payload: dict[str, Any], _report: jobs.Report) -> dict[str, Any]:
    """Fold what changed, batch by batch, until nothing waits."""
    months = 0
    while True:
        with transaction() as current:
            taken = services.fold(current)
        months += taken
        if not taken:
            return {"months": months}


jobs.every(services.FOLD_JOB, minutes=5)
