"""A network place by place, and its teams as a list, in finished values. Pure.

Places and teams stand by name: a list by weakness would be a league table.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from nic_platform.exporting import Cell
from nic_platform.text import _, ngettext
from teams import outline, treemap
from teams.graph import Flag, TeamGraph
from teams.outline import Area, Outline, Tally

PAGE = 50
MOST_DOTS = 1500
"""A page with a dot for each team stays readable, and quick, up to so many."""


@dataclass(frozen=True)
class PlaceRow:
    """One place in the table; ``area`` is None for teams that lie in no part of it."""

    name: str
    level: str
    site_id: UUID | None
    tally: Tally
    words: str
    is_mostly_weak: bool


@dataclass(frozen=True)
class PlacesPage:
    """What the page of a place, or of the whole network, shows: its parts from *start* on."""

    sentence: str
    total: Tally
    rows: Sequence[PlaceRow]
    trail: Sequence[Area]
    start: int
    after: int | None
    count: int

    @property
    def first(self) -> int:
        """Return which part stands first, from 1."""
        return self.start + 1


@dataclass(frozen=True)
class Wanted:
    """Which teams to list: with a weakness, of a level, in an area (with all in it), called something."""

    show: str = ""
    level: str = ""
    find: str = ""
    area: int | None = None
    only_direct: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything was asked for."""
        return self != Wanted()


@dataclass(frozen=True)
class TeamLine:
    """A team in the list."""

    team: int
    id: UUID
    name: str
    level: str
    place: str
    flag: Flag
    note: str


@dataclass(frozen=True)
class TeamsPage:
    """One page of the list of teams, and where the next one begins."""

    sentence: str
    lines: Sequence[TeamLine]
    total: int
    start: int
    after: int | None


def places(tree: Outline, area: int | None, start: int = 0, limit: int = PAGE) -> PlacesPage:
    """Return the parts of an area from *start* on, by name; its own teams last."""
    parts = tree.parts.get(area, ())
    rows = [_row(tree, part) for part in parts[start : start + limit]]
    after = start + limit if start + limit < len(parts) else None
    direct = tree.direct.get(area, Tally())
    if after is None and direct.teams and (parts or area is None):
        name = _("At %(name)s itself", name=tree.areas[area].name) if area is not None else _("In no place")
        rows.append(_placed(name, "", None, direct))
    total = tree.whole.get(area, Tally())
    return PlacesPage(_sentence(total), total, rows, tree.trail(area), start, after, len(parts))


def _row(tree: Outline, area: int) -> PlaceRow:
    site = tree.areas[area]
    return _placed(site.name, site.level, site.public_id, tree.whole[area])


def _placed(name: str, level: str, site_id: UUID | None, tally: Tally) -> PlaceRow:
    words, mostly = outline.teams_words(tally), treemap.is_mostly_weak(tally)
    return PlaceRow(name, level, site_id, tally, words, mostly)


def _sentence(tally: Tally) -> str:
    words = outline.teams_words(Tally(tally.teams) if tally.weak == tally.teams else tally)
    told = outline.weak_parts((flag, tally.of(flag)) for flag in Flag)
    said = words[:1].upper() + words[1:]
    return _("%(teams)s: %(weak)s.", teams=said, weak=told) if told else f"{said}."


def wanted_teams(picture: Any, wanted: Wanted) -> Iterator[int]:
    """Yield the teams that are asked for, highest level first, then by name."""
    graph: TeamGraph = picture.graph
    flags, text = graph.flags, wanted.find.strip().lower()
    inside = _inside(picture.outline, wanted)
    for team, node in graph.nodes.items():
        place = picture.places[team]
        if wanted.level and node.level != wanted.level:
            continue
        if inside is not None and place.area_id not in inside:
            continue
        if wanted.show and not _shows(flags[team], wanted.show):
            continue
        if text and not any(text in name.lower() for name in (node.name, place.district, place.region)):
            continue
        yield team


def _inside(tree: Outline, wanted: Wanted) -> set[int | None] | None:
    if wanted.only_direct:
        return {wanted.area}
    return None if wanted.area is None else set(tree.inside(wanted.area))


def _shows(flag: Flag, show: str) -> bool:
    return flag is not Flag.FINE if show == "weak" else flag.value == show


def teams(picture: Any, wanted: Wanted, start: int = 0, limit: int = PAGE) -> TeamsPage:
    """Return one page of the teams that are asked for."""
    found = list(wanted_teams(picture, wanted))
    lines = [line_of(picture, team) for team in found[start : start + limit]]
    after = start + limit if start + limit < len(found) else None
    flags = picture.graph.flags
    counts: dict[Flag, int] = {}
    for team in found:
        counts[flags[team]] = counts.get(flags[team], 0) + 1
    return TeamsPage(_sentence(Tally.counted(counts)), lines, len(found), start, after)


def line_of(picture: Any, team: int) -> TeamLine:
    """Return a team as lists have it."""
    node, place = picture.graph.nodes[team], picture.places[team]
    around = ", ".join(name for name in (place.district, place.region) if name)
    return TeamLine(
        team, place.public_id, node.name, node.level, around, picture.graph.flags[team],
        note_of(picture.graph, team),
    )  # fmt: skip


def note_of(graph: TeamGraph, team: int) -> str:
    """Say in few words how a team's voice gets up, or why it does not."""
    flag = graph.flags[team]
    if flag is Flag.CHAMPION:
        members = graph.nodes[team].members
        if not members:
            return _("Nobody is on it")
        return ngettext("Rests on one person", "Rests on %(count)s people", members)
    if flag is Flag.NO_WAY_UP:
        return _("Nobody above hears it")
    if team in graph.tops:
        return _("At the top")
    way = graph.path_up(team)
    if flag is Flag.SILENT:
        quiet = [graph.quiet_days(*step) for step in pairwise(way) if graph.is_silent(*step)]
        return _("Nothing passed for %(days)s days", days=max(quiet, default=0))
    return _("Lifts to %(name)s", name=graph.nodes[way[1]].name)


def table(picture: Any, found: Iterable[int]) -> tuple[list[str], list[list[Cell]]]:
    """Return teams as a table to take away."""
    graph: TeamGraph = picture.graph
    words = outline.flag_words()
    header = [
        _("Team"), _("Level"), _("District"), _("Region"), _("People"), _("Its way up"),
        _("Steps to the top"), _("Lifts to"), _("Teams below"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for team in found:
        node, place, way = graph.nodes[team], picture.places[team], graph.path_up(team)
        rows.append([
            node.name, node.level, place.district, place.region, node.members, words[graph.flags[team]],
            len(way) - 1 if way else None, ", ".join(graph.nodes[above].name for above in graph.above(team)),
            graph.counts_below.get(team, 0),
        ])  # fmt: skip
    return header, rows


def places_table(tree: Outline, area: int | None) -> tuple[list[str], list[list[Cell]]]:
    """Return all parts of an area as a table to take away."""
    words = outline.flag_words()
    header = [_("Place"), _("Level"), _("Teams"), *(words[flag] for flag in Flag)]
    page = places(tree, area, 0, len(tree.parts.get(area, ())) + 1)
    rows: list[list[Cell]] = [
        [row.name, row.level, row.tally.teams, *(row.tally.of(flag) for flag in Flag)] for row in page.rows
    ]
    return header, rows
