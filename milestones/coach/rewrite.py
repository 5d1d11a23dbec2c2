"""The sentence in the frame of its kind, with a blank in brackets for what is missing. Pure.

The frame of a milestone is that of Colorado's guide to Implementation Milestones: By [date], [tool] will show
that [X%] of [who] are successfully [action].
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.reading import Kind
from nic_platform.text import _

_PREPOSED = re.compile(
    r"(?:by|beginning|starting|from|before|within|between|in|on|after|at|during|each|every|since|until|through)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pieces:
    """What a rewrite is made of: the parts found, and whether the verb of *what* comes first (an order)."""

    kind: Kind
    parts: Mapping[str, str]
    verb_first: bool
    has_tool: bool = True


def rewrite(pieces: Pieces) -> str:
    """Return the sentence in its kind's frame; a sentence that can't be measured gets a milestone's."""
    parts = pieces.parts
    when = _when(parts.get("when", ""))
    what = _lower(parts.get("what", ""))
    if pieces.kind is Kind.INTERIM_TARGET:
        said = _(
            "%(when)s, %(how)s will show that %(target)s of %(who)s %(what)s",
            when=when, how=(_tool(parts) if pieces.has_tool else None) or _("[assessment or record]"), target=parts.get("target") or _("[how many]"),
            who=_lower(parts.get("who", "")) or _("[which students]"), what=what or _("[reach what]"),
        )  # fmt: skip
    elif pieces.kind in (Kind.ACTION_STEP, Kind.AGENCY_MILESTONE):
        said = _order(pieces, when, what)
    else:
        said = _(
            "%(when)s, %(how)s will show that %(target)s of %(who)s are successfully %(what)s",
            when=when, how=(_tool(parts) if pieces.has_tool else None) or _("[tool]"), target=parts.get("target") or _("[how many]"),
            who=_who(parts), what=_doing(what, pieces.verb_first) or _("[what they will be seen doing]"),
        )  # fmt: skip
    purpose = parts.get("purpose", "")
    if purpose:
        lead = (
            ""
            if re.match(r"(?:in order to|so |to |with |for |leading|how|that)\b", purpose, re.IGNORECASE)
            else "to "
        )
        return f"{said}, {lead}{purpose}"
    if pieces.kind is Kind.AGENCY_MILESTONE:
        return _("%(said)s, in order to [what it is for]", said=said)
    return said


def _order(pieces: Pieces, when: str, what: str) -> str:
    what = what or _("[what]")
    if pieces.verb_first and pieces.kind is Kind.AGENCY_MILESTONE:
        return f"{when}, {what}"
    if pieces.verb_first:
        return _("%(when)s, %(who)s will %(what)s", when=when, who=_who(pieces.parts), what=what)
    who = _lower(pieces.parts.get("who", ""))
    return f"{when}, {who}: {what}" if who else f"{when}, {what}"


def _who(parts: Mapping[str, str]) -> str:
    who = parts.get("who", "")
    return _("[who]") if not who or who.lower() in ("we", "they", "he", "she", "i") else _lower(who)


def _tool(parts: Mapping[str, str]) -> str:
    return _lower(parts.get("how", ""))


def _when(found: str) -> str:
    if not found:
        return _("By [date]")
    if _PREPOSED.match(found):
        return found[:1].upper() + found[1:]
    return _("By %(day)s", day=found)


def _lower(found: str) -> str:
    """Take the capital of a sentence's first word back; names and abbreviations keep theirs."""
    first = found.split(" ", 1)[0]
    known = first[1:].islower() and (
        words.stem(first.lower()) in _KNOWN or bool(words.ADULTS.match(first.lower()))
    )
    return (
        found[:1].lower() + found[1:]
        if known or first in ("A", "An", "The", "All", "Each", "Every")
        else found
    )


_KNOWN = (
    words.ACTION_VERBS
    | words.VAGUE_VERBS
    | words.CHANGE_VERBS
    | words.OUTCOME_VERBS
    | {"student", "professional", "staff"}
)


def _doing(what: str, verb_first: bool) -> str:
    """Turn an order's verb into what people are seen doing: "use exit tickets" is "using exit tickets"."""
    first, _space, rest = what.partition(" ")
    low = first.lower()
    if not first.isalpha() or low.endswith("ing") or words.stem(low) not in _KNOWN:
        return what
    if low.endswith("ied"):
        return f"{low[:-3]}ying {rest}".strip()
    if low.endswith("ed") and not verb_first:
        return f"{low[:-2]}ing {rest}".strip()
    return f"{_ing(words.base(low))} {rest}".strip()


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    doubled = verb in _DOUBLED or (len(verb) == 3 and re.fullmatch(r"[^aeiou][aeiou][^aeiouwxy]", verb))
    return f"{verb}{verb[-1]}ing" if doubled else f"{verb}ing"


_DOUBLED = frozenset(
    ["plan", "submit", "begin", "stop", "refer", "equip", "map", "log", "transmit", "permit", "drop", "commit", "embed", "unwrap", "chat", "swap"]
)
