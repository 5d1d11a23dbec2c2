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
    nothing = _why_unmeasurable(case)
    if nothing:
        return Kind.NOT_MEASURABLE, nothing
    clause = case.signs.clause
    if _counts_adults(case) or _picks_students(case):
        return _adult_kind(case)
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
        return Kind.NOT_MEASURABLE, _because_vague()
    return _adult_kind(case)


def _why_unmeasurable(case: Case) -> str | None:
    """Return why a sentence can't be measured, where that is plain from a rule; else ``None``."""
    if not re.search(r"[^\W_]", case.text):
        return _("There is nothing to read yet.")
    if "not_english" in case.problems:
        return _("The coach reads English only, so it can't tell what this is.")
    if case.is_counted:
        return None
    if case.problems & UNMEASURABLE and not _has_substance(case):
        return _("It names nothing that could be checked on a day: no level, and no finished thing.")
    if _only_intends(case):
        return _("It says what is meant to be done, not what will be there on a day.")
    if _only_gets_training(case):
        return _(
            "Training is an adult action, but there is no target: what will they do afterwards, and "
            "how many of them?"
        )
    return _because_vague() if _only_wishes(case) else None


def _because_vague() -> str:
    return _("Two people could disagree on whether this was met: it names no level and no finished thing.")


def _has_substance(case: Case) -> bool:
    """Say whether a sentence with a bad beginning still names something that can be checked."""
    if case.problems & {"continuing"}:
        return bool(case.when.rhythms) and bool(words.DELIVERABLES.search(case.text))
    if case.problems & {"training_without_audience_or_result"}:
        return bool(
            case.when
            or any(found[0] not in _ANYBODY for found in words.ADULTS.finditer(case.text))
            or re.search(r"\b(?:on|in|about) (?!needed)[a-z]{3}", case.text)
        )
    return False


_ANYBODY = frozenset(
    ["teacher", "teachers", "staff", "faculty", "educators", "employees", "personnel", "adults"]
)


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


_PEOPLE_WISH = re.compile(
    r"(?:recruit|hire|attract|develop|grow|retain|support|employ|identify|select|value)(?:ing)?"
    r"(?:(?:, (?:and |& )?| and | & )(?:recruit|hire|attract|develop|grow|retain|support|keep|inspire|value"
    r"|empower|reward|select|train|engage|celebrate)(?:ing)?)+ (?!(?:an? )?[a-z-]* ?(?:plan|system|program))"
)
_FEELS = frozenset(words.stem(word) for word in ["feel", "believe", "thrive", "value", "respect", "belong"])
_WORKFORCE = re.compile(rf"{words.ADULTS.pattern}|\b(?:workforce|talent|people|candidates|applicants)\b")
_BETTER = re.compile(
    r"(?:make|have|be|get|show|use|build|give)(?:ing)? (?:an? |the )?(?:[a-z]+ ){0,2}?(?:better|greater"
    r"|stronger"
    r"|deeper|fuller|wiser|more effective|best)\b"
)


def _only_wishes(case: Case) -> bool:
    """Say whether an undated sentence only wishes well: a slogan, good people kept, better use of a thing."""
    clause = case.signs.clause
    if case.when or case.signs.is_measured:
        return False
    is_feeling = clause.shape is Shape.CLAUSE and clause.verb in _FEELS and bool(case.signs.people)
    is_slogan = clause.shape is Shape.NOUN and case.target is not None and case.target.is_all
    wish = _PEOPLE_WISH.match(clause.core)
    is_of_people = bool(wish and _WORKFORCE.search(clause.core, wish.end()) and not case.how)
    return is_slogan or is_feeling or is_of_people or bool(_BETTER.match(clause.core))


def _counts_adults(case: Case) -> bool:
    """Say whether a sentence counts what adults do: so many of them, or what is often said of students."""
    signs, clause = case.signs, case.signs.clause
    if not (signs.is_measured and signs.people == "adults") or signs.is_performance:
        return False
    is_share = signs.has_share_of_people and case.is_counted and not words.ASSESSMENTS.search(case.text)
    moves = words.forms(words.CHANGE_VERBS, clause.verb)
    return (is_share and not moves) or bool(words.ADULT_MEASURE.search(clause.core))


_PICKS = frozenset(
    words.stem(word)
    for word in [
        "identify",
        "select",
        "refer",
        "place",
        "group",
        "enroll",
        "screen",
        "invite",
        "list",
        "flag",
        "assign",
        "contact",
        "call",
        "pull",
        "schedule",
    ]
)


def _picks_students(case: Case) -> bool:
    """Say whether adults pick out students by a number: "Identify students scoring below level 2 and …"."""
    clause = case.signs.clause
    of_students = words.STUDENTS.search(" ".join(clause.rest.split()[:4]))
    is_deed = clause.shape is Shape.ORDER and clause.verb in _PICKS and not case.signs.is_change
    return bool(is_deed and of_students)


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
    clause = case.signs.clause
    is_subject = bool(words.AGENCY_SUBJECT.match(clause.subject))
    if clause.shape is Shape.CLAUSE and case.signs.people and not is_subject:
        return False
    told = (clause.verb in words.AGENCY_VERBS) + 2 * is_subject
    agency, school = words.count(words.AGENCY, case.text) + told, words.count(words.SCHOOL, case.text)
    is_weak = agency == 1 and bool(words.WEAK_AGENCY.search(case.text))
    return agency > school and not is_weak


def _is_paced(case: Case) -> bool:
    """A milestone has a level that can be followed: a share or count of people, or a rhythm for all."""
    target, core = case.target, case.signs.clause.core
    counts_object = case.signs.clause.shape is Shape.ORDER and target is not None and target.unit == "count"
    if case.is_counted and not counts_object and (case.when or re.search(r"<share>|<change>", core)):
        return True
    if case.is_counted and counts_object and "<change>" in core:
        return True
    is_of_schools = bool(words.INSTITUTIONS.search(case.signs.clause.subject))
    everyone = target is not None and target.is_all and (case.signs.has_share_of_people or is_of_schools)
    if everyone and (case.when or case.how or case.when.rhythms):
        return True
    by_adults = case.signs.people in ("adults", "we") and case.how is not None and case.how.is_tool
    if by_adults:
        return bool(case.when.rhythms or parts.is_countable(case.text))
    gets = case.signs.people == "students" and case.signs.clause.verb in _GETS
    if gets and case.how is not None and case.how.is_tool and case.when.rhythms:
        return True
    counts_deeds = case.signs.people == "adults" and case.signs.clause.shape is Shape.CLAUSE
    return counts_deeds and bool(case.when.rhythms) and parts.is_countable(case.text)
