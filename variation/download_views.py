"""Counting what people take away, so that nobody drains a network file by file."""

from accounts import limits, rules


def count_download(user_id: int) -> None:
    """Count one download, in a transaction of its own.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    limits.count_once(rules.export_tries(user_id))
