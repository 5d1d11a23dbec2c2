"""Counting what people take away, so that nobody drains a network file by file."""

from flask import g
from werkzeug.exceptions import TooManyRequests

from accounts import rules, sign_in_services
from nic_platform import clock
from nic_platform.database import session, transaction


def count_download(user_id: int) -> None:
    """Count one download, in a transaction of its own.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    at = clock.now()
    session().rollback()  # the next statement takes the lock for writing
    g.writes = True
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, rules.export_tries(user_id), at=at)
    g.writes = False
    if not allowed:
        raise TooManyRequests(retry_after=rules.seconds_left(at))
