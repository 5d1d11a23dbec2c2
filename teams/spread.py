"""How far a change has travelled from the team that began it. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nic_platform.text import _, ngettext
from teams.graph import Node


@dataclass(frozen=True)
class Spread:
    """How far a change went from the team that began it, in adoptions."""

    teams: int
    places: int
    distance: int
    farthest: str


def spread(origin: Node, adoptions: Iterable[tuple[int, int]], nodes: Mapping[int, Node]) -> Spread:
    """Return how far a change has spread from *origin*.

    Args:
        adoptions: (team it was taken from, team that adopted it).
        nodes: the teams by id; their places are counted.
    """
    steps = steps_from(origin.id, adoptions)
    reached = {team: n for team, n in steps.items() if team != origin.id and team in nodes}
    places = {nodes[team].place for team in reached} - {origin.place}
    farthest = min(reached, key=lambda team: (-reached[team], nodes[team].name), default=origin.id)
    return Spread(
        teams=len(reached),
        places=len(places),
        distance=max(reached.values(), default=0),
        farthest=nodes[farthest].name if reached else origin.name,
    )


def steps_from(origin: int, adoptions: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return how many adoptions away each team is that a change reached; *origin* is 0 away."""
    onward: dict[int, list[int]] = {}
    for giver, taker in adoptions:
        onward.setdefault(giver, []).append(taker)
    steps, waiting = {origin: 0}, deque([origin])
    while waiting:
        team = waiting.popleft()
        for taker in onward.get(team, ()):
            if taker not in steps:
                steps[taker] = steps[team] + 1
                waiting.append(taker)
    return steps


def spread_sentence(origin: Node, found: Spread) -> str:
    """Say how far a change has spread, and whom to ask or tell next."""
    if not found.teams:
        return _("Nobody has taken this up from %(name)s yet. Share it where it held.", name=origin.name)
    first = ngettext(
        "One team took this up from %(name)s.",
        "%(count)s teams took this up from %(name)s, the farthest %(distance)s adoptions away "
        "(%(farthest)s).",
        found.teams,
        name=origin.name,
        distance=found.distance,
        farthest=found.farthest,
    )
    if not found.places:
        return first + " " + _("All of them are in the same place: try it under other conditions.")
    return (
        first
        + " "
        + ngettext(
            "It crossed into one other place.", "It crossed into %(count)s other places.", found.places
        )
    )
