"""Writing down what was counted during a cycle: measurements of its measure that name the cycle.

A measurement is never changed: another number is a correction, and the earlier one stays in the history.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.data_points import Point, PointLine
from cycles.models import Cycle
from measures import entry_services, services
from measures.count_groups import group_named
from measures.models import Measure, Measurement
from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError
from nic_platform.text import _

_FIELDS = {"observed_on": "on", "population": "of"}


def keep_points(
    session: Session,
    cycle: Cycle,
    lines: Sequence[PointLine],
    known: Mapping[UUID, Point],
    *,
    today: date,
    by: Actor,
    at: datetime,
) -> int:
    """Keep the data points as they were typed, and return how many were written.

    Args:
        known: the cycle's points that stand, by id. A line with its numbers unchanged, or with none, leaves
            its point as it is; only a tick takes one back.

    Raises:
        InputError: a number or a day can't be so, or a question is open; ``fields`` names each, ``d0_count``.
        ConflictError: somebody corrected one of the points meanwhile.
    """
    faults: dict[str, str] = {}
    written = 0
    for line in lines:
        try:
            written += _keep(session, cycle, line, known, today, by, at)
        except InputError as error:
            faults |= {
                f"d{line.place}_{_FIELDS.get(name, name)}": words for name, words in error.fields.items()
            }
    if faults:
        raise InputError(_("A count can’t be saved yet."), faults)
    return written


def _keep(
    session: Session,
    cycle: Cycle,
    line: PointLine,
    known: Mapping[UUID, Point],
    today: date,
    by: Actor,
    at: datetime,
) -> bool:
    if line.id is None:
        if line.is_empty:
            return False
        add_point(session, cycle, line, today=today, by=by, at=at)
        return True
    point = known.get(line.id)
    if point is None:
        raise ConflictError(_("Somebody corrected a count of this cycle meanwhile. Look at it again."))
    if line.is_gone:
        services.withdraw(session, _row(session, cycle, line.id), by=by, at=at)
        return True
    if line.is_empty or not differs(line, point):
        return False
    services.correct(
        session, _row(session, cycle, line.id), line.entry, today=today, by=by, at=at,
        note=line.note.strip(), collector=cycle.data_who or by.name,
    )  # fmt: skip
    return True


def differs(line: PointLine, point: Point) -> bool:
    """Say whether a line says something else than the point that it stands for; its group stays."""
    typed = (line.entry.observed_on, line.entry.count, line.entry.population, line.entry.value)
    return typed != (point.on, point.count, point.population, point.value) or line.note.strip() != point.note


def _row(session: Session, cycle: Cycle, point_id: UUID) -> Measurement:
    return session.scalars(
        select(Measurement).where(Measurement.public_id == point_id, Measurement.cycle_id == cycle.id)
    ).one()


def add_point(
    session: Session, cycle: Cycle, line: PointLine, *, today: date, by: Actor, at: datetime
) -> Measurement:
    """Write down one count of the cycle's measure.

    Raises:
        InputError: the cycle has no measure, the measure no such group (``fields`` names it, ``group``), or
            as :func:`measures.entry_services.enter`.
    """
    if cycle.measure is None:
        words = _("Choose in the plan which measure is counted.")
        raise InputError(_("This cycle has no measure yet."), {"measure": words})
    group_set, group = _group_of(cycle.measure, line)
    return entry_services.enter(
        session, cycle.measure, cycle.team, line.entry, today=today, by=by, at=at, same_day=line.same_day,
        cycle_id=cycle.id, subgroup_set=group_set, subgroup=group, note=line.note.strip(),
        collector=cycle.data_who or by.name,
    )  # fmt: skip


def _group_of(measure: Measure, line: PointLine) -> tuple[str, str]:
    """Return breakdown and group as the measure writes them: it may have others since a page was opened."""
    try:
        return group_named(measure.breakdown or {}, line.group_set, line.group, title=measure.name)
    except ValueError as error:
        raise InputError(str(error), {"group": str(error)}) from None
