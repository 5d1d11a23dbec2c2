"""Defining measures: everything that is said of one, and what can't be changed once others build on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from measures.definition import (
    Held,
    Said,
    breakdown_faults,
    change_faults,
    value_faults,
)
from measures.models import Measure
from measures.rules import MeasureType
from measures.services import add_measure, change_measure
from nic_platform.errors import ConflictError, InputError
from nic_platform.text import _

_SAID = ("type", "counts_students", "breakdown", "target", "target_on", "chart")


def define(session: Session, network_id: int, team_id: int | None, values: Mapping[str, Any]) -> Measure:
    """Add a measure: a team's own, or with no team one common to the network.

    Raises:
        InputError: target, chart or breakdown can't be so; ``fields`` names each with its mend.
    """
    _refuse(_own_faults(_said(values)))
    return add_measure(session, network_id, team_id, **values)


def redefine(session: Session, measure: Measure, values: Mapping[str, Any], held: Held) -> None:
    """Change what is said of a measure.

    Args:
        held: what hangs on it; type and counted groups stay once something does.

    Raises:
        InputError: as :func:`define`, and for what may not be changed any more, with the reason.
    """
    before = said_of(measure)
    after = _said({name: getattr(before, name) for name in _SAID} | dict(values))
    _refuse(_own_faults(after) | change_faults(before, after, held))
    change_measure(session, measure, **values)


def delete_measure(session: Session, measure: Measure, held: Held, *, at: datetime) -> None:
    """Take a measure away; :func:`restore_measure` undoes it.

    Raises:
        ConflictError: something hangs on it; nothing was changed.
    """
    if not held.is_free:
        raise ConflictError(_("Counts, plans, cycles or the theory hang on this measure, so it stays."))
    measure.deleted_at = at
    session.flush()


def restore_measure(session: Session, measure: Measure) -> None:
    """Undo :func:`delete_measure`."""
    measure.deleted_at = None
    session.flush()


def said_of(measure: Measure) -> Said:
    """Return what is said of a measure that other things hang on."""
    return Said(
        measure.type, measure.counts_students, dict(measure.breakdown or {}), measure.target,
        measure.target_on, measure.chart,
    )  # fmt: skip


def _said(values: Mapping[str, Any]) -> Said:
    return Said(
        MeasureType(values["type"]), bool(values.get("counts_students")), dict(values.get("breakdown") or {}),
        values.get("target"), values.get("target_on"), values.get("chart") or "",
    )  # fmt: skip


def _own_faults(said: Said) -> dict[str, str]:
    faults = value_faults(said)
    wrong = breakdown_faults(said.breakdown)
    return faults | ({"breakdown": " ".join(wrong)} if wrong else {})


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
