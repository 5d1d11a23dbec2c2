"""A small network made by hand, for tests of what is drawn and told of it."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from teams.graph import Edge, Node, TeamGraph
from teams.graph_queries import LinkFacts, Picture, TeamPlace
from teams.outline import Area

TODAY = date(2026, 2, 24)
STATE, WEST, VALLEY, LARCH = 100, 101, 102, 103
AREAS = {
    STATE: Area(STATE, UUID(int=STATE), "Altamont", "state"),
    WEST: Area(WEST, UUID(int=WEST), "Western Slope", "region", STATE),
    VALLEY: Area(VALLEY, UUID(int=VALLEY), "Cottonwood Valley", "district", WEST),
    LARCH: Area(LARCH, UUID(int=LARCH), "Fort Larch", "district", STATE),
    104: Area(104, UUID(int=104), "Empty Plain", "district", STATE),
}
NAMES = {VALLEY: ("Cottonwood Valley", "Western Slope"), LARCH: ("Fort Larch", ""), STATE: ("", "")}


def small(areas: Iterable[int] = tuple(AREAS)) -> Picture:
    """Return a state team, the valley's hub and its schools 3 to 6, and school 7 of Fort Larch.

    School 4's link is silent, 5 has one person, 6 has no way up; 7 lifts straight to the state.
    """
    nodes = [Node(1, "Agency", "state", 5), Node(2, "Valley hub", "district", 4)]
    nodes += [Node(i, f"School {i}", "school", 1 if i == 5 else 4) for i in range(3, 8)]
    ago = TODAY - timedelta(days=90)
    edges = [Edge(2, 1, 30, TODAY), Edge(3, 2, 30, TODAY), Edge(4, 2, 30, ago), Edge(5, 2, 30, TODAY)]
    edges += [Edge(7, 1, 30, TODAY)]
    where = {1: STATE, 7: LARCH} | dict.fromkeys(range(2, 7), VALLEY)
    places = {
        team: TeamPlace(team, UUID(int=team), 10 + team, AREAS[area].public_id, *NAMES[area], area)
        for team, area in where.items()
    }
    links = {(e.lower, e.upper): LinkFacts(UUID(int=1000 + e.lower), e.lower, e.upper) for e in edges}
    kept = {area: AREAS[area] for area in areas}
    return Picture(TeamGraph(nodes, edges, TODAY), places, links, {}, kept)
