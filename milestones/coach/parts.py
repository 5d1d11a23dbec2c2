"""Which words of a sentence say what, who, when, how, target and purpose. Pure."""

import re
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.plain import NUMBER, number

_HOW = re.compile(
    r"\b(?P<lead>as (?:measured|evidenced|reported|demonstrated|shown|documented|indicated|determined|recorded|assessed|seen)"
    r" (?:by|in|on|through|via|with)(?: an? | the )?|measured (?:by|with|on|through) (?:an? |the )?|according to (?:the )?"
    r"|based (?:up)?on (?:the )?|as per (?:the )?|using (?=[^,]*(?:data|survey|checklist|rubric|tracker|report|assessment|log)))"
    r"(?P<how>[^,;.]+(?:\.\d[^,;.]*)?)"
)
_SHOWS = re.compile(
    r"(?P<how>[^,;]{3,90}?) (?:will |can |would )?(?:show|demonstrate|indicate|reveal|reflect|confirm|document)s? that\b"
)
_RATE = re.compile(
    rf"\bat least (?:once|twice|{NUMBER})\b[^,;.]*|\b(?:once|twice|three times) (?:per|a|each|every) \w+"
)
_SHARE = re.compile(
    r"(?P<t>(?:at least |more than |over |a minimum of |up to |all |about )?(?:\d{1,3}(?:\.\d+)?|x{1,3}|\.\d+)\+?"
    r" ?(?:%|percent\b|per cent\b|percentage points?\b)\+?)"
)
_ALL = re.compile(r"\b(?:all|every|each|100 percent of)\b(?= (?:of the |of our )?[a-z])")
_COUNTED = re.compile(
    rf"\b(?P<t>(?:at least |more than |over |a minimum of |up to )?(?P<n>{NUMBER})(?= (?!grade|tier|level|st|nd|rd|th)[a-z]+(?:s|es|ies|en|le)\b))"
)


PURPOSE = re.compile(
    r"\b(?:in order to|so that|so as to|with the (?:goal|aim|intent|intention) (?:of|to)|for the purpose of"
    r"|leading to|how to|that will communicate|to (?:ensure|increase|improve|reduce|support|help|equip"
    r"|strengthen|drive|inform|eliminate|enhance|build|meet|allow|enable|provide|make|track|monitor|address"
    r"|identify|raise|close|determine|review|plan|align|analy[sz]e|adjust|discuss|decide|agree|set|share"
    r"|train|teach|develop|select|prepare|give|communicate))\b"
)


@dataclass(frozen=True)
class Target:
    """A number that a sentence promises: words' place, value and unit ("percent", "count")."""

    start: int
    end: int
    value: float | None
    unit: str


def find_target(text: str, when: When) -> Target | None:
    """Return the number to be reached: the one after "to" in a change, else the first share, all, or count."""
    blocked = [(found.start, found.end) for found in when.moments] + list(when.rhythms)

    def free(match: re.Match[str]) -> bool:
        return not any(start < match.end() and match.start() < end for start, end in blocked)

    shares = [match for match in _SHARE.finditer(text) if free(match)]
    if shares:
        best = next(
            (m for m in reversed(shares) if re.search(r"\bto (?:at least )?$", text[: m.start()])), shares[0]
        )
        bare = re.search(r"\d*\.?\d+", best[0])
        return Target(best.start("t"), best.end("t"), float(bare[0]) if bare else None, "percent")
    everyone = next((m for m in _ALL.finditer(text) if free(m) and _people_follow(text, m.end())), None)
    if everyone:
        return Target(everyone.start(), everyone.end(), 100.0, "percent")
    counted = next((m for m in _COUNTED.finditer(text) if free(m)), None)
    if counted:
        value = number(counted["n"])
        return Target(counted.start("t"), counted.end("t"), None if value is None else float(value), "count")
    return None


def _people_follow(text: str, end: int) -> bool:
    rest = text[end : end + 60]
    found = words.ADULTS.search(rest) or words.STUDENTS.search(rest)
    return bool(found and found.start() < 30)


def find_how(text: str, when: When) -> tuple[int, int] | None:
    """Return the place of the words that say how it will be measured: a tool, or a rate that can be counted."""
    floor = next((found.end for found in when.moments if found.start == 0), 0)
    floor += len(text[floor:]) - len(text[floor:].lstrip(" ,"))
    shows = _SHOWS.match(text, floor)
    if shows:
        return shows.span("how")
    led = _HOW.search(text)
    if led:
        return led.span("how")
    uses = re.search(
        r"\b(?:us(?:e|es|ed|ing)|updat(?:e|es|ed|ing)|complet(?:e|es|ed|ing)|enter(?:ed|ing)?)\b[^,;.]*", text
    )
    tool = words.TOOL.search(text, uses.start(), uses.end()) if uses else None
    if tool and uses:
        return uses.start(), tool.end()
    rate = _RATE.search(text)
    return rate.span() if rate else None


def find_purpose(text: str) -> tuple[int, int] | None:
    """Return the place of the words that say what it is for."""
    match = PURPOSE.search(text)
    if not match:
        return None
    stop = re.search(
        r"[,;.](?: |$)(?=as (?:measured|reported|evidenced)|by |using )|\.$|$", text[match.start() :]
    )
    return match.start(), match.start() + (stop.start() if stop else len(text))


def find_who(text: str) -> tuple[int, int] | None:
    """Return the place of the actor's words: the first group of people before the verb, else "we"."""
    people = [match for match in (words.ADULTS.search(text), words.STUDENTS.search(text)) if match]
    first = min(people, key=lambda match: match.start(), default=None)
    pronoun = re.match(r"(?:we|i|they|she|he)\b", text)
    if pronoun:
        return pronoun.span()
    return first.span() if first else None
