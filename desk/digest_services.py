"""Making one mail of what waits for somebody's digest."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session

from accounts.models import User
from desk.digest_queries import Waiting, pending
from desk.reader_queries import no_longer_read
from nic_platform import clock, digests, jobs
from nic_platform.notice_kinds import DIGEST_KIND
from nic_platform.notices import MAIL_JOB
from nic_platform.tables import Notice
from nic_platform.text import in_language


def send_digest(session: Session, person: Waiting, *, base_url: str, at: datetime) -> bool:
    """Put somebody's digest into the outbox; say whether there was one.

    What they may not read any more is left out. Whoever takes the person's turn first sends it: a second
    worker, or the same one after a restart, finds it taken. The notices in it count as mailed with the same
    transaction.
    """
    taken = session.execute(
        update(User)
        .where(User.id == person.user_id)
        .where(
            or_(
                User.digest_sent_at.is_(None),
                User.digest_sent_at < person.turn(at),
                User.digest_sent_at > at + clock.FAR_AHEAD,
            )
        )
        .values(digest_sent_at=at)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], taken).rowcount != 1:
        return False
    waiting = pending(session, person.user_id)
    if not waiting:
        return False
    last = waiting[-1].id
    hidden = no_longer_read(session, person.user_id, [each.kept for each in waiting])
    found = [each for each in waiting if each.id not in hidden]
    _mark(session, Notice.id.in_(sorted(hidden)), mail_state="none")
    if not found:
        return False
    lines = [each.line for each in found]
    with in_language(session.scalar(select(User.locale).where(User.id == person.user_id))):
        subject = digests.subject(lines)
        body = digests.body(lines, base_url=base_url, zone=person.quiet.zone)
    session.add(
        Notice(
            network_id=found[-1].network_id, user_id=person.user_id, kind=DIGEST_KIND, on_page=False,
            is_last=any(each.is_last for each in found), subject=subject, path="/notices", created_at=at,
            mail_after=at, body=body,
        )
    )  # fmt: skip
    mine = and_(Notice.user_id == person.user_id, Notice.mail_state == "digest", Notice.id <= last)
    _mark(session, mine, mail_state="sent", mailed_at=at)
    session.flush()
    jobs.nudge(session, MAIL_JOB)
    return True


def _mark(session: Session, which: ColumnElement[bool], **values: Any) -> None:
    session.execute(update(Notice).where(which).values(**values).execution_options(synchronize_session=False))
