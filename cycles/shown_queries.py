"""Reading one cycle for its own page, with no more than the page shows."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session, contains_eager

from cycles.models import Cycle, Prediction, Ramp
from cycles.queries import cycle_query, one_cycle
from measures.models import Measure
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.models import Team


def cycle_to_show(session: Session, actor: Actor, cycle_id: UUID) -> Cycle:
    """Return one visible cycle for reading: of its team, ramp, measure and predictions what its page shows.

    What was left out is refused, and not read later.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    return one_cycle(session.scalars(_shown(actor), given(actor, cycle=cycle_id)))


_SHOWN: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Cycle.team, (Team.public_id, Team.name)),
    (Cycle.ramp, (Ramp.public_id, Ramp.title, Ramp.belief, Ramp.cost_of_failure, Ramp.readiness)),
    (
        Cycle.measure,
        (
            Measure.public_id, Measure.name, Measure.type, Measure.unit, Measure.breakdown, Measure.direction,
            Measure.counts_students,
        ),
    ),
    (
        Cycle.predictions,
        (
            Prediction.public_id, Prediction.position, Prediction.question, Prediction.expected,
            Prediction.because, Prediction.number, Prediction.low, Prediction.high, Prediction.out_of,
            Prediction.unit, Prediction.later, Prediction.result, Prediction.result_number,
            Prediction.result_of, Prediction.verdict, Prediction.locked_at, Prediction.deleted_at,
        ),
    ),
)  # fmt: skip


@ready
def _shown(actor: Actor) -> Select[Any]:
    parts = (contains_eager(part).load_only(*columns, raiseload=True) for part, columns in _SHOWN)
    return cycle_query(actor).options(*parts)
