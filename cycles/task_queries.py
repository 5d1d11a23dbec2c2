"""Reading tasks of cycles: one to be ticked off, and what a team has to do."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from cycles.models import Cycle, CycleTask
from cycles.queries import may_read
from cycles.rules import Stage
from cycles.tasks import OpenTask
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.ready import given, ready
from nic_platform.text import _


def _tasks(actor: Actor) -> Select[Any]:
    mine = select(CycleTask).join(Cycle, Cycle.id == CycleTask.cycle_id)
    return mine.where(may_read(actor), CycleTask.deleted_at.is_(None))


def get_task(session: Session, actor: Actor, task_id: UUID) -> tuple[CycleTask, Cycle]:
    """Return one visible task for writing, with its cycle; one statement.

    Raises:
        AbsentError: there is none, or *actor* may not know of its cycle.
    """
    row = session.execute(
        _tasks(actor).add_columns(Cycle).join(Cycle.team).where(CycleTask.public_id == task_id)
        .options(contains_eager(Cycle.team))
    ).one_or_none()  # fmt: skip
    if row is None:
        raise AbsentError(_("There is no such task."))
    return row[0], row[1]


def open_tasks_query(actor: Actor, team_id: Any, until: Any, limit: Any) -> Any:
    """Return the query of the open tasks of a team's open cycles: what :func:`task_of` reads, soonest due
    first, those without a day last.

    Args:
        team_id: a number, or a place for one.
        until: what is due later is left out; a day, or a place for one.
        limit: a number, or a place for one.
    """
    return (
        _tasks(actor)
        .with_only_columns(
            CycleTask.public_id, CycleTask.text, CycleTask.owner, CycleTask.due_on,
            Cycle.public_id.label("cycle_id"), Cycle.title, Cycle.change, Cycle.number,
        )
        .where(Cycle.team_id == team_id, Cycle.stage != Stage.CLOSED.value, CycleTask.done_on.is_(None))
        .where((CycleTask.due_on <= until) | CycleTask.due_on.is_(None))
        .order_by(CycleTask.due_on.is_(None), CycleTask.due_on, CycleTask.id)
        .limit(limit)
    )  # fmt: skip


def task_of(row: Any) -> OpenTask:
    """Return one row of :func:`open_tasks_query`."""
    name = row[5] or row[6] or _("Test without a name")
    return OpenTask(row[0], row[1], row[2], row[3], row[4], name, row[7])


def open_tasks(
    session: Session, actor: Actor, team_id: int | None, until: date, limit: int = 12
) -> list[OpenTask]:
    """Return the open tasks of a team's open cycles that are due by *until* or any day; one statement."""
    values = given(actor, team=team_id, until=until, most=limit)
    return [task_of(row) for row in session.execute(_open_tasks(actor), values)]


@ready
def _open_tasks(actor: Actor) -> Any:
    until, most = bindparam("until", type_=Date), bindparam("most", type_=Integer)
    return open_tasks_query(actor, bindparam("team", type_=Integer), until, most)
