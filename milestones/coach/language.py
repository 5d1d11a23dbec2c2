"""Whether a sentence is in English, the only language that the coach reads. Pure."""

import re

_ENGLISH = """
the of and to in will that for with by be is are all our we at on as an each every from have has their this
use who which not or it can per a
"""
_OTHERS = """
el la los las del de que en y con por para una un se es son más al su sus cada nuestros nuestras le les des du
et dans pour sur avec chaque nos os da do dos das em uma não der die das und mit für von
"""
_ENGLISH_WORDS, _OTHER_WORDS = frozenset(_ENGLISH.split()), frozenset(_OTHERS.split())
_WORD = re.compile(r"[^\W\d_]+")


def is_english(text: str) -> bool:
    """Say whether a sentence made plain may be English: its small words are not those of other languages.

    Known are the small words of Spanish, French, Portuguese and German; two of them are needed, so that
    "Los Angeles" or "de facto" in an English sentence do no harm.
    """
    found = _WORD.findall(text)
    others, english = (
        sum(word in _OTHER_WORDS for word in found),
        sum(word in _ENGLISH_WORDS for word in found),
    )
    return others < 2 or others <= english
