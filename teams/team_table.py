"""What a table of teams and links holds, and what importing it would do. Pure.

A row is a team; where it names a team above, also a link. A team with several links up has several rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nic_platform import cells
from nic_platform.importing import Problem, Target
from nic_platform.text import _
from teams import linking, rules

MOST = 5000
"""Rows of one file; a larger one is split by district."""


@dataclass(frozen=True)
class KnownTeam:
    """A living team of the network."""

    id: int
    name: str
    level: str


@dataclass(frozen=True)
class KnownSite:
    """A place of the network, and the words that it is found by."""

    id: int
    name: str
    level: str
    codes: tuple[str, ...]


@dataclass
class NewTeam:
    """A team that a file adds."""

    row: int
    name: str
    level: str
    site_id: int
    values: dict[str, Any]


@dataclass(frozen=True)
class NewLink:
    """A link that a file adds, between teams by their keys."""

    row: int
    lower: tuple[str, str]
    upper: tuple[str, str]
    values: dict[str, Any]


@dataclass
class Plan:
    """What importing a table would do. A team's key is its name in small letters and its level."""

    problems: list[Problem]
    rows: int
    teams: dict[tuple[str, str], NewTeam] = field(default_factory=dict)
    links: dict[tuple[tuple[str, str], tuple[str, str]], NewLink] = field(default_factory=dict)
    unchanged: int = 0


def targets() -> list[Target]:
    """Return what a column can hold, the surest names first."""
    return [
        Target("team", _("Team"), ("Team name", "Name of the team", "Name"), True, cells.short(160)),
        Target("level", _("Level"), ("Team level", "Works at"), True, _level),
        Target(
            "place", _("Place: its name or code"), ("Place", "Site", "School", "NCES id", "State code"),
            False, cells.code,
        ),
        Target("purpose", _("Purpose"), ("Why the team is there",), False, cells.short(4000)),
        Target("meeting", _("When and where it meets"), ("Meeting", "Meets"), False, cells.short(200)),
        Target("rhythm", _("Days between meetings"), ("Rhythm", "Rhythm days"), False, _days(366)),
        Target("upper", _("Lifts to"), ("Upper team", "Team above", "Links to"), False, cells.short(160)),
        Target("topics", _("Topics that go this way"), ("Topics",), False, linking.topics_of),
        Target(
            "promised", _("Answer promised within (days)"), ("Promise", "Promised days"), False, _days(365)
        ),
        Target("exchange", _("Days between exchanges"), ("Link rhythm", "Exchange days"), False, _days(366)),
    ]  # fmt: skip


def _level(cell: str) -> str:
    wanted = cell.strip().casefold()
    for key, words in rules.level_names().items():
        if wanted in {key, words.casefold(), rules.level_team(key).casefold()}:
            return key
    raise ValueError(_("Write practice, school, district, region or state."))


def _days(most: int) -> Any:
    def read(cell: str) -> int:
        text = cell.strip().removesuffix(".0")
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ValueError(_("Write a number of days from 1 to %(most)s.", most=most))
        return int(text)

    return read


class Register:
    """Finds teams and places by what a file calls them."""

    def __init__(self, teams: Iterable[KnownTeam], sites: Iterable[KnownSite]) -> None:
        self.teams = {_key(team.name, team.level): team for team in teams}
        self.sites: dict[str, list[KnownSite]] = {}
        for site in sites:
            for word in {site.name.casefold(), *site.codes}:
                self.sites.setdefault(word, []).append(site)

    def site(self, word: str, level: str) -> KnownSite | str:
        """Return the place where a team of this level works, or the sentence that says the mend."""
        wanted = "school" if level == "practice" else level
        found = [one for one in self.sites.get(word.casefold(), []) if one.level == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            return _("Several places are called that. Write its NCES id or state code.")
        words = rules.level_names()[wanted].lower()
        return _("The network has no place of the level %(level)s by that name or code.", level=words)


def _key(name: str, level: str) -> tuple[str, str]:
    return " ".join(name.split()).casefold(), level


def make_plan(
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    problems: Sequence[Problem],
    register: Register,
    links: Iterable[tuple[int, int]],
    count: int,
) -> Plan:
    """Return what importing these rows would do.

    Args:
        rows: the good rows with their numbers, read by :func:`targets`.
        problems: what was wrong with the others.
        links: the links that are there, as numbers of teams, lower and upper.
        count: the rows of the file.
    """
    plan = Plan(list(problems), count)
    if count > MOST:
        text = _("The file has more than %(most)s rows. Split it by district.", most=MOST)
        plan.problems.insert(0, Problem(None, "", "", text))
        return plan
    for number, values in rows:
        _plan_team(plan, register, number, values)
    there = set(links)
    for number, values in rows:
        if values.get("upper"):
            _plan_link(plan, register, there, number, values)
    linked = {each.row for each in plan.links.values()}
    bad = {problem.row for problem in plan.problems}
    made = {team.row for team in plan.teams.values()}
    plan.unchanged = sum(number not in linked | made | bad for number, _values in rows)
    return plan


def _plan_team(plan: Plan, register: Register, number: int, values: Mapping[str, Any]) -> None:
    key = _key(values["team"], values["level"])
    if key in register.teams or key in plan.teams:
        return
    if not values.get("place"):
        text = _("A new team needs its place. Fill it in.")
        plan.problems.append(Problem(number, "", values["team"], text))
        return
    site = register.site(values["place"], values["level"])
    if isinstance(site, str):
        plan.problems.append(Problem(number, "", values["place"], site))
        return
    own = {"purpose": values.get("purpose", ""), "meeting": values.get("meeting", "")}
    if values.get("rhythm"):
        own["rhythm_days"] = values["rhythm"]
    plan.teams[key] = NewTeam(number, values["team"], values["level"], site.id, own)


def _plan_link(
    plan: Plan, register: Register, there: set[tuple[int, int]], number: int, values: Mapping[str, Any]
) -> None:
    lower = _key(values["team"], values["level"])
    upper = _upper(plan, register, values)
    if isinstance(upper, str):
        plan.problems.append(Problem(number, "", values["upper"], upper))
        return
    known = register.teams.get(lower), register.teams.get(upper)
    if known[0] and known[1] and (known[0].id, known[1].id) in there:
        return
    if lower not in register.teams and lower not in plan.teams:
        return  # its own row says what is wrong with it
    names = {"topics": "topics", "promised": "promised_days", "exchange": "rhythm_days"}
    protocol = {column: values[key] for key, column in names.items() if values.get(key)}
    plan.links.setdefault((lower, upper), NewLink(number, lower, upper, protocol))


def _upper(plan: Plan, register: Register, values: Mapping[str, Any]) -> tuple[str, str] | str:
    """Return the key of the team above that a row names, or the sentence that says the mend."""
    named = [_key(values["upper"], level) for level in rules.LEVELS]
    found = [key for key in named if key in register.teams or key in plan.teams]
    if not found:
        return _("No team of the network or of this file is called that.")
    higher = [key for key in found if rules.rank(key[1]) > rules.rank(values["level"])]
    if not higher:
        return _("That team does not work above this one. A link leads upward.")
    return higher[0]
