"""What of cycles and the theory uses a measure, and all that hangs on it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from cycles.models import Cycle, Driver, Ramp, TheoryMeasure
from cycles.queries import may_read
from measures.definition import Held
from measures.models import Measurement
from milestones.measure_use_queries import MOST, count_plan_uses
from nic_platform.actor import Actor
from teams.models import Network, Team
from teams.queries import in_network

CYCLE, DRIVER, AIM = "cycle", "driver", "aim"


@dataclass(frozen=True)
class StudyRow:
    """A cycle, a driver or the network's aim that uses a measure; ``kind`` says which."""

    kind: str
    public_id: UUID
    words: str
    team: str
    stage: str
    number: int


def study_uses(session: Session, actor: Actor, measure_id: int) -> list[StudyRow]:
    """Return the cycles that *actor* may know of with this measure, and the parts of the theory that name it;
    one statement.
    """
    cycles = (
        select(
            literal(CYCLE).label("kind"), Cycle.public_id,
            func.coalesce(func.nullif(Cycle.title, ""), Ramp.title, Cycle.change).label("words"),
            Team.name.label("team"), Cycle.stage, Cycle.number, literal(0).label("place"),
            Cycle.id.label("age"),
        )
        .join(Team, Team.id == Cycle.team_id)
        .outerjoin(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Cycle.measure_id == measure_id, may_read(actor))
    )  # fmt: skip
    drivers = (
        select(
            literal(DRIVER), Driver.public_id, Driver.name, literal(""), literal(""), literal(0), literal(1),
            Driver.position,
        )
        .join(TheoryMeasure, TheoryMeasure.driver_id == Driver.id)
        .where(TheoryMeasure.measure_id == measure_id, in_network(actor, Driver.network_id))
        .where(Driver.deleted_at.is_(None))
    )  # fmt: skip
    aims = (
        select(
            literal(AIM), Network.public_id, Network.aim, literal(""), literal(""), literal(0), literal(2),
            literal(0),
        )
        .join(TheoryMeasure, TheoryMeasure.network_id == Network.id)
        .where(TheoryMeasure.measure_id == measure_id, TheoryMeasure.driver_id.is_(None))
        .where(in_network(actor, Network.id))
    )  # fmt: skip
    both = union_all(cycles, drivers, aims).subquery()
    rows = session.execute(select(both).order_by(both.c.place, both.c.age.desc()).limit(MOST))
    return [StudyRow(*row[:6]) for row in rows]


def held_of(session: Session, measure_id: int) -> Held:
    """Return all that hangs on a measure, whoever may see it; three statements."""
    rows = session.execute(
        select(Measurement.subgroup_set, Measurement.subgroup, func.count())
        .where(Measurement.measure_id == measure_id)
        .group_by(Measurement.subgroup_set, Measurement.subgroup)
    ).all()
    uses = [
        select(func.count()).where(Cycle.measure_id == measure_id, Cycle.deleted_at.is_(None)),
        select(func.count()).where(TheoryMeasure.measure_id == measure_id),
    ]
    found = session.execute(select(*(query.scalar_subquery() for query in uses))).one()
    groups = frozenset((row[0], row[1]) for row in rows if row[1])
    return Held(sum(row[2] for row in rows), groups, sum(found) + count_plan_uses(session, measure_id))
