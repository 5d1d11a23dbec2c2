"""Reminding teams of a policy notice that they have not acknowledged, and telling its sender how many."""

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from feedback.models import Acknowledgement, PolicyNotice
from feedback.notice_services import asked_teams
from feedback.promises import LAST_CALL, wants_recall
from feedback.telling_services import editors_of
from milestones.calendar_queries import breaks_of
from nic_platform.notices import notify
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext
from teams.breaks import is_past
from teams.models import TeamReach


def wanting(session: Session, network_id: int, today: date) -> list[int]:
    """Return the sent notices of a network of which teams are to be reminded today, by number."""
    breaks = breaks_of(session, network_id)
    rows = session.execute(
        select(PolicyNotice.id, PolicyNotice.acknowledge_by, PolicyNotice.reminded_on)
        .where(
            PolicyNotice.network_id == network_id,
            PolicyNotice.sent_at.is_not(None),
            PolicyNotice.deleted_at.is_(None),
            PolicyNotice.acknowledge_by < breaks.after(today, LAST_CALL + 1),
        )
        .where(PolicyNotice.reminded_on.is_(None) | (PolicyNotice.reminded_on <= PolicyNotice.acknowledge_by))
        .order_by(PolicyNotice.id)
    )
    return [row.id for row in rows if wants_recall(row.acknowledge_by, row.reminded_on, today, breaks)]


def silent_teams(session: Session, notice: PolicyNotice) -> list[int]:
    """Return the teams below the sender that have not acknowledged a notice, by number."""
    said = select(Acknowledgement.team_id).where(Acknowledgement.notice_id == notice.id)
    silent = asked_teams(notice).where(TeamReach.below_id.not_in(said)).order_by(TeamReach.below_id)
    return list(session.scalars(silent))


def recall(session: Session, notice_id: int, *, today: date, at: datetime) -> int:
    """Remind the teams that have not acknowledged a notice, and return how many there are.

    Before its day they alone are told; once it has passed the sender hears too how many are silent. A second
    worker, or a second run, finds it done.
    """
    notice = session.get_one(PolicyNotice, notice_id, populate_existing=True)
    breaks = breaks_of(session, notice.network_id)
    by = notice.acknowledge_by
    if by is None or not wants_recall(by, notice.reminded_on, today, breaks):
        return 0
    if not _note(session, notice, today):
        return 0
    silent = silent_teams(session, notice)
    if not silent:
        return 0
    passed = is_past(by, today, breaks)
    when = day_words(by)
    subject = (
        _("Still to acknowledge, since %(day)s: %(title)s", day=when, title=notice.title)
        if passed
        else _("To acknowledge by %(day)s: %(title)s", day=when, title=notice.title)
    )
    _tell(session, notice, editors_of(session, silent), "recall", subject, at)
    if passed:
        asked = session.scalars(asked_teams(notice)).all()
        subject = ngettext(
            "%(count)s of %(all)s teams has not acknowledged: %(title)s",
            "%(count)s of %(all)s teams have not acknowledged: %(title)s",
            len(silent), all=len(asked), title=notice.title,
        )  # fmt: skip
        _tell(session, notice, editors_of(session, {notice.team_id}), "recalled", subject, at)
    return len(silent)


def _note(session: Session, notice: PolicyNotice, today: date) -> bool:
    """Write down that teams are reminded today; false where another worker was first."""
    before, column = notice.reminded_on, PolicyNotice.reminded_on
    same = column.is_(None) if before is None else column == before
    taken = session.execute(
        update(PolicyNotice)
        .where(PolicyNotice.id == notice.id, same)
        .values(reminded_on=today)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], taken).rowcount == 1


def _tell(
    session: Session, notice: PolicyNotice, people: set[int], kind: str, subject: str, at: datetime
) -> None:
    notify(
        session, people, kind=f"feedback.{kind}", subject=subject, network_id=notice.network_id, at=at,
        path=f"/feedback/notices/{notice.public_id}",
    )  # fmt: skip
