"""The pictures of networks that were built last, kept in this process for the requests to come. Pure.

A key holds the version of the network's graph and the day: whatever changes the graph raises the version
in the same transaction, so an old picture is never asked for again and needs no clearing. Only what was
committed is put here.
"""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
UNSAVED = "graph_unsaved"
"""Where a session notes the networks whose graph its running transaction changed."""


def is_unsaved(info: Mapping[Any, Any], network_id: int | None) -> bool:
    """Say whether a session's running transaction changed this graph: what it sees may still be undone."""
    return network_id in info.get(UNSAVED, ())


class Recent(Generic[Value]):
    """The few values that were used last. Threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep at most *most* values."""
        self.is_on = True
        self._most = most
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, and let go of the one that was used longest ago when there are too many."""
        with self._lock:
            if not self.is_on:
                return
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)
