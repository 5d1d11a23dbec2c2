"""The number that a sentence promises: a share, a fraction, all of somebody, a count. Pure."""

import re
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.plain import NUMBER, number

Place = tuple[int, int]
"""Start and end in the sentence made plain, which has the same length as the sentence shown."""

_SHARE = re.compile(
    r"(?P<t>(?:at least |more than |fewer than |less than |over |a minimum of |up to |below |no more than )?"
    rf"(?P<n>(?<![\w.])(?:\d{{1,3}}(?:\.\d+)?|x{{1,3}}|\.\d+|{NUMBER}))\+?"
    r"(?: more| additional)? ?(?:%|percent(?:age points?)?\b|per cent\b)\+?)"
)
_FRACTION = re.compile(
    rf"(?P<t>(?:at least |more than )?(?:(?P<a>(?<![\w.]){NUMBER}) (?:of|out of(?: every)?|in)(?: our| the"
    rf"| every)? (?P<b>{NUMBER})\b"
    r"|(?P<word>half|two[- ]thirds|three[- ]quarters|(?:a third|one third|a quarter)(?= of\b|[.,;]|$))\b))"
)
_WORTH = {
    "half": 50.0,
    "two thirds": 66.7,
    "three quarters": 75.0,
    "a third": 33.3,
    "one third": 33.3,
    "a quarter": 25.0,
}
_ALL = re.compile(r"\b(?P<t>all|every|each)\b(?= (?:of (?:the |our )?)?[a-z])")
_FROM_TO = re.compile(
    r"\bfrom (?:\w+ )?\$?(?P<a>\d[\d,.]*)(?P<pa> ?%| percent)?(?:st|nd|rd"
    r"|th)?(?: [^,.;]{0,30}?)?(?: \([^)]*\))?,? to (?:at least |over |above |fewer than |less than |under "
    r"|below |no more than |a )?"
    rf"(?P<t>\$?(?P<b>\d[\d,.]*\d|\d|{NUMBER})(?:st|nd|rd|th)?(?P<pb> ?%| percent\b)?)"
)
_COUNTED = re.compile(
    rf"\b(?P<t>(?:at least |more than |over |a minimum of |up to )?(?P<n>\d+\.\d+|{NUMBER})"
    r"(?P<points> (?:percentage )?points\b)?)(?(points)|(?= (?!grade"
    rf"|tier|level|st\b|nd\b|rd\b"
    r"|th\b|of\b|weeks?\b|days?\b|years?\b|months?\b|times\b|or\b|and\b|to\b)(?:[a-z-]+ ){0,3}?[a-z-]+s\b))"
)
_QUALIFIES = re.compile(
    r"\b(?:(?:students?|learners?|those|absences?|who|and|are|is|with) (?:who )?(?:attend(?:s|ing|ed)?"
    r"|scor(?:e|es|ing|ed)|below|under|above"
    r"|miss(?:ing|ed)?|at|between|fall(?:s|ing)? below)|attend|attending|absent) (?:less than |more than "
    r"|at least |below |over )?$"
    r"|\b(?:last year's|this year's|(?:higher|lower|more|better|less) than(?: the)?|up from|down from"
    r"|currently"
    r"|baseline(?: of| is)?:?) $"
)
_GROWTH = re.compile(
    rf"\b(?P<t>(?:at least |more than )?(?P<n>\d+(?:\.\d+)?|{NUMBER}) (?:years?|months?)(?:'s?)? (?:of )?"
    r"(?:[a-z]+ )?(?:growth|gains?|progress)\b)"
)
_LEVEL = re.compile(
    r"\b(?:to|average|averages|averaging|reach|reaches|of|at) (?:an? |at least |over |above |below |under )*"
    r"(?P<t>(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?))\b(?![%/-]| ?percent|\.\d)"
)
_NAMES = re.compile(
    r"(?:tiers?|grades?|phase|step|goal|title|level|years?|part|unit|module|cohort|region|ages?|class of|k)"
    r"[ -]*$"
)


@dataclass(frozen=True)
class Target:
    """A number that a sentence promises: its words' place, value and unit ("percent", "count" or "")."""

    place: Place
    value: float | None
    unit: str
    is_all: bool = False


def find_target(text: str, when: When) -> Target | None:
    """Return the number to be reached: after "to", a share, a fraction, all of somebody, a count."""
    blocked = [(found.start, found.end) for found in when.moments] + list(when.rhythms)

    def first(pattern: re.Pattern[str]) -> re.Match[str] | None:
        return next((match for match in pattern.finditer(text) if _is_free(text, match, blocked)), None)

    change = first(_FROM_TO)
    if change:
        unit = "percent" if change["pa"] or change["pb"] or re.search("percent|rate|%", text) else "count"
        return Target(change.span("t"), _value(change["b"]), unit)
    share = _share(text, blocked)
    if share:
        return share
    fraction = first(_FRACTION)
    if fraction and (fraction["word"] or (number(fraction["a"]) or 0) <= (number(fraction["b"]) or 0)):
        return Target(fraction.span("t"), _fraction(fraction), "percent")
    everyone = next(
        (m for m in _ALL.finditer(text) if _is_free(text, m, blocked) and _people_follow(text, m.end())), None
    )
    counted = first(_COUNTED)
    if everyone and not (counted and counted.start() < everyone.start()):
        return Target(everyone.span("t"), 100.0, "percent", is_all=True)
    plain = counted or first(_GROWTH) or (first(_LEVEL) if _is_of_level(text) else None)
    return Target(plain.span("t"), _value(plain["n"]), "count") if plain else None


def _is_of_level(text: str) -> bool:
    """Say whether a sentence moves or reaches something that has a number without a unit: a mean, a score."""
    return bool(_MEANS.search(text)) and bool(
        words.PERFORMANCE.search(text)
        or words.ASSESSMENTS.search(text)
        or words.RATE.search(text)
        or "rubric" in text
    )


def _is_free(text: str, match: re.Match[str], blocked: list[Place]) -> bool:
    start, end = match.span("t")
    return not any(a < end and start < b for a, b in blocked) and not _NAMES.search(text, 0, start)


_MEANS = re.compile(
    r"\b(?:average|mean|median|percentile|score|raise|increase|reduce|improve|decrease|lower|reach|move|grow)"
    r"(?:d|s|es|ing)?\b"
)
_REACHED = re.compile(r"\b(?:to|targets?(?: of| is)?:?|goal(?: of| is)?:?) (?:at least |over )?$")


def _share(text: str, blocked: list[Place]) -> Target | None:
    found = [
        match
        for match in _SHARE.finditer(text)
        if not any(a < match.end() and match.start() < b for a, b in blocked)
        and not _QUALIFIES.search(text, 0, match.start())
    ]
    if not found:
        return None
    best = next((m for m in reversed(found) if _REACHED.search(text, 0, m.start())), found[0])
    return Target(best.span("t"), _value(best["n"]), "percent")


def _fraction(match: re.Match[str]) -> float | None:
    if match["word"]:
        return _WORTH.get(match["word"].replace("-", " "))
    part, whole = number(match["a"]), number(match["b"])
    return round(100.0 * part / whole, 1) if part is not None and whole else None


def _value(words_of: str) -> float | None:
    bare = words_of.replace(",", "").lstrip("$").rstrip(".")
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?|\.\d{1,6}", bare):
        return float(bare)
    found = number(bare)
    return None if found is None else float(found)


def _people_follow(text: str, end: int) -> bool:
    rest = text[end : end + 60]
    found = (
        words.ADULTS.search(rest),
        words.STUDENTS.search(rest),
        re.search(r"\b(?:plcs?|parents|families|caregivers|schools|campuses|sites|departments)\b", rest),
    )
    return any(match and match.start() < 24 for match in found)
