"""What is noticed in a sentence: signs that the rules read, and that the learned weights add up. Pure.

Every sign has a name that a person can read ("subject: students", "measured performance"), so that a weight
in `weights.json` says what was learned.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from milestones.coach import words
from milestones.coach.clause import Clause, Shape
from milestones.coach.dates import When

_SIGNS = re.compile(r"<\w+>")
_NEGLIGIBLE = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "and",
        "or",
        "for",
        "by",
        "with",
        "at",
        "from",
        "as",
        "is",
        "are",
        "be",
        "will",
        "that",
        "this",
        "our",
        "we",
        "it",
        "its",
        "their",
        "they",
        "all",
        "each",
        "every",
        "which",
        "who",
        "have",
        "has",
        "been",
        "was",
        "were",
        "would",
        "can",
        "should",
        "may",
        "not",
        "than",
        "then",
        "so",
        "if",
        "into",
        "about",
        "s",
        "t",
    ]
)
_LED = re.compile(
    r"\bas (?:measured|evidenced|shown|demonstrated|indicated|reported|determined|documented|assessed)\b"
    r"|\bmeasured by\b"
)
_INCREASE = re.compile(
    r"\b(?:increase|decrease|reduction|improvement|decline|growth|drop|gain)s? (?:of|in)\b"
)
_FAMILIES = re.compile(
    r"^(?:<share>|<n>|all|every|each|at least|of|the|our|\s)*(?:[a-z'-]+ ){0,2}(?:families|family|parents?"
    r"|caregivers?|guardians?)\b"
)


@dataclass(frozen=True)
class Signs:
    """What was noticed. The group of people is that of the subject: "adults", "students", "we" or ""."""

    clause: Clause
    people: str
    is_measured: bool
    has_share_of_people: bool
    is_change: bool
    is_performance: bool
    named: frozenset[str]


def people_in(text: str) -> str:
    """Return which people are named first: "adults", "students" or ""."""
    bare = words.STUDENT_AS_ADJECTIVE.sub(lambda match: "x" * len(match[0]), text)
    adult, student = words.ADULTS.search(bare), words.STUDENTS.search(bare)
    if adult and (not student or adult.start() < student.start()):
        return "adults"
    return "students" if student else ""


def notice(text: str, when: When, clause: Clause) -> Signs:
    """Return what is noticed in a sentence made plain."""
    subject, core = clause.subject, clause.core
    people = "we" if re.match(r"(?:we|i|they|she|he)\b", subject) else people_in(subject)
    if _FAMILIES.search(subject) and not re.match(r"students?\b", subject):
        people = "adults"
    measured = bool(re.search(r"<(?:share|n|change)>", _without_labels(core)))
    of_adults = words.ADULT_MEASURE.search(core)
    rest = words.ADULT_MEASURE.sub(" ", core)
    performance = bool(words.PERFORMANCE.search(words.STUDENT_AS_ADJECTIVE.sub(" ", rest)))
    if of_adults and not performance and not words.STUDENTS.search(rest):
        people = "adults"
    share = bool(
        re.match(
            r"(?:(?:at least|over|more than|about|approximately|that) )*(?:<share>|<n>|all|every|each)",
            subject,
        )
    )
    change = (
        "<change>" in core or words.forms(words.CHANGE_VERBS, clause.verb) or bool(_INCREASE.search(core))
    )
    signs = Signs(clause, people, measured, share and bool(people), change, performance, frozenset())
    return Signs(
        clause, people, measured, signs.has_share_of_people, change, performance,
        frozenset(_named(text, when, signs)),
    )  # fmt: skip


def _without_labels(core: str) -> str:
    """Take out numbers that only name something: tier 1, grades 3 to 5, phase 2, SB 191."""
    return re.sub(
        r"\b(?:tier|tiers|grade|grades|phase|step|goal|title|level|year|part|unit|module|cohort|domain"
        r"|priority|k|gr)"
        r"(?:\W*<n>)+|<n>[ -]*(?:grade|grader|century|graders|st|nd|th)\b|\bk-? ?<n>",
        " ", core,
    )  # fmt: skip


def _named(text: str, when: When, signs: Signs) -> Iterator[str]:
    yield from _of_shape(signs)
    yield from _of_measure(text, when, signs)
    yield from _of_objects(signs)
    yield from _of_classes(signs, bool(when))
    length = len(signs.clause.core.split())
    if len(signs.clause.main) < len(signs.clause.core):
        yield "says what for"
    yield f"length: {next((name for most, name in _LENGTHS if length <= most), '26+')}"


_TASK = re.compile(
    r"(?:[a-z-]+ )?(?:training|collaboration|identification|development|implementation|selection|purchase"
    r"|installation"
    r"|observation|use|review|creation|adoption|approval|participation|completion|analysis|study|sharing"
    r"|coordination"
    r"|alignment|distribution|administration|meetings?|workshops?|conferences?|sessions?"
    r"|professional development|enrollment"
    r"|integration|publication|coaching|visits?|tutoring|monitoring|presentation|launch|updates?|education"
    r"|outreach)"
    r" (?:of|on|with|for|in|between|to|by|and)\b"
)
_LENGTHS = ((3, "1-3"), (6, "4-6"), (12, "7-12"), (25, "13-25"))


def _of_shape(signs: Signs) -> Iterator[str]:
    clause = signs.clause
    yield f"shape: {clause.shape}"
    if clause.is_passive:
        yield "passive"
    if clause.shape is Shape.CLAUSE:
        kind = signs.people or "thing"
        if words.RATE.search(clause.subject) or (
            words.PERFORMANCE.search(clause.subject) and signs.people != "adults"
        ):
            kind = f"measure of {signs.people or 'something'}"
        elif signs.has_share_of_people:
            kind = f"share of {signs.people}"
        elif not signs.people and words.INSTITUTIONS.search(clause.subject):
            kind = "school or district"
        yield f"subject: {kind}"
        if kind in ("school or district", "we") and (signs.is_performance or words.RATE.search(clause.rest)):
            yield "subject: we or a school, performance"
        yield from (f"subject: {kind} {name}" for name in _classes_of_verb(clause.verb))
    if signs.people == "students" and clause.verb in words.SAYING_VERBS:
        yield "students say"
    if _TASK.match(clause.core) and clause.shape in (Shape.NOUN, Shape.GERUND):
        yield "a task as a noun"
    yield from (f"{clause.shape} {name}" for name in _classes_of_verb(clause.verb))
    yield f"verb: {clause.verb}"


def _classes_of_verb(verb: str) -> Iterator[str]:
    classes = {
        "does": words.ACTION_VERBS, "vague verb": words.VAGUE_VERBS, "changes": words.CHANGE_VERBS,
        "results": words.OUTCOME_VERBS,
    }  # fmt: skip
    found = [name for name, verbs in classes.items() if verb in verbs]
    yield from found or ["other verb"]
    if "does" in found and "vague verb" not in found:
        yield "only does"
    if "vague verb" in found and "does" not in found:
        yield "only vague verb"


def _of_measure(text: str, when: When, signs: Signs) -> Iterator[str]:
    core = signs.clause.core
    flags = {
        "share": "<share>" in core, "number": "<n>" in core, "from-to": "<change>" in core,
        "dated": bool(when),
        "rhythm": bool(when.rhythms), "measured": signs.is_measured,
        "led by a measure": bool(_LED.search(text)),
        "rate": bool(words.RATE.search(core)), "assessment": bool(words.ASSESSMENTS.search(core)),
    }  # fmt: skip
    yield from (name for name, there in flags.items() if there)
    counted = signs.is_measured or flags["led by a measure"] or flags["rate"]
    yield "counted" if counted else "not counted"
    if not counted and not when and not when.rhythms:
        yield "neither counted nor dated"
    if signs.is_performance:
        yield "counted performance" if counted else "performance not counted"
        if signs.people != "adults":
            yield (
                "counted performance, not of adults" if counted else "performance not counted, not of adults"
            )
    if counted and words.ADULT_WORK.search(core):
        yield "counted work of adults"
        if signs.is_change:
            yield "counted change in work of adults"
    if signs.is_change and counted and flags["assessment"] and signs.people != "adults":
        yield "counted change in an assessment"
    if signs.is_change:
        yield "counted change" if counted else "change not counted"


def _of_objects(signs: Signs) -> Iterator[str]:
    clause, first = signs.clause, signs.clause.first
    found = [name for name, pattern in _OBJECTS.items() if pattern.search(first)]
    for name in found:
        yield f"acts on {name}"
        yield from (f"{kind} {name}" for kind in _classes_of_verb(clause.verb))
    at_once = " ".join(clause.rest.split()[:3])
    yield from (f"acts at once on {name}" for name in found if _OBJECTS[name].search(at_once))
    if not found:
        yield "acts on nothing known"


_OBJECTS = {
    "deliverable": words.DELIVERABLES, "abstract": words.ABSTRACT, "performance": words.PERFORMANCE,
    "practice": words.PRACTICES, "students": words.STUDENTS, "adults": words.ADULTS,
    "training": words.TRAINING, "rate": words.RATE,
}  # fmt: skip


_DEEDS = re.compile(r"(?:\band|,|/) (?:then )?([a-z]+)")
_PLAIN_DEEDS = words.ACTION_VERBS - words.VAGUE_VERBS - words.CHANGE_VERBS


def _of_classes(signs: Signs, is_dated: bool) -> Iterator[str]:
    core = signs.clause.main
    for name, pattern in _OBJECTS.items():
        many = words.count(pattern, core)
        if many:
            yield f"has {name}"
        if many > 2:
            yield f"has much {name}"
    abstract, concrete = words.count(words.ABSTRACT, core), words.count(words.DELIVERABLES, core)
    if abstract > concrete:
        yield "more abstract than concrete"
    if abstract and not concrete:
        yield "only abstract"
    deeds = len(_DEEDS.findall(core)) and sum(
        words.stem(word) in _PLAIN_DEEDS for word in _DEEDS.findall(core)
    )
    does = signs.clause.verb in _PLAIN_DEEDS
    if does and deeds:
        yield "several deeds"
    if does and is_dated:
        yield "dated deed"
    if does and len(core.split()) > 11:
        yield "deed told at length"
    if people_in(core):
        yield f"first people: {people_in(core)}"


def stems(clause: Clause) -> Iterable[str]:
    """Return the stems of a core's words and of neighbours, for the learned weights."""
    kept = _stems(clause.main)
    yield from {f"word: {word}" for word in kept if not word.startswith("<")}
    yield from {f"word: {word} as an aim" for word in _stems(clause.core[len(clause.main) :])}
    yield from {f"words: {one} {two}" for one, two in pairwise(kept)}


def _stems(text: str) -> list[str]:
    found = [words.stem(word) for word in re.findall(r"<\w+>|[a-z]+(?:'[a-z]+)?", text)]
    return [word for word in found if word not in _NEGLIGIBLE and len(word) > 1]
