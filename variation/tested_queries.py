"""Which cycles count as tests of an idea, and the day each began."""

from typing import Any

from sqlalchemy import and_, func

from cycles.models import Cycle, Ramp
from nic_platform.actor import Actor
from teams.queries import in_network

STARTED = func.coalesce(Cycle.began_on, Cycle.starts_on)


def begun(actor: Actor) -> Any:
    """Return the condition of cycles that ran, joined with their ramps; drafts are none."""
    return and_(
        in_network(actor, Cycle.network_id), Cycle.deleted_at.is_(None), Cycle.is_draft.is_(False),
        Cycle.outcome != "not_run", Ramp.deleted_at.is_(None),
    )  # fmt: skip
