"""Reading who waits for a digest, and what it will hold."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.reader_queries import Kept
from nic_platform import clock
from nic_platform.digests import Line
from nic_platform.quiet import Quiet, known_zone, last_turn
from nic_platform.tables import Notice
from teams.models import Network


@dataclass(frozen=True)
class Waiting:
    """Somebody with notices for their next digest; ``oldest_at`` is when the first of them was written."""

    user_id: int
    how: str
    hour: int
    sent_at: datetime | None
    oldest_at: datetime
    quiet: Quiet

    def turn(self, at: datetime) -> datetime:
        """Return the latest time, not after *at*, at which a digest of theirs was due."""
        return last_turn(at, self.how, self.hour, self.quiet.zone)

    def is_due(self, at: datetime) -> bool:
        """Say whether the digest goes out now: its hour has come since the last, and it may come now."""
        turn = self.turn(at)
        ahead = at + clock.FAR_AHEAD  # what is further ahead was written before the clock was set back
        fresh = self.sent_at is None or self.sent_at < turn or self.sent_at > ahead
        waited = self.oldest_at <= turn or self.oldest_at > ahead
        return fresh and waited and self.quiet.until(at) is None


def waiting(session: Session) -> list[Waiting]:
    """Return everybody whom a notice waits for that goes into a digest; one statement."""
    rows = session.execute(
        select(
            User.id, User.digest, User.digest_hour, User.digest_sent_at, func.min(Notice.created_at),
            User.time_zone, func.min(Network.time_zone), User.quiet_from, User.quiet_until,
            User.quiet_weekends,
        )
        .join(Notice, Notice.user_id == User.id)
        .outerjoin(Network, Network.id == Notice.network_id)
        .where(Notice.mail_state == "digest", User.mail_notices | Notice.is_last, User.disabled_at.is_(None))
        .group_by(User.id)
        .order_by(User.id)
    )  # fmt: skip
    found = []
    for user_id, how, hour, sent_at, oldest, own, common, begins, ends, weekends in rows:
        zone = known_zone(own, known_zone(common, Quiet.zone))
        found.append(Waiting(user_id, how, hour, sent_at, oldest, Quiet(zone, begins, ends, weekends)))
    return found


@dataclass(frozen=True)
class Pending:
    """One notice for a digest."""

    id: int
    network_id: int | None
    is_last: bool
    line: Line

    @property
    def kept(self) -> Kept:
        """Return what says whether its reader may still read of it."""
        return Kept(self.id, self.network_id, self.line.kind, self.line.path)


def pending(session: Session, user_id: int) -> list[Pending]:
    """Return what waits for somebody's digest, oldest first."""
    rows = session.execute(
        select(Notice.id, Notice.network_id, Notice.is_last, Notice.kind, Notice.subject, Notice.path,
               Notice.created_at, func.coalesce(Network.name, ""))
        .outerjoin(Network, Network.id == Notice.network_id)
        .where(Notice.user_id == user_id, Notice.mail_state == "digest")
        .order_by(Notice.id)
    )  # fmt: skip
    return [Pending(*row[:3], Line(*row[3:])) for row in rows]
