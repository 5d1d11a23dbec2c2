"""When something is done, as plans write it: "by mid-October", "beginning August 15 … every week". Pure.

A *period* (`periods.py`) is a day, a month, a quarter. Words before it pick a day of that period ("end of",
"early", "mid-") and say what happens then ("by", "beginning", "before").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from milestones.coach.calendar import Calendar, last_weekday_before, safe
from milestones.coach.periods import MONTH, YEAR, Named, named
from milestones.coach.plain import NUMBER


class Role(StrEnum):
    """What a sentence says of a moment."""

    DUE = "due"
    BEGIN = "begin"


@dataclass(frozen=True)
class Moment:
    """A date in a sentence: where its words stand, what happens then, and the day, where it can be said."""

    start: int
    end: int
    role: Role
    day: date | None


@dataclass(frozen=True)
class When:
    """All that a sentence says of time. ``moments`` and ``rhythms`` are places in the sentence."""

    moments: tuple[Moment, ...] = ()
    rhythms: tuple[tuple[int, int], ...] = ()

    @property
    def due_on(self) -> date | None:
        """Return the day by which it is done."""
        return next((found.day for found in self.moments if found.role is Role.DUE and found.day), None)

    @property
    def begins_on(self) -> date | None:
        """Return the day from which it goes on."""
        return next((found.day for found in self.moments if found.role is Role.BEGIN and found.day), None)

    def __bool__(self) -> bool:
        return bool(self.moments)


_POSITION = re.compile(
    r"(?<!will )(?<!would )(?<!shall )(?<!can )"
    r"(?:the )?(?:(?P<end>very end|end|close|conclusion|completion|second half|latter part)(?: of)?"
    r"|(?P<nth>first|second|third|fourth|last) (?P<unit>(?:full )?(?:two )?weeks?|day|(?:school"
    r"|business) day|half)(?: of| in)"
    r"|(?P<early>early(?: in)?)|(?P<start>beginning|start|onset|opening) of"
    r"|(?P<middle>mid|middle|midpoint|half-?way point|halfway through)(?: of| in)?"
    r"|(?P<late>late(?:r)?(?: in)?))[ -]?"
    r"(?:the |this |our |each |a )?$"
)
_ROLE = re.compile(
    r"(?:(?P<before>\b(?:before|prior to|ahead of|in advance of))"
    r"|(?P<after>\b(?:after|following))"
    r"|(?P<begin>\b(?:beginning|starting|start|starts|begin|begins|commencing|effective|as of|from|since"
    r"|between|launching)"
    r"(?: (?:in|on|at|with|from|by|no later than))?)"
    r"|(?P<due>\b(?:by or before|on or before|no later than|not later than|by|until|till|through|thru"
    r"|due(?: by| on)?"
    r"|in|on|at|during|for|throughout|within|to|over|and|as of|of)))[ ,:]*(?:the |our |this |about "
    r"|around )*$"
)


_IS_LABEL = re.compile(r"(?:fy|sy|\d\d).*")
_NO_NOUN = re.compile(
    r"\W*$|\W*(?:to|and|or|in|of|by|for|with|as|at|on|from|through|until|the|an?|will|that|there|all|each"
    r"|every|our|we|\d|<)\b"
    r"| ?[^\sa-z]"
)


def _is_label(named: Named, text: str, floor: int) -> bool:
    """Say whether a year only names a thing: "the FY2011 release", "2018-19 scores"."""
    if not _IS_LABEL.fullmatch(text[named.start : named.end]) or named.span[0] == named.span[1]:
        return False
    lead = _ROLE.search(text, floor, named.start)
    is_led = bool(lead and not lead[0].rstrip().endswith(("the", "of")))
    return not is_led and not _NO_NOUN.match(text[named.end :])


def _placed(position: re.Match[str], first: date, last: date) -> tuple[date, date]:
    """Return the days of a period that words before it pick: "end of", "early", "the third week of"."""
    length = last - first
    if position["nth"]:
        return _nth(position["nth"], position["unit"], first, last)
    if position["early"]:
        return first, first + length / 3
    if position["start"]:
        return first, first + timedelta(days=min(6, length.days))
    if position["middle"]:
        middle = first + timedelta(days=max(0, length.days - 1) // 2)
        return middle, middle
    return first + length * 2 / 3, last


def _nth(which: str, unit: str, first: date, last: date) -> tuple[date, date]:
    if "half" in unit:
        middle = first + (last - first) / 2
        return (first, middle) if which == "first" else (middle, last)
    days = 1 if "day" in unit else 14 if "two" in unit else 7
    if which == "last":
        return max(first, last - timedelta(days=days - 1)), last
    start = first + timedelta(days=days * (_NTH.index(which)))
    return min(start, last), min(start + timedelta(days=days - 1), last)


_NTH = ("first", "second", "third", "fourth")


def _moment(named: Named, text: str, floor: int) -> Moment:
    first, last = named.span
    start, placed = named.start, False
    position = _POSITION.search(text, floor, start)
    if position and _whole(text, position.start()):
        start, placed = position.start(), True
        first, last = _placed(position, first, last)
    which = _WHICH.search(text, floor, start)
    start = which.start() if which else start
    role = _ROLE.search(text, floor, start)
    if not role or not _whole(text, role.start()):
        return Moment(start, named.end, Role.DUE, last)
    if role["before"]:
        return Moment(role.start(), named.end, Role.DUE, last if placed else last_weekday_before(first))
    if role["after"]:
        return Moment(role.start(), named.end, Role.BEGIN, last + timedelta(days=1))
    if role["begin"]:
        return Moment(role.start(), named.end, Role.BEGIN, first)
    due = last if placed else _due(text[named.start : named.end], first, last)
    return Moment(role.start(), named.end, Role.DUE, due)


def _due(words: str, first: date, last: date) -> date:
    """What is due "by winter break" is due before it begins."""
    is_break = re.search(r"break|vacation|recess|holidays|thanksgiving|christmas", words)
    return last_weekday_before(first) if is_break and first != last else last


_WHICH = re.compile(r"\b(?:this|next|coming|the coming|following) $")


def _whole(text: str, start: int) -> bool:
    return start == 0 or not text[start - 1].isalnum()


_COUNT = r"(?:at least |a minimum of |no less than |up to |minimum )?"
_TIMES = (
    rf"(?:once|twice|thrice|one time|{NUMBER}(?:-\d+)? ?(?:x|times|days|minutes|hours|sessions"
    rf"|lessons|meetings|visits|observations)?(?:'?s)?)"
)
_SPELL = (
    r"(?:other )?(?:school )?(?:day|week|month|quarter|semester|trimester|term|year|cycle|period"
    r"|marking period|grading period"
    r"|unit|class|lesson|monday|tuesday|wednesday|thursday|friday|morning|two weeks|three weeks|four weeks"
    r"|six weeks"
    r"|\d{1,2} weeks|\d{1,2} days|second week|third week|faculty meeting|staff meeting|plc|meeting"
    r"|observation cycle)s?"
)
_RHYTHMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_COUNT}{_TIMES} (?:per|a|an|each|every|in a|during each|during the) {_SPELL}\b",
        rf"\b(?:each|every|per) (?:and every )?{_SPELL}\b",
        r"\bon an? (?:daily|weekly|bi-?weekly|monthly|bi-?monthly|quarterly|annual|yearly|ongoing"
        r"|regular) basis\b",
        rf"\b{_COUNT}(?:daily|weekly|bi-?weekly|fortnightly|monthly|bi-?monthly|quarterly|annually|yearly)\b"
        r"(?=$|[.,;:)]| (?:in|at|by|on|with|for|to|during|through|as|and|starting|beginning|from|until"
        r"|using|via|throughout"
        r"|or|-|basis)\b)",
        r"\b(?:once|twice|three times|four times) (?:weekly|monthly|daily|quarterly|yearly|annually)\b",
        r"\bat (?:every|each) (?:[a-z]+ )?(?:meeting|plc|session)s?\b",
        r"\bin (?:the |early |late )?(?:fall|september|october|boy),? (?:the )?(?:winter|january|moy"
        r"|december)"
        r",? (?:and|&) (?:in )?(?:the |late )?(?:spring|may|april|eoy)\b",
        rf"\bwithin {NUMBER} (?:school |business |working )?(?:days?|weeks?|months?|hours?) (?:of|after) "
        r"(?:the |an? |each |every |their |being )?[a-z]+(?: [a-z]+)?",
        r"\b(?:each|every) (?:fall|winter|spring|summer)\b",
    )
)  # fmt: skip


def _rhythms(text: str) -> Iterable[tuple[int, int]]:
    taken = bytearray(len(text))
    for pattern in _RHYTHMS:
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
                yield match.span()


_EVENT = re.compile(
    r" (?:[a-z]+ )?(?:in-?services?|meetings?|institutes?|retreats?|conferences?|workshops?|trainings?"
    r"|sessions?"
    r"|pd days?|staff days?|(?:test(?:ing)? )?(?:administrations?|windows?))\b"
)


def find(text: str, calendar: Calendar) -> When:
    """Return the moments and rhythms of a sentence made plain (`plain.plain`), in order of place."""
    moments: list[Moment] = []
    floor = 0
    rhythms = tuple(sorted(_rhythms(text)))
    for period in named(text, calendar):
        if any(start <= period.start and period.end <= end for start, end in rhythms):
            continue
        if _is_label(period, text, floor):
            continue
        moment = _moment(period, text, floor)
        event = _EVENT.match(text, period.end)
        if event and text[moment.start : period.start].endswith("the "):
            moment = replace(moment, end=event.end())
        linked = re.search(r"^\s?(?:-|and|to|through|until|&)\s?(?:the )?$", text[floor : moment.start])
        if moments and (linked or _joins(text, floor, moment)):
            moments[-1] = _opened(moments[-1], moment, text)
        moments.append(moment)
        floor = moment.end
    return When(tuple(moments), rhythms)


def _joins(text: str, floor: int, moment: Moment) -> bool:
    """Say whether two dates form one span: "October 2018 - January 2019", "September through May"."""
    if moment.start != floor + 1 and moment.start != floor:
        return False
    return bool(re.match(r"\s?(?:through|thru|until|to)\b", text[floor : moment.end]))


def _opened(moment: Moment, until: Moment, text: str) -> Moment:
    """Return the first of two dates that form a span, as its beginning, not after the second."""
    day, words_of = moment.day, text[moment.start : moment.end]
    if day and re.fullmatch(rf"(?:.* )?{MONTH}(?:,? ?{YEAR})?", words_of):
        day = day.replace(day=1)
    if day and until.day and day > until.day and not re.search(YEAR, words_of):
        back = until.day.year - (1 if (day.month, day.day) > (until.day.month, until.day.day) else 0)
        day = safe(back, day.month, day.day)
    return Moment(moment.start, moment.end, Role.BEGIN, day)
