"""What is known of an idea, told to one reader: kinds in words, the own kind marked, what to expect. Pure.

What the network's tests come to is the same for everybody (:mod:`variation.evidence`), so it can be worked
out once for all; words, which follow the reader's language, and the reader's own school come in here.
"""

from collections.abc import Mapping
from dataclasses import replace

from variation.context import label_of, words_of
from variation.evidence import MOST_KINDS, by_name, by_number
from variation.evidence_rows import ConditionPart, Found, KindLine, TeamContext
from variation.expecting import expected


def told_to(found: Found, mine: TeamContext | None) -> Found:
    """Return *found* as a reader whose team has the context *mine* gets to read it."""
    if found.judged is None:
        return found
    told = replace(found, conditions=_conditions(found, mine.kinds if mine else {}))
    return replace(told, expected=expected(told, mine))


def _conditions(found: Found, mine: Mapping[str, str]) -> tuple[ConditionPart, ...]:
    """Return the attributes of which there are two kinds or more, the reader's own among them."""
    parts = [_told(part, mine.get(part.name, "")) for part in sorted(found.conditions, key=_place)]
    return tuple(part for part in parts if 2 <= len(part.lines) <= MOST_KINDS)


def _place(part: ConditionPart) -> tuple[int, str]:
    return by_name(part.name)


def _told(part: ConditionPart, own: str) -> ConditionPart:
    lines = list(part.lines)
    if own and own not in {line.kind for line in lines}:
        lines.append(KindLine(own, 0, None))
    lines.sort(key=lambda line: by_number(line.kind))
    told = (replace(line, words=words_of(part.name, line.kind), is_own=own == line.kind) for line in lines)
    return ConditionPart(part.name, tuple(told), _label(part.name))


def _label(name: str) -> str:
    """Return what an attribute is called; a network's own without the signs of a column's name."""
    label = label_of(name).replace("_", " ")
    return label[:1].upper() + label[1:]
