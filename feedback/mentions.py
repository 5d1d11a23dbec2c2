"""People who are named in a conversation: found by "@" and their name, or chosen from a list. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """Somebody of a team on the track who can be told."""

    key: int
    id: UUID
    name: str
    team_id: int
    team: str


def named(text: str, people: Sequence[Person]) -> frozenset[int]:
    """Return the people whom a text names with "@": "@Rosa Delgado", or "@Rosa" where only one is called so.

    Capital letters don't matter. The longest name that fits is meant; a first name that several bear names
    nobody, and a full name that several bear names them all.
    """
    found: set[int] = set()
    rest = text
    for name in sorted({person.name for person in people if person.name}, key=len, reverse=True):
        pattern = re.compile(r"(?<!\w)@" + re.escape(name) + r"(?!\w)", re.IGNORECASE)
        if pattern.search(rest):
            found |= {person.key for person in people if person.name == name}
            rest = pattern.sub(" ", rest)
    for first in re.findall(r"(?<!\w)@(\w+)", rest):
        keys = {person.key for person in people if _first(person.name) == first.casefold()}
        if len(keys) == 1:
            found |= keys
    return frozenset(found)


def _first(name: str) -> str:
    return (name.split() or [""])[0].casefold()


def once(people: Iterable[Person]) -> list[Person]:
    """Return each person once, under the first of their teams, by name."""
    seen: dict[int, Person] = {}
    for person in people:
        seen.setdefault(person.key, person)
    return sorted(seen.values(), key=lambda person: (person.name.casefold(), person.key))
