"""What a table of initiatives holds, and what bringing it in would do. Pure.

A row is one initiative at one place and level. What the file leaves empty of a known record stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nic_platform import cells
from nic_platform.importing import Problem, Target
from nic_platform.text import _
from teams.rules import level_names
from variation import initiatives

MOST = 5000
FACTS = ("aim", "owner", "data_collected", "requires")
HERE: Mapping[str, str] = {
    "owner_here": "owner", "teams": "teams", "starts_on": "starts_on", "ends_on": "ends_on",
    **{name: name for name in initiatives.ASPECTS}, "outcome": "outcome", "evidence": "evidence",
    "decision": "decision", "decision_why": "decision_why", "reallocate_to": "reallocate_to",
    "decided_on": "decided_on",
}  # fmt: skip
Key = tuple[int, str]


@dataclass(frozen=True)
class KnownSite:
    """A site that the person who brings the file may write for, and the words that it is found by."""

    id: int
    name: str
    level: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownPlace:
    """A record that is there: ``is_held`` says that another team keeps it."""

    id: int
    values: Mapping[str, Any]
    is_held: bool = False


@dataclass
class Wanted:
    """A record that a file adds or changes."""

    row: int
    name: str
    site_id: int
    level: str
    facts: dict[str, Any]
    values: dict[str, Any]
    place_id: int | None = None


@dataclass
class Plan:
    """What bringing a table in would do."""

    problems: list[Problem]
    rows: int
    new: list[Wanted] = field(default_factory=list)
    changed: list[Wanted] = field(default_factory=list)
    unchanged: int = 0
    names: set[str] = field(default_factory=set)  # initiatives that the list doesn't have yet


def targets() -> list[Target]:
    """Return what a column can hold, the surest names first."""
    aspects = initiatives.aspect_names()
    lines = [
        Target(name, aspects[name], (name.capitalize(),), False, cells.short(2000))
        for name in initiatives.ASPECTS
    ]
    return [
        Target("initiative", _("Initiative"), ("Program", "Project", "Name"), True, cells.short(200)),
        Target(
            "place", _("Place: its name or code"), ("Place", "Site", "School", "District", "NCES id"), True,
            cells.code,
        ),
        Target("level", _("Whose work is described"), ("Level",), False, _level),
        Target("aim", _("What it aims at"), ("Aim", "Goal", "Purpose"), False, cells.short(4000)),
        Target("owner", _("Who answers for it"), ("Owner", "Office", "Contact"), False, cells.short(200)),
        Target(
            "data_collected", _("Which data it gathers"), ("Data collected", "Data"), False, cells.short(4000)
        ),
        Target(
            "requires", _("Law, grant or directive behind it"), ("Mandate", "Grant", "Law", "Funding"), False,
            cells.short(4000),
        ),
        Target("owner_here", _("Who answers for it here"), ("Owner here",), False, cells.short(200)),
        Target("teams", _("Which groups of people carry it here"), ("Teams",), False, cells.short(2000)),
        Target("starts_on", _("In place from"), ("Start", "Start date", "Since"), False, _day),
        Target("ends_on", _("Until"), ("End", "End date"), False, _day),
        *lines,
        Target("outcome", _("What came of it here"), ("Outcome", "Result"), False, _outcome),
        Target("evidence", _("How one knows"), ("Evidence",), False, cells.short(4000)),
        Target("decision", _("What is decided"), ("Decision",), False, _decision),
        Target("decision_why", _("Why"), ("Reason",), False, cells.short(4000)),
        Target(
            "reallocate_to", _("What its time or money goes to"), ("Reallocate to",), False, cells.short(300)
        ),
        Target("decided_on", _("Decided on"), ("Decision date",), False, _day),
    ]  # fmt: skip


def _level(cell: str) -> str:
    wanted, words = cell.strip().casefold(), level_names()
    for key in initiatives.LEVELS:
        if wanted in {key, words[key].casefold()}:
            return key
    raise ValueError(_("Write school, district, region or state."))


def _outcome(cell: str) -> str:
    words = {name.casefold(): key for key, name in initiatives.outcome_names().items()}
    words |= {key: key for key in initiatives.OUTCOMES}
    found = words.get(cell.strip().casefold())
    if found is None:
        raise ValueError(_("Write better, same or worse."))
    return found


def _decision(cell: str) -> str:
    words = {name.casefold(): key for key, name in initiatives.decision_names().items()}
    words |= {key: key for key in initiatives.DECISIONS}
    found = words.get(cell.strip().casefold())
    if found is None:
        raise ValueError(_("Write keep, stop or reallocate."))
    return found


def _day(cell: str) -> date:
    text = cell.strip()[:10]
    for shape in (text, _turned(text)):
        try:
            return date.fromisoformat(shape)
        except ValueError:
            continue
    raise ValueError(_("Write the date as year-month-day, such as 2026-02-24."))


def _turned(text: str) -> str:
    """Return "2/24/2026" as "2026-02-24"; any other text as it is."""
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return text
    return f"{parts[2]:0>4}-{parts[0]:0>2}-{parts[1]:0>2}"


class Register:
    """Finds sites by what a file calls them, and records by initiative, site and level."""

    def __init__(
        self, sites: Iterable[KnownSite], names: Collection[str],
        places: Mapping[tuple[str, int, str], KnownPlace],
    ) -> None:  # fmt: skip
        self.sites: dict[str, list[KnownSite]] = {}
        for site in sites:
            for word in {plain(site.name), *(code.casefold() for code in site.codes)}:
                self.sites.setdefault(word, []).append(site)
        self.names = {plain(name): name for name in names}
        self.places = places

    def site(self, word: str) -> KnownSite | str:
        """Return the site that a row names, or the sentence that says the mend."""
        found = self.sites.get(plain(word), [])
        if len(found) == 1:
            return found[0]
        if found:
            return _("Several places are called that. Write its NCES id or state code.")
        return _("You write for no place by that name or code.")


def plain(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(name.split()).casefold()


def make_plan(
    rows: Sequence[tuple[int, Mapping[str, Any]]], problems: Sequence[Problem], register: Register, count: int
) -> Plan:
    """Return what bringing these rows in would do.

    Args:
        rows: the good rows with their numbers, read by :func:`targets`.
        problems: what was wrong with the others.
        count: the rows of the file.
    """
    plan = Plan(list(problems), count)
    if count > MOST:
        text = _("The file has more than %(most)s rows. Split it by district.", most=MOST)
        plan.problems.insert(0, Problem(None, "", "", text))
        return plan
    seen: dict[tuple[str, int, str], int] = {}
    for number, values in rows:
        problem = _plan_row(plan, register, seen, number, values)
        if problem:
            plan.problems.append(Problem(number, "", str(values["place"]), problem))
    return plan


def _plan_row(
    plan: Plan, register: Register, seen: dict[tuple[str, int, str], int], number: int,
    values: Mapping[str, Any],
) -> str:  # fmt: skip
    """Put one row into the plan, or return the sentence that says its mend."""
    site = register.site(values["place"])
    if isinstance(site, str):
        return site
    level = values.get("level") or (site.level if site.level in initiatives.LEVELS else "school")
    key = (plain(values["initiative"]), site.id, level)
    if key in seen:
        return _("Row %(row)s has the same initiative, place and level. Put them together.", row=seen[key])
    seen[key] = number
    known = register.places.get(key)
    if known is not None and known.is_held:
        return _("The site’s own team keeps this record. Ask it to change it.")
    here = {column: values[name] for name, column in HERE.items() if name in values}
    trouble = _troubled((dict(known.values) if known else {}) | here)
    if trouble:
        return trouble
    facts = {name: values[name] for name in FACTS if name in values}
    name = register.names.get(key[0], values["initiative"])
    if key[0] not in register.names:
        plan.names.add(key[0])
    wanted = Wanted(number, name, site.id, level, facts, here, known.id if known else None)
    if known is None:
        plan.new.append(wanted)
    elif any(known.values.get(column) != value for column, value in here.items()):
        plan.changed.append(wanted)
    else:
        plan.unchanged += 1
    return ""


def _troubled(values: Mapping[str, Any]) -> str:
    """Return what doesn't go together in a record, or nothing."""
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and ends and ends < starts:
        return _("It ends before it begins. Check both days.")
    if values.get("decision") and not values.get("decision_why"):
        return _("A decision needs its reason. Fill it in.")
    if values.get("decision") == "reallocate" and not values.get("reallocate_to"):
        return _("Say what its time or money goes to.")
    return ""
