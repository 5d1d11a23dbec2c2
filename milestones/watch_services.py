"""Reminding people of overdue checks: once a rhythm, the one who collects, else who leads the team."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.rules import REACHED
from milestones.status_queries import DueRow
from milestones.watch_queries import told_people
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.tables import Notice
from nic_platform.text import _

KIND = "milestone.check"


def path_of(milestone_id: UUID) -> str:
    """Return where a count is entered."""
    return f"/milestones/{milestone_id}/measure"


def remind(session: Session, due: Sequence[DueRow], network_id: int, *, at: datetime) -> int:
    """Tell people of overdue checks, and return how many notices were written.

    Whoever was told of the same milestone within its rhythm is not told again, so that running twice is
    harmless.
    """
    people = told_people(session, {each.row.team_id for each in due})
    recent = _recent(session, network_id, at)
    written = 0
    for each in due:
        path = path_of(each.row.public_id)
        since = at - timedelta(days=each.row.rhythm_days)
        wanted = _who(each, people.get(each.row.team_id, []))
        told = [user for user in wanted if not any(moment > since for moment in recent.get((user, path), []))]
        if told:
            notify(
                session, told, kind=KIND, subject=_subject(each), body=_body(each), path=path,
                network_id=network_id, at=at,
            )  # fmt: skip
            written += len(told)
    session.flush()
    return written


def _who(each: DueRow, people: Sequence[tuple[int, str, bool]]) -> list[int]:
    """Return whom to remind: the member who collects, by name; where nobody is called so, those who lead."""
    wanted = each.row.collector.strip().casefold()
    named = [user for user, name, _leads in people if wanted and name.casefold() == wanted]
    return named or [user for user, _name, leads in people if leads]


def _subject(each: DueRow) -> str:
    on = day_words(each.next_on) if each.next_on else ""
    return _("A count is overdue since %(day)s: %(title)s", day=on, title=each.row.title)


def _body(each: DueRow) -> str:
    if each.standing.status in REACHED:
        return _("Its target is reached, and watching goes on so that a drop is seen early. One number.")
    return _("One number keeps the chart going. It takes under a minute.")


def _recent(session: Session, network_id: int, at: datetime) -> dict[tuple[int | None, str], list[datetime]]:
    """Return when each person was told of each milestone in the last hundred days."""
    query = select(Notice.user_id, Notice.path, Notice.created_at).where(
        Notice.kind == KIND, Notice.network_id == network_id, Notice.created_at > at - timedelta(days=100)
    )
    found: dict[tuple[int | None, str], list[datetime]] = {}
    for user, path, moment in session.execute(query):
        found.setdefault((user, path), []).append(moment)
    return found
