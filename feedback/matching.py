"""Which theme a new item may belong to, by the words they share. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import Generic, TypeVar

Key = TypeVar("Key")

_COMMON_WORDS = """
    a about after all also an and any are as at be because been before but by can cannot could do does
    done each every few for from get gets had has have here how if in into is it its just less many may
    more most must no none not of off on one only or other our out over own per same school schools she
    should so some still such take takes teacher teachers than that the their them then there these they
    this those through to too two under until up us use very was way we week weeks were what when where
    which while who why will with without would year you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
ENOUGH = 0.18  # of the item's own words, by weight; below this nothing is proposed


def words_of(text: str) -> tuple[str, ...]:
    """Return the telling words of a text in order: lower case, endings cut, no common ones."""
    found = (_stem(word) for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in _COMMON)
    return tuple(found)


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


@dataclass(frozen=True)
class Proposal(Generic[Key]):
    """A theme that may fit: how well (0 to 1), and the shared words as the item writes them."""

    theme: Key
    fit: float
    words: tuple[str, ...]


def propose(text: str, themes: Sequence[tuple[Key, str]], most: int = 3) -> list[Proposal[Key]]:
    """Return the themes whose words fit *text* best, best first; none when nothing fits well enough.

    A word counts for more the fewer themes use it.

    Args:
        text: what the new item says.
        themes: a key and the words of each theme: its title, summary and the titles in it.
        most: how many to return.
    """
    bags = [(key, frozenset(words_of(words))) for key, words in themes]
    use = Counter(word for _, bag in bags for word in bag)
    own = dict.fromkeys(words_of(text))
    weight = {word: log(1 + (len(bags) + 1) / (1 + use[word])) for word in own}
    total = sum(weight.values())
    if not total:
        return []
    found = [
        Proposal(key, sum(weight[word] for word in own if word in bag) / total, _as_written(text, own, bag))
        for key, bag in bags
    ]
    good = [each for each in found if each.fit >= ENOUGH]
    return sorted(good, key=lambda each: -each.fit)[:most]


def _as_written(text: str, own: Iterable[str], bag: frozenset[str]) -> tuple[str, ...]:
    shared = [word for word in own if word in bag]
    written = re.findall(r"[^\W\d_]{3,}", text)
    return tuple(next(w for w in written if _stem(w.lower()) == word) for word in shared)
