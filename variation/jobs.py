"""Background work of the variation domain: the evidence of large networks is worked out for their readers."""

from typing import Any

from nic_platform import clock, jobs
from nic_platform.database import session, transaction
from variation import kept_evidence_services as services

KEEP_EVIDENCE = "variation.keep_evidence"
MINUTES = 15


@jobs.register(KEEP_EVIDENCE)
def keep_evidence(_payload: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """Work out what changed in large networks, one after the other.

    What was written just now is worked out once more in the next round.
    """
    with transaction() as current:
        services.drop_small(current)
        due = services.due(current)
    for at, (network_id, minimum_cell) in enumerate(due):
        made = _worked_out(network_id, minimum_cell)
        with transaction() as current:
            services.keep(current, made)
        report(100 * (at + 1) // len(due))
    return {"networks": len(due)}


def _worked_out(network_id: int, minimum_cell: int) -> services.Made:
    """Return what a network's evidence is now; nobody who writes has to wait meanwhile."""
    current = session()
    current.rollback()
    current.connection(execution_options={"read_only": True})
    try:
        return services.make(current, network_id, minimum_cell, clock.now())
    finally:
        current.rollback()


jobs.every(KEEP_EVIDENCE, minutes=MINUTES)
