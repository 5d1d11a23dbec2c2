"""Taking an import of a plan back, as one piece."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Enum, Time, Uuid, delete, select
from sqlalchemy.orm import Session

from measures import services as measure_services
from measures.bringing_services import bring_in
from measures.models import Measurement
from milestones import exchange
from milestones.exchange_queries import things_of
from milestones.models import MilestoneChange
from nic_platform.actor import Actor
from nic_platform.database import UtcDateTime
from nic_platform.errors import RuleError
from nic_platform.text import _, ngettext


def can_undo(session: Session, noted: Mapping[str, Any] | None) -> str | None:
    """Say why what was written can't be taken back any more, or None."""
    if not noted:
        return _("Only a finished import can be undone.")
    later = 0
    for key in {*noted["created"], *noted["changed"]}:
        refs = [*noted["created"].get(key, ()), *noted["changed"].get(key, {})]
        for thing in things_of(session, key, refs):
            if key == "measurements":
                later += _is_superseded(session, thing, refs)
            elif hasattr(thing, "version"):
                later += thing.version != noted["versions"].get(str(thing.public_id), thing.version)
    if later:
        return ngettext(
            "One part of it was changed since. Change back by hand what you don’t want.",
            "%(num)s parts of it were changed since. Change back by hand what you don’t want.",
            later,
        )
    return None


def undo(session: Session, noted: Mapping[str, Any] | None, *, by: Actor, at: datetime) -> None:
    """Take an import back: what it made goes (and can be imported again), what it changed is as before.

    Raises:
        RuleError: somebody worked on it since.
    """
    reason = can_undo(session, noted)
    if reason or noted is None:
        raise RuleError(reason or "")
    for part in reversed(exchange.writing_order()):
        _put_back(session, part.key, noted["changed"].get(part.key, {}))
        _take_away(session, part.key, noted["created"].get(part.key, ()), by, at)
    _put_back(session, "plan", noted["changed"].get("plan", {}))
    if noted["is_new_plan"]:
        for plan in things_of(session, "plan", [noted["plan"]]):
            plan.deleted_at = at
    session.flush()


def _put_back(session: Session, key: str, kept: Mapping[str, Mapping[str, Any]]) -> None:
    for thing in things_of(session, key, list(kept)):
        table: Any = type(thing).__table__
        for name, value in kept[str(thing.public_id)].items():
            setattr(thing, name, _revived(table.c[name].type, value))
    session.flush()


def _revived(kind: Any, value: Any) -> Any:
    """Return a value that was noted as JSON as its column holds it."""
    if not isinstance(value, str):
        return value
    for of, read in _READ:
        if isinstance(kind, of):
            return read(kind, value)
    return value


_READ: tuple[tuple[Any, Callable[[Any, str], Any]], ...] = (
    (UtcDateTime, lambda _kind, text: datetime.fromisoformat(text)),
    (Date, lambda _kind, text: date.fromisoformat(text)),
    (Time, lambda _kind, text: time.fromisoformat(text)),
    (Uuid, lambda _kind, text: UUID(text)),
    (Enum, lambda kind, text: kind.enum_class(text)),
)


def _take_away(session: Session, key: str, refs: Sequence[str], by: Actor, at: datetime) -> None:
    if not refs:
        return
    if key == "milestone_changes":  # no history of its own: it goes with the import
        names = [UUID(ref) for ref in refs]
        session.execute(delete(MilestoneChange).where(MilestoneChange.public_id.in_(names)))
        return
    for thing in things_of(session, key, refs):
        if key == "measurements":
            _take_back(session, thing, refs, by, at)
        else:
            thing.deleted_at = at
    session.flush()


def _take_back(session: Session, row: Measurement, refs: Sequence[str], by: Actor, at: datetime) -> None:
    """Take a measurement back; where it corrected one that was there before, that one stands again."""
    if row.is_withdrawn or _is_superseded(session, row):
        return
    earlier = session.get(Measurement, row.supersedes_id) if row.supersedes_id else None
    if earlier is None or str(earlier.public_id) in refs:
        measure_services.withdraw(session, row, by=by, at=at, why=_("The import was taken back."))
        return
    kept = {name: getattr(earlier, name) for name in _MEASURED}
    again = Measurement(**kept, recorded_at=at, recorded_by_id=by.user_id, supersedes_id=row.id)
    bring_in(session, [again])


_MEASURED = (
    "network_id", "measure_id", "team_id", "site_id", "cycle_id", "observed_on", "collector", "tool", "note",
    "count", "population", "value", "subgroup_set", "subgroup", "is_withdrawn",
)  # fmt: skip


def _is_superseded(session: Session, row: Measurement, by: Sequence[str] = ()) -> bool:
    """Say whether something was written over a measurement, other than what is named."""
    later = session.scalar(select(Measurement.public_id).where(Measurement.supersedes_id == row.id))
    return later is not None and str(later) not in by
