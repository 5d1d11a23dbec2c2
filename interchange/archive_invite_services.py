"""Tells people who got an account with an imported network how to come in."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform import notices
from nic_platform.text import _

BATCH = 500


def tell_new_people(
    session: Session, user_ids: Collection[int], network: str, *, base_url: str, at: datetime
) -> int:
    """Write to each of these people, and return how many there were.

    The mail holds no secret: the page it names sends a link to the address of an account.
    """
    numbers, count = sorted(user_ids), 0
    for start in range(0, len(numbers), BATCH):
        query = select(User.email).where(User.id.in_(numbers[start : start + BATCH])).order_by(User.id)
        for address in session.scalars(query):
            body = _(
                "The work of %(network)s is here now, with yours in it. Your account has this address. "
                "Open this page and ask for a link to sign in; you can set a password afterwards.",
                network=network,
            )  # fmt: skip
            notices.mail(
                session, address, kind="interchange.moved", body=f"{body}\n\n{base_url}/sign-in", at=at,
                subject=_("%(network)s has moved", network=network),
            )  # fmt: skip
            count += 1
    return count
