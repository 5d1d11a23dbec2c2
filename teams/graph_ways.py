"""Searches over links between teams, each in time linear in teams and links. Pure: numbers in, numbers out.

Nothing here minds a circle: a graph whose levels were changed behind the rules' back can be drawn too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]
Steps = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Way:
    """A team's best way to the top: its next team, and the first silent link on it, if it has one."""

    upper: int | None
    first_silent: Pair | None


def ways_up(tops: Iterable[int], feeders: Steps, is_silent: Callable[[int, int], bool]) -> dict[int, Way]:
    """Return each team's best way to a top: as few silent links as can be, then as few steps.

    Each team is settled once, from the tops downward, and each link looked at once.

    Args:
        tops: the teams where ways end, in the order in which equal ways are taken.
        feeders: the teams that lift to a team directly.
        is_silent: says of a link (lower, upper) whether it is silent.
    """
    found: dict[int, Way] = {}
    waiting: dict[Pair, list[tuple[int, Way]]] = {(0, 0): [(top, Way(None, None)) for top in tops]}
    while waiting:
        cost = min(waiting)  # (silent links, steps): far fewer than teams
        for team, way in waiting.pop(cost):
            if team in found:
                continue
            found[team] = way
            for lower in feeders.get(team, ()):
                if lower not in found:
                    silent = is_silent(lower, team)
                    first = (lower, team) if silent else way.first_silent
                    further = (cost[0] + silent, cost[1] + 1)
                    waiting.setdefault(further, []).append((lower, Way(team, first)))
    return found


def way_of(team: int, ways: Mapping[int, Way]) -> list[int]:
    """Return the teams of a way, from *team* to the top; empty where there is none."""
    path: list[int] = []
    here: int | None = team if team in ways else None
    while here is not None:
        path.append(here)
        here = ways[here].upper
    return path


def reached(start: Iterable[int], steps: Steps) -> set[int]:
    """Return all that can be reached from *start*, itself too."""
    seen = set(start)
    waiting = list(seen)
    while waiting:
        for there in steps.get(waiting.pop(), ()):
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return seen


def counts_below(uppers: Steps) -> dict[int, int]:
    """Return how many teams are below each team that has any; one that comes by two ways counts once.

    Teams that lift to the same teams are counted together, so that schools cost nothing but their links.
    """
    alike = Counter(frozenset(above) for above in uppers.values() if above)
    counts: Counter[int] = Counter()
    for above, teams in alike.items():
        for team in reached(above, uppers):
            counts[team] += teams
    return dict(counts)


def losses(dominators: Mapping[int, int | None], root: int) -> dict[int, int]:
    """Return how many teams lose their way up with each team that any needs.

    Args:
        dominators: the nearest team that all ways of a team lead through; *root* where there is none.
    """
    below: dict[int, list[int]] = {}
    for team, nearest in dominators.items():
        if team != root and nearest is not None:
            below.setdefault(nearest, []).append(team)
    order = [root]
    for team in order:  # grows as it goes: every team after the one it hangs on
        order.extend(below.get(team, ()))
    lost: dict[int, int] = {}
    for team in reversed(order):
        lost[team] = sum(1 + lost[other] for other in below.get(team, ()))
    return {team: count for team, count in lost.items() if count and team != root}
