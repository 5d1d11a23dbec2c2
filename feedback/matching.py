"""Which reports are like one another, by the words they share. Pure.

Likeness is the cosine between texts weighted by TF-IDF: a word counts for more the fewer texts use it. The
weights are those of scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``, which a test holds them against;
the package itself would take 65 MB of every process that serves. What is found is proposed with the shared
words, and never joined by itself.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt
from typing import Generic, TypeVar

Key = TypeVar("Key")

_COMMON_WORDS = """
    a about after all also an and any are as at be because been before but by can cannot come could do does
    done each every few for from get gets had has have here how if in into is it its just late less many may
    more most must no none not of off on one only or other our out over own per same school schools she
    should so some still such take takes teacher teachers than that the their them then there these they
    this those through to too two under until up us use very was way we week weeks were what when where
    which while who why will with without would year you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[^\W\d_]{3,}")
ENOUGH = 0.1  # cosine, 0 to 1; below this nothing is proposed
WEAK_ALONE = 0.3  # one shared word proposes only where the texts hold little else


def words_of(text: str) -> list[str]:
    """Return the telling words of a text in order: lower case, endings cut, no common ones."""
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word[:-1] if word.endswith("e") and len(word) > 4 else word  # "minute" as "minut(es)"


@dataclass(frozen=True)
class Proposal(Generic[Key]):
    """What may fit: its key, how well (0 to 1), and the shared words as the new text writes them."""

    theme: Key
    fit: float
    words: tuple[str, ...]


def propose(text: str, known: Sequence[tuple[Key, str]], most: int = 3) -> list[Proposal[Key]]:
    """Return what is most like *text*, best first; none when nothing is like enough.

    Args:
        text: what the new item says.
        known: a key and the words of each theme (its title, summary, some titles in it), or of each report.
        most: how many to return.
    """
    counts = [Counter(words_of(each)) for each in (text, *(words for _key, words in known))]
    if not known or not counts[0]:
        return []
    own, *others = _weights(counts)
    shared = [own.keys() & other.keys() for other in others]
    fits = [fsum(own[word] * others[place][word] for word in words) for place, words in enumerate(shared)]
    order = sorted(range(len(known)), key=lambda place: (-fits[place], place))
    found = []
    for place in order[: most * 2]:
        if fits[place] >= (ENOUGH if len(shared[place]) > 1 else WEAK_ALONE):
            found.append(Proposal(known[place][0], fits[place], _as_written(text, shared[place])))
    return found[:most]


def _weights(counts: Sequence[Mapping[str, int]]) -> list[dict[str, float]]:
    """Return what each word of each text weighs; the squares of a text's weights sum to one.

    Sums are exact, so that the same words in another order weigh the same.
    """
    texts_with = Counter(word for words in counts for word in words)
    rarity = {word: log((1 + len(counts)) / (1 + many)) + 1 for word, many in texts_with.items()}
    found = []
    for words in counts:
        raw = {word: (1 + log(many)) * rarity[word] for word, many in words.items()}
        length = sqrt(fsum(weight * weight for weight in raw.values()))
        found.append({word: weight / length for word, weight in raw.items()})
    return found


def _as_written(text: str, shared: Collection[str]) -> tuple[str, ...]:
    """Return the shared words once each, as the text writes them and in its order."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        stem = _stem(word.lower())
        if stem in shared and word.lower() not in _COMMON:
            found.setdefault(stem, word)
    return tuple(found.values())
