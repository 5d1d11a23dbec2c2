"""Taking a roster's school years and grading periods into a network's calendar. Callers commit."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import rules
from teams import calendar_services
from teams.models import CalendarSpan, SchoolYear

_PARTS = ("gradingperiod", "term", "semester")
"""Of these the finest that a roster has becomes the quarters of a year."""


def offered(run: ImportRun) -> list[dict[str, Any]]:
    """Return the school years that a roster has, each with its parts, as they would stand in the calendar."""
    rows = [
        (kind, title, date.fromisoformat(starts), date.fromisoformat(ends))
        for kind, title, starts, ends, _year in run.mapping.get("sessions", [])
    ]
    finest = next((part for part in _PARTS if any(row[0] == part for row in rows)), "")
    found = {}
    for kind, _title, starts, ends in rows:
        if kind != "schoolyear":
            continue
        parts = [row for row in rows if row[0] == finest and starts <= row[2] and row[3] <= ends]
        found[_name(starts)] = {
            "name": _name(starts), "starts_on": starts, "ends_on": ends,
            "parts": [
                {"name": row[1], "starts_on": row[2], "ends_on": row[3]}
                for row in sorted(parts, key=lambda one: one[2])
            ],
        }  # fmt: skip
    return [found[name] for name in sorted(found)]


def _name(starts: date) -> str:
    first = starts.year if starts.month > 6 else starts.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def take(session: Session, run: ImportRun, *, by: Actor, at: datetime) -> int:
    """Add the school years that the calendar does not have yet, with their parts; what is there stays.

    Returns:
        How many years were added.

    Raises:
        RuleError: there is nothing to add, or it is taken already.
        InputError: dates can't be; the text says why.
    """
    session.refresh(run, with_for_update=True)
    if run.kind != rules.KIND or (run.undo or {}).get("calendar") or run.state == "undone":
        raise RuleError(_("The calendar of this roster is taken already."))
    there = set(
        session.scalars(
            select(SchoolYear.name).where(
                SchoolYear.network_id == run.network_id, SchoolYear.deleted_at.is_(None)
            )
        )
    )
    made: list[str] = []
    for each in offered(run):
        if each["name"] in there:
            continue
        year = calendar_services.save_year(
            session, None, network_id=run.network_id, name=each["name"], starts_on=each["starts_on"],
            ends_on=each["ends_on"], by=by, at=at,
        )  # fmt: skip
        made.append(str(year.public_id))
        for part in each["parts"]:
            calendar_services.add_span(session, year, {"kind": "quarter", **part}, by=by, at=at)
    if not made:
        raise RuleError(_("The calendar has these school years already."))
    run.undo = {**(run.undo or {}), "calendar": made}
    session.flush()
    return len(made)


def take_back(session: Session, names: list[str], *, at: datetime) -> None:
    """Take school years that a roster brought out of the calendar again."""
    for year in session.scalars(
        select(SchoolYear).where(SchoolYear.public_id.in_([UUID(name) for name in names]))
    ):
        year.deleted_at = at
        for span in session.scalars(select(CalendarSpan).where(CalendarSpan.school_year_id == year.id)):
            span.deleted_at = at
    session.flush()


__all__ = ["InputError", "offered", "take", "take_back"]
