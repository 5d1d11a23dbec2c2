"""From a sentence to the parts of a milestone, and what the coach says while it is written. Pure.

Two modules know about sentences, each of one direction. :mod:`milestones.sentence` holds the frame: it alone
says which parts a milestone has, what to ask for where one is missing, and how the parts read as a sentence.
:mod:`milestones.coach` reads any sentence: what kind it is, which of its words are which part, what to mend.
Here the words that the coach took become a frame, and a frame's sentence is read by the coach; so the page,
the live answer and the import say the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from measures.rules import MeasureType
from milestones.coach import Calendar, Kind, Problem, Reading, coach
from milestones.sentence import Found, Frame, Part, long_day, parts, sentence
from nic_platform.text import _

_BLANK = re.compile(r"\bBy \[[^\]]*\],|\[[^\]]*\](?: of\b)?")  # with the words that only lead up to it
_LEAD_IN = re.compile(r"^in order to\s+", re.IGNORECASE)  # the frame's own words, beside the field
_LONGEST = {"what": 500, "who": 200, "tool": 200, "purpose": 500, "frequency": 80}


class As(StrEnum):
    """What a sentence may be saved as."""

    MILESTONE = "milestone"
    TARGET = "target"
    STEP = "step"


OFFERS: Mapping[Kind, As] = {
    Kind.MILESTONE: As.MILESTONE,
    Kind.AGENCY_MILESTONE: As.MILESTONE,
    Kind.INTERIM_TARGET: As.TARGET,
    Kind.ACTION_STEP: As.STEP,
}


@dataclass(frozen=True)
class Advice:
    """What the coach says of what stands on a page.

    ``taken`` are the fields that were read out of a sentence, as they are typed. ``offer`` is what the
    sentence really is, where that differs from what is being written; ``rewrite`` is empty where it would
    say what stands there already. ``is_open``: nothing has been written yet.
    """

    found: tuple[Found, ...]
    verdict: str
    sentence: str
    because: str = ""
    problems: tuple[Problem, ...] = ()
    praises: tuple[str, ...] = ()
    rewrite: str = ""
    offer: As | None = None
    taken: tuple[tuple[str, str], ...] = ()
    is_open: bool = False


def values_of(reading: Reading) -> dict[str, Any]:
    """Return the columns of a milestone that a sentence holds; only those found, each as long as it may be.

    A blank in brackets, as a proposed wording has them, is no words. Without a part of its own for what is
    done, the whole sentence is: nothing that was written is lost.
    """
    found = reading.parts
    words = {
        "what": found.get("what", reading.text), "who": found.get("who", ""), "tool": found.get("how", ""),
        "purpose": _LEAD_IN.sub("", found.get("purpose", "")), "frequency": reading.frequency,
    }  # fmt: skip
    values: dict[str, Any] = {
        name: text.strip()[: _LONGEST[name]] for name, text in words.items() if text and "[" not in text
    }
    if reading.due_on and not reading.begins_on:
        values["due_on"] = reading.due_on
    elif reading.begins_on:
        values |= {"begins_on": reading.begins_on, "due_on": reading.due_on}
    if reading.target is not None:
        values["target"] = reading.target
    return {name: value for name, value in values.items() if value not in (None, "")}


def type_of(reading: Reading) -> MeasureType:
    """Return how a sentence's target is counted; a share where it says nothing."""
    return MeasureType.COUNT if reading.target_unit == "count" else MeasureType.PROPORTION


def filled(frame: Frame, reading: Reading) -> Frame:
    """Return *frame* with what is empty in it taken from a sentence; what a person typed stays."""
    changes: dict[str, Any] = {}
    values = values_of(reading)
    if frame.due_on or frame.begins_on:
        for name in ("due_on", "begins_on", "frequency"):
            values.pop(name, None)
    if frame.is_deliverable:
        values.pop("target", None)
    for name, value in values.items():
        if getattr(frame, name) in (None, ""):
            changes[name] = value
    if "target" in changes:
        changes["type"] = type_of(reading)
    return replace(frame, **changes)


def spoken(frame: Frame) -> str:
    """Return a frame's sentence without its blanks, as the coach reads it; empty without any words."""
    if not has_words(frame):
        return ""
    words = re.sub(r"\s{2,}", " ", _BLANK.sub("", sentence(frame)))
    words = re.sub(r"\s+([,;.])", r"\1", words).strip()
    return words[:1].upper() + words[1:]


def has_words(frame: Frame) -> bool:
    """Say whether anything was written into a frame that can be read as a sentence."""
    return any((frame.what, frame.who, frame.tool, frame.purpose, frame.acceptance_test))


def advise(frame: Frame, text: str, calendar: Calendar, *, writing: As = As.MILESTONE) -> Advice:
    """Return what the coach says of a milestone's fields and of the sentence typed beside them.

    Args:
        text: the sentence in one line; where there is one it is what is judged, and fills what is empty.
        calendar: the school year in which its dates are read.
        writing: what the page writes: another kind is offered where the sentence is one.
    """
    line = text.strip()
    words = line or spoken(frame)
    if not words:
        found = parts(frame)
        return Advice(found, _("Start typing; the parts light up as you go."), sentence(frame), is_open=True)
    reading = coach(words, calendar)
    whole = filled(frame, reading) if line else frame
    found = parts(whole)
    offer = _offer(reading, writing, whole, found)
    made = sentence(whole)
    return Advice(
        found=found,
        verdict=_verdict(found, offer),
        sentence=made,
        because=reading.because if offer or reading.kind is Kind.NOT_MEASURABLE else "",
        problems=reading.problems,
        praises=() if offer else reading.praises,
        rewrite=_rewrite(reading, line, made, offer),
        offer=offer,
        taken=taken(reading) if line else (),
    )


def advise_words(text: str, calendar: Calendar, *, writing: As, has_fields: bool = False) -> Advice:
    """Return what the coach says of an interim target or an action step: only whether it is one.

    Args:
        has_fields: its target or group stands in a field of its own, so that the words are short: nothing is
            to be ticked off about them.
    """
    if not text.strip():
        return Advice((), "", "", is_open=True)
    reading = coach(text, calendar)
    offer = OFFERS.get(reading.kind)
    if offer is writing or (has_fields and offer is As.STEP):
        offer = None
    is_told = offer is not None or OFFERS.get(reading.kind) is writing
    return Advice(
        (), _kind_words(offer, writing) if is_told else "", "", reading.because if offer else "",
        reading.problems, offer=offer, taken=taken(reading),
    )  # fmt: skip


def taken(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return what a sentence gives to each field, as it is typed into it."""
    values = values_of(reading)
    if not values.get("begins_on"):
        values.pop("frequency", None)
    said = {name: _typed(value) for name, value in values.items()}
    if "begins_on" in values:
        said["timing"] = "from"
    if reading.target is not None:
        said["counts"] = type_of(reading).value
    return tuple(said.items())


def _typed(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _offer(reading: Reading, writing: As, frame: Frame, found: tuple[Found, ...]) -> As | None:
    """Return what the sentence really is; none while it may still become what is being written.

    A thing to have in place with a test of its own is a milestone, whatever its sentence sounds like.
    """
    offer = OFFERS.get(reading.kind)
    if offer is writing or offer is None:
        return None
    if frame.is_deliverable and frame.acceptance_test.strip():
        return None
    is_whole = all(part.is_there for part in found)
    return None if offer is As.STEP and is_whole else offer


def _rewrite(reading: Reading, line: str, made: str, offer: As | None) -> str:
    if offer is As.TARGET:
        return ""  # it is good as it is, as something else
    wanted = reading.rewrite if offer or reading.problems else made if line else ""
    return "" if _same(wanted, line or made) else wanted


def _same(one: str, other: str) -> bool:
    return one.strip().rstrip(".").casefold() == other.strip().rstrip(".").casefold()


def _verdict(found: tuple[Found, ...], offer: As | None) -> str:
    if offer:
        return _kind_words(offer, As.MILESTONE)
    there = sum(part.is_there for part in found)
    missing = [part for part in found if not part.is_there and not part.is_warning]
    if there == len(found):
        return _("A strong milestone. Anyone could tell whether it was met.")
    if not missing:
        lacks = next(part.part for part in found if not part.is_there)
        if lacks is Part.HOW:
            return _("Everything is here but the tool. Name it and it is strong.")
    return _("%(there)s of %(all)s parts found.", there=there, all=len(found))


def _kind_words(offer: As | None, writing: As) -> str:
    if offer is As.TARGET:
        return _("This reads like an interim target: it measures students, not what adults do.")
    if offer is As.STEP:
        return _(
            "This reads like an action step: something to tick off. What will you see when it has worked?"
        )
    if offer is As.MILESTONE:
        return _("This reads like a milestone: what adults do, by when, and how you will know.")
    if writing is As.TARGET:
        return _("This reads like an interim target.")
    return _("This reads like an action step.") if writing is As.STEP else ""


def when_words(frame: Frame) -> str:
    """Return the day that a milestone is judged on: "February 15"; empty without one."""
    on = frame.due_on or frame.begins_on
    return long_day(on) if on else ""
