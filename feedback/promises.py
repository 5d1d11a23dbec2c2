"""Promises on the network's calendar: a break stops their clock. Pure: dates in, dates and words out.

Whoever promises an answer in 21 days promises 21 days on which school is on, weekends counted, as people say
it. Breaks and the summer between two school years are left out, for the team that holds an item as for the
one that waits.
"""

from datetime import date
from math import ceil

from teams.breaks import Breaks, is_past

NUDGE_SHARE = 4  # a holder is reminded when a quarter of the promise is left,
NUDGE_MOST = 3  # and never earlier than this many days before
LAST_CALL = 3  # days before its day on which a policy notice is recalled


def nudge_days(promised: int) -> int:
    """Return how many days before a promise passes its holder is reminded: a quarter of it, one to three."""
    return max(1, min(NUDGE_MOST, ceil(promised / NUDGE_SHARE)))


def wants_nudge(
    held_on: date | None, due_on: date | None, nudged_on: date | None, today: date, breaks: Breaks
) -> bool:
    """Say whether the holder of an item is to be reminded now that its promise is about to pass.

    Once; not on the day the item came; and not any more when the promise has passed.
    """
    if due_on is None or held_on is None or nudged_on is not None or today <= held_on:
        return False
    left = breaks.between(today, due_on)
    return today <= due_on and left <= nudge_days(breaks.between(held_on, due_on))


def wants_recall(by: date | None, recalled_on: date | None, today: date, breaks: Breaks) -> bool:
    """Say whether teams that have not acknowledged a policy notice are to be told of it again.

    Three days before the day they were asked to do it *by*, and once more when that day has passed.
    """
    if by is None:
        return False
    if is_past(by, today, breaks):
        return recalled_on is None or recalled_on <= by
    return recalled_on is None and breaks.between(today, by) <= LAST_CALL
