"""Which kind a sentence is, from the classes of wording in it. Pure."""

import re
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.parts import Target
from milestones.coach.reading import Kind

_ACTION_START = re.compile(
    rf"(?:(?:we|staff|teachers|the \w+|school) (?:will |shall )?)?(?:to )?(?:{words._verb(words.ACTION_VERBS)})\b"
)
_VAGUE_START = re.compile(
    rf"(?:(?:we|staff|teachers|the [\w ]+|school|district) (?:will |shall )?)?(?:to )?(?:{words._verb(words.VAGUE_VERBS)})\b"
)


@dataclass(frozen=True)
class Signs:
    """What was noticed in a sentence."""

    adult: bool
    student: bool
    performance: bool
    assessment: bool
    target: Target | None
    when: When
    has_how: bool
    has_purpose: bool


def first_people(text: str) -> str:
    """Return whether adults or students are named first: "adult", "student" or ""."""
    adult, student = words.ADULTS.search(text), words.STUDENTS.search(text)
    if adult and (not student or adult.start() < student.start()):
        return "adult"
    return "student" if student else ""


def kind_of(text: str, signs: Signs) -> Kind:
    """Return the kind of a sentence made plain."""
    measured = signs.target is not None or bool(words.RATES.search(text)) or signs.assessment
    outcome = signs.performance and (signs.student or signs.assessment or bool(words.RATES.search(text)))
    if outcome and measured and first_people(text) != "adult" and (signs.target or words.RATES.search(text)):
        return Kind.INTERIM_TARGET
    if signs.adult and signs.target and signs.when:
        return Kind.MILESTONE
    if signs.target and signs.when.rhythms:
        return Kind.MILESTONE
    if _ACTION_START.match(text) and words.DELIVERABLES.search(text):
        if words.AGENCY.search(text) and not words.SCHOOL.search(text):
            return Kind.AGENCY_MILESTONE
        return Kind.ACTION_STEP
    if _VAGUE_START.match(text) and not signs.target:
        return Kind.NOT_MEASURABLE
    return Kind.ACTION_STEP if words.DELIVERABLES.search(text) else Kind.NOT_MEASURABLE
