"""Which words of a sentence say what, who, when, how, target and purpose. Pure.

Places are (start, end) in the sentence made plain, which has the same length as the sentence shown.
"""

import re
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.plain import NUMBER, number

Place = tuple[int, int]

_LED_BY = re.compile(
    r"\b(?:as |and )?(?:measured|evidenced|reported|demonstrated|shown|documented|indicated|determined|recorded|assessed"
    r"|logged|tracked|verified|seen|counted)(?: (?:by|in|on|through|via|with|using|from))(?: an?\b| the\b| our\b)? "
    r"(?P<how>[^,;]+?)(?=[.;,]?$|[,;]| in order to\b| so that\b| by (?:the )?(?:end|june|may)\b)"
    r"|\b(?:according to|based (?:up)?on|as per|using|via)(?: the\b| an?\b)? (?P<used>[^,;.]*?\b(?:data|survey|checklist|rubric"
    r"|tracker|report|reports|assessment|log|dashboard|inventory|records?|tool)\b)"
)
_SHOWS = re.compile(
    r"(?P<how>[^,;]{3,110}?) (?:will |can |would |should )?(?:show|find|demonstrate|indicate|reveal|reflect|confirm|document)s?"
    r"(?: that)? (?=(?:at least |over |more than |about )?(?:\d|all\b|every\b|each\b|half\b|three quarters|two thirds|x{2,3}))"
)
_USES = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|updat(?:e|es|ed|ing)|fill(?:s|ed|ing)? (?:in|out)|complet(?:e|es|ed|ing)|enter(?:s|ed|ing)?"
    r"|log(?:s|ged|ging)?|record(?:s|ed|ing)?)\b(?! of\b)(?P<tool>(?: [a-z0-9'-]+){1,7})"
)
_COUNTABLE = re.compile(
    rf"\b(?:at least|a minimum of|no fewer than) (?:once|twice|{NUMBER})\b[^,;.]*"
    r"|\b(?:once|twice|three times) (?:per|a|each|every) \w+|\d+ (?:times|lessons|minutes|hours) (?:per|a|each|every) \w+"
)
_SHARE = re.compile(
    r"(?P<t>(?:at least |more than |fewer than |less than |over |a minimum of |up to |below |no more than )?"
    r"(?P<n>\d{1,3}(?:\.\d+)?|x{1,3}|\.\d+|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-five)?)\+?"
    r" ?(?:%|percent(?:age points?)?\b|per cent\b)\+?)"
)
_FRACTION = re.compile(
    rf"(?P<t>(?:at least |more than )?(?:(?P<a>{NUMBER}) (?:of|out of(?: every)?|in)(?: our| the| every)? (?P<b>{NUMBER})\b"
    r"|(?P<word>half|two[- ]thirds|three[- ]quarters|a third|one third|a quarter)\b))"
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
    r"\bfrom (?:\w+ )?\$?(?P<a>\d[\d,.]*)(?P<pa> ?%| percent)?(?:st|nd|rd|th)?(?: [^,.;]{0,30}?)?(?: \([^)]*\))?,? to (?:at least |over )?"
    rf"(?P<t>\$?(?P<b>\d[\d,.]*\d|\d|{NUMBER})(?:st|nd|rd|th)?(?P<pb> ?%| percent\b)?)"
)
_COUNTED = re.compile(
    rf"\b(?P<t>(?:at least |more than |over |a minimum of |up to )?(?P<n>{NUMBER}))(?= (?!grade|tier|level|st\b|nd\b|rd\b"
    r"|th\b|of\b|weeks?\b|days?\b|years?\b|months?\b|times\b|or\b|and\b|to\b)(?:[a-z-]+ ){0,3}?[a-z-]+s\b)"
)
_NAMES = re.compile(
    r"(?:tier|tiers|grades?|phase|step|goal|title|level|year|part|unit|module|cohort|region|age|ages)[ -]?$"
)
PURPOSE = re.compile(
    r"(?:,? )?\b(?P<lead>in order to|so that|so as to|with the (?:goal|aim|intent|intention) (?:of|to)|for the purpose of"
    r"|leading to|(?:on |learn )?how to|that will communicate|(?<!plan )(?<!begin )(?<!going )(?<!need )(?<!able )(?<!work )to (?:better )?(?:ensure"
    r"|increase|improve|reduce|support|help|equip|strengthen|drive|inform|eliminate|enhance|build|meet|allow|enable"
    r"|provide|make|track|monitor|address|identify|raise|close|determine|review|plan|align|analy[sz]e|adjust"
    r"|discuss|decide|agree|set|share|train|teach|develop|select|prepare|give|communicate|examine|explain|learn"
    r"|cut|verify|answer|collect|look|work|study|explore|serve|evaluate|assess|attract|secure|guide|choose|create))\b"
)
_HELPER = re.compile(r"\b(?:will|shall|would|can|must|should|has|have|is|are|was|were)\b")
_LEADS = re.compile(
    r"^(?:[\s,;:–—-]|(?:that|will|shall|would|can|must|should|have|has|are|is|be|been|being|successfully|of|for|by|also|and"
    r"|we|consistently|who)\b)+",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A number that a sentence promises: its words' place, value and unit ("percent", "count" or "")."""

    place: Place
    value: float | None
    unit: str
    is_all: bool = False


def find_target(text: str, when: When) -> Target | None:
    """Return the number to be reached: after "to" in a change, a share, a fraction, all of somebody, a count."""
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
    return Target(counted.span("t"), _value(counted["n"]), "count") if counted else None


def _is_free(text: str, match: re.Match[str], blocked: list[Place]) -> bool:
    start, end = match.span("t")
    return not any(a < end and start < b for a, b in blocked) and not _NAMES.search(text, 0, start)


def _share(text: str, blocked: list[Place]) -> Target | None:
    found = [
        match
        for match in _SHARE.finditer(text)
        if not any(a < match.end() and match.start() < b for a, b in blocked)
    ]
    if not found:
        return None
    best = next(
        (m for m in reversed(found) if re.search(r"\bto (?:at least |over )?$", text[: m.start()])), found[0]
    )
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
        re.search(r"\b(?:plcs?|parents|families)\b", rest),
    )
    return any(match and match.start() < 24 for match in found)


@dataclass(frozen=True)
class How:
    """The words that say how it is measured, and the longer stretch that belongs to them ("as measured by …")."""

    place: Place
    whole: Place
    is_tool: bool


def after_date(text: str, when: When) -> int:
    """Return where the sentence goes on after a date in front."""
    floor = next((found.end for found in when.moments if found.start == 0), 0)
    return floor + len(text[floor:]) - len(text[floor:].lstrip(" ,:-"))


def find_how(text: str, when: When) -> How | None:
    """Return how it will be measured: a tool, or a rate of doing that anybody can count."""
    shows = _SHOWS.match(text, after_date(text, when))
    if shows:
        return How(shows.span("how"), shows.span(), is_tool=True)
    led = _LED_BY.search(text)
    if led:
        return How(led.span("how" if led["how"] else "used"), led.span(), is_tool=True)
    uses = _USES.search(text)
    tool = words.TOOL.search(text, *uses.span("tool")) if uses else None
    if uses and tool:
        place = (uses.start("tool") + 1, tool.end())
        return How(place, (place[1], place[1]), is_tool=True)
    counted = _COUNTABLE.search(text)
    return How(counted.span(), (counted.end(), counted.end()), is_tool=False) if counted else None


def find_measure(text: str) -> Place | None:
    """Return an assessment named in a student outcome, where nothing else says how it is measured."""
    named = words.ASSESSMENTS.search(text)
    return named.span() if named else None


def find_purpose(text: str) -> Place | None:
    """Return the place of the words that say what it is for, not those a sentence begins with."""
    match = PURPOSE.search(text, 4)
    if not match:
        return None
    stop = re.search(
        r",? as (?:measured|reported|evidenced|shown|documented)\b|[;]|\.?$", text[match.end() :]
    )
    return match.start("lead"), match.end() + (stop.start() if stop else 0)


def find_who(
    text: str, when: When, target: Target | None, how: How | None, *, is_order: bool
) -> Place | None:
    """Return the place of who does it (or reaches it): the people before the verb, or those after "by"."""
    by = re.search(r"\b(?:led |given |taught |run )?by (?:the |our |an? )?(?P<who>[a-z' -]{0,30})", text)
    doer = words.ADULTS.search(text, *by.span("who")) if by else None
    if is_order:
        return (by.start("who"), doer.end()) if by and doer else None
    floor = after_date(text, when)
    if how and how.whole[1] > how.place[1] - 1 and how.place[0] >= floor and how.whole[0] == how.place[0]:
        floor = max(floor, how.whole[1])
    pronoun = re.compile(r"(?:that )?(?P<who>we|i|they|she|he)\b").match(text, floor)
    if pronoun:
        return pronoun.span("who")
    helper = _HELPER.search(text, floor)
    end = helper.start() if helper else len(text)
    start = target.place[1] if target and floor <= target.place[0] < end else floor
    people = words.ADULTS.search(text, start, end), words.STUDENTS.search(text, start, end)
    found = min((match for match in people if match), key=lambda match: match.start(), default=None)
    if found and (helper or found.start() - start < 30):
        return _with_company(text, found, start, end if helper else found.end())
    return (by.start("who"), doer.end()) if by and doer else None


def _with_company(text: str, found: re.Match[str], start: int, end: int) -> Place:
    """Take the words around people that say which: "new teachers", "students in grades 3-5"."""
    before = re.search(
        r"(?:(?<![a-z'-])(?!of\b|the\b|our\b|that\b|all\b|every\b|each\b|in\b|by\b|for\b|and\b)[a-z'-]+ )*$",
        text[start : found.start()],
    )
    first = start + before.start() if before else found.start()
    tail = text[found.end() : end].rstrip(" ,")
    takes = len(tail.split()) <= 9 and re.match(
        r" (?:in|of|at|with|from|who|and|on|scoring|below|new to)\b", tail
    )
    return first, found.end() + (len(tail) if takes else 0)


def find_what(shown: str, *places: Place | None) -> str:
    """Return what is left of the sentence without the other parts: what is done."""
    kept, at = [], 0
    for start, end in sorted(place for place in places if place):
        if start >= at:
            kept.append(shown[at:start])
        at = max(at, end)
    kept.append(shown[at:])
    pieces = [
        piece for piece in (_LEADS.sub("", piece).strip(" ,;:.–—-") for piece in kept) if len(piece) > 2
    ]
    return " … ".join(pieces)
