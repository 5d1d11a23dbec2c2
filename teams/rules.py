"""What a team is and may do: functions, competencies, rhythms, links. No web, no database.

The nine functions and five competencies are those of NIRN's framework of Implementation Teams
(SISEP, "Framework 4: Implementation Teams"), in our own words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from nic_platform.text import _, ngettext

LEVELS: tuple[str, ...] = ("practice", "school", "district", "region", "state")
"""The levels of a network, lowest first. A link leads to a later one."""

SMALLEST_TEAM = 3
"""Below this a team is a champion or two: what it knows leaves with them (SISEP, Framework 4)."""

SILENT_RHYTHMS = 2
"""A link without an exchange for more than this many of its rhythms has gone silent."""


class Function(StrEnum):
    """What an implementation team does for the programs and practices in its care."""

    READINESS = "readiness"
    ANALYSIS = "analysis"
    SELECTION = "selection"
    SUPPORTS = "supports"
    REPORTING = "reporting"
    EQUITY = "equity"
    SYSTEM_CHANGE = "system_change"
    LINKAGES = "linkages"
    SUSTAINABILITY = "sustainability"


class Competency(StrEnum):
    """What the members of a team can do between them."""

    ENGAGEMENT = "engagement"
    TEAM_BUILDING = "team_building"
    FACILITATION = "facilitation"
    DATA_USE = "data_use"
    PROGRAM_KNOWLEDGE = "program_knowledge"


class Perspective(StrEnum):
    """Whose eyes a member brings."""

    TEACHER = "teacher"
    FAMILY = "family"
    STUDENT = "student"
    ADMINISTRATOR = "administrator"
    COACH = "coach"
    DATA_LEAD = "data_lead"
    COMMUNITY = "community"
    SPECIALIST = "specialist"
    AGENCY = "agency"


WEEKLY, BIWEEKLY, MONTHLY, QUARTERLY = 7, 14, 30, 91
"""Rhythms, in days between two meetings or exchanges."""


def is_norm(rhythm_days: int) -> bool:
    """Say whether a link's rhythm is monthly or more often, as NIRN's communication protocols ask."""
    return rhythm_days <= 31


def function_names() -> dict[str, str]:
    """Return the nine functions of a team, each in a few words, in the framework's order."""
    return {
        Function.READINESS: _("Build collaboration and readiness"),
        Function.ANALYSIS: _("Look into the organization's strengths and needs"),
        Function.SELECTION: _("Choose what to try from needs and root causes"),
        Function.SUPPORTS: _("Set up and keep up coaching, training and data systems"),
        Function.REPORTING: _("Check and report fidelity, capacity and outcomes"),
        Function.EQUITY: _("See that nobody is left out"),
        Function.SYSTEM_CHANGE: _("Lead the change of the system"),
        Function.LINKAGES: _("Tie in partners and people outside"),
        Function.SUSTAINABILITY: _("Solve problems and make the work last"),
    }


def competency_names() -> dict[str, str]:
    """Return the five competencies that a team needs between its members."""
    return {
        Competency.ENGAGEMENT: _("Win and work with leaders and those concerned"),
        Competency.TEAM_BUILDING: _("Form and develop teams"),
        Competency.FACILITATION: _("Help people change through training and coaching"),
        Competency.DATA_USE: _("Read data to decide"),
        Competency.PROGRAM_KNOWLEDGE: _("Know the practice's parts and what they lead to"),
    }


def perspective_names() -> dict[str, str]:
    """Return the perspectives that a member may bring."""
    return {
        Perspective.TEACHER: _("Teacher"),
        Perspective.FAMILY: _("Family"),
        Perspective.STUDENT: _("Student"),
        Perspective.ADMINISTRATOR: _("Administrator"),
        Perspective.COACH: _("Coach"),
        Perspective.DATA_LEAD: _("Data lead"),
        Perspective.COMMUNITY: _("Community"),
        Perspective.SPECIALIST: _("Specialist"),
        Perspective.AGENCY: _("Agency staff"),
    }


def rhythm_names() -> dict[int, str]:
    """Return the usual rhythms by their days, most often first."""
    return {
        WEEKLY: _("Every week"),
        BIWEEKLY: _("Every two weeks"),
        MONTHLY: _("Every month"),
        QUARTERLY: _("Every quarter"),
    }


def rhythm_words(rhythm_days: int) -> str:
    """Return a rhythm in words, usual or not."""
    return rhythm_names().get(rhythm_days) or _("Every %(days)s days", days=rhythm_days)


def level_names() -> dict[str, str]:
    """Return the levels, lowest first."""
    return {
        "practice": _("Practice"),
        "school": _("School"),
        "district": _("District"),
        "region": _("Region"),
        "state": _("State"),
    }


def level_team(level: str) -> str:
    """Return what a team of this level is called, as "School team"."""
    return {
        "practice": _("Practice team"),
        "school": _("School team"),
        "district": _("District team"),
        "region": _("Regional team"),
        "state": _("State team"),
    }[level]


def rank(level: str) -> int:
    """Return 0 for practice up to 4 for the state."""
    return LEVELS.index(level)


def expected_perspectives(level: str) -> frozenset[str]:
    """Return the perspectives that a team of this level is asked to hold, given whom its site serves.

    A team should represent those it serves (SISEP, Framework 4): wherever children are taught that is
    teachers and families, and the one who decides; higher up the community joins in.
    """
    core = {Perspective.TEACHER, Perspective.FAMILY, Perspective.ADMINISTRATOR}
    if level == "practice":
        return frozenset({Perspective.TEACHER})
    if level == "school":
        return frozenset(core)
    return frozenset(core | {Perspective.COMMUNITY})


def link_problem(
    lower: tuple[int, str, str], upper: tuple[int, str, str], links: Iterable[tuple[int, int]] = ()
) -> str | None:
    """Say in a sentence why one team can't lift to another, or None when it can.

    Args:
        lower, upper: (id, name, level) of the team that lifts and of the one that receives.
        links: the network's other links as (lower id, upper id). With levels kept, a circle can't
            arise; they are asked all the same, since a team's level can be changed later.
    """
    lower_id, lower_name, lower_level = lower
    upper_id, upper_name, upper_level = upper
    if lower_id == upper_id:
        return _("A team can't lift to itself. Choose a team at a higher level.")
    if rank(lower_level) == rank(upper_level):
        return _(
            "%(lower)s and %(upper)s work at the same level, so neither can lift to the other. "
            "Tie them as peers instead.",
            lower=lower_name,
            upper=upper_name,
        )
    if rank(lower_level) > rank(upper_level):
        return _(
            "%(lower)s works above %(upper)s. A link leads upward: let %(upper)s lift to %(lower)s.",
            lower=lower_name,
            upper=upper_name,
        )
    if reaches(links, upper_id, lower_id):
        return _(
            "%(upper)s already lifts to %(lower)s by other links, so this one would close a circle. "
            "Remove one of those first.",
            upper=upper_name,
            lower=lower_name,
        )
    return None


def reaches(links: Iterable[tuple[int, int]], start: int, goal: int) -> bool:
    """Say whether *goal* can be reached from *start* along links (lower id, upper id)."""
    up: dict[int, list[int]] = {}
    for lower, upper in links:
        up.setdefault(lower, []).append(upper)
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        fresh = [there for there in up.get(here, ()) if there not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def closure(links: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return every (above id, below id) that links (lower id, upper id) imply, directly or through others."""
    up: dict[int, set[int]] = {}
    for lower, upper in links:
        up.setdefault(lower, set()).add(upper)
    found: dict[int, frozenset[int]] = {}

    def above(team: int, trail: tuple[int, ...]) -> frozenset[int]:
        if team in found or team in trail:
            return found.get(team, frozenset())
        direct = up.get(team, set())
        reached = frozenset(direct).union(*(above(other, (*trail, team)) for other in direct))
        found[team] = reached
        return reached

    return {(upper, team) for team in up for upper in above(team, ()) if upper != team}


def is_silent(last: date, rhythm_days: int, today: date) -> bool:
    """Say whether a link has gone silent: nothing passed in two rhythms.

    Args:
        last: the day of the last exchange, or of the link's beginning when there was none yet.
    """
    return (today - last).days > SILENT_RHYTHMS * rhythm_days


def is_champion(members: int) -> bool:
    """Say whether so few people are a champion or two rather than a team."""
    return members < SMALLEST_TEAM


@dataclass(frozen=True)
class Gap:
    """Something that a team lacks, and what to do about it."""

    kind: str
    subject: str
    sentence: str


def charter_gaps(
    name: str,
    level: str,
    *,
    members: int,
    competencies: Iterable[str],
    perspectives: Iterable[str],
    rhythm_days: int | None,
    purpose: str = "",
) -> list[Gap]:
    """Return what a team's charter lacks, most pressing first. An empty list is a whole charter."""
    gaps: list[Gap] = []
    if is_champion(members):
        gaps.append(Gap("champion", name, champion_sentence(name, members)))
    if not purpose.strip():
        gaps.append(
            Gap(
                "purpose",
                name,
                _("The charter has no purpose yet. Write what the team is there for in a sentence."),
            )
        )
    if not rhythm_days:
        gaps.append(Gap("rhythm", name, _("No meeting rhythm is set. Agree how often the team meets.")))
    return gaps + _unbrought(set(competencies)) + _unheard(set(perspectives), level)


def _unbrought(held: Collection[str]) -> list[Gap]:
    return [
        Gap("competency", key, _("Nobody brings “%(what)s”. Ask who can, or whom to invite.", what=words))
        for key, words in competency_names().items()
        if key not in held
    ]


def _unheard(voices: Collection[str], level: str) -> list[Gap]:
    sentence = _("No %(who)s perspective on the team. Invite someone who brings it.")
    return [
        Gap("perspective", key, sentence % {"who": words.lower()})
        for key, words in perspective_names().items()
        if key in expected_perspectives(level) and key not in voices
    ]


def champion_sentence(name: str, members: int) -> str:
    """Say that a team rests on too few people, and what to do."""
    if members == 0:
        return _("%(name)s has nobody on it. Invite its first members.", name=name)
    return ngettext(
        "%(name)s rests on one person. Invite two more, so that the work outlasts a move.",
        "%(name)s rests on %(count)s people. Invite one more, so that the work outlasts a move.",
        members,
        name=name,
    )


def functions_unheld(held: Iterable[Iterable[str]]) -> list[str]:
    """Return the functions that no team of a line (a team and those above it) holds, in order."""
    all_held = {function for functions in held for function in functions}
    return [function for function in Function if function not in all_held]


@dataclass(frozen=True)
class Period:
    """A stretch of the school-year calendar; both days belong to it."""

    kind: str
    name: str
    starts: date
    ends: date


MOST_QUARTERS = 8  # six-week grading periods are six; more is a slip


def calendar_problems(starts: date, ends: date, periods: Iterable[Period]) -> list[str]:
    """Return what is wrong with a school year and its periods, one sentence each."""
    problems: list[str] = []
    if ends <= starts:
        problems.append(_("The school year ends before it starts. Swap the two dates."))
    elif ends - starts > timedelta(days=400):
        problems.append(_("A school year is shorter than 400 days. Check the two dates."))
    ordered = sorted(periods, key=lambda p: (p.kind, p.starts))
    for period in ordered:
        if period.ends < period.starts:
            problems.append(_("“%(name)s” ends before it starts. Swap its dates.", name=period.name))
        elif period.starts < starts or period.ends > ends:
            problems.append(
                _("“%(name)s” lies outside the school year. Move it, or the year.", name=period.name)
            )
    for one, other in pairwise(ordered):
        if one.kind == other.kind and other.starts <= one.ends:
            problems.append(
                _("“%(one)s” and “%(other)s” overlap. Change one of them.", one=one.name, other=other.name)
            )
    if sum(period.kind == "quarter" for period in ordered) > MOST_QUARTERS:
        problems.append(
            _("A school year has at most %(count)s quarters. Remove one first.", count=MOST_QUARTERS)
        )
    return problems


def site_problem(level: str, site_level: str) -> str | None:
    """Say why a team can't belong to a site of that level, or None. Practice teams are in schools."""
    wanted = "school" if level == "practice" else level
    if site_level == wanted:
        return None
    return _(
        "A %(team)s belongs to a place of the level %(level)s. Choose another level or place.",
        team=level_team(level).lower(),
        level=level_names()[wanted].lower(),
    )
