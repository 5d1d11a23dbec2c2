"""Reading a network's aim: does it say how much, and by when? Pure.

An aim says what, for whom, how much and by when (Langley et al., *The Improvement Guide*, 2009, chapter 4).
The coach that reads milestones finds percents, counts and dates; an aim may also say them as people do in
speeches: "halve", "every student", "within two years".
"""

import re
from dataclasses import dataclass

from milestones.coach import coach

_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?\s*(?:%|percent|per\s+cent|points?|in\s+\d+|out\s+of\s+\d+|of\s+every\s+\d+)"
    r"|\bfrom\s+\d[\d.,]*\s+to\s+\d[\d.,]*"
    r"|\b(?:halv(?:e|ing)|half|double|doubling|triple|twice|quadruple|eliminate|end all)\b"
    r"|\b(?:one|two|three|four|nine)[ -](?:third|quarter|fifth|tenth)s?\b"
    r"|\b(?:all|every|each|no|none|zero)\b(?!\s+(?:one of|year|month|week|day|fall|spring))"
    r"|\bby\s+at\s+least\s+\d[\d.,]*|\bat\s+least\s+\d[\d.,]*",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b(?:by|before|until|no later than)\s+(?:the\s+)?(?:end|start|beginning|close|first|middle)\s+of\s+"
    r"[\w’'-]+(?:\s+[\w’'-]+){0,3}"
    r"|\b(?:by|before|until|in|no later than)\s+(?:(?:spring|summer|fall|autumn|winter|early|late|mid)[ -])?"
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+)?(?:\d{1,2},?\s+)?20\d\d"
    r"(?:[–/-]\d\d(?:\d\d)?)?"
    r"|\b(?:by|before|until|no later than)\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+\d{1,2})?\b"
    r"|\b(?:within|in|over)\s+(?:the\s+next\s+)?(?:\d+|one|two|three|four|five|six)\s+(?:school\s+)?"
    r"(?:years?|months?|semesters?|terms?)"
    r"|\b(?:by|before)\s+(?:this|next)\s+(?:school\s+year|year|spring|summer|fall|winter|june|may)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class AimReading:
    """What an aim's sentence says: the words for how much and by when, empty where it says none."""

    how_much: str
    by_when: str

    @property
    def is_whole(self) -> bool:
        """Say whether both are there."""
        return bool(self.how_much and self.by_when)


def read(aim: str) -> AimReading:
    """Return what the sentence says of how much and by when."""
    text = " ".join(aim.split())
    if not text:
        return AimReading("", "")
    parts = coach(text).parts
    by_when = parts.get("when", "")
    if not by_when and (found := _WHEN.search(text)):
        by_when = found.group()
    how_much = parts.get("target", "")
    if not how_much and (found := _AMOUNT.search(text.replace(by_when, " ") if by_when else text)):
        how_much = found.group()
    return AimReading(how_much.strip(), by_when.strip())
