"""Which kind a sentence is, from the classes of wording in it. Pure."""

from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.parts import Target
from milestones.coach.reading import Kind


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


def kind_of(text: str, signs: Signs) -> Kind:
    """Return the kind of a sentence made plain."""
    outcome = signs.performance and (signs.student or signs.assessment or bool(words.RATE.search(text)))
    if outcome and (signs.target or words.RATE.search(text)) and not signs.adult:
        return Kind.INTERIM_TARGET
    if signs.adult and signs.target and signs.when:
        return Kind.MILESTONE
    return Kind.ACTION_STEP if words.DELIVERABLES.search(text) else Kind.NOT_MEASURABLE
