"""Writing down a count that a person typed: what looks like a slip is asked about before it is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from measures import checks, services
from measures.known_queries import known_around
from measures.models import Measurement
from measures.rules import Countable, Counting, Entry, entry_faults
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.text import _

CORRECT, BOTH = "correct", "both"


@dataclass(frozen=True)
class Year:
    """The school year that a count belongs to: its first day, and the first day that counts for it."""

    begins: date
    counts_from: date


def enter(
    session: Session,
    measure: Countable,
    team: Counting,
    entry: Entry,
    *,
    today: date,
    by: Actor,
    at: datetime,
    year: Year | None = None,
    same_day: str = "",
    **details: Any,
) -> Measurement:
    """Write down what somebody typed.

    Args:
        year: the plan's school year; what lies before it is refused.
        same_day: what to do with a count of the same day: ``correct`` it, or keep ``both``; empty asks.
        details: as :func:`measures.services.record`; a word on why the group changed goes into ``note``.

    Raises:
        InputError: the numbers or the day can't be so, or a question is open; ``fields`` names each with its
            mend: ``observed_on``, ``count``, ``population``, ``value``, ``note`` (why the group changed),
            ``same_day``.
    """
    faults = entry_faults(measure.type, entry, today)
    early = checks.early_words(
        entry.observed_on, year.counts_from if year else None, year.begins if year else None
    )
    if early and "observed_on" not in faults:
        faults["observed_on"] = early
    if faults or entry.observed_on is None:
        raise InputError(_("This can’t be saved yet."), faults)
    known = known_around(session, (measure.id, team.id), entry.observed_on, details.get("subgroup", ""))
    twin = checks.same_day(entry, known)
    others = [each for each in known if each is not twin or same_day != CORRECT]
    asked = checks.population_question(
        measure.type, entry, others, counts_students=bool(measure.counts_students)
    )
    if asked and not details.get("note", "").strip():
        faults["note"] = asked
    if twin is not None and same_day not in {CORRECT, BOTH}:
        faults["same_day"] = checks.same_day_question(entry, twin)
    if faults:
        raise InputError(_("This can’t be saved yet."), faults)
    if twin is not None and same_day == CORRECT:
        earlier = session.get_one(Measurement, twin.id)
        return services.correct(session, earlier, entry, today=today, by=by, at=at, **details)
    return services.record(session, measure, team, entry, today=today, by=by, at=at, **details)


def take_back(session: Session, row: Measurement, *, by: Actor, at: datetime) -> Measurement:
    """Undo what was written last of a count: a new one is taken back, a correction gives way to what was
    there, one that was taken back comes again.

    Raises:
        ConflictError: something else was written over it meanwhile.
    """
    if row.is_withdrawn:
        return services.restore(session, row, by=by, at=at)
    if row.supersedes_id is None:
        return services.withdraw(session, row, by=by, at=at)
    earlier = session.get_one(Measurement, row.supersedes_id)
    if earlier.is_withdrawn:
        return services.withdraw(session, row, by=by, at=at)
    entry = Entry(earlier.observed_on, earlier.count, earlier.population, earlier.value)
    details = {name: getattr(earlier, name) for name in ("collector", "tool", "note")}
    return services.correct(
        session, row, entry, today=max(earlier.observed_on, row.observed_on), by=by, at=at, **details
    )
