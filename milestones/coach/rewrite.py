"""The sentence in the frame of its kind, with a blank in brackets for what is missing. Pure.

The frame of a milestone is that of Colorado's guide to Implementation Milestones: By [date], [tool] will show
that [X%] of [who] are successfully [action]. What an agency writes gets a date and what it is for.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.plain import NUMBERS
from milestones.coach.reading import Kind
from nic_platform.text import SOURCE, _, in_language

_PREPOSED = re.compile(
    r"(?:by|beginning|starting|from|before|within|between|in|on|after|at|during|each|every|since|until"
    r"|through"
    r"|daily|weekly|monthly|quarterly|once|twice|no later than|prior to|as of|over|throughout|effective)\b",
    re.IGNORECASE,
)
_LED = re.compile(r"(?:in order to|so |to |with |for |leading|how|that|on how|learn how)\b", re.IGNORECASE)
_KNOWN = (
    words.ACTION_VERBS | words.VAGUE_VERBS | words.CHANGE_VERBS | words.OUTCOME_VERBS
    | {"student", "professional", "staff", words.stem("have")}
)  # fmt: skip
_COMMON = frozenset(
    [
        "A",
        "An",
        "The",
        "All",
        "Each",
        "Every",
        "At",
        "More",
        "Over",
        "Our",
        "We",
        "Our",
        "They",
        "He",
        "She",
        "I",
        "This",
        "Half",
        "Chronic",
        "Two",
        "Three",
        "Four",
        "Five",
        "Weekly",
        "Monthly",
        "Daily",
        "Quarterly",
        "First",
        "Second",
        "Third",
        "Fourth",
        "Fifth",
        "Instructional",
        "Parents",
        "Parent",
        "Families",
        "Family",
        "New",
        "School",
        "District",
        "Through",
        "Professional",
        "High",
        "Small",
        "Common",
        "Peer",
        "Summer",
        "After",
        "Before",
        "Special",
        "General",
        "Assistant",
        "Vertical",
        "Lead",
        "Book",
        "To",
        "No",
        "Percentage",
        "Bus",
        "Average",
    ]
)
_DOUBLED = frozenset(
    [
        "plan",
        "submit",
        "begin",
        "stop",
        "refer",
        "equip",
        "map",
        "log",
        "transmit",
        "permit",
        "drop",
        "commit",
        "embed",
        "run",
        "set",
    ]
)


@dataclass(frozen=True)
class Pieces:
    """What a rewrite is made of.

    ``core`` is the sentence without date, tool and purpose. ``is_order``: its verb comes first.
    ``is_framed``: a share or all of some people, then what they do, so that it fits the frame.
    """

    kind: Kind
    parts: Mapping[str, str]
    core: str
    is_order: bool
    is_framed: bool
    is_all: bool
    is_counted: bool
    is_perfect: bool
    problems: Collection[str]


def is_preposed(words_of: str) -> bool:
    """Say whether words begin as a date does that can be moved: "by …", "in …", "each …"."""
    return bool(_PREPOSED.match(words_of))


def rewrite(pieces: Pieces) -> str:
    """Return the sentence in its kind's frame: in English, as the sentence is, whoever reads it."""
    with in_language(SOURCE):
        return _rewritten(pieces)


def _rewritten(pieces: Pieces) -> str:
    when = _when(pieces.parts.get("when", ""))
    if pieces.kind is Kind.NOT_MEASURABLE:
        return _asking(pieces, when)
    if pieces.kind is Kind.AGENCY_MILESTONE:
        said = f"{when}, {lowered(pieces.core)}"
        aim = pieces.parts.get("purpose")
        return _with_aim(said, aim) if aim else _("%(said)s, in order to [what it is for]", said=said)
    if pieces.kind is Kind.ACTION_STEP:
        core = lowered(pieces.core)
        said = (
            _("%(when)s, %(who)s will %(what)s", when=when, who=_who(pieces), what=core)
            if pieces.is_order
            else f"{when}, {core}"
        )
        return _with_aim(said, pieces.parts.get("purpose"))
    said = _framed(pieces, when) if pieces.is_framed else _as_written(pieces, when)
    return _with_aim(said, pieces.parts.get("purpose"))


def _framed(pieces: Pieces, when: str) -> str:
    parts, is_outcome = pieces.parts, pieces.kind is Kind.INTERIM_TARGET
    how = lowered(parts.get("how", "")) or (_("[assessment or record]") if is_outcome else _("[tool]"))
    target, who = lowered(parts.get("target", "")) or _("[how many]"), _who(pieces)
    people = (
        f"{target} {who}"
        if pieces.is_all or pieces.is_counted or re.search(r"\d (?:of|out of|in) ", target)
        else _("%(target)s of %(who)s", target=target, who=who)
    )
    what = lowered(parts.get("what", ""))
    if is_outcome:
        verb = (
            ""
            if re.match(r"(?:reached|met|made|earned|[a-z]+s?\b)", what) and not _needs_are(what)
            else "are "
        )
        return _(
            "%(when)s, %(how)s will show that %(people)s %(what)s",
            when=when,
            how=how,
            people=people,
            what=f"{verb}{what}",
        )
    doing = _doing(what, is_perfect=pieces.is_perfect) or _("[what they will be seen doing]")
    if target in ("each", "every"):
        return _(
            "%(when)s, %(how)s will show that %(people)s is successfully %(what)s",
            when=when,
            how=how,
            people=people,
            what=doing,
        )
    return _(
        "%(when)s, %(how)s will show that %(people)s are successfully %(what)s",
        when=when,
        how=how,
        people=people,
        what=doing,
    )


def _needs_are(what: str) -> bool:
    first = what.split(" ", 1)[0]
    return first in (
        "proficient",
        "able",
        "on",
        "at",
        "above",
        "ready",
        "absent",
        "well",
        "below",
        "chronically",
    ) or first.endswith("ing")


def _as_written(pieces: Pieces, when: str) -> str:
    """Keep a sentence's own order where the frame does not fit it; put date and tool in their places."""
    core = lowered(pieces.core)
    if "target" not in pieces.parts:
        core = _("%(core)s [how many]", core=core)
    how = pieces.parts.get("how") or (
        _("[assessment or record]") if pieces.kind is Kind.INTERIM_TARGET else _("[tool]")
    )
    if pieces.is_order and pieces.kind is Kind.MILESTONE:
        core = _("%(who)s will %(what)s", who=_who(pieces), what=core)
    if pieces.parts.get("how") and pieces.parts["how"].lower() in core.lower():
        return f"{when}, {core}"
    return _("%(when)s, %(core)s, as shown by %(how)s", when=when, core=core, how=lowered(how))


def _asking(pieces: Pieces, when: str) -> str:
    """Return a frame that asks for what makes the sentence one that can be checked."""
    core, problems = lowered(pieces.core), pieces.problems
    if "meeting_without_purpose" in problems:
        return _("%(when)s, %(core)s, in order to [what will be decided]", when=when, core=core)
    if "training_without_audience_or_result" in problems:
        return _(
            "%(when)s, %(core)s for [how many] [who], in order to [what they will do afterwards]",
            when=when,
            core=core,
        )
    if "untargeted_outreach" in problems:
        return _(
            "%(when)s, %(core)s: [which group, reached how], in order to [what they will do then]",
            when=when,
            core=core,
        )
    if "report_without_content_or_use" in problems:
        return _("%(when)s, %(core)s, which shows [what], so that [who] can [do what]", when=when, core=core)
    blank = _(
        "%(when)s, %(how)s will show that %(target)s of %(who)s are successfully [what they will be seen "
        "doing]",
        when=when, how=lowered(pieces.parts.get("how", "")) or _("[tool]"),
        target=pieces.parts.get("target") or _("[how many]"), who=_who(pieces),
    )  # fmt: skip
    if problems and not set(problems) <= {"vague", "jargon", "long"}:
        return blank
    what = " ".join(filter(None, (lowered(pieces.parts.get("what", "")), pieces.parts.get("purpose"))))
    if _starts_with_verb(what):
        return _("%(blank)s, in order to %(aim)s", blank=blank, aim=what)
    return blank


def _starts_with_verb(what: str) -> bool:
    first = what.split(" ", 1)[0]
    return words.stem(
        first
    ) in words.VAGUE_VERBS | words.CHANGE_VERBS | words.ACTION_VERBS and not first.endswith(
        ("ing", "s", "ed")
    )


def _with_aim(said: str, aim: str | None) -> str:
    if not aim:
        return said
    return f"{said} {aim}" if _LED.match(aim) else f"{said}, {aim}"


def _who(pieces: Pieces) -> str:
    who = pieces.parts.get("who", "")
    return _("[who]") if not who or who.lower() in ("we", "they", "he", "she", "i") else lowered(who)


def _when(found: str) -> str:
    if not found:
        return _("By [date]")
    if _PREPOSED.match(found):
        return found[:1].upper() + found[1:]
    return _("By %(day)s", day=found)


def lowered(found: str) -> str:
    """Take the capital of a sentence's first word back; names and abbreviations keep theirs."""
    first = found.split(" ", 1)[0]
    low = first.lower().rstrip(",:")
    classes = (
        words.ADULTS,
        words.STUDENTS,
        words.PERFORMANCE,
        words.DELIVERABLES,
        words.RATE,
        words.ABSTRACT,
    )
    known = (
        first in _COMMON
        or low in NUMBERS
        or re.fullmatch(r"[A-Z][a-z]{3,}ly", first)
        or (first[1:].islower() and (words.stem(low) in _KNOWN or any(one.match(low) for one in classes)))
    )
    return found[:1].lower() + found[1:] if known else found


def _doing(what: str, *, is_perfect: bool) -> str:
    """Turn a verb into what people are seen doing: "use exit tickets" is "using exit tickets"."""
    first, _space, rest = what.partition(" ")
    low = first.lower()
    is_done = low.endswith("ing") and low not in words.BASE_IN_ING
    if not first.isalpha() or is_done or words.stem(low) not in _KNOWN:
        return what
    if low.endswith("ed") and not is_perfect:
        return what  # "will be trained": a state, not a deed
    if low.endswith("ied"):
        doing = f"{low[:-3]}ying"
    elif low.endswith("ed") and low not in ("need", "feed", "embed", "heed"):
        doing = f"{low[:-2]}ing"
    else:
        doing = _ing(words.base(low))
    return f"{doing} {rest}".strip()


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    doubled = verb in _DOUBLED or (len(verb) == 3 and re.fullmatch(r"[^aeiou][aeiou][^aeiouwxy]", verb))
    return f"{verb}{verb[-1]}ing" if doubled else f"{verb}ing"
