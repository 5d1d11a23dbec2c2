"""Saying our sentences in a network's own nouns, whole or not at all. Pure.

Colorado itself went from *benchmark* and *interim measure* to *milestone* and *interim target*: a network
chooses its labels. Every sentence that we say passes :mod:`nic_platform.text`; where the network has words
of its own they take the place of ours there, before anybody's own text is filled in, so that what people
wrote is never touched. A word that also means something else (to plan) is only taken where it is the noun.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

LONGEST = 60  # letters of an own word
_FINE = re.compile(r"[^\W_](?:[\w '’.,/()-]*[\w.)])?")  # words; no sign that means something in a page
Pair = tuple[str, str]
Own = Mapping[str, Pair]

# How our sentences call each noun, longest first. "question" is not here: it is asked in too many senses.
_FORMS: Mapping[str, tuple[Pair, ...]] = {
    "milestone": (("implementation milestone", "implementation milestones"), ("milestone", "milestones")),
    "interim_target": (("interim target", "interim targets"),),
    "action_step": (("action step", "action steps"),),
    "plan": (("plan", "plans"),),
    "priority": (("performance priority", "performance priorities"), ("priority", "priorities")),
    "root_cause": (("root cause", "root causes"),),
    "strategy": (
        ("major improvement strategy", "major improvement strategies"),
        ("improvement strategy", "improvement strategies"),
        ("strategy", "strategies"),
    ),
    "strand": (("strand", "strands"),),
    "cycle": (("cycle", "cycles"),),
    "change_idea": (("change idea", "change ideas"),),
    "ramp": (("ramp", "ramps"),),
    "barrier": (("barrier", "barriers"),),
    "solution": (("solution", "solutions"),),
    "success": (("success", "successes"),),
    "team": (("implementation team", "implementation teams"), ("team", "teams")),
    "hub": (("district hub", "district hubs"), ("hub", "hubs")),
    "network": (("network", "networks"),),
    "touchpoint": (("touchpoint", "touchpoints"),),
    "agency_goal": (("agency goal", "agency goals"),),
    "template": (("strategy template", "strategy templates"),),
}
# These are nouns only behind one of the words below (or in the plural): "your plan", not "plan a visit".
_ONLY_AS_NOUN = frozenset({"plan", "success"})
_BEFORE_A_NOUN = (
    "the|this|that|your|our|its|their|each|every|no|one|any|of|whole|another|new|present|school|’s|’|or"
)
# Where "plan" is the first stage of a cycle, and where words belong to others' names.
_KEPT = (
    r"the plan comes next|more of the plan: data|finish the plan and begin|a plan is open, filled|to plan\b"
    r"|is the plan, the line|run(?:s)? behind the plan|behind the plan|ahead of plan"
)


def is_fine(word: object) -> bool:
    """Say whether a word can stand in a sentence: letters, figures, spaces, plain signs, not too long."""
    return isinstance(word, str) and len(word) <= LONGEST and _FINE.fullmatch(word) is not None


def own_pairs(words: Mapping[str, object] | None) -> dict[str, Pair]:
    """Return the pairs of *words* (key → singular and plural) that can be said; others are left out."""
    found = {}
    for noun, pair in (words or {}).items():
        if isinstance(pair, list | tuple) and len(pair) == 2 and all(is_fine(each) for each in pair):
            found[noun] = (str(pair[0]), str(pair[1]))
    return found


def first_up(words: str) -> str:
    """Return *words* with a capital first; the rest stays as it was typed: "SMART goal" keeps its letters."""
    return words[:1].upper() + words[1:]


def article(word: str) -> str:
    """Return "a" or "an" for a word as it is spoken."""
    low = word.lower()
    if re.match(r"(?:hour|honest|honou?r|heir)", low):
        return "an"
    if re.match(r"(?:u[bcfhijkqrst]?[aeiou]|uni|use|usu|eu|one\b|once\b|ou[ai])", low):
        return "a"
    letters = re.match(r"[B-DF-HJ-NP-TV-Z]{2,}\b", word)  # spelt out, as MTSS is; SMART is read as a word
    if letters:
        return "an" if word[0] in "FHLMNRSX" else "a"
    return "an" if low[:1] in set("aeiou") else "a"


class Wording:
    """The sentences of one network: ours, with its nouns in place of ours."""

    def __init__(self, own: Own) -> None:
        self._own = dict(own)
        self._known: dict[str, str] = {}
        nouns = {}
        for key, forms in _FORMS.items():
            if key in own:
                for one, many in forms:
                    nouns[one], nouns[many] = (key, 0), (key, 1)
        self._nouns = nouns
        listed = "|".join(sorted(map(re.escape, nouns), key=len, reverse=True)) or r"(?!)"
        keys = "|".join(sorted(map(re.escape, own), key=len, reverse=True)) or r"(?!)"
        self._pattern = re.compile(
            rf"(?P<kept>{_KEPT}|<[^>]*>)"
            rf"|(?P<article>\b[Aa]n?\s+)?(?:%\((?P<named>{keys})\)s"
            rf"|(?P<before>(?:\b|(?=’))(?:{_BEFORE_A_NOUN})\s+)?(?P<noun>\b(?:{listed})\b))"
            rf"|(?P<place>%\(\w+\)[sd])",
            re.IGNORECASE,
        )

    def say(self, message: str) -> str:
        """Return a sentence of ours in the network's words. Places such as ``%(team)s`` stay as they are."""
        if message not in self._known:
            self._known[message] = self._pattern.sub(lambda match: self._put(match, message), message)
        return self._known[message]

    def _put(self, match: re.Match[str], message: str) -> str:
        if match["kept"] or match["place"]:
            return match[0]
        if match["named"]:
            key = match["named"].lower()
            if not match["article"]:
                return match[0]
            return self._article(match["article"], self._own[key][0]) + f"%({match['named']})s"
        key, at = self._nouns[match["noun"].lower()]
        if key in _ONLY_AS_NOUN and at == 0 and not (match["article"] or match["before"]):
            return match[0]
        word = self._own[key][at]
        if match["noun"][0].isupper():
            word = first_up(word)
        if match["article"]:
            return self._article(match["article"], word) + word
        return (match["before"] or "") + word

    @staticmethod
    def _article(found: str, word: str) -> str:
        space = found[len(found.rstrip()) :]
        made = article(word)
        return (made.capitalize() if found[0].isupper() else made) + space


@lru_cache(maxsize=256)
def _made(pairs: tuple[tuple[str, Pair], ...]) -> Wording:
    return Wording(dict(pairs))


def wording_of(own: Own) -> Wording | None:
    """Return how a network with these words speaks; none for one that has none of its own."""
    return _made(tuple(sorted(own.items()))) if own else None
