"""What the links between teams say: who is heard, who is not, and through whom. Pure, on networkx.

Every answer has a number or a list for the machine, and a sentence that a person can act on.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import networkx as nx

from nic_platform.text import _, ngettext
from teams import graph_ways, rules

_TOP = -1  # a node above all others, so that "can be heard" is "is reached from here"


@dataclass(frozen=True, slots=True)
class Node:
    """A team in the graph. *place* groups teams on pages: a district's name, as a rule."""

    id: int
    name: str
    level: str
    members: int = rules.SMALLEST_TEAM
    place: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A link: *lower* lifts to *upper*.

    *last* is the day of the last exchange, or of the link's start. *answered* counts what was answered
    and *in_time* how much of that came within the promise.
    """

    lower: int
    upper: int
    rhythm_days: int
    last: date
    open_items: int = 0
    answered: int = 0
    in_time: int = 0


class Flag(StrEnum):
    """What is weak about a team's place, worst first."""

    NO_WAY_UP = "nolink"
    CHAMPION = "solo"
    SILENT = "stale"
    FINE = "ok"


@dataclass(frozen=True)
class Weakness:
    """One thing to mend: what kind, at which team, and the sentence."""

    flag: Flag
    team: int
    name: str
    sentence: str


@dataclass(frozen=True)
class Quiet:
    """A link that is silent and the teams that have no other way up."""

    lower: int
    upper: int
    days: int
    cut_off: tuple[int, ...]


@dataclass(frozen=True)
class Load:
    """What rests on a team that others lift to."""

    team: int
    links: int
    teams_below: int
    open_items: int
    answered: int
    in_time: int


class TeamGraph:
    """The teams and links of one network on one day.

    It never changes once it is built, so that many requests may share one: what is worked out is kept.
    """

    def __init__(
        self, nodes: Iterable[Node], edges: Iterable[Edge], today: date, top_rank: int | None = None
    ) -> None:
        """Build the graph. Edges that name an unknown team are left out: it was archived.

        Args:
            top_rank: the rank of the network's highest level, where *nodes* are only a part of it.
        """
        self.today = today
        self._top_rank = top_rank
        self.nodes = {node.id: node for node in nodes}
        self.edges = {(e.lower, e.upper): e for e in edges if e.lower in self.nodes and e.upper in self.nodes}
        self._loads: Mapping[tuple[int, int], tuple[int, int, int]] | None = None
        self._above: dict[int, list[int]] = {}
        self._feeders: dict[int, list[int]] = {}
        for lower, upper in self.edges:
            self._above.setdefault(lower, []).append(upper)
            self._feeders.setdefault(upper, []).append(lower)

    # ------------------------------------------------------------------ single links and teams

    def is_silent(self, lower: int, upper: int) -> bool:
        """Say whether nothing passed on this link in two of its rhythms."""
        edge = self.edges[lower, upper]
        return rules.is_silent(edge.last, edge.rhythm_days, self.today)

    def quiet_days(self, lower: int, upper: int) -> int:
        """Return the days since something last passed on this link."""
        return (self.today - self.edges[lower, upper].last).days

    @cached_property
    def tops(self) -> frozenset[int]:
        """The teams of the highest level that the network has: where the way up ends."""
        highest = self._top_rank
        if highest is None:
            highest = max((rules.rank(node.level) for node in self.nodes.values()), default=0)
        return frozenset(i for i, node in self.nodes.items() if rules.rank(node.level) == highest)

    def above(self, team: int) -> list[int]:
        """Return the teams that *team* lifts to directly, by name."""
        return sorted(self._above.get(team, ()), key=self._name)

    def feeders(self, team: int) -> list[int]:
        """Return the teams that lift to *team* directly, by name."""
        return sorted(self._feeders.get(team, ()), key=self._name)

    def below(self, team: int) -> set[int]:
        """Return all teams whose voice can reach *team*, through others too."""
        return graph_ways.reached([team], self._feeders) - {team}

    def beyond(self, team: int) -> set[int]:
        """Return all teams that *team*'s voice can reach."""
        return graph_ways.reached([team], self._above) - {team}

    def path_up(self, team: int) -> list[int]:
        """Return the way from *team* to the top, both ends included; empty when there is none.

        A way without silent links comes before a shorter one with them.
        """
        return graph_ways.way_of(team, self._ways)

    @cached_property
    def _ways(self) -> dict[int, graph_ways.Way]:
        return graph_ways.ways_up(sorted(self.tops, key=self._name), self._feeders, self.is_silent)

    @cached_property
    def receivers(self) -> list[int]:
        """The teams that others lift to, most links first, then by name."""
        return sorted(self._feeders, key=lambda team: (-len(self._feeders[team]), self._name(team)))

    @cached_property
    def counts_below(self) -> Mapping[int, int]:
        """How many teams are below each team that has any; a team counts once, by however many ways."""
        return graph_ways.counts_below(self._above)

    # ------------------------------------------------------------------ what is weak

    @cached_property
    def unheard(self) -> frozenset[int]:
        """The teams with no way up at all, silent links counted as ways."""
        return frozenset(self.nodes) - self._ways.keys()

    @cached_property
    def quiet(self) -> list[Quiet]:
        """The silent links that are the last hope of some team, most teams cut off first."""
        cut: dict[tuple[int, int], list[int]] = {}
        for team, way in self._ways.items():
            if way.first_silent is not None:
                cut.setdefault(way.first_silent, []).append(team)
        found = [
            Quiet(lower, upper, self.quiet_days(lower, upper), tuple(sorted(teams, key=self._name)))
            for (lower, upper), teams in cut.items()
        ]
        return sorted(found, key=lambda q: (-len(q.cut_off), self._name(q.lower)))

    @cached_property
    def silenced(self) -> frozenset[int]:
        """The teams that have a way up, but each one leads over a silent link."""
        return frozenset(team for quiet in self.quiet for team in quiet.cut_off)

    @cached_property
    def champions(self) -> frozenset[int]:
        """The teams of one or two people, or none."""
        return frozenset(i for i, node in self.nodes.items() if rules.is_champion(node.members))

    @cached_property
    def articulation(self) -> dict[int, int]:
        """Teams whose loss would cut others off, and how many; most first.

        A team is counted under each team that all its ways up lead through (its dominators).
        """
        if not self.tops:
            return {}
        down: nx.DiGraph[int] = nx.DiGraph((upper, lower) for lower, upper in self.edges)
        down.add_edges_from((_TOP, top) for top in self.tops)
        losses = graph_ways.losses(nx.immediate_dominators(down, _TOP), _TOP)
        return dict(sorted(losses.items(), key=lambda item: (-item[1], self._name(item[0]))))

    def flag(self, team: int) -> Flag:
        """Return the worst that can be said of a team's place."""
        if team in self.unheard:
            return Flag.NO_WAY_UP
        if team in self.champions:
            return Flag.CHAMPION
        return Flag.SILENT if team in self.silenced else Flag.FINE

    @cached_property
    def flags(self) -> Mapping[int, Flag]:
        """Each team's flag."""
        return {team: self.flag(team) for team in self.nodes}

    def with_loads(self, loads: Mapping[tuple[int, int], tuple[int, int, int]]) -> "TeamGraph":
        """Return the same graph with open items, answered ones and those in time on its links.

        It shares all else with this one, so that a graph of a nation costs nothing to load anew: what takes
        long is worked out here before, or each copy would do it for itself.
        """
        _shared = self.flags, self.receivers, self.counts_below
        other = copy(self)
        other._loads = loads
        return other

    def _load_of(self, lower: int, upper: int) -> tuple[int, int, int]:
        if self._loads is not None:
            return self._loads.get((lower, upper), (0, 0, 0))
        edge = self.edges[lower, upper]
        return edge.open_items, edge.answered, edge.in_time

    def load(self, team: int) -> Load:
        """Return what rests on a team: links in, teams below, items open, promises kept."""
        into = [self._load_of(lower, team) for lower in self._feeders.get(team, ())]
        return Load(
            team=team,
            links=len(into),
            teams_below=self.counts_below.get(team, 0),
            open_items=sum(open_items for open_items, _answered, _kept in into),
            answered=sum(answered for _open, answered, _kept in into),
            in_time=sum(in_time for _open, _answered, in_time in into),
        )

    # ------------------------------------------------------------------ sentences

    def _name(self, team: int) -> str:
        return self.nodes[team].name

    def path_sentence(self, team: int) -> str:
        """Say how a team's voice gets to the top."""
        name, way = self._name(team), self.path_up(team)
        if not way:
            return self.unheard_sentence(team)
        if len(way) == 1:
            return _("%(name)s is at the top of the network: others lift to it.", name=name)
        top = self._name(way[-1])
        silent = next((s for s in pairwise(way) if self.is_silent(*s)), None)
        if silent:
            return self.quiet_sentence(*silent)
        if len(way) == 2:
            return _("%(name)s lifts straight to %(top)s.", name=name, top=top)
        return _(
            "%(name)s reaches %(top)s in %(steps)s steps, through %(between)s.",
            name=name,
            top=top,
            steps=len(way) - 1,
            between=_listed([self._name(i) for i in way[1:-1]]),
        )

    def unheard_sentence(self, team: int) -> str:
        """Say why a team can't be heard, and what to do."""
        name, direct = self._name(team), self.above(team)
        if not direct:
            return _("%(name)s has no one who carries barriers up. Link it to a team above.", name=name)
        return _(
            "%(name)s lifts to %(upper)s, which leads no further. Link %(upper)s to a team above.",
            name=name,
            upper=_listed([self._name(i) for i in direct]),
        )

    def quiet_sentence(self, lower: int, upper: int) -> str:
        """Say for how long a link has been silent, and what to do."""
        return _(
            "Nothing has passed between %(lower)s and %(upper)s for %(days)s days. "
            "Ask both when they last spoke.",
            lower=self._name(lower),
            upper=self._name(upper),
            days=self.quiet_days(lower, upper),
        )

    def cut_off_sentence(self, quiet: Quiet) -> str:
        """Say what a silent link costs."""
        others = len(set(quiet.cut_off) - {quiet.lower})
        sentence = self.quiet_sentence(quiet.lower, quiet.upper)
        if not others:
            return sentence
        return (
            sentence
            + " "
            + ngettext(
                "It is the only way up for one other team.",
                "It is the only way up for %(count)s other teams.",
                others,
            )
        )

    def articulation_sentence(self, team: int) -> str:
        """Say how many teams lose their way up with this one, and what to do."""
        count = self.articulation.get(team, 0)
        if not count:
            return _("Every team below %(name)s has another way up.", name=self._name(team))
        return ngettext(
            "If %(name)s stops, one team loses its way up. Name a second link for it.",
            "If %(name)s stops, %(count)s teams lose their way up. Name a stand-in who keeps their links.",
            count,
            name=self._name(team),
        )

    def below_sentence(self, team: int) -> str:
        """Say whom a team hears."""
        count = len(self.below(team))
        if not count:
            return _("No team lifts to %(name)s yet. Link the teams it should hear.", name=self._name(team))
        return ngettext(
            "One team's barriers can reach %(name)s.",
            "The barriers of %(count)s teams can reach %(name)s.",
            count,
            name=self._name(team),
        )

    def load_sentence(self, team: int, *, with_items: bool = True) -> str:
        """Say what rests on a team and, to those who may know, whether it keeps its promises."""
        load = self.load(team)
        if not load.links:
            return self.below_sentence(team)
        if not with_items:
            name = self._name(team)
            return ngettext(
                "One team lifts to %(name)s.", "%(count)s teams lift to %(name)s.", load.links, name=name
            )
        waiting = ngettext("one item is", "%(count)s items are", load.open_items)
        first = ngettext(
            "One team lifts to %(name)s; %(open)s open.",
            "%(count)s teams lift to %(name)s; %(open)s open.",
            load.links,
            name=self._name(team),
            open=waiting if load.open_items else _("nothing is"),
        )
        if not load.answered:
            return first if not load.open_items else first + " " + _("Nothing has been answered yet.")
        second = _("%(kept)s of %(all)s answers came in time.", kept=load.in_time, all=load.answered)
        if load.in_time * 2 < load.answered:
            second += " " + _("Promise more days, or share the work with another team.")
        return first + " " + second

    def champion_sentence(self, team: int) -> str:
        """Say that a team rests on too few people, and what to do."""
        return rules.champion_sentence(self._name(team), self.nodes[team].members)

    def weaknesses(self, within: Iterable[int] | None = None) -> list[Weakness]:
        """Return what to mend, worst first: no way up, silent links, champions.

        Args:
            within: only what starts at one of these teams.
        """
        asked = set(self.nodes if within is None else within)
        found = [
            Weakness(Flag.NO_WAY_UP, team, self._name(team), self.unheard_sentence(team))
            for team in sorted(self.unheard & asked, key=self._name)
        ]
        found += [
            Weakness(Flag.SILENT, q.lower, self._name(q.lower), self.cut_off_sentence(q))
            for q in self.quiet
            if q.lower in asked
        ]
        found += [
            Weakness(Flag.CHAMPION, team, self._name(team), self.champion_sentence(team))
            for team in sorted(self.champions & asked, key=self._name)
        ]
        return found


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
