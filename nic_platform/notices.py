"""The outbox: what people are told. Written in the transaction of the change; a job sends the mail."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from nic_platform import jobs
from nic_platform.tables import Notice

MAIL_JOB = "send mail"


def notify(
    session: Session,
    user_ids: Iterable[int],
    *,
    kind: str,
    subject: str,
    body: str = "",
    path: str = "",
    network_id: int | None = None,
    at: datetime,
    by_mail: bool = True,
) -> None:
    """Tell each person once, on the page and, unless *by_mail* is false, by mail.

    Args:
        kind: a short code such as ``feedback.answered``, for filters and preferences.
        path: where the page is, such as ``/feedback/…``; mail puts the installation's address before it.
    """
    for user_id in sorted(set(user_ids)):
        session.add(
            Notice(
                network_id=network_id, user_id=user_id, kind=kind, subject=subject[:300], body=body,
                path=path, created_at=at, mail_after=at, mail_state="waiting" if by_mail else "none",
            )
        )  # fmt: skip
    if by_mail:
        jobs.nudge(session, MAIL_JOB)


def mail(session: Session, address: str, *, kind: str, subject: str, body: str, at: datetime) -> None:
    """Send one mail to an address, with no notice on a page: invitations, sign-in links, resets."""
    session.add(
        Notice(
            address=address,
            kind=kind,
            subject=subject[:300],
            body=body,
            on_page=False,
            created_at=at,
            mail_after=at,
        )
    )
    jobs.nudge(session, MAIL_JOB)
