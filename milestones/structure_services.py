"""Writing a plan's structure: which strand follows which, and the checkpoints of interim targets."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measure
from measures.rules import MeasureType
from milestones import series_order
from milestones.models import Checkpoint, InterimTarget, Strand
from nic_platform.errors import InputError
from nic_platform.svg import day
from nic_platform.text import _


def sequence(session: Session, strand: Strand, follows: Strand | None, known: Mapping[int, int]) -> None:
    """Say which strand comes before one; none lets it run beside the others.

    Args:
        known: the strand before each strand of the plan that has one.

    Raises:
        InputError: the strands would wait for each other in a circle; nothing was changed.
    """
    if follows is not None:
        after = series_order.followers(strand.id, known) | {strand.id}
        if follows.id in after:
            say = _("“%(other)s” itself comes after this strand. Choose another one, or “Side by side”.",
                    other=follows.name)  # fmt: skip
            if follows.id == strand.id:
                say = _("A strand can’t come after itself. Choose another one, or “Side by side”.")
            raise InputError(_("This can’t be saved yet."), {"follows": say})
    strand.follows_id = follows.id if follows else None
    session.flush()


def save_checkpoint(
    session: Session,
    target: InterimTarget,
    checkpoint: Checkpoint | None,
    *,
    due_on: date | None,
    value: float | None,
) -> Checkpoint:
    """Add a value that an interim target should have reached by a date on its way, or change one.

    Raises:
        InputError: the day or the value is missing or can't be; each is named.
    """
    faults = _faults(session, target, checkpoint, due_on, value)
    if faults or due_on is None or value is None:
        raise InputError(_("This can’t be saved yet."), faults)
    if checkpoint is None:
        checkpoint = Checkpoint(network_id=target.network_id, interim_target_id=target.id)
        session.add(checkpoint)
    checkpoint.due_on, checkpoint.target = due_on, value
    session.flush()
    return checkpoint


def _faults(
    session: Session,
    target: InterimTarget,
    checkpoint: Checkpoint | None,
    due_on: date | None,
    value: float | None,
) -> dict[str, str]:
    faults = {}
    if due_on is None:
        faults["due_on"] = _("Give the day, such as 2026-03-05.")
    elif target.due_on is not None and due_on >= target.due_on:
        faults["due_on"] = _("A checkpoint lies on the way: give a day before the target’s own, %(day)s.",
                             day=day(target.due_on))  # fmt: skip
    elif _is_taken(session, target, checkpoint, due_on):
        faults["due_on"] = _(
            "There is a checkpoint on this day already. Change that one, or give another day."
        )
    measure = session.get(Measure, target.measure_id) if target.measure_id else None
    is_share = measure is None or measure.type is MeasureType.PROPORTION
    if value is None:
        faults["target"] = _("Give the value to reach by then.")
    elif is_share and not 0 <= value <= 100:
        faults["target"] = _("Give a percent from 0 to 100.")
    return faults


def _is_taken(session: Session, target: InterimTarget, checkpoint: Checkpoint | None, due_on: date) -> bool:
    query = select(Checkpoint.id).where(
        Checkpoint.interim_target_id == target.id,
        Checkpoint.due_on == due_on,
        Checkpoint.deleted_at.is_(None),
        Checkpoint.id != (checkpoint.id if checkpoint else 0),
    )
    return session.scalar(query.limit(1)) is not None


def column_values(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return *values* with empty texts where nothing was typed into the columns *names*."""
    return {name: "" if value is None and name in names else value for name, value in values.items()}
