"""What could be better in a sentence, asked and not scolded; and what is good about it. Pure.

After the federal deck on milestones in performance management: which milestones are good, which "what nots".
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from milestones.coach import words
from milestones.coach.clause import Clause
from milestones.coach.language import is_english
from milestones.coach.reading import Problem
from nic_platform.text import _

_LONG = 45  # words

_CONTINUING = re.compile(
    r"^(?:we |they |staff |teachers |(?:the )?[a-z ]{0,30})?(?:will )?(?:continu(?:e|es|ing)|keep on"
    r"|keep (?=\w+ing))\b|^ongoing\b"
)
_MEETING = re.compile(
    r"^(?:we |staff |(?:the )?[a-z ]{0,20})?(?:will )?(?:(?:hold|attend|conduct|have|schedule|convene"
    r"|organi[sz]e|set up|host|facilitate)"
    r" (?:an? |the )?(?:(?:regular|weekly|monthly|quarterly|periodic|team|staff|stakeholder|leadership"
    r"|planning|kick-?off|initial"
    r"|follow-?up|coordination) )*(?:meetings?|calls?|conference calls?|check-ins?)\b"
    r"|meet\b(?! (?:[a-z'-]+ ){0,4}?(?:goals?|targets?|objectives?|outcomes|expectations|needs|standards?"
    r"|benchmarks?|milestones?|deadlines?|requirements?)\b))"
)
_TRAINING = re.compile(
    r"^(?:we |staff |(?:the )?[a-z ]{0,20})?(?:will )?(?:conduct|provide|hold|offer|deliver|attend|give"
    r"|organi[sz]e|host|run|do|complete|arrange)"
    r" (?P<with>(?:[a-z-]+ ){0,6}?)(?:trainings?|professional development|professional learning|pd"
    r"|in-?services?|workshops?|webinars?)\b"
)
_AUDIENCE = re.compile(
    r"\b(?:for|to|with) (?:the |all |our |new |\d+ )*[a-z]|\b(?:teachers|staff|principals|coaches|leaders"
    r"|employees|examiners|parents|families)\b"
)
_TOPIC = re.compile(
    r"\b(?:on|in|about|for using|how to|regarding|around)\b (?!needed\b|necessary\b|a regular\b)[a-z]"
)
_GENERAL_AUDIENCE = re.compile(
    r"\b(?:stakeholders?(?: groups?)?|communit(?:y|ies)(?: members)?|public|partners|families|parents"
    r"|customers|organi[sz]ations|groups?)\b[ .]*$"
)
_OUTREACH = re.compile(
    r"^(?:we |staff |(?:the )?[a-z ]{0,20})?(?:will )?(?:(?:perform|conduct|do|increase|expand|continue"
    r"|provide|begin) (?:[a-z]+ ){0,2}?outreach\b"
    r"|outreach\b|reach(?:ing)? out\b|engag(?:e|ing) (?:with )?(?=[a-z ]*\b(?:stakeholders|community"
    r"|public|partners|families|parents))"
    r"|raise awareness|increase awareness|participate in stakeholder|communicate (?:[a-z]+ )?with)"
)
_PROGRESS = re.compile(
    r"\b(?:perform|conduct|do|provide|give|submit|make|complete|hold|review|share|report|publish|issue"
    r"|prepare|send|deliver)? ?(?:an? |the )?"
    r"(?:(?:regular|weekly|monthly|quarterly|periodic|annual|interim) )?(?:status|progress) (?:checks?"
    r"|updates?|reports?|reviews?)\b"
    r"|^(?:publish|provide|submit|issue|prepare|write|produce|send|share|deliver|give)s? (?:an? "
    r"|the )?(?:regular |weekly |monthly |quarterly |periodic "
    r"|annual |yearly )+(?:reports?|updates?|briefings?)\b|^(?:report|check|track|monitor"
    r"|review)(?: on)?(?: the)? (?:progress|status)\b"
    r"|^make progress\b|^provide updates?\b|^(?:review|check) status\b"
)
_PLAN = re.compile(
    r"^(?:we |staff )?(?:will )?(?:plan(?:ning)? (?:to|for) (?:(?:develop|create|write|make|draft|begin"
    r"|start)(?:ing)? )?(?:an? |the )?(?:[a-z]+ ){0,3}?plan(?:ning|s)?\b"
    r"|(?:develop|create|write|make|draft) (?:an? |the )?plan (?:to plan|for planning|to (?:develop|create"
    r"|write) (?:an? |the )?plan)"
    r"|(?:begin|start|initiate|continue|explore) (?:the )?planning\b|planning (?:for|to|of)\b)"
)
_GOAL = re.compile(
    r"^(?:we |staff )?(?:will )?(?:achieve|meet|reach|accomplish|attain|complete|fulfil+)s? (?:the |this "
    r"|our |all |its |their |school(?:'s)? |district(?:'s)? |annual |yearly |improvement |smart |program "
    r"|project "
    r"|agency |strategic |planned )*"
    r"(?:goals?|targets?|objectives?|outcomes|milestones?|activities|expectations)\b(?! for)"
)
_REPORT = re.compile(
    r"^(?:publish|issue|produce|submit|write|prepare|release|complete)s? (?:an? |the "
    r"|our )?(?:[a-z]+ )?report\b"
)
_CONTENT = re.compile(
    r"\b(?:which|that|with|containing|showing|including|to|about|comparing|describing|identifying|so"
    r"|on [a-z]+ [a-z]+ [a-z]+)\b"
)
_BLANK = re.compile(r"\[[^\]]*\]|<[^>]*>")


@dataclass(frozen=True)
class Told:
    """What is asked of a sentence besides its words: its bones, and which parts it has."""

    clause: Clause
    is_counted: bool
    has_date: bool
    has_purpose: bool


def _meeting(text: str, told: Told) -> re.Match[str] | None:
    about = re.search(
        r"\b(?:to|about|on|for|agenda|review|where|that)\b (?!discuss the (?:topic|matter))",
        _after(_MEETING, text),
    )
    match = _MEETING.search(text)
    plans_it = told.has_date and bool(re.match("schedul|organi|set up", told.clause.verb))
    return None if told.has_purpose or told.is_counted or about or plans_it else match


def _after(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return text[match.end() :] if match else ""


def _training(text: str, told: Told) -> re.Match[str] | None:
    match = _TRAINING.search(text)
    if not match or told.is_counted or told.has_purpose:
        return None
    rest = match["with"] + _after(_TRAINING, text)
    return None if (_AUDIENCE.search(rest) and _TOPIC.search(rest)) or len(rest.split()) > 5 else match


def _outreach(text: str, told: Told) -> re.Match[str] | None:
    match = _OUTREACH.search(text)
    if not match or told.is_counted or told.has_purpose or len(text.split()) > 9:
        return None
    rest = _after(_OUTREACH, text)
    return match if not rest.strip(" .") or _GENERAL_AUDIENCE.search(rest.rstrip(" .")) else None


def _progress(text: str, told: Told) -> re.Match[str] | None:
    match = _PROGRESS.search(text)
    if not match or told.is_counted:
        return None
    rest = _BLANK.sub("", text[match.end() :])
    return None if (told.has_purpose and len(rest.split()) > 3) or len(rest.split()) > 8 else match


def _report(text: str, told: Told) -> re.Match[str] | None:
    match = _REPORT.search(text)
    return match if match and not _CONTENT.search(text[match.end() :]) and not told.has_purpose else None


def _jargon(text: str, _told: Told) -> re.Match[str] | None:
    return words.JARGON.search(text)


def _only(pattern: re.Pattern[str]) -> Callable[[str, Told], re.Match[str] | None]:
    return lambda text, _told: pattern.search(text)


_CHECKS: tuple[tuple[str, Callable[[str, Told], re.Match[str] | None]], ...] = (
    ("continuing", _only(_CONTINUING)),
    ("progress_update", _progress),
    ("meeting_without_purpose", _meeting),
    ("training_without_audience_or_result", _training),
    ("untargeted_outreach", _outreach),
    ("plan_to_plan", _only(_PLAN)),
    ("goal_restated", _only(_GOAL)),
    ("report_without_content_or_use", _report),
    ("jargon", _jargon),
)
UNMEASURABLE = frozenset(code for code, _check in _CHECKS) - {"jargon"}
"""With one of these, and nothing counted, nobody could tell whether a sentence was met."""


def sentence(code: str, found: str) -> str:
    """Return what the coach asks about a problem; *found* are the sentence's own words."""
    told = {
        "continuing": _("What will be different by then? “%(words)s” has no end that you could see. Name "
        "the next level to reach."),
        "progress_update": _("“%(words)s” tells how far you are. What will have changed when the news is "
        "good? Write that."),
        "meeting_without_purpose": _("What should be decided or different when people leave the room? Name "
        "that, and the meeting is the way to it."),
        "training_without_audience_or_result": _("Who is it for, and what will they do afterwards that "
        "they don't do now? Say both."),
        "untargeted_outreach": _("Whom do you want to reach first, how, and what should they do then? Name "
        "one group and one result."),
        "plan_to_plan": _("What will the plan let you do? Name the first thing that people will see, and "
        "when."),
        "goal_restated": _("This says the goal again. Which step on the way there will be done, by whom "
        "and when?"),
        "report_without_content_or_use": _("What will the report tell, and who will use it for what? Add "
        "both."),
        "jargon": _("Could you say “%(words)s” in words that a new colleague or a parent would use?"),
        "not_english": _("The coach reads English only. Write it as you like: it can be saved all the same."),
        "vague": _("What will you see when it has worked? Name something that people do, and how many of "
        "them."),
        "long": _("That is a lot for one sentence. Could it be two milestones, or could the background go "
        "elsewhere?"),
    }  # fmt: skip
    return told[code] % {"words": found} if "%(words)s" in told[code] else told[code]


def find_problems(text: str, shown: str, told: Told) -> tuple[Problem, ...]:
    """Return what could be better in a sentence, made plain and as *shown*, most telling first.

    Only the first thing that makes a sentence unmeasurable is told: one question at a time.
    """
    return tuple(_problems(text, shown, told))


def _problems(text: str, shown: str, told: Told) -> Iterator[Problem]:
    if not is_english(text):
        yield Problem("not_english", sentence("not_english", ""), "")
        return
    is_told = False
    for code, check in _CHECKS:
        if code in UNMEASURABLE and is_told:
            continue
        match = check(text, told)
        if match:
            is_told = is_told or code in UNMEASURABLE
            found = shown[match.start() : match.end()].strip(" ,.")
            yield Problem(code, sentence(code, found), found)
    if len(text.split()) > _LONG:
        yield Problem("long", sentence("long", ""), "")


def vague() -> Problem:
    """Return the problem of a sentence that could mean anything."""
    return Problem("vague", sentence("vague", ""), "")
