"""The pictures of networks that were built last, kept in this process for the requests to come. Pure.

One picture a network, with the version of its graph and the day: whatever changes the graph raises the
version in the same transaction, so an older picture is never asked for again and makes room for the newer.
Only what was committed is put here.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
UNSAVED = "graph_unsaved"
"""Where a session notes the networks whose graph its running transaction changed."""


def is_unsaved(info: Mapping[Any, Any], network_id: int | None) -> bool:
    """Say whether a session's running transaction changed this graph: what it sees may still be undone."""
    return network_id in info.get(UNSAVED, ())


class Recent(Generic[Value]):
    """The newest value of each of the few things that were used last. Threads may share it."""

    def __init__(self, most: int) -> None:
        """Keep the values of at most *most* things."""
        self.is_on = True
        self._most = most
        self._lock = Lock()
        self._building: defaultdict[Hashable, Lock] = defaultdict(Lock)
        self._kept: OrderedDict[Hashable, tuple[Any, Value]] = OrderedDict()

    def take(self, thing: Hashable, state: Any, build: Callable[[], Value]) -> Value:
        """Return the value of a thing in a state, built where it isn't kept.

        Of many who ask at once one builds and the others wait for it.

        Args:
            state: grows with each change of the thing; a value of an older state never replaces a newer one.
        """
        found = self._get(thing, state)
        if found is not None:
            return found
        with self._lock:
            building = self._building[thing]
        with building:
            found = self._get(thing, state)
            if found is None:
                found = build()
                self._put(thing, state, found)
        return found

    def _get(self, thing: Hashable, state: Any) -> Value | None:
        with self._lock:
            kept = self._kept.get(thing)
            if kept is None or kept[0] != state:
                return None
            self._kept.move_to_end(thing)
            return kept[1]

    def _put(self, thing: Hashable, state: Any, value: Value) -> None:
        with self._lock:
            if thing in self._kept and self._kept[thing][0] > state:
                return
            self._kept[thing] = (state, value)
            self._kept.move_to_end(thing)
            while len(self._kept) > self._most:
                gone, _value = self._kept.popitem(last=False)
                self._building.pop(gone, None)

    def states(self) -> dict[Hashable, Any]:
        """Return what is kept, each thing with the state it was in."""
        with self._lock:
            return {thing: state for thing, (state, _value) in self._kept.items()}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)
