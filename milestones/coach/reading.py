"""What the coach says of a sentence: its kind, the parts found, what is missing, what to mend. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Kind(StrEnum):
    """What a sentence of a plan is.

    The first three are told apart by Colorado's guide to Implementation Milestones; an agency's milestone is
    that of the federal deck on milestones in performance management: a dated deliverable of an organisation.
    """

    MILESTONE = "milestone"
    INTERIM_TARGET = "interim_target"
    ACTION_STEP = "action_step"
    AGENCY_MILESTONE = "agency_milestone"
    NOT_MEASURABLE = "not_measurable"


PARTS = ("what", "who", "when", "how", "target", "purpose")
"""The parts of a sentence, in the order in which they are told."""


@dataclass(frozen=True)
class Problem:
    """Something to mend: a stable *code*, a sentence that coaches, the words it is about (or none)."""

    code: str
    sentence: str
    words: str = ""


@dataclass(frozen=True)
class Reading:
    """The coach's reading of one sentence.

    ``parts`` holds only the parts that were found, in the sentence's own words. ``missing`` names the parts
    that a sentence of this kind should have and lacks. ``target`` is in ``target_unit``: ``"percent"`` (0 to
    100 and above), ``"count"``, or ``""`` where none was found. ``frequency`` is in the sentence's own words.
    ``rewrite`` is the sentence in the frame of its kind, with a blank in brackets for what is missing.
    """

    text: str
    kind: Kind
    because: str
    parts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    praises: tuple[str, ...] = ()
    rewrite: str = ""
    due_on: date | None = None
    begins_on: date | None = None
    frequency: str = ""
    target: float | None = None
    target_unit: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the reading as JSON can hold it; days and frequency only where they were found."""
        answer: dict[str, Any] = {
            "text": self.text,
            "kind": str(self.kind),
            "because": self.because,
            "parts": {name: self.parts[name] for name in PARTS if name in self.parts},
            "missing": list(self.missing),
            "problems": [
                {"code": found.code, "sentence": found.sentence, "words": found.words}
                for found in self.problems
            ],
            "praises": list(self.praises),
            "rewrite": self.rewrite,
        }
        if self.due_on:
            answer["due_on"] = self.due_on.isoformat()
        if self.begins_on:
            answer["begins_on"] = self.begins_on.isoformat()
        if self.frequency:
            answer["frequency"] = self.frequency
        if self.target is not None:
            answer |= {"target": self.target, "target_unit": self.target_unit}
        return answer
