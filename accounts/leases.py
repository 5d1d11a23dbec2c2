"""Counting what happens too often to write each time: a process takes a handful of turns at once.

The database counts handfuls, whole, whoever asks at the same moment, so all processes together never give out
more than the limit. What a process has taken and does not use is lost until the next window: where several
processes serve one caller it may be a few less.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

_QUEUES = 64
MOST_KEPT = 10_000  # callers that one process remembers; beyond that those of earlier windows are dropped


class Leases:
    """The turns that this process holds, by caller and window."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues = tuple(Lock() for _ in range(_QUEUES))
        self._held: dict[str, tuple[datetime, int]] = {}

    def take(
        self,
        subject: str,
        window: datetime,
        limit: int,
        handful: int,
        claim: Callable[[int], int],
        let_go: Callable[[], None] = lambda: None,
    ) -> bool:
        """Take one turn and say whether there was one.

        Args:
            subject: who, and what for.
            window: beginning of the window that the turn is taken in.
            handful: how many turns are claimed at once.
            claim: adds so many to the count that all processes share, and returns the new count.
            let_go: gives back what others may need (a connection) before this thread may have to wait.
        """
        quickly = self._take_held(subject, window)
        if quickly is not None:
            return quickly
        let_go()
        # One caller's threads wait for each other: who asks while the first claims is not refused in vain.
        with self._queues[hash(subject) % _QUEUES]:
            quickly = self._take_held(subject, window)
            if quickly is not None:
                return quickly
            got = min(handful, limit - (claim(handful) - handful))  # the last handful may be smaller
            with self._lock:
                self._forget(window)
                # Below nothing: all is given out, and nobody asks the database again in this window.
                self._held[subject] = (window, got - 1 if got > 0 else -1)
            return got > 0

    def _take_held(self, subject: str, window: datetime) -> bool | None:
        """Take a turn that this process holds; ``None`` where it has to ask for more."""
        with self._lock:
            since, left = self._held.get(subject, (window, 0))
            if since != window or left == 0:
                return None
            if left > 0:
                self._held[subject] = (window, left - 1)
            return left > 0

    def _forget(self, window: datetime) -> None:
        if len(self._held) >= MOST_KEPT:
            self._held = {who: held for who, held in self._held.items() if held[0] == window}


def minute_of(at: datetime) -> datetime:
    """Return the beginning of the minute that *at* lies in, UTC."""
    return datetime.fromtimestamp(int(at.timestamp()) // 60 * 60, UTC)
