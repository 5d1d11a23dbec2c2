"""Functions and competencies across a line of teams: a team, those above and below it. Pure.

The functions of each team within a linked structure need to be clearly defined and known to all other teams
(SISEP, "Framework 4: Implementation Teams"). A function held one level up is no gap; one that nobody in the
line holds is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nic_platform.text import _, ngettext
from teams import rules


@dataclass(frozen=True)
class LineTeam:
    """One team of a line: the functions it holds, and who brings which competency."""

    id: int
    public_id: UUID
    name: str
    level: str
    functions: frozenset[str]
    skills: Mapping[str, tuple[str, ...]]  # competency → names of those who bring it

    def has(self, key: str) -> bool:
        """Say whether the team holds a function, or somebody in it brings a competency."""
        return key in self.functions or bool(self.skills.get(key))


@dataclass(frozen=True)
class Cell:
    """What one team of the line has of a row: whether, and who brings it."""

    has: bool
    who: str = ""


@dataclass(frozen=True)
class Below:
    """What the teams below have of a row: how many of how many, and which lack it."""

    have: int
    all: int
    lacking: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return "7 of 12"."""
        return _("%(have)s of %(all)s", have=self.have, all=self.all)


@dataclass(frozen=True)
class Row:
    """One function or competency across the line, and what to do where it is a gap."""

    key: str
    words: str
    cells: tuple[Cell, ...]
    below: Below | None
    is_gap: bool
    todo: str


@dataclass(frozen=True)
class Line:
    """The whole table: the team first, then those above it, nearest first."""

    teams: tuple[LineTeam, ...]
    functions: tuple[Row, ...]
    competencies: tuple[Row, ...]
    below: int
    lede: str


Todo = Callable[[str, Sequence[LineTeam], Sequence[LineTeam]], str]


def line(team: LineTeam, above: Sequence[LineTeam], below: Sequence[LineTeam]) -> Line:
    """Return a line of teams as a table.

    Args:
        above: every team that the team lifts to, directly or through others.
        below: those that lift to it directly.
    """
    ranked = sorted(above, key=lambda one: (rules.rank(one.level), one.name))
    teams = (team, *ranked)
    functions = tuple(
        _row(key, words, teams, below, _function_todo) for key, words in rules.function_names().items()
    )
    competencies = tuple(
        _row(key, words, teams, below, _skill_todo) for key, words in rules.competency_names().items()
    )
    return Line(teams, functions, competencies, len(below), _lede(teams, functions, competencies))


def _row(key: str, words: str, teams: Sequence[LineTeam], below: Sequence[LineTeam], todo: Todo) -> Row:
    cells = tuple(Cell(one.has(key), ", ".join(one.skills.get(key, ()))) for one in teams)
    is_gap = not any(cell.has for cell in cells)
    lacking = tuple(sorted(one.name for one in below if not one.has(key)))
    lower = Below(len(below) - len(lacking), len(below), lacking) if below else None
    return Row(key, words, cells, lower, is_gap, todo(key, teams, below) if is_gap else "")


def _function_todo(key: str, teams: Sequence[LineTeam], below: Sequence[LineTeam]) -> str:
    team, *above = teams
    if above:
        words = _("Take it up in %(team)s, or ask %(upper)s to.", team=team.name, upper=above[0].name)
    else:
        words = _("Take it up in %(team)s: nobody stands above it.", team=team.name)
    return _with_helpers(words, key, below)


def _skill_todo(key: str, teams: Sequence[LineTeam], below: Sequence[LineTeam]) -> str:
    words = _("Ask who in %(team)s can learn it, or invite somebody who can.", team=teams[0].name)
    return _with_helpers(words, key, below)


def _with_helpers(words: str, key: str, below: Sequence[LineTeam]) -> str:
    """Name the teams below that have it: somebody there knows how."""
    have = sorted(one.name for one in below if one.has(key))
    if not have:
        return words
    helpers = ngettext(
        "%(names)s below has it.", "%(names)s below have it.", len(have), names=", ".join(have[:3])
    )
    return f"{words} {helpers}"


def _lede(teams: Sequence[LineTeam], functions: Sequence[Row], competencies: Sequence[Row]) -> str:
    lost, unskilled = (sum(row.is_gap for row in rows) for rows in (functions, competencies))
    if len(teams) > 1:
        where = _("From %(team)s up to %(top)s", team=teams[0].name, top=teams[-1].name)
    else:
        where = _("In %(team)s", team=teams[0].name)
    if not lost and not unskilled:
        return _("%(where)s every function is held and every competency is brought.", where=where)
    parts = []
    if lost:
        parts.append(_("%(count)s of the nine functions are held by nobody", count=lost))
    if unskilled:
        parts.append(_("%(count)s of the five competencies are brought by nobody", count=unskilled))
    return _("%(where)s, %(what)s.", where=where, what=", ".join(parts))
