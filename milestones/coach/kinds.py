"""Which kind a sentence is, and the sentence that says why. Pure.

Firm rules come first; else the learned weights say whether it tells what adults do, what students reach, or
nothing that could be checked; then rules tell the kinds of what adults do.
"""

import re
from dataclasses import dataclass

from milestones.coach import parts, weights, words
from milestones.coach.clause import Shape
from milestones.coach.dates import When
from milestones.coach.parts import How
from milestones.coach.problems import UNMEASURABLE
from milestones.coach.reading import Kind
from milestones.coach.signs import Signs, stems
from milestones.coach.targets import Target
from nic_platform.text import _

_INTENDS = frozenset(
    words.stem(word)
    for word in ["plan", "intend", "aim", "hope", "seek", "strive", "prepare", "try", "attempt"]
)
_GETS = frozenset(words.stem(word) for word in ["get", "receive", "have"])


@dataclass(frozen=True)
class Case:
    """All that a decision is made from."""

    text: str
    signs: Signs
    when: When
    target: Target | None
    how: How | None
    has_purpose: bool
    problems: frozenset[str]

    @property
    def is_counted(self) -> bool:
        """Say whether a number, not just "all", is promised."""
        return self.target is not None and not self.target.is_all


def kind_of(case: Case) -> tuple[Kind, str]:
    """Return the kind of a sentence made plain, and why."""
    if not case.is_counted:
        if case.problems & UNMEASURABLE and not _has_substance(case):
            return Kind.NOT_MEASURABLE, _(
                "It names nothing that could be checked on a day: no level, and no finished thing."
            )
        if _only_intends(case):
            return Kind.NOT_MEASURABLE, _(
                "It says what is meant to be done, not what will be there on a day."
            )
        if _only_gets_training(case):
            return Kind.NOT_MEASURABLE, _(
                "Training is an adult action, but there is no target: what will they do afterwards, and "
                "how many of them?"
            )
    clause = case.signs.clause
    if (
        case.signs.has_share_of_people
        and case.signs.people == "students"
        and clause.verb in words.SAYING_VERBS
    ):
        return Kind.INTERIM_TARGET, _(
            "It counts what students say of themselves or of school: an interim target."
        )
    shares = weights.shares([*case.signs.named, *stems(case.signs.clause)])
    group = max(shares, key=lambda name: shares[name])
    if group == "outcome":
        return Kind.INTERIM_TARGET, _because_outcome(case)
    if group == "vague" and not _is_concrete(case):
        return Kind.NOT_MEASURABLE, _(
            "Two people could disagree on whether this was met: it names no level and no finished thing."
        )
    return _adult_kind(case)


def _has_substance(case: Case) -> bool:
    """Say whether a sentence with a bad beginning still names something that can be checked."""
    if case.problems & {"continuing"}:
        return bool(case.when.rhythms) and bool(words.DELIVERABLES.search(case.text))
    if case.problems & {"training_without_audience_or_result"}:
        return bool(words.ADULTS.search(case.text)) or bool(
            re.search(r"\b(?:on|in|about) (?!needed)[a-z]{3}", case.text)
        )
    return False


def _is_concrete(case: Case) -> bool:
    """Say whether a deed leaves something that can be seen, as ordering, hiring and posting do."""
    clause = case.signs.clause
    by_people = clause.shape is Shape.ORDER or case.signs.people in ("adults", "we")
    first = clause.rest.split()[:3]
    joins_vague = any(words.stem(word) in words.VAGUE_VERBS for word in first)
    plain_object = bool(first) and not joins_vague and not words.ABSTRACT.search(" ".join(first))
    return bool(
        by_people
        and clause.verb in words.CONCRETE_VERBS
        and plain_object
        and not case.problems & UNMEASURABLE
    )


def _only_intends(case: Case) -> bool:
    """Say whether a sentence only says that something is meant to be done: "Plan to launch …"."""
    clause = case.signs.clause
    return (
        clause.verb in _INTENDS and clause.rest.startswith("to ") and not case.when and not case.has_purpose
    )


def _only_gets_training(case: Case) -> bool:
    clause = case.signs.clause
    gets = (
        clause.shape is Shape.CLAUSE
        and clause.verb in _GETS
        and bool(words.TRAINING.search(" ".join(clause.rest.split()[:4])))
    )
    return gets and case.signs.people == "adults" and not case.has_purpose and not case.when.rhythms


def _because_outcome(case: Case) -> str:
    found = words.PERFORMANCE.search(case.text) or words.ASSESSMENTS.search(case.text)
    if found:
        return _(
            "It measures what students reach (“%(words)s”), not what adults do: an interim target.",
            words=found[0],
        )
    return _("It measures what students reach, not what adults do: an interim target.")


def _adult_kind(case: Case) -> tuple[Kind, str]:
    if _is_agency(case):
        return Kind.AGENCY_MILESTONE, _(
            "It is something that an organisation will have finished: an agency's milestone."
        )
    if _is_paced(case):
        if case.signs.people == "students":
            return Kind.MILESTONE, _(
                "It tells what students get from adults, not how they perform: a milestone."
            )
        return Kind.MILESTONE, _(
            "It says how many adults do something, so its pace can be followed: a milestone."
        )
    return Kind.ACTION_STEP, _("It is a task, done or not done, that prepares a milestone: an action step.")


def _is_agency(case: Case) -> bool:
    if case.signs.clause.shape is Shape.CLAUSE and case.signs.people:
        return False
    does_as_agency = case.signs.clause.verb in words.AGENCY_VERBS
    agency, school = words.count(words.AGENCY, case.text), words.count(words.SCHOOL, case.text)
    return agency + does_as_agency > school


def _is_paced(case: Case) -> bool:
    """A milestone has a level that can be followed: a share or count of people, or a rhythm for all."""
    target, core = case.target, case.signs.clause.core
    counts_object = case.signs.clause.shape is Shape.ORDER and target is not None and target.unit == "count"
    if case.is_counted and not counts_object and (case.when or re.search(r"<share>|<change>", core)):
        return True
    if case.is_counted and counts_object and "<change>" in core:
        return True
    everyone = target is not None and target.is_all and case.signs.has_share_of_people
    if everyone and (case.when or case.how or case.when.rhythms):
        return True
    by_adults = case.signs.people in ("adults", "we") and case.how is not None and case.how.is_tool
    return by_adults and bool(case.when.rhythms or parts.is_countable(case.text))
