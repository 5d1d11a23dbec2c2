"""Reading a network's own settings and calendar."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import CalendarSpan, Network, SchoolYear


def get_network(session: Session, actor: Actor) -> Network:
    """Return the actor's network.

    Raises:
        AbsentError: they belong to none.
    """
    network = session.get(Network, actor.network_id) if actor.network_id is not None else None
    if network is None:
        raise AbsentError(_("You belong to no network yet. Ask the person who invited you."))
    return network


def years_of(session: Session, actor: Actor) -> Sequence[SchoolYear]:
    """Return the network's school years, newest first."""
    return session.scalars(
        select(SchoolYear)
        .where(SchoolYear.network_id == actor.network_id, SchoolYear.deleted_at.is_(None))
        .order_by(SchoolYear.starts_on.desc())
    ).all()


def years_with_spans(session: Session, actor: Actor) -> list[tuple[SchoolYear, list[CalendarSpan]]]:
    """Return the network's school years, newest first, each with what stands in it; two statements."""
    years = years_of(session, actor)
    found: dict[int, list[CalendarSpan]] = {year.id: [] for year in years}
    rows = session.scalars(
        select(CalendarSpan)
        .where(CalendarSpan.network_id == actor.network_id, CalendarSpan.deleted_at.is_(None))
        .order_by(CalendarSpan.starts_on, CalendarSpan.id)
    )
    for span in rows:
        if span.school_year_id in found:
            found[span.school_year_id].append(span)
    return [(year, found[year.id]) for year in years]


def get_year(session: Session, actor: Actor, year_id: UUID) -> SchoolYear:
    """Return one school year.

    Raises:
        AbsentError: there is none.
    """
    year = session.scalar(
        select(SchoolYear)
        .where(SchoolYear.network_id == actor.network_id, SchoolYear.public_id == year_id)
        .where(SchoolYear.deleted_at.is_(None))
    )
    if year is None:
        raise AbsentError(_("There is no such school year."))
    return year


def get_span(
    session: Session, actor: Actor, span_id: UUID, *, is_deleted: bool = False
) -> tuple[CalendarSpan, SchoolYear]:
    """Return one break, testing window or quarter, and its year.

    Args:
        is_deleted: look among those that were removed, to bring one back.

    Raises:
        AbsentError: there is none.
    """
    gone = CalendarSpan.deleted_at.is_not(None) if is_deleted else CalendarSpan.deleted_at.is_(None)
    row = session.execute(
        select(CalendarSpan, SchoolYear)
        .join(SchoolYear, SchoolYear.id == CalendarSpan.school_year_id)
        .where(CalendarSpan.network_id == actor.network_id, CalendarSpan.public_id == span_id)
        .where(gone, SchoolYear.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such entry in the calendar."))
    return row[0], row[1]
