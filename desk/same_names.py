"""Whom a name in words stands for, where tasks and milestones name people in words. Pure.

A name alike but for capitals and spaces is the same. Where the words could mean somebody else too, or only
look like the name, they stand for nobody until a person says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

_BETWEEN = re.compile(r"(\s*(?:[,;/&+\n]|\band\b|\bwith\b)\s*)", re.IGNORECASE)
_TITLES = frozenset({"mr", "mrs", "ms", "mx", "miss", "dr"})


class Fit(StrEnum):
    """How well words fit a person."""

    SURE = "sure"
    PERHAPS = "perhaps"


def plain(words: str) -> str:
    """Return words without what tells no names apart: capitals, spaces, marks at the ends."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split()).strip(" .,;:()")


def _bare(words: str) -> str:
    """Return plain words without accents, dots, hyphens and apostrophes too."""
    apart = unicodedata.normalize("NFKD", plain(words))
    kept = (letter if letter.isalnum() else " " for letter in apart if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())


def fit(words: str, name: str, others: Iterable[str] = ()) -> Fit | None:
    """Say whether words stand for a person; ``None`` where they don't.

    Args:
        words: what is written, as "rosa delgado", "Rosa", "R. Delgado" or "Rosa and Tom".
        name: the person's whole name.
        others: the whole names of everybody else it could be.
    """
    said, whole, beside = plain(words), plain(name), [plain(other) for other in others]
    if not said or not whole:
        return None
    if said == whole:
        return Fit.PERHAPS if whole in beside else Fit.SURE
    if said in beside:
        return None
    first = whole.split()[0]
    if said == first:
        shared = any(other.split()[:1] == [first] for other in beside)
        return Fit.PERHAPS if shared else Fit.SURE
    if _looks_like(_bare(words).split(), _bare(name).split()):
        return Fit.PERHAPS
    parts = _BETWEEN.split(words)[::2]
    return Fit.PERHAPS if len(parts) > 1 and any(fit(part, name, others) for part in parts) else None


def _looks_like(said: Sequence[str], name: Sequence[str]) -> bool:
    """Say whether words look like a name: accents or a middle name left out, an initial, a last name."""
    if said == name:
        return True
    if len(said) == 1 or (len(said) == 2 and said[0] in _TITLES):
        return len(name) > 1 and said[-1] == name[-1]
    if len(said) < 2 or len(name) < 2:
        return False
    return _alike(said[0], name[0]) and _alike(said[-1], name[-1])


def _alike(one: str, other: str) -> bool:
    """Say whether two words are the same, or one is the other's initial."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def also_fits(words: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return which of some people words could mean too, in their order."""
    return tuple(other for other in others if fit(words, other))


def replaced(words: str, name: str, new: str) -> str:
    """Return words with a person's name in the place of another's; who else is named there stays."""
    parts = _BETWEEN.split(words)
    if (
        len(parts) == 1
        or fit(words, name) is Fit.SURE
        or _looks_like(_bare(words).split(), _bare(name).split())
    ):
        return new
    return "".join(new if place % 2 == 0 and fit(part, name) else part for place, part in enumerate(parts))
