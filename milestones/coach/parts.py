"""Which words of a sentence say what, who, how, and what for. Pure.

Places are (start, end) in the sentence made plain, which has the same length as the sentence shown.
"""

import re
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.dates import When
from milestones.coach.plain import NUMBER
from milestones.coach.targets import Place, Target

_LED_BY = re.compile(
    r"\b(?:as |and )?(?:measured|evidenced|reported|demonstrated|shown|documented|indicated|determined"
    r"|recorded|assessed"
    r"|logged|tracked|checked|confirmed|noted|captured|verified|seen|counted)(?: (?:by|in|on|through|via"
    r"|with|using|from))(?: an?\b| the\b"
    r"| our\b)? "
    r"(?P<how>[^,;]+?)(?=[.;,]?$|[,;]| in order to\b| so that\b| by (?:the )?(?:end|june|may)\b)"
    r"|\b(?:according to|based (?:up)?on|as per|(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bbeen )using|via)"
    r"(?: the\b| an?\b)? (?P<used>[^,;.]*?\b(?:data|survey|checklist|rubric"
    r"|tracker|report|reports|assessment|log|dashboard|inventory|records?|tool)\b)"
    r"(?=[.;,]?$|[,;.]| (?:to|that|in|on|from|for|by|at|and|with|of|as|each|every|weekly|monthly|during)\b)"
)
_SHOWS = re.compile(
    r"(?P<how>[^,;]{3,110}?) (?:will |can |would |should )?(?:show|find|demonstrate|indicate|reveal"
    r"|reflect|confirm|document)s?"
    r"(?P<that> that)? (?=(?P<many>at least |over |more than |about |no )?(?P<number>\d|all\b|every\b|each\b"
    r"|half\b|three quarters|two thirds|x{2,3})|(?P<rest>[a-z]))"
)
_TOOLS = re.compile(rf"{words.TOOL.pattern}|{words.ASSESSMENTS.pattern}")
_USES = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|updat(?:e|es|ed|ing)|fill(?:s|ed|ing)? (?:in|out)|complet(?:e|es|ed|ing)"
    r"|enter(?:s|ed|ing)?"
    r"|log(?:s|ged|ging)?|record(?:s|ed|ing)?)\b(?! of\b)(?P<tool>(?: (?!of\b)[a-z0-9'-]+){1,7})"
)
_IS_HEAD = re.compile(  # what may follow a tool's name; another noun would make it a "data protocol"
    r"[.;,]?$|[,;.]| (?:to|that|in|on|from|for|by|at|and|or|with|of|as|each|every|weekly|monthly|daily|during"
    r"|after|before|regularly|at least|once|twice)\b"
)
_COUNTABLE = re.compile(
    rf"\b(?:at least|a minimum of|no fewer than) (?:once|twice|{NUMBER})\b[^,;.]*|\b{NUMBER} times\b"
    r"|\b(?:once|twice|three times) (?:per|a|each|every) \w+|\d+ (?:times|lessons|minutes|hours) (?:per|a"
    r"|each|every) \w+"
    rf"|\b{NUMBER}(?: [a-z-]+){{1,4}} (?:per|each|every|a) (?:school |other |two |three )?(?:day|week"
    rf"|month|quarter|semester"
    rf"|year"
    r"|unit|term|trimester|lesson)s?\b"
)
PURPOSE = re.compile(
    r"(?:,? )?\b(?P<lead>in order to|so that|so as to|with the (?:goal|aim|intent|intention) (?:of|to)"
    r"|for the purpose of"
    r"|leading to|(?:on |learn )?how to|that will communicate"
    r"|(?<!place )(?<!places )(?<!time )(?<!opportunity )(?<!opportunities )(?<!ability )(?<!chance )"
    r"(?<!ready )(?<!students )(?<!learners )(?<!right )(?<!way )(?<!ways )(?<!plans )"
    r"(?<!plan )(?<!begin )(?<!going )(?<!need )(?<!able )(?<!work )to (?:better )?(?:ensure"
    r"|increase|improve|reduce|support|help|equip|strengthen|drive|inform|eliminate|enhance|build|meet"
    r"|allow|enable"
    r"|provide|make|track|monitor|address|identify|raise|close|determine|review|plan|align|analy[sz]e|adjust"
    r"|discuss|decide|agree|set|share|train|teach|develop|select|prepare|give|communicate|examine|explain"
    r"|learn"
    r"|cut|verify|answer|collect|look|work|study|explore|serve|evaluate|assess|attract|secure|guide|choose"
    r"|create))\b"
)
_HELPER = re.compile(r"\b(?:will|shall|would|can|must|should|has|have|is|are|was|were)\b")
_PLACES = frozenset({"classroom", "classrooms", "office", "offices", "department", "departments"})
_HEADS = re.compile(
    r"[ ,]*(?:(?:will|shall|would|can|must|should|has|have|is|are|was|were|in|of|at|with|from|who|on)\b|$"
    r"|[-(&]|and\b)"
)
_LEADS = re.compile(
    r"^(?:[\s,;:–—-]|(?:that|will|shall|would|can|must|should|(?:have|has)(?! an? )(?! the )|are|is|be"
    r"|been|being|successfully"
    r"|of|for|by|also|and"
    r"|we|consistently|who)\b)+",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class How:
    """The words that say how it is measured, and all that belongs to them ("as measured by …")."""

    place: Place
    whole: Place
    is_tool: bool


def after_date(text: str, when: When) -> int:
    """Return where the sentence goes on after a date in front."""
    floor = next((found.end for found in when.moments if found.start == 0), 0)
    floor = floor or next((end for start, end in when.rhythms if start == 0), 0)
    return floor + len(text[floor:]) - len(text[floor:].lstrip(" ,:-"))


def find_how(text: str, when: When) -> How | None:
    """Return how it will be measured: a tool, or a rate of doing that anybody can count."""
    shows = _SHOWS.match(text, after_date(text, when))
    if shows and (shows["number"] or (shows["that"] and _TOOLS.search(shows["how"]))):
        return How(shows.span("how"), shows.span(), is_tool=True)
    led = _LED_BY.search(text)
    if led:
        return How(led.span("how" if led["how"] else "used"), led.span(), is_tool=True)
    uses = _USES.search(text)
    tool = words.TOOL.search(text, *uses.span("tool")) if uses else None
    if uses and tool and _IS_HEAD.match(text, tool.end()):
        place = (uses.start("tool") + 1, tool.end())
        return How(place, (place[1], place[1]), is_tool=True)
    counted = _COUNTABLE.search(text)
    return How(counted.span(), (counted.end(), counted.end()), is_tool=False) if counted else None


_WHICH_TEST = re.compile(
    r"(?:\b(?:state|district|school|common|final|unit|reading|math|mathematics|ela|science|writing|english"
    r"|spelling|algebra"
    r"|geometry|biology|spring|fall|winter|interim|benchmark|semester|end-of-\w+|early|literacy|wida|nwea"
    r"|nys|climate|student"
    r"|annual|first|second|third|standardized|grade|course|pre|post|star|diagnostic) )+$"
)


_TAKERS = re.compile(r" (?:takers?|taking|prep|preparation|anxiety|windows?)\b")


def find_measure(text: str) -> Place | None:
    """Return an assessment named in a student outcome, where nothing else says how it is measured."""
    named = next(
        (found for found in words.ASSESSMENTS.finditer(text) if not _TAKERS.match(text, found.end())), None
    )
    if not named:
        return None
    before = _WHICH_TEST.search(text, 0, named.start())
    return (before.start() if before else named.start()), named.end()


def is_countable(text: str) -> bool:
    """Say whether a sentence names a rate of doing that anybody can count: "at least six times"."""
    return bool(_COUNTABLE.search(text))


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
    start = floor
    if target and floor <= target.place[0] < min(end, floor + 25):
        is_first = not words.ADULTS.search(text, floor, target.place[0])
        start = target.place[1] if is_first else floor
    people = words.ADULTS.search(text, start, end), words.STUDENTS.search(text, start, end)
    found = min((match for match in people if match), key=lambda match: match.start(), default=None)
    if found and found[0] not in _PLACES and (helper or found.start() - start < 30):
        place = _with_company(text, found, start, end if helper else found.end())
        if _HEADS.match(text, place[1]) or (not helper and _goes_on(text, place[1])):
            return place
    groups = _GROUPS.search(text, start, end) if target and start == target.place[1] and helper else None
    if groups and _HEADS.match(text, groups.end()):
        return groups.span()
    return (by.start("who"), doer.end()) if by and doer else None


_GROUPS = re.compile(
    r"\b(?:(?!of\b|the\b|our\b|all\b)[a-z-]+ ){0,3}(?:groups?|labs?|schools?|sites?|teams?|programs?"
    r"|districts?|campuses|families|parents"
    r"|caregivers|guardians|participants|families)\b"
)


def _goes_on(text: str, end: int) -> bool:
    """Say whether a verb, a comma or the end follows: "teachers post …", no "cohort graduation rate"."""
    word = re.match(r"(?:'s?)?[ ,]*([a-z-]*)", text[end : end + 40])
    following = word[1] if word else ""
    noun = words.PERFORMANCE.fullmatch(following) or words.RATE.fullmatch(following)
    return not (noun or following.endswith("ion"))


def _with_company(text: str, found: re.Match[str], start: int, end: int) -> Place:
    """Take the words around people that say which: "new teachers", "students in grades 3-5"."""
    before = re.search(
        r"(?:(?<![a-z'-])(?!of\b|the\b|our\b|that\b|all\b|every\b|each\b|in\b|by\b|for\b"
        r"|and\b|among\b|between\b|than\b|per\b|with\b)[a-z0-9'-]+ )*$",
        text[start : found.start()],
    )
    first = start + before.start() if before else found.start()
    tail = text[found.end() : end].rstrip(" ,")
    grades = re.match(r" ?(?:-|to|and|through|&) ?\d{1,2}\b", tail)
    if grades and found[0][-1:].isdigit():
        return first, found.end() + grades.end()
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
    return " … ".join(
        piece for piece in pieces if piece.lower() not in ("our", "the", "all", "all of", "every")
    )


def without(shown: str, *places: Place | None) -> str:
    """Return a sentence without some of its places, mended where they were cut out."""
    kept, at = [], 0
    for start, end in sorted(place for place in places if place):
        if start >= at:
            kept.append(shown[at:start])
        at = max(at, end)
    cut = " ".join(piece.strip() for piece in [*kept, shown[at:]])
    cut = re.sub(r"\s*\(\s*\)|\s+([,;.])", r"\1", cut)
    return re.sub(r"([,;.])[,;.\s]*$|^[\s,;:.–—-]+", "", re.sub(r"\s{2,}", " ", cut)).strip(" ,;:.–—-")
