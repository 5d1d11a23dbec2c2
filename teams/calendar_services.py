"""Changing a network's school years with their breaks, testing windows and quarters. Callers commit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import ConflictError, InputError, RuleError
from nic_platform.text import _
from teams import rules
from teams.models import CalendarSpan, SchoolYear
from teams.school_calendar import proposed_quarters


def save_year(
    session: Session,
    year: SchoolYear | None,
    *,
    network_id: int,
    name: str,
    starts_on: date,
    ends_on: date,
    by: Actor,
    at: datetime,
) -> SchoolYear:
    """Add a school year, or change one; its breaks, testing windows and quarters must lie in it.

    Raises:
        InputError: the dates can't be, or the name is taken.
    """
    if year:  # its own version says whether somebody else saved it; here only its spans must stay
        session.execute(select(SchoolYear.id).where(SchoolYear.id == year.id).with_for_update(key_share=True))
    spans = spans_of(session, year) if year else []
    _refuse(rules.calendar_problems(starts_on, ends_on, [_period(span) for span in spans]), "starts_on")
    same = select(SchoolYear).where(SchoolYear.network_id == network_id, SchoolYear.name == name)
    found = session.scalar(same)
    if found is not None and found is not year:
        if found.deleted_at is None or year is not None:
            _refuse([_("There is a year of this name already.")], "name")
        year = found
    if year is None:
        year = SchoolYear(network_id=network_id)
        session.add(year)
    year.name, year.starts_on, year.ends_on, year.deleted_at = name, starts_on, ends_on, None
    session.flush()
    return year


def spans_of(session: Session, year: SchoolYear) -> list[CalendarSpan]:
    """Return the breaks, testing windows and quarters of a year, by date."""
    return list(
        session.scalars(
            select(CalendarSpan)
            .where(CalendarSpan.school_year_id == year.id, CalendarSpan.deleted_at.is_(None))
            .order_by(CalendarSpan.starts_on, CalendarSpan.id)
        )
    )


def _alone(session: Session, year: SchoolYear) -> None:
    """Read a year anew and let nobody else change it or its spans until the transaction ends; waits its turn.

    Two who each fit into what they read could otherwise overlap, and four quarters become eight.

    Raises:
        ConflictError: the year was taken out meanwhile.
    """
    session.refresh(year, with_for_update={"key_share": True})
    if year.deleted_at is not None:
        raise ConflictError(_("Somebody else saved this a moment ago. Nothing was overwritten."))


def _period(span: CalendarSpan) -> rules.Period:
    return rules.Period(span.kind, span.name, span.starts_on, span.ends_on)


def add_span(
    session: Session, year: SchoolYear, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> CalendarSpan:
    """Add a break, a testing window or a quarter to a year.

    Raises:
        InputError: its dates can't be; the text says why.
    """
    _alone(session, year)
    span = CalendarSpan(network_id=year.network_id, school_year_id=year.id, **values)
    periods = [_period(other) for other in spans_of(session, year)] + [_period(span)]
    _refuse(rules.calendar_problems(year.starts_on, year.ends_on, periods), "starts_on")
    session.add(span)
    session.flush()
    return span


def save_span(
    session: Session,
    year: SchoolYear,
    span: CalendarSpan,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Change a break, a testing window or a quarter.

    Raises:
        InputError: as :func:`add_span`; nothing was changed.
    """
    _alone(session, year)
    others = [_period(other) for other in spans_of(session, year) if other is not span]
    wanted = rules.Period(values["kind"], values["name"], values["starts_on"], values["ends_on"])
    _refuse(rules.calendar_problems(year.starts_on, year.ends_on, [*others, wanted]), "starts_on")
    for name, value in values.items():
        setattr(span, name, value)
    session.flush()


def add_quarters(session: Session, year: SchoolYear, *, by: Actor, at: datetime) -> list[CalendarSpan]:
    """Divide a year into four quarters with as many school days each; a lead may move them afterwards.

    Raises:
        RuleError: it has quarters already, or too few school days.
    """
    _alone(session, year)
    spans = spans_of(session, year)
    if any(span.kind == "quarter" for span in spans):
        raise RuleError(_("This year has quarters already. Remove them first, or change their dates."))
    breaks = [(span.starts_on, span.ends_on) for span in spans if span.kind == "break"]
    found = proposed_quarters(year.starts_on, year.ends_on, breaks)
    if not found:
        raise RuleError(_("This year has too few school days for quarters. Check its dates."))
    made = [
        CalendarSpan(network_id=year.network_id, school_year_id=year.id, kind=each.kind, name=each.name,
                     starts_on=each.starts, ends_on=each.ends)
        for each in found
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def restore_span(session: Session, year: SchoolYear, span: CalendarSpan, *, by: Actor, at: datetime) -> None:
    """Bring a removed span back.

    Raises:
        InputError: meanwhile something else stands on its dates.
    """
    _alone(session, year)
    periods = [_period(other) for other in spans_of(session, year)] + [_period(span)]
    _refuse(rules.calendar_problems(year.starts_on, year.ends_on, periods), "starts_on")
    span.deleted_at = None
    session.flush()


def remove(session: Session, thing: SchoolYear | CalendarSpan, *, by: Actor, at: datetime) -> None:
    """Take a year or a span out of the calendar."""
    thing.deleted_at = at
    session.flush()


def _refuse(problems: list[str], field: str) -> None:
    if problems:
        raise InputError(problems[0], {field: problems[0]})
