"""How often somebody may take a plan out or ask the coach: counted before the work is done."""

from accounts import limits, rules


def count_export(user_id: int) -> None:
    """Count one download.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    limits.count_once(rules.export_tries(user_id))


def count_reading(user_id: int) -> None:
    """Count one sentence that the coach reads for the API.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    limits.count_once(rules.coach_tries(user_id))
