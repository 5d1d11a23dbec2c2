"""One team and whom it touches: all that it lifts to, its peers, those that lift to it. Pure.

Columns are levels of the way: the top at the left, the team in the middle, those below at the right. Lines
are links, broken where nothing passed in two rhythms, dotted between peers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup

from nic_platform import svg
from nic_platform.text import _, ngettext
from teams import rules
from teams.graph import Flag, TeamGraph
from teams.places_page import TeamLine, line_of

MOST = 24
_ROW = 34.0
_LETTER = 6.6  # how wide a letter of a name is drawn, on average
_WIDE = 7.6  # and with some room to the next name
_MARK = {Flag.FINE: "nd", Flag.SILENT: "nd", Flag.CHAMPION: "nd", Flag.NO_WAY_UP: "nd off"}


@dataclass(frozen=True)
class Neighbours:
    """A team, all that it lifts to (nearest level first), its peers, those that lift to it directly."""

    team: int
    above: Sequence[int]
    peers: Sequence[int]
    below: Sequence[int]
    hidden: int  # how many below are not drawn


@dataclass(frozen=True)
class AroundPage:
    """Everything that the page around a team shows."""

    label: str
    way: str
    below: str
    loss: str
    wide: Markup
    narrow: Markup
    above: Sequence[TeamLine]
    peers: Sequence[TeamLine]
    feeders: Sequence[TeamLine]
    feeder_total: int
    flag: Flag


def neighbours(graph: TeamGraph, team: int, peers: Sequence[int]) -> Neighbours:
    """Return whom a team touches; of many below, the weak ones are drawn first, then by name."""
    nodes = graph.nodes
    above = sorted(graph.beyond(team), key=lambda i: (rules.rank(nodes[i].level), nodes[i].name))
    feeders = graph.feeders(team)
    weak = [other for other in feeders if graph.flags[other] is not Flag.FINE]
    chosen = set((weak + [other for other in feeders if other not in set(weak)])[:MOST])
    drawn = [other for other in feeders if other in chosen]
    others = [peer for peer in peers if peer in nodes][: MOST // 2]
    return Neighbours(team, above, others, drawn, len(feeders) - len(drawn))


def page(picture: Any, team: int, peers: Sequence[int], start: int = 0) -> AroundPage:
    """Return the page around a team; those below are listed from *start* on."""
    graph: TeamGraph = picture.graph
    near = neighbours(graph, team, peers)
    label, feeders = _label(graph, near), graph.feeders(team)
    return AroundPage(
        label=label,
        way=graph.path_sentence(team),
        below=graph.below_sentence(team),
        loss=graph.articulation_sentence(team),
        wide=drawing(graph, near, label),
        narrow=drawing(graph, near, label, narrow=True),
        above=[line_of(picture, other) for other in near.above],
        peers=[line_of(picture, other) for other in peers if other in graph.nodes],
        feeders=[line_of(picture, other) for other in feeders[start : start + MOST]],
        feeder_total=len(feeders),
        flag=graph.flags[team],
    )


def _label(graph: TeamGraph, near: Neighbours) -> str:
    name = graph.nodes[near.team].name
    parts = [graph.path_sentence(near.team)]
    if near.peers:
        parts.append(_("It learns with %(names)s.", names=_names(graph, near.peers)))
    count = len(near.below) + near.hidden
    if count:
        parts.append(
            ngettext("One team lifts to %(name)s.", "%(count)s teams lift to %(name)s.", count, name=name)
        )
    weak = [other for other in near.below if graph.flags[other] is not Flag.FINE]
    if weak:
        parts.append(_("Weak: %(names)s.", names=_names(graph, weak)))
    return " ".join(parts)


def _names(graph: TeamGraph, teams: Sequence[int]) -> str:
    return ", ".join(graph.nodes[team].name for team in teams)


@dataclass(frozen=True)
class _Spot:
    """Where a team stands in the drawing."""

    x: float
    y: float


def drawing(graph: TeamGraph, near: Neighbours, label: str, *, narrow: bool = False) -> Markup:
    """Return the picture of a team and whom it touches."""
    if narrow:
        return _upright(graph, near, label)
    columns = _columns(graph, near)
    deepest = max(len(column) for column in columns)
    height = max(deepest, 2) * _ROW + 52 + (20 if near.hidden else 0)
    width = 960.0
    step = (width - 40 - 210) / max(len(columns) - 1, 1)
    spots: dict[int, _Spot] = {}
    for at, column in enumerate(columns):
        top = (height - (len(column) - 1) * _ROW) / 2
        for row, team in enumerate(column):
            spots[team] = _Spot(20 + at * step, top + row * _ROW)
    room = int((step - 34) / _LETTER)
    first, middle = _rooms(graph, columns, step)
    parts = _links(graph, near, spots)
    last = set(columns[-1]) if near.below else set()
    for team, spot in spots.items():
        if team in last or (team in near.peers and team not in near.above):
            parts += _team(graph, near, team, spot, room)
        else:
            parts += _on_the_way(graph, near, team, spot, first if spot.x < 30 else middle)
    if near.hidden:
        more = ngettext("and one more, in the list", "and %(count)s more, in the list", near.hidden)
        parts.append(svg.text(20 + (len(columns) - 1) * step + 12, height - 6, more, "t ax"))
    return svg.svg(width, height, parts, label, "graph")


def _rooms(graph: TeamGraph, columns: Sequence[Sequence[int]], step: float) -> tuple[int, int]:
    """Return how many letters a name above a line has room for: in the first column, and centred in others.

    The first column's names begin at the edge and end where those of the next one begin.
    """
    middle = int((step - 12) / _WIDE)
    beside = (
        max((len(_short(graph.nodes[team].name, middle)) for team in columns[1]), default=0)
        if columns[1:]
        else 0
    )
    return int((step + 2 - beside * _WIDE / 2) / _WIDE), middle


def _columns(graph: TeamGraph, near: Neighbours) -> list[list[int]]:
    """Return the teams of each column: levels above from the top down, team and peers, those below."""
    levels: dict[int, list[int]] = {}
    for team in near.above:
        levels.setdefault(rules.rank(graph.nodes[team].level), []).append(team)
    columns = [levels[rank] for rank in sorted(levels, reverse=True)]
    columns.append([near.team, *(peer for peer in near.peers if peer not in near.above)])
    below = [team for team in near.below if team not in near.peers]
    return [*columns, below] if below else columns


def _links(
    graph: TeamGraph,
    near: Neighbours,
    spots: Mapping[int, _Spot],
    draw: Callable[[_Spot, _Spot, str], str] | None = None,
) -> list[str]:
    shown, line = {near.team, *near.above, *near.below}, draw or _curve
    parts = [
        line(spots[upper], spots[lower], "lk stale" if graph.is_silent(lower, upper) else "lk ok")
        for lower in sorted(shown)
        for upper in graph.above(lower)
        if upper in shown and lower in spots and upper in spots
    ]
    middle, peers = spots[near.team], [spots[peer] for peer in near.peers if peer in spots]
    if draw:
        return parts + [draw(middle, peer, "lk peer") for peer in peers]
    return parts + [svg.line(middle.x, middle.y, peer.x, peer.y, "lk peer") for peer in peers]


def _curve(one: _Spot, two: _Spot, css: str) -> str:
    bend = (two.x - one.x) * 0.5
    start, end = f"M{svg.n(one.x)} {svg.n(one.y)}", f"{svg.n(two.x)} {svg.n(two.y)}"
    ways = f"C{svg.n(one.x + bend)} {svg.n(one.y)} {svg.n(two.x - bend)} {svg.n(two.y)} {end}"
    return svg.path(start + ways, css)


def _turn(one: _Spot, two: _Spot, css: str) -> str:
    """Return a link on a phone: down, then to the right."""
    return svg.path(f"M{svg.n(one.x)} {svg.n(one.y)}V{svg.n(two.y)}H{svg.n(two.x)}", css)


def _team(graph: TeamGraph, near: Neighbours, team: int, spot: _Spot, room: int) -> list[str]:
    node, flag = graph.nodes[team], graph.flags[team]
    is_here = team == near.team
    size = 9.0 if is_here else 6.0
    parts = [svg.shape(svg.LEVEL_SHAPE[node.level], spot.x, spot.y, size, _MARK[flag])]
    css = "t lab b halo" if is_here or flag is not Flag.FINE else "t lab halo"
    parts.append(svg.text(spot.x + 14, spot.y + 4, _short(node.name, room), css))
    if flag is not Flag.FINE:
        parts.append(svg.text(spot.x + 14, spot.y + 18, _flag_note(graph, team), "t late-t halo"))
    return parts


def _on_the_way(graph: TeamGraph, near: Neighbours, team: int, spot: _Spot, room: int) -> list[str]:
    """Return a team that lines pass through: its name stands above them."""
    node, flag = graph.nodes[team], graph.flags[team]
    is_here, is_first = team == near.team, spot.x < 30
    name = _short(node.name, room)
    if flag is not Flag.FINE:
        name = f"{name} ({_flag_note(graph, team)})"
    css = "t lab b halo" if is_here or flag is not Flag.FINE else "t lab halo"
    mark = svg.shape(svg.LEVEL_SHAPE[node.level], spot.x, spot.y, 9 if is_here else 7, _MARK[flag])
    x, anchor = (8.0, "start") if is_first else (spot.x, "middle")
    return [mark, svg.text(x, spot.y - 16, name, css, anchor)]


def _flag_note(graph: TeamGraph, team: int) -> str:
    flag = graph.flags[team]
    if flag is Flag.NO_WAY_UP:
        return _("No way up")
    if flag is Flag.SILENT:
        return _("Gone quiet")
    return ngettext("One person", "%(count)s people", graph.nodes[team].members)


def _upright(graph: TeamGraph, near: Neighbours, label: str) -> Markup:
    """Return the picture for a phone: the way up above, then the team, its peers, those below, indented."""
    spots: dict[int, _Spot] = {}
    y = 20.0
    for depth, column in enumerate(_columns(graph, near)):
        for team in column:
            aside = 13 if team in near.peers and team not in near.above else 0
            spots[team] = _Spot(14 + depth * 26 + aside, y)
            y += _ROW
    parts = _links(graph, near, spots, draw=_turn)
    for team, spot in spots.items():
        parts += _team(graph, near, team, spot, int((350 - spot.x - 20) / 6.8))
    if near.hidden:
        more = ngettext("and one more, in the list", "and %(count)s more, in the list", near.hidden)
        parts.append(svg.text(40, y + 2, more, "t ax"))
        y += 20
    return svg.svg(350, y + 4, parts, label, "graph")


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: max(most - 1, 1)].rstrip() + "…"


def peer_numbers(ids: Mapping[UUID, int], peers: Sequence[tuple[UUID, Any, Any, Any]]) -> list[int]:
    """Return the numbers of peers that the queries named; archived ones are not in the graph."""
    return [ids[peer[0]] for peer in peers if peer[0] in ids]
