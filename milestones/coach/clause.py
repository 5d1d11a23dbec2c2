"""The bones of a sentence: who or what it is about, its verb, and what the verb acts on. Pure.

No grammar of English: just the few shapes in which plans are written ("X% of [who] will [verb] …", "[Verb]
…", "[Noun] of …"), told apart by helping verbs and by where the verb stands.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.plain import NUMBER

_TOKEN = re.compile(r"<\w+>|[a-z]+(?:-[a-z]+)*(?:'[a-z]+)?")
_HELPERS = frozenset(["will", "shall", "would", "can", "must", "should", "may", "'ll"])
_BEING = frozenset(["is", "are", "was", "were", "has", "have", "had"])
_SKIP = frozenset(
    [
        "be",
        "been",
        "being",
        "have",
        "has",
        "had",
        "not",
        "also",
        "successfully",
        "all",
        "fully",
        "consistently",
        "regularly",
        "continue",
        "work",
        "to",
        "able",
        "both",
        "each",
        "collaboratively",
        "effectively",
        "actively",
        "together",
        "then",
        "begin",
        "start",
        "further",
        "clearly",
        "jointly",
    ]
)
_OPENERS = re.compile(
    r"^(?:(?:our|the|my|this|one)? ?(?:school'?s? |overall |annual |smart |main |primary "
    r"|district'?s? )*(?:goals?|aim|objective|target|priority)"
    r"(?: for [^,]{3,40})? (?:is|are|will be)(?: for)? |we (?:want|plan|intend|aim|hope|aspire"
    r"|would like) |in order |to )?(?:to )?"
)
_WHO_STOPS = re.compile(r"\b(?:that|which|who|whose|where|when)\b")
_SHOWS = re.compile(
    r"^[^,;]{3,110}? (?:will |can |would |should )?(?:show|find|demonstrate|indicate|reveal|reflect"
    r"|confirm|document)(?:s|ing)?"
    r"(?: that)? (?=(?:at least |over |more than |about )?(?:\d|all\b|every\b|each\b|half\b|three quarters"
    r"|two thirds|x{2,3})|that\b)"
)


class Shape(StrEnum):
    """How a sentence is built."""

    CLAUSE = "clause"
    ORDER = "order"
    GERUND = "gerund"
    NOUN = "noun"


@dataclass(frozen=True)
class Clause:
    """A sentence's bones. ``subject`` and ``rest`` are plain words, dates and numbers as ``<date>``, ``<n>``…

    ``at`` is where the core begins in the plain text, after a leading date and "… will show that".
    """

    shape: Shape
    subject: str
    verb: str
    rest: str
    is_passive: bool
    core: str
    at: int = 0

    @property
    def first(self) -> str:
        """Return what the verb acts on: the first words after it, not what it is for."""
        return " ".join(main_part(self.rest).split()[:7])

    @property
    def main(self) -> str:
        """Return the core without what it is for."""
        return main_part(self.core)


_AIM = re.compile(
    r"\b(?:in order to|so that|so as to|so all|so every|ensuring|in ensuring|with the goal of|leading to"
    r"|to (?:[a-z]+ly |better |further )?(?:ensure|increase|improve|reduce|support|help|strengthen|inform"
    r"|eliminate|enhance|build|meet|allow|enable|provide|make|track|monitor|address|identify|raise|close"
    r"|determine|review|plan|align|adjust|create|inspire|maximize|promote|foster|give|serve|deliver|drive"
    r"|challenge|prepare|become|become|engage|achieve|obtain|secure|keep|sustain|maintain|reach))\b"
)


def main_part(core: str) -> str:
    """Return the words before those that say what something is for; all of them if it begins so."""
    aim = _AIM.search(core, 12)
    return core[: aim.start()] if aim else core


def skeleton(text: str, when: When) -> str:
    """Return the plain text with dates, rhythms, shares and numbers as signs of one length-free form."""
    pieces, at = [], 0
    marks = [(found.start, found.end, " <date> ") for found in when.moments]
    marks += [(start, end, " <rhythm> ") for start, end in when.rhythms]
    for start, end, sign in sorted(marks):
        if start >= at:
            pieces += [text[at:start], sign]
            at = end
    text = "".join([*pieces, text[at:]])
    text = re.sub(r"(?<![\d.])(?: ?#/)?% of\b|(?<=^)# of\b", "percentage of", text)
    text = _CHANGE.sub(" <change> ", text)
    text = _SHARE.sub(" <share> ", text)
    return _NUMBER.sub(" <n> ", text)


_CHANGE = re.compile(
    r"\b(?:from|at) (?:\w+ )?(?:the )?\$?\.?\d[\d.,]*(?:st|nd|rd|th)?(?: ?%| percent"
    r"| percentile)?(?: \([^)]*\))?"
    r"(?: [a-z]+){0,3},? to (?:at least |over |the |fewer than |less than |under |below "
    r"|no more than )?\$?\.?\d[\d.,]*(?:st|nd|rd|th)?(?: ?%| percent)?"
    r"|(?<![\d.])\d+(?:\.\d+)?% ?(?:->|→) ?\d+(?:\.\d+)?%"
)
_SHARE = re.compile(
    rf"\b{NUMBER}(?: more| additional)? (?:percent|per cent)\b|"
    r"(?<![\w.])(?:\d{1,3}(?:\.\d+)?|x{1,3}|\.\d+)\+? ?(?:%\+?|percent\b|percentage points?\b|per cent\b)"
    r"|\b(?:half|two[- ]thirds|three[- ]quarters|one[- ]third|a third|a quarter|(?:\w+) out of (?:\w+|\d+)"
    r"|\d+ (?:of|out of)"
    r" (?:our |the |every )?\d+)\b"
)
_NUMBER = re.compile(r"(?<![\w<])[$#]?\d[\d,.]*(?:st|nd|rd|th|x|k)?\b")


def read(text: str, when: When) -> Clause:
    """Return the bones of a sentence made plain."""
    core = skeleton(text, when).strip(" .;:")
    core = re.sub(r"^(?:<\w+>[ ,;:./-]*)*(?:<date>|<rhythm>)[ ,;:-]+", "", core)
    core = re.sub(r"^\([^)]*\)\s*", "", core)
    core = _without_topic(core)
    core = _AIM_FIRST.sub("", core)
    core = _SHOWS.sub("", core)
    opened = _OPENERS.match(core)
    bare = core[opened.end() :] if opened else core
    tokens = _TOKEN.findall(bare)
    helper = next((i for i, token in enumerate(tokens[:40]) if token in _HELPERS), None)
    if tokens and _is_order(tokens) and not (helper is not None and helper <= 3):
        is_gerund = tokens[0].endswith("ing") and tokens[0] not in words.BASE_IN_ING
        shape = Shape.GERUND if is_gerund else Shape.ORDER
        return Clause(shape, "", words.stem(tokens[0]), " ".join(tokens[1:]), False, bare)
    if helper is not None:
        return _clause(tokens, helper, bare)
    being = next((i for i, token in enumerate(tokens[:30]) if i and token in _BEING), None)
    if being is not None:
        return _clause(tokens, being, bare)
    acts = next((i for i in range(1, min(9, len(tokens))) if _acts(tokens, i)), None)
    if acts is not None:
        return Clause(
            Shape.CLAUSE,
            " ".join(tokens[:acts]),
            words.stem(tokens[acts]),
            " ".join(tokens[acts + 1 :]),
            False,
            bare,
        )
    verb = words.stem(tokens[0]) if tokens else ""
    return Clause(Shape.NOUN, " ".join(tokens[:4]), verb, " ".join(tokens[1:]), False, bare)


_AIM_FIRST = re.compile(
    r"^(?:in order )?to [^,<>]{8,120}, (?=(?:we|the|all|each|our|teachers|staff|students)\b.* will\b)"
)
_TOPIC = re.compile(r"^(?:[\w&/'.,-]+ ){0,3}[\w&/'.,-]+ ?(?::| -) (?=(?:\S+ ){2})")


def _without_topic(core: str) -> str:
    """Take off a topic in front ("Mathematics - To improve …"); people stay: "4th grade: 68% will …"."""
    topic = _TOPIC.match(core)
    if not topic or words.STUDENTS.search(topic[0]) or words.ADULTS.search(topic[0]) or "<" in topic[0]:
        return core
    return core[topic.end() :]


def _is_order(tokens: list[str]) -> bool:
    first, second = tokens[0], tokens[1] if len(tokens) > 1 else ""
    if second == "of" or first in _NOT_ORDERS:
        return False
    known = words.stem(first) in words.ACTION_VERBS | words.VAGUE_VERBS | words.CHANGE_VERBS
    if first.endswith("ing"):
        return known and second not in ("for", "will", "and")
    return known and words.stem(first) in (first, first.removesuffix("e")) and not first.endswith("s")


_NOT_ORDERS = frozenset(
    ["staff", "board", "coaching", "training", "meeting", "meetings", "teaching", "being"]
)


_FAMILIES = re.compile(r"\b(?:families|parents|caregivers|guardians)\b")


def _acts(tokens: list[str], index: int) -> bool:
    """Say whether people are named before *index* and a verb in the present stands there."""
    before, token = " ".join(tokens[:index]), tokens[index]
    named = (
        words.ADULTS.search(before)
        or words.STUDENTS.search(before)
        or tokens[0] in ("we", "they", "i", "he", "she")
        or _FAMILIES.search(before)
    )
    known = (
        words.stem(token) in words.ACTION_VERBS | words.VAGUE_VERBS | words.OUTCOME_VERBS | words.CHANGE_VERBS
    )
    is_noun = token.endswith("ing") or words.ADULTS.fullmatch(token) or words.STUDENTS.fullmatch(token)
    return bool(named and known and not is_noun)


def _clause(tokens: list[str], helper: int, core: str) -> Clause:
    index = helper + 1
    while index < len(tokens) - 1 and (tokens[index] in _SKIP or tokens[index].endswith("ly")):
        index += 1
    verb = tokens[index] if index < len(tokens) else ""
    if verb in ("a", "an", "the", "their", "at"):
        verb, index = tokens[helper], helper
    passive = (
        "be" in tokens[helper:index] or "been" in tokens[helper:index] or tokens[helper] in ("is", "are")
    )
    return Clause(
        Shape.CLAUSE, " ".join(tokens[:helper]), words.stem(verb), " ".join(tokens[index + 1 :]),
        passive and (verb.endswith("ed") or verb in words._IRREGULAR), core,
    )  # fmt: skip
