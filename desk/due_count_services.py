"""Reminding people of counts that their measure's rhythm has missed: once a rhythm, in school days."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.due_count_queries import people_of
from desk.due_counts import Due, late_words, may_remind, told_to, why_words
from milestones.school_days import SchoolDays
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.tables import Notice
from nic_platform.text import _

KIND = "measure.count"
LOOK_BACK = timedelta(days=400)  # a quarter with its summer


def path_of(due: Due) -> str:
    """Return where the count belongs: the page of its measure, for that team."""
    return f"/measures/{due.of.measure_public_id}?team={due.of.team_public_id}"


def remind(
    session: Session, due: Sequence[Due], network_id: int, days: SchoolDays, *, today: date, at: datetime,
    zone: ZoneInfo,
) -> int:  # fmt: skip
    """Tell people of missed counts, and return how many notices were written. Harmless when repeated.

    Args:
        today: the civil day of *at* in the network's *zone*.
    """
    missed = [each for each in due if may_remind(each, (), days, today)]
    if not missed:
        return 0
    people = people_of(session, {each.of.team_id for each in missed})
    told = _told(session, network_id, at, zone)
    written = 0
    for each in missed:
        path = path_of(each)
        wanted = told_to(each, people.get(each.of.team_id, []))
        asked = [user for user in wanted if may_remind(each, told.get((user, path), ()), days, today)]
        if asked:
            notify(
                session, asked, kind=KIND, subject=_subject(each),
                body=partial(_body, each, days, today), path=path,
                network_id=network_id, at=at,
            )  # fmt: skip
            written += len(set(asked))
    session.flush()
    return written


def _subject(each: Due) -> str:
    return _("A count was due on %(day)s: %(name)s", day=day_words(each.on), name=each.of.name)


def _body(each: Due, days: SchoolDays, today: date) -> str:
    last = each.of.last_on
    said = _("Counted last on %(day)s.", day=day_words(last)) if last else _("Nothing is counted yet.")
    return " ".join(part for part in (late_words(each, days, today) + ".", why_words(each), said) if part)


def _told(
    session: Session, network_id: int, at: datetime, zone: ZoneInfo
) -> Mapping[tuple[int | None, str], list[date]]:
    """Return on which days each person was told of each series."""
    query = select(Notice.user_id, Notice.path, Notice.created_at).where(
        Notice.kind == KIND, Notice.network_id == network_id, Notice.created_at > at - LOOK_BACK
    )
    found: dict[tuple[int | None, str], list[date]] = defaultdict(list)
    for user, path, moment in session.execute(query):
        found[(user, path)].append(moment.astimezone(zone).date())
    return found
