"""The sentence of a milestone, and which of its parts are still missing. Pure.

The frame is that of Colorado's guide to Implementation Milestones: By [date], [tool] will show that [X%] of
[who] are successfully [action]; WHAT, WHO, WHEN, HOW.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from measures.rules import Direction, MeasureType
from nic_platform import days
from nic_platform.text import _


class Part(StrEnum):
    """A part of a milestone."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    TARGET = "target"
    HOW = "how"


@dataclass(frozen=True)
class Frame:
    """What a milestone is made of. ``target`` is in the measure's unit: per cent for a proportion."""

    what: str = ""
    who: str = ""
    tool: str = ""
    due_on: date | None = None
    begins_on: date | None = None
    frequency: str = ""
    target: float | None = None
    type: MeasureType = MeasureType.PROPORTION
    direction: Direction = Direction.UP
    unit: str = ""
    is_deliverable: bool = False
    acceptance_test: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Found:
    """One part: the words it has, or what to ask for. A missing tool only warns."""

    part: Part
    is_there: bool
    say: str
    is_warning: bool = False


def long_day(when: date) -> str:
    """Return "February 15"."""
    return days.long_day(when)


def target_words(
    target: float | None, kind: MeasureType, direction: Direction = Direction.UP, unit: str = ""
) -> str:
    """Return a target as read: "90%", "12", "at most 5 days"; empty without one."""
    if target is None:
        return ""
    plain = str(int(target)) if float(target).is_integer() else f"{target:g}"
    if kind is MeasureType.PROPORTION:
        plain += "%"
    elif unit:
        plain = f"{plain} {unit}"
    return _("at most %(target)s", target=plain) if direction is Direction.DOWN else plain


def sentence(frame: Frame) -> str:
    """Return the milestone in the frame, with a blank in brackets for what is missing."""
    when = _when(frame)
    if frame.is_deliverable:
        test = frame.acceptance_test.strip().rstrip(".") or _("[how you will know that it is good]")
        what = frame.what.strip().rstrip(".") or _("[what will be there]")
        words = _("%(when)s, %(what)s is in place; accepted when %(test)s", when=when, what=what, test=test)
        return _with_purpose(words, frame.purpose)
    counts_people = frame.type is MeasureType.COUNT and frame.unit.strip() in ("", frame.who.strip())
    unit = "" if counts_people else frame.unit
    target = target_words(frame.target, frame.type, frame.direction, unit) or _("[how many]")
    who = frame.who.strip() or _("[who]")
    what = frame.what.strip().rstrip(".") or _("[what]")
    if counts_people:
        claim = _("%(target)s %(who)s are successfully %(what)s", target=target, who=who, what=what)
    elif frame.type is MeasureType.PROPORTION:
        claim = _("%(target)s of %(who)s are successfully %(what)s", target=target, who=who, what=what)
    else:
        claim = _("%(target)s for %(who)s %(what)s", target=target, who=who, what=what)
    tool = frame.tool.strip()
    words = (
        _("%(when)s, %(tool)s will show that %(claim)s", when=when, tool=tool, claim=claim)
        if tool
        else _("%(when)s, %(claim)s", when=when, claim=claim)
    )
    return _with_purpose(words, frame.purpose)


def _when(frame: Frame) -> str:
    if frame.due_on is None and frame.begins_on is not None:
        start = _("Beginning %(day)s", day=long_day(frame.begins_on))
        return f"{start}, {frame.frequency.strip()}" if frame.frequency.strip() else start
    return _("By %(day)s", day=long_day(frame.due_on) if frame.due_on else _("[date]"))


def _with_purpose(words: str, purpose: str) -> str:
    aim = purpose.strip().rstrip(".")
    if not aim:
        return words
    for start in ("in order to ", "so that ", "to "):
        if aim.lower().startswith(start):
            aim = aim[len(start) :]
            if start == "so that ":
                return _("%(words)s, so that %(aim)s", words=words, aim=aim)
            return _("%(words)s, in order to %(aim)s", words=words, aim=aim)
    if _names_somebody(aim):
        return _("%(words)s, so that %(aim)s", words=words, aim=aim)
    return _("%(words)s, in order to %(aim)s", words=words, aim=aim)


_SUBJECTS = frozenset(
    {"all", "every", "each", "our", "the", "more", "no", "children", "we", "they", "families"}
)


def _names_somebody(aim: str) -> bool:
    """Say whether a purpose begins with who, not with a verb: "students speak more", "all children read"."""
    first = aim.split()[0].lower()
    return first in _SUBJECTS or (first.endswith("s") and len(aim.split()) > 2 and not first.endswith("ss"))


def parts(frame: Frame) -> tuple[Found, ...]:
    """Return the parts of a milestone, each found or asked for."""
    what, who, tool = frame.what.strip(), frame.who.strip(), frame.tool.strip()
    when = long_day(frame.due_on) if frame.due_on else _when(frame) if frame.begins_on else ""
    found = [
        Found(Part.WHAT, bool(what), what or _("What will people be seen doing? Start with a verb in -ing.")),
        Found(Part.WHO, bool(who) or frame.is_deliverable, who or _("Who will be doing it?"), not who),
        Found(Part.WHEN, bool(when), when or _("Give the date you will check. Start with “By …”.")),
    ]
    if frame.is_deliverable:
        test = frame.acceptance_test.strip()
        found.append(
            Found(
                Part.TARGET, bool(test), test or _("What will you see when it has worked? That is its test.")
            )
        )
        return tuple(found)
    target = target_words(frame.target, frame.type, frame.direction, frame.unit)
    found.append(Found(Part.TARGET, bool(target), target or _("How many, or what share, will be there?")))
    ask = _("%(target)s, counted from what? Name the tool.", target=target or _("Your number"))
    found.append(Found(Part.HOW, bool(tool), tool or ask, is_warning=not tool))
    return tuple(found)


def lacks_for_board(frame: Frame) -> tuple[Part, ...]:
    """Return what keeps a milestone off the board: it needs a date, and a target or an acceptance test."""
    missing = []
    if frame.due_on is None and frame.begins_on is None:
        missing.append(Part.WHEN)
    if frame.is_deliverable:
        if not frame.acceptance_test.strip():
            missing.append(Part.TARGET)
    elif frame.target is None:
        missing.append(Part.TARGET)
    return tuple(missing)
