"""Writing the tasks of a cycle: in its plan's form, ticked off with one tap, carried on to the next cycle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import Cycle, CycleTask
from nic_platform.errors import InputError
from nic_platform.text import _


@dataclass(frozen=True)
class TaskLine:
    """One task as a form sends it. A known one whose words were cleared is taken out."""

    id: UUID | None = None
    text: str = ""
    owner: str = ""
    due_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed."""
        return not (self.text.strip() or self.owner.strip() or self.due_on)


def tasks_of(session: Session, cycle: Cycle) -> list[CycleTask]:
    """Return the tasks of a cycle that were not taken out, in order."""
    query = select(CycleTask).where(CycleTask.cycle_id == cycle.id, CycleTask.deleted_at.is_(None))
    return list(session.scalars(query.order_by(CycleTask.position, CycleTask.id)))


def save_tasks(session: Session, cycle: Cycle, lines: Sequence[TaskLine], *, at: datetime) -> None:
    """Keep the tasks as they were typed, in their order; what was not sent stays as it is.

    Raises:
        InputError: a task has an owner or a day and no words; ``fields`` names it, ``t0_text``.
    """
    known = _by_id(session, cycle, [line.id for line in lines if line.id is not None])
    wordless = {
        f"t{place}_text": _("Say what is to be done.")
        for place, line in enumerate(lines)
        if not line.text.strip() and line.id not in known and not line.is_empty
    }
    if wordless:
        raise InputError(_("A task has no words yet."), wordless)
    for place, line in enumerate(lines):
        task = known.get(line.id) if line.id else None
        if task is None:
            if line.text.strip():
                add_task(session, cycle, line, position=place)
        elif not line.text.strip():
            take_out(session, task, at=at)
        else:
            change_task(task, line)
            task.position, task.deleted_at = place, None
    session.flush()


def _by_id(session: Session, cycle: Cycle, wanted: Sequence[UUID]) -> dict[UUID, CycleTask]:
    """Return the cycle's tasks that a form names, also one that was taken out: typed again, it comes back."""
    query = select(CycleTask).where(CycleTask.cycle_id == cycle.id, CycleTask.public_id.in_(wanted))
    return {task.public_id: task for task in session.scalars(query)}


def _is_free(session: Session, task_id: UUID) -> bool:
    return session.scalar(select(CycleTask.id).where(CycleTask.public_id == task_id)) is None


def add_task(session: Session, cycle: Cycle, line: TaskLine, *, position: int) -> CycleTask:
    """Add a task to a cycle. It takes the id that its form was made with, so that a form sent twice adds it
    once.

    Raises:
        InputError: it has no words.
    """
    if not line.text.strip():
        raise InputError(_("A task has no words yet."), {"text": _("Say what is to be done.")})
    task = CycleTask(
        network_id=cycle.network_id, cycle_id=cycle.id, position=position, text=line.text.strip(),
        owner=line.owner.strip(), due_on=line.due_on,
    )  # fmt: skip
    if line.id is not None and _is_free(session, line.id):
        task.public_id = line.id
    session.add(task)
    session.flush()
    return task


def change_task(task: CycleTask, line: TaskLine) -> None:
    """Change the words, the owner and the day of a task.

    Raises:
        InputError: it has no words.
    """
    if not line.text.strip():
        raise InputError(_("A task has no words yet."), {"text": _("Say what is to be done.")})
    task.text, task.owner, task.due_on = line.text.strip(), line.owner.strip(), line.due_on


def tick(session: Session, task: CycleTask, day: date | None) -> None:
    """Tick a task off as done on *day*, or open it again with ``None``."""
    task.done_on = day
    session.flush()


def take_out(session: Session, task: CycleTask, *, at: datetime) -> None:
    """Take a task out of its cycle; twice is once. Its plan's form brings it back when it is typed again."""
    task.deleted_at = task.deleted_at or at
    session.flush()


def carry_on(session: Session, cycle: Cycle, following: Cycle) -> None:
    """Copy the tasks that were left open into the next cycle. Their days have passed, so they get none."""
    left = [task for task in tasks_of(session, cycle) if task.done_on is None]
    for place, task in enumerate(left):
        add_task(session, following, TaskLine(text=task.text, owner=task.owner), position=place)
