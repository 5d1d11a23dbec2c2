"""The network page in finished values: districts with dots, one district's tree, what to mend. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from markupsafe import Markup

from nic_platform.text import _, ngettext
from teams.graph import Flag, TeamGraph, Weakness
from teams.graph_answers import Question, answer
from teams.outline import level_counts, weak_parts
from teams.svg import Box, Leaf, dots, team_graph

_WORST_FIRST = [Flag.NO_WAY_UP, Flag.CHAMPION, Flag.SILENT, Flag.FINE]
SHOWN = 12
MOST_LEAVES = 60
"""A tree with more teams than that is longer than anybody reads: the weak ones are drawn first."""


@dataclass(frozen=True)
class Row:
    """One district in the roster."""

    name: str
    site_id: UUID | None
    teams: int
    weak: int
    drawing: Markup


@dataclass(frozen=True)
class Group:
    """The districts of one region."""

    name: str
    teams: int
    weak: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Fix:
    """Something to mend: the mark, the sentence, the team and what to do about it there."""

    flag: Flag
    sentence: str
    team_id: UUID
    action: str


@dataclass(frozen=True)
class RosterPage:
    """Everything that the network page shows."""

    lede: str
    weak_words: str
    rest: str
    groups: tuple[Group, ...]
    fixes: tuple[Fix, ...]
    more: int
    holding: tuple[str, ...]
    show: str
    find: str
    low_names: str


def _low(graph: TeamGraph) -> list[int]:
    """Return the teams that the dots stand for: schools and practices, or all where there are none."""
    low = [i for i, node in graph.nodes.items() if node.level in {"school", "practice"}]
    return low or list(graph.nodes)


def roster(picture: Any, show: str = "", find: str = "", *, with_dots: bool = True) -> RosterPage:
    """Return the network page.

    Args:
        picture: graph, places and links, as the queries give them.
        show: "weak", or a flag's value, to see only teams with that weakness.
        find: a part of the name of a district or team.
        with_dots: draw a dot for each team; a large network has rows of places instead.
    """
    graph: TeamGraph = picture.graph
    low = _low(graph)
    counts = Counter(graph.flags[team] for team in low)
    shown = [team for team in low if _matches(picture, team, show, find)] if with_dots else []
    fixes, more = _first_fixes(picture)
    return RosterPage(
        lede=level_counts(Counter(node.level for node in graph.nodes.values())),
        weak_words=_weak_words(len(low) - counts[Flag.FINE], low),
        rest=weak_parts(counts.items()),
        groups=_groups(picture, shown),
        fixes=tuple(fixes),
        more=more,
        holding=tuple(graph.articulation_sentence(team) for team in _holders(graph)),
        show=show,
        find=find,
        low_names=_("School teams by district"),
    )


def _first_fixes(picture: Any) -> tuple[list[Fix], int]:
    """Return the first few things to mend of each kind, and how many more there are."""
    kinds = {
        Question.UNHEARD: Flag.NO_WAY_UP, Question.SILENT: Flag.SILENT, Question.CHAMPIONS: Flag.CHAMPION,
    }  # fmt: skip
    answers = [answer(picture.graph, question, 0, SHOWN) for question in kinds]
    total = sum(found.total for found in answers)
    each = SHOWN // len(answers) if total > SHOWN else SHOWN
    fixes = [
        _fix(picture, Weakness(kinds[found.question], row.team, "", row.sentence))
        for found in answers
        for row in found.rows[:each]
    ]
    return fixes, total - len(fixes)


def _holders(graph: TeamGraph) -> list[int]:
    """Return the few teams below the top whose loss would cut most others off."""
    found = (team for team, lost in graph.articulation.items() if team not in graph.tops and lost > 1)
    return list(islice(found, 3))


def _matches(picture: Any, team: int, show: str, find: str) -> bool:
    flag = picture.graph.flags[team]
    if show and not (flag is not Flag.FINE if show == "weak" else flag.value == show):
        return False
    text = find.strip().lower()
    names = (picture.graph.nodes[team].name, picture.places[team].district)
    return not text or any(text in name.lower() for name in names)


def _weak_words(weak: int, low: list[int]) -> str:
    if not weak:
        return _("Every one of them can be heard.") if low else ""
    return ngettext("One team has a weak link", "%(number)s teams have a weak link", weak, number=f"{weak:,}")


def _groups(picture: Any, shown: Iterable[int]) -> tuple[Group, ...]:
    regions: dict[str, dict[tuple[str, UUID | None], list[Flag]]] = {}
    for team in shown:
        place = picture.places[team]
        district = (place.district or _("Outside any district"), place.district_id)
        flags = regions.setdefault(place.region, {}).setdefault(district, [])
        flags.append(picture.graph.flags[team])
    return tuple(
        _group(region, {name: regions[region][name] for name in sorted(regions[region], key=lambda n: n[0])})
        for region in sorted(regions)
    )


def _group(region: str, districts: Mapping[tuple[str, UUID | None], list[Flag]]) -> Group:
    rows = tuple(_row(name, site_id, flags) for (name, site_id), flags in districts.items())
    return Group(region, sum(row.teams for row in rows), sum(row.weak for row in rows), rows)


def _row(name: str, site_id: UUID | None, flags: list[Flag]) -> Row:
    ordered = sorted(flags, key=_WORST_FIRST.index)
    weak = sum(flag is not Flag.FINE for flag in ordered)
    teams = ngettext("one team", "%(number)s teams", len(ordered), number=len(ordered))
    words = ngettext(
        "%(teams)s, one with a weak link", "%(teams)s, %(number)s with a weak link", weak,
        teams=teams, number=weak,
    )  # fmt: skip
    short = name.removesuffix(" School District")  # said by the page already
    return Row(short, site_id, len(ordered), weak, dots(ordered, words))


def _fix(picture: Any, weakness: Weakness) -> Fix:
    action = {
        Flag.NO_WAY_UP: _("Link it to a team above"),
        Flag.SILENT: _("Look at the link"),
        Flag.CHAMPION: _("Invite another member"),
    }[weakness.flag]
    return Fix(weakness.flag, weakness.sentence, picture.places[weakness.team].public_id, action)


# ------------------------------------------------------------------------------------ one district


@dataclass(frozen=True)
class Listed:
    """A team of the district, as the table beside the drawing has it."""

    id: UUID
    name: str
    flag: Flag
    note: str


@dataclass(frozen=True)
class Tree:
    """A team that others lift to, and the picture of them."""

    name: str
    sentence: str
    label: str
    wide: Markup
    narrow: Markup
    teams: tuple[Listed, ...]
    more: int = 0  # teams that are neither drawn nor listed here


@dataclass(frozen=True)
class DistrictPage:
    """Everything that the page of one district shows."""

    trees: tuple[Tree, ...]
    fixes: tuple[Fix, ...]
    teams: int
    load: tuple[str, ...]


def _here(picture: Any, district_id: UUID, site_id: int) -> list[int]:
    places = picture.places.items()
    return [team for team, place in places if place.district_id == district_id or place.site_id == site_id]


def hubs_of(picture: Any, district_id: UUID, site_id: int) -> list[int]:
    """Return the teams of a district that stand above its schools."""
    nodes = picture.graph.nodes
    return [i for i in _here(picture, district_id, site_id) if nodes[i].level not in {"school", "practice"}]


def district(
    picture: Any, district_id: UUID, site_id: int, loads: Any = None, seen: Collection[int] = ()
) -> DistrictPage:
    """Return the page of one district: a tree for each team above the schools, and what to mend.

    Args:
        loads: open items, answered ones and those in time, by link.
        seen: the teams of which the visitor may know what waits there.
    """
    graph: TeamGraph = picture.graph.with_loads(loads or {})
    here, hubs = _here(picture, district_id, site_id), hubs_of(picture, district_id, site_id)
    low = [team for team in here if team not in hubs]
    trees = [_tree(graph, hub, low, is_first=at == 0, picture=picture) for at, hub in enumerate(hubs)]
    if not hubs and low:
        trees = [_unled(graph, low, picture)]
    fixes = tuple(_fix(picture, weakness) for weakness in graph.weaknesses(here))
    told = tuple(graph.load_sentence(hub, with_items=hub in seen) for hub in hubs)
    return DistrictPage(tuple(trees), fixes, len(low), told)


def _tree(graph: TeamGraph, hub: int, low: list[int], *, is_first: bool, picture: Any) -> Tree:
    below = set(graph.feeders(hub))
    loose = [team for team in low if is_first and not graph.above(team)]
    teams, more = _drawn(graph, below | set(loose))
    way = graph.path_up(hub)[1:]
    steps = [hub, *way]
    above = [
        (_box(graph, upper), graph.is_silent(lower, upper)) for lower, upper in zip(steps, way, strict=False)
    ]
    leaves = [_leaf(graph, team, hub) for team in teams]
    box, label = _box(graph, hub), _tree_label(graph, hub, teams)
    return Tree(
        graph.nodes[hub].name,
        graph.path_sentence(hub),
        label,
        team_graph(above, box, leaves, label),
        team_graph(above, box, leaves, label, narrow=True),
        tuple(
            Listed(picture.places[team].public_id, graph.nodes[team].name, graph.flags[team], leaf.note)
            for team, leaf in zip(teams, leaves, strict=True)
        ),
        more,
    )


def _drawn(graph: TeamGraph, teams: Collection[int]) -> tuple[list[int], int]:
    """Return the teams that a tree has room for, by name, weak ones first, and how many it has none for."""
    first = sorted(teams, key=lambda team: (graph.flags[team] is Flag.FINE, graph.nodes[team].name))
    shown = first[:MOST_LEAVES]
    return sorted(shown, key=lambda team: graph.nodes[team].name), len(first) - len(shown)


def _unled(graph: TeamGraph, low: list[int], picture: Any) -> Tree:
    teams, more = _drawn(graph, low)
    label = _("There is no district team here yet: nobody in the district hears these schools.")
    drawing = dots([graph.flags[team] for team in sorted(low, key=lambda i: graph.nodes[i].name)], label)
    listed = tuple(
        Listed(picture.places[t].public_id, graph.nodes[t].name, graph.flags[t], _note(graph, t, None))
        for t in teams
    )
    return Tree(_("No district team"), label, label, drawing, drawing, listed, more)


def _box(graph: TeamGraph, team: int) -> Box:
    node = graph.nodes[team]
    return Box(node.name, node.level)


def _leaf(graph: TeamGraph, team: int, hub: int) -> Leaf:
    node, is_linked = graph.nodes[team], (team, hub) in graph.edges
    return Leaf(
        node.name,
        node.level,
        _note(graph, team, hub if is_linked else None),
        graph.flags[team],
        is_linked,
        is_linked and graph.is_silent(team, hub),
    )


def _note(graph: TeamGraph, team: int, hub: int | None) -> str:
    if not graph.above(team):
        return _("No one carries barriers up")
    if hub is not None and graph.is_silent(team, hub):
        return _("Quiet for %(count)s days", count=graph.quiet_days(team, hub))
    if team in graph.champions:
        return ngettext("Rests on one person", "Rests on %(count)s people", max(graph.nodes[team].members, 1))
    if hub is None:
        return ""
    return ngettext("Used a day ago", "Used %(count)s days ago", max(graph.quiet_days(team, hub), 1))


def _tree_label(graph: TeamGraph, hub: int, teams: list[int]) -> str:
    linked = [team for team in teams if (team, hub) in graph.edges]
    words = ngettext(
        "One team lifts to %(hub)s.",
        "%(count)s teams lift to %(hub)s.",
        len(linked),
        hub=graph.nodes[hub].name,
    )
    weak = [graph.nodes[team].name for team in teams if graph.flags[team] is not Flag.FINE]
    if not weak:
        return words
    return words + " " + _("Weak: %(names)s.", names=", ".join(weak))
