"""Changes that went from team to team: how far each has come, drawn step by step. Pure.

A change is what teams call it and the team that began it; two teams that began the same thing by themselves
are two changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup

from nic_platform import svg
from nic_platform.exporting import Cell
from nic_platform.text import _, ngettext, pgettext
from teams import spread
from teams.bars import Bar, bars
from teams.graph import Node

PAGE = 40
MOST = 30
_ROW = 30.0


@dataclass(frozen=True)
class Change:
    """One change: its first adoption's address, its name, where it began, who took it from whom."""

    id: UUID
    what: str
    origin: int
    adoptions: Sequence[tuple[int, int]]
    ids: frozenset[UUID]  # of all its adoptions


@dataclass(frozen=True)
class ChangeLine:
    """A change in the list."""

    id: UUID
    what: str
    origin: str
    origin_id: UUID
    sentence: str
    teams: int
    distance: int


@dataclass(frozen=True)
class Step:
    """A team that a change reached: from whom, and how many adoptions away from where it began."""

    id: UUID
    name: str
    level: str
    place: str
    giver: str
    distance: int


@dataclass(frozen=True)
class ChangePage:
    """Everything that the page of one change shows."""

    what: str
    origin: str
    origin_id: UUID
    sentence: str
    wide: Markup
    narrow: Markup
    steps: Sequence[Step]


def changes(found: Iterable[Any], nodes: Mapping[int, Node]) -> list[Change]:
    """Return each change with its adoptions, by name; those of teams that are archived are left out.

    Args:
        found: adoptions, oldest first, each with id, giver, taker and what.
    """
    by_name: dict[str, list[Any]] = {}
    for adoption in found:
        if adoption.giver in nodes and adoption.taker in nodes:
            by_name.setdefault(adoption.what.strip().casefold(), []).append(adoption)
    told = [change for name in sorted(by_name) for change in _of_one_name(by_name[name])]
    return sorted(told, key=lambda change: (change.what.casefold(), nodes[change.origin].name))


def _of_one_name(found: Sequence[Any]) -> list[Change]:
    takers = {adoption.taker for adoption in found}
    first = {adoption.giver: adoption for adoption in reversed(found)}
    origins = [giver for giver in first if giver not in takers] or [found[0].giver]
    pairs = [(adoption.giver, adoption.taker) for adoption in found]
    told = []
    for origin in origins:
        steps = spread.steps_from(origin, pairs)
        own = [pair for pair in pairs if pair[0] in steps]
        ids = frozenset(adoption.id for adoption in found if adoption.giver in steps)
        told.append(Change(first[origin].id, first[origin].what, origin, own, ids))
    return told


def sentence_of_all(found: Sequence[Change], nodes: Mapping[int, Node]) -> str:
    """Say how many changes went from team to team, and how far the farthest came."""
    if not found:
        return _("No change has gone from one team to another yet. Share an idea where it held.")
    first = ngettext(
        "One change has gone from team to team.", "%(count)s changes have gone from team to team.", len(found)
    )
    farthest = max(found, key=lambda change: _spread(change, nodes).distance)
    far = _spread(farthest, nodes)
    return (
        first
        + " "
        + ngettext(
            "The farthest, “%(what)s”, is one adoption away from %(name)s.",
            "The farthest, “%(what)s”, is %(count)s adoptions away from %(name)s.",
            far.distance,
            what=farthest.what,
            name=nodes[farthest.origin].name,
        )
    )


def _spread(change: Change, nodes: Mapping[int, Node]) -> spread.Spread:
    return spread.spread(nodes[change.origin], change.adoptions, nodes)


def line_of(picture: Any, change: Change) -> ChangeLine:
    """Return a change as the list has it."""
    nodes = picture.graph.nodes
    found, origin = _spread(change, nodes), nodes[change.origin]
    return ChangeLine(
        change.id, change.what, origin.name, picture.places[change.origin].public_id,
        spread.spread_sentence(origin, found), found.teams, found.distance,
    )  # fmt: skip


def bars_of(picture: Any, found: Sequence[Change]) -> list[Bar]:
    """Return a bar for each of these changes: the teams that took it up."""
    lines = [line_of(picture, change) for change in found]
    return [
        Bar(
            line.what,
            line.teams,
            ngettext("one team", "%(number)s teams", line.teams, number=line.teams),
            is_weak=False,
        )
        for line in lines
    ]


def page(picture: Any, change: Change) -> ChangePage:
    """Return the page of one change."""
    nodes = picture.graph.nodes
    origin = nodes[change.origin]
    sentence = spread.spread_sentence(origin, _spread(change, nodes))
    steps = spread.steps_from(change.origin, change.adoptions)
    givers = _givers(change, steps)
    draw = _tree if len(steps) <= MOST else _counted
    return ChangePage(
        change.what,
        origin.name,
        picture.places[change.origin].public_id,
        sentence,
        draw(nodes, steps, givers, sentence, narrow=False),
        draw(nodes, steps, givers, sentence, narrow=True),
        page_steps(picture, change),
    )


def _step(picture: Any, team: int, distance: int, giver: str) -> Step:
    node, place = picture.graph.nodes[team], picture.places[team]
    return Step(place.public_id, node.name, node.level, place.district or place.region, giver, distance)


def _givers(change: Change, steps: Mapping[int, int]) -> dict[int, int]:
    """Return from whom each team took the change first: the one nearest to its beginning."""
    found: dict[int, int] = {}
    for giver, taker in change.adoptions:
        if steps[taker] == steps[giver] + 1:
            found.setdefault(taker, giver)
    return found


def _ordered(nodes: Mapping[int, Node], steps: Mapping[int, int]) -> list[int]:
    return sorted(steps, key=lambda team: (steps[team], nodes[team].name, team))


def _tree(
    nodes: Mapping[int, Node],
    steps: Mapping[int, int],
    givers: Mapping[int, int],
    label: str,
    *,
    narrow: bool,
) -> Markup:
    """Return the way of a change from team to team: each adoption one step to the right."""
    takers: dict[int, list[int]] = {}
    for taker in _ordered(nodes, steps):
        if taker in givers:
            takers.setdefault(givers[taker], []).append(taker)
    origin = next(team for team, distance in steps.items() if not distance)
    order, waiting = [], [origin]
    while waiting:
        order.append(waiting.pop())
        waiting.extend(reversed(takers.get(order[-1], [])))
    step = 26.0 if narrow else min(220.0, 560.0 / max(max(steps.values()), 1))
    spots = {team: (12 + steps[team] * step, 18 + at * _ROW) for at, team in enumerate(order)}
    parts = [_turn(spots[givers[team]], spots[team]) for team in order if team in givers]
    for team in order:
        x, y = spots[team]
        parts.append(svg.shape(svg.LEVEL_SHAPE[nodes[team].level], x, y, 6 if givers.get(team) else 8, "nd"))
        css = "t lab halo" if team in givers else "t lab b halo"
        parts.append(svg.text(x + 14, y + 4, _cut(nodes[team].name, 34 if narrow else 60), css))
    return svg.svg(350 if narrow else 780, len(order) * _ROW + 8, parts, label, "graph")


def _turn(one: tuple[float, float], two: tuple[float, float]) -> str:
    """Return the step from one team to the next: down, then to the right, as the whole product climbs."""
    (x1, y1), (x2, y2) = one, two
    return svg.path(f"M{svg.n(x1)} {svg.n(y1)}V{svg.n(y2)}H{svg.n(x2)}", "lk ok")


def _counted(
    nodes: Mapping[int, Node],
    steps: Mapping[int, int],
    givers: Mapping[int, int],
    label: str,
    *,
    narrow: bool,
) -> Markup:
    """Return how many teams are how many adoptions away, where there are too many to draw each."""
    counts: dict[int, int] = {}
    for distance in steps.values():
        counts[distance] = counts.get(distance, 0) + 1
    drawn = [
        Bar(
            ngettext("one adoption away", "%(count)s adoptions away", distance),
            counts[distance],
            ngettext("one team", "%(number)s teams", counts[distance], number=counts[distance]),
            is_weak=False,
        )
        for distance in sorted(counts)
        if distance
    ]
    return bars(drawn, label, narrow=narrow)


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def table(picture: Any, found: Sequence[Change]) -> tuple[list[str], list[list[Cell]]]:
    """Return every adoption as a table to take away, change by change."""
    header = [
        pgettext("noun", "Change"),
        _("Began at"),
        _("Taken from"),
        _("Taken up by"),
        _("District"),
        _("Adoptions away"),
    ]
    rows: list[list[Cell]] = []
    for change in found:
        told = page_steps(picture, change)
        rows += [
            [
                change.what,
                picture.graph.nodes[change.origin].name,
                step.giver,
                step.name,
                step.place,
                step.distance,
            ]
            for step in told
        ]
    return header, rows


def page_steps(picture: Any, change: Change) -> list[Step]:
    """Return the teams that a change reached, nearest first."""
    nodes = picture.graph.nodes
    steps = spread.steps_from(change.origin, change.adoptions)
    givers = _givers(change, steps)
    ordered = [team for team in _ordered(nodes, steps) if team != change.origin]
    return [_step(picture, team, steps[team], nodes[givers[team]].name) for team in ordered]
