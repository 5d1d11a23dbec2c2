"""What is known of an idea as text, to be kept and read again: every number as it was. Pure.

The evidence of a large network takes seconds to work out, and is the same for everybody who reads it. So it
is kept (:mod:`variation.kept_evidence_services`) with the time at which it was made, and told to each reader
(:mod:`variation.for_reader`) from here.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from variation.evidence_rows import Found

T = TypeVar("T")


@dataclass(frozen=True)
class IdeaPage:
    """What the page of an idea tells beside the pooled change: all of it without any team.

    ``began`` holds the days on which teams began to test it, with how many did; ``verdicts`` how their
    predictions came out.
    """

    found: Found
    began: tuple[tuple[int, int], ...] = ()
    verdicts: tuple[tuple[str, int], ...] = ()

    @property
    def began_days(self) -> list[date]:
        """Return the day of each team's first cycle, in order."""
        return [date.fromordinal(day) for day, teams in self.began for _each in range(teams)]


@dataclass(frozen=True)
class Making:
    """When the evidence of a network's ideas was worked out, and by the kinds of which attributes."""

    made_at: datetime
    attributes: frozenset[str] = field(default_factory=frozenset)

    def holds(self, like: tuple[str, str] | None) -> bool:
        """Say whether the evidence is kept of teams of a kind; of all teams it is."""
        return like is None or like[0] in self.attributes


def kind_key(like: tuple[str, str] | None) -> str:
    """Return under which name the evidence of a kind of teams is kept: "grades:K-5", "" for all teams."""
    return ":".join(like) if like else ""


def written(thing: Any) -> str:
    """Return a row of evidence as text."""
    return json.dumps(asdict(thing), default=_plain, separators=(",", ":"))


def _plain(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def read(kind: type[T], text: str) -> T:
    """Return a row of evidence from its text, equal to the one that was written."""
    of: Any = kind
    found: T = _maker(of)(json.loads(text))
    return found


@lru_cache(maxsize=64)
def _maker(kind: Any) -> Callable[[Any], Any]:
    """Return what makes of plain data what a field's type says: rows, tuples of them, words of a list."""
    if get_origin(kind) is tuple:
        return _of_tuple(get_args(kind))
    if NoneType in get_args(kind):
        make = _maker(next(each for each in get_args(kind) if each is not NoneType))
        return lambda data: None if data is None else make(data)
    if is_dataclass(kind):
        return _of_row(kind)
    return kind if isinstance(kind, type) and issubclass(kind, Enum | UUID) else _as_it_is


def _of_tuple(inner: tuple[Any, ...]) -> Callable[[Any], Any]:
    makers = [_maker(each) for each in inner if each is not Ellipsis]
    if inner[-1] is Ellipsis:
        return lambda data: tuple(map(makers[0], data))
    return lambda data: tuple(make(each) for make, each in zip(makers, data, strict=True))


def _of_row(kind: Any) -> Callable[[Any], Any]:
    hints = get_type_hints(kind)
    makers = [(each.name, _maker(hints[each.name])) for each in fields(kind)]
    return lambda data: kind(**{name: make(data[name]) for name, make in makers})


def _as_it_is(value: Any) -> Any:
    return value
