"""How often somebody may take a plan out or ask the coach: counted before the work is done."""

from flask import g
from werkzeug.exceptions import TooManyRequests

from accounts import rules, sign_in_services
from nic_platform import clock
from nic_platform.database import session, transaction


def count_export(user_id: int) -> None:
    """Count one download.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    _count(rules.export_tries(user_id))


def count_reading(user_id: int) -> None:
    """Count one sentence that the coach reads for the API.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    _count(rules.coach_tries(user_id))


def _count(tries: tuple[rules.Try, ...]) -> None:
    """Count one try, in a transaction of its own."""
    at = clock.now()
    session().rollback()  # the next statement takes the lock for writing
    g.writes = True
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, tries, at=at)
    g.writes = False
    if not allowed:
        raise TooManyRequests(retry_after=rules.seconds_left(at))
