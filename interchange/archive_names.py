"""Which inner number goes with which public id, for millions of rows: 24 to 32 bytes each. Pure."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

_LONG = 16  # bytes of a public id


class NamesByNumber(Mapping[int, str]):
    """Public ids by inner number; made of pairs whose numbers rise."""

    def __init__(self, pairs: Iterable[tuple[int, UUID]]) -> None:
        self._numbers, self._names = array("q"), bytearray()
        for number, name in pairs:
            self._numbers.append(number)
            self._names += name.bytes

    def __getitem__(self, number: int) -> str:
        """Return the public id of a row."""
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            raise KeyError(number)
        return str(UUID(bytes=bytes(self._names[place * _LONG : (place + 1) * _LONG])))

    def __iter__(self) -> Iterator[int]:
        """Yield the numbers, lowest first."""
        return iter(self._numbers)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)


class NumbersByName(Mapping[str, int]):
    """Inner numbers by public id, of rows in the order of their file."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names; their numbers follow with :meth:`give`.

        Raises:
            KeyError: one is no public id.
        """
        import numpy as np  # only large archives wait for it

        held = bytearray()
        for name in names:
            held += _bytes(name)
        halves = np.frombuffer(bytes(held), dtype=">u8").reshape(-1, 2)
        order = np.lexsort((halves[:, 1], halves[:, 0]))
        self._order = order
        self._high = halves[order, 0].astype(np.uint64)
        self._low = halves[order, 1].astype(np.uint64)
        self._numbers = array("q")

    def give(self, numbers: Iterable[int]) -> None:
        """Give each row its number, in the order of the file."""
        self._numbers = array("q", numbers)

    @property
    def numbers(self) -> Sequence[int]:
        """Return the numbers in the order of the file."""
        return self._numbers

    def __getitem__(self, name: str) -> int:
        """Return the number of a row."""
        wanted = int.from_bytes(_bytes(name))
        high, low = wanted >> 64, wanted & (1 << 64) - 1
        place = int(self._high.searchsorted(self._high.dtype.type(high)))
        while place < len(self) and int(self._high[place]) == high:
            if int(self._low[place]) == low:
                return self._numbers[int(self._order[place])]
            place += 1
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Yield the public ids, in their own order."""
        pairs = zip(self._high, self._low, strict=True)
        return (str(UUID(int=int(high) << 64 | int(low))) for high, low in pairs)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._order)


def _bytes(name: str) -> bytes:
    try:
        return UUID(name).bytes
    except ValueError:
        raise KeyError(name) from None
