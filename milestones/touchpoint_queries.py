"""Reading a team's touchpoints and the breaks of its calendar; nothing here writes."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from milestones import touchpoints
from milestones.models import Decision, Touchpoint
from milestones.touchpoints import Day, Meeting, Span
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import CalendarSpan
from teams.queries import in_network, reads_team

MOST = 400  # touchpoints that one page reads


def _meetings(actor: Actor) -> Any:
    decisions = (
        select(func.count())
        .where(Decision.touchpoint_id == Touchpoint.id, Decision.deleted_at.is_(None))
        .correlate(Touchpoint)
        .scalar_subquery()
    )
    return select(
        Touchpoint.id, Touchpoint.public_id, Touchpoint.team_id, Touchpoint.held_on, Touchpoint.title,
        Touchpoint.starts_at, Touchpoint.minutes, Touchpoint.place, Touchpoint.people, Touchpoint.ended_at,
        decisions, Touchpoint.created_at, Touchpoint.version,
    ).where(
        in_network(actor, Touchpoint.network_id),
        reads_team(actor, Touchpoint.team_id),
        Touchpoint.deleted_at.is_(None),
    )  # fmt: skip


def meetings_of(
    session: Session, actor: Actor, team_id: int | None, first: date | None = None, last: date | None = None
) -> list[Meeting]:
    """Return a team's touchpoints that *actor* may know of, by day and time; one statement.

    Args:
        first: leave out those before this day.
        last: leave out those after this day.
    """
    if team_id is None:
        return []
    query = _meetings(actor).where(Touchpoint.team_id == team_id)
    if first is not None:
        query = query.where(Touchpoint.held_on >= first)
    if last is not None:
        query = query.where(Touchpoint.held_on <= last)
    newest = query.order_by(Touchpoint.held_on.desc(), Touchpoint.id.desc()).limit(MOST)
    found = [Meeting(*row) for row in session.execute(newest)]
    return sorted(found, key=lambda each: (each.held_on, str(each.starts_at or ""), each.id))


def get_meeting(session: Session, actor: Actor, touchpoint_id: UUID) -> Meeting:
    """Return one visible touchpoint as a row.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row = session.execute(_meetings(actor).where(Touchpoint.public_id == touchpoint_id)).one_or_none()
    if row is None:
        raise AbsentError(_("There is no such touchpoint."))
    return Meeting(*row)


def breaks_between(session: Session, network_id: int | None, first: date, last: date) -> list[Span]:
    """Return the breaks of a network's calendar that touch the days from *first* to *last*, by date."""
    rows = session.execute(
        select(CalendarSpan.name, CalendarSpan.starts_on, CalendarSpan.ends_on)
        .where(CalendarSpan.network_id == network_id, CalendarSpan.kind == "break")
        .where(CalendarSpan.deleted_at.is_(None))
        .where(CalendarSpan.starts_on <= last, CalendarSpan.ends_on >= first)
        .order_by(CalendarSpan.starts_on)
    )
    return [Span(*row) for row in rows]


def rhythm_days(
    session: Session, network_id: int | None, first: date, until: date, weeks: int, *, skips_breaks: bool
) -> list[Day]:
    """Return the days that a rhythm comes to; those in a break say so, unless breaks are to be used too."""
    breaks = breaks_between(session, network_id, first, until) if skips_breaks else []
    return touchpoints.rhythm_days(first, until, weeks, breaks)


def planned_together(session: Session, touchpoint: Touchpoint) -> list[Touchpoint]:
    """Return the touchpoints that were planned in one go with *touchpoint*, itself among them, by day.

    What is planned in one transaction has one author and one moment. Those that were held, by their closing
    or by a decision, are left out: they are no longer only a plan.
    """
    decided = select(Decision.touchpoint_id).where(
        Decision.touchpoint_id.is_not(None), Decision.deleted_at.is_(None)
    )
    query = (
        select(Touchpoint)
        .where(
            Touchpoint.team_id == touchpoint.team_id,
            Touchpoint.created_at == touchpoint.created_at,
            Touchpoint.created_by_id == touchpoint.created_by_id,
            Touchpoint.deleted_at.is_(None),
            Touchpoint.ended_at.is_(None),
            Touchpoint.id.not_in(decided),
        )
        .order_by(Touchpoint.held_on)
        .limit(MOST)
    )
    return list(session.scalars(query))
