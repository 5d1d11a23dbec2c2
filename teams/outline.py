"""A network by place: how many teams each state, region and district holds, and what is weak there. Pure.

The tree is folded once from the lowest places up, in time linear in teams and places. Places without a team
are left out: a directory names more places than take part.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from nic_platform.text import _, ngettext
from teams import rules
from teams.graph import Flag, TeamGraph


@dataclass(frozen=True, slots=True)
class Area:
    """A state, region or district, and the area that it lies in."""

    id: int
    public_id: UUID
    name: str
    level: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many teams a place holds, and how many of each weakness; a team has one flag, its worst."""

    teams: int = 0
    nolink: int = 0
    solo: int = 0
    stale: int = 0

    @property
    def weak(self) -> int:
        """Return how many teams have any weakness."""
        return self.nolink + self.solo + self.stale

    def of(self, flag: Flag) -> int:
        """Return how many teams have this flag."""
        return self.teams - self.weak if flag is Flag.FINE else int(getattr(self, flag.value))

    def plus(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            self.teams + other.teams,
            self.nolink + other.nolink,
            self.solo + other.solo,
            self.stale + other.stale,
        )

    @classmethod
    def counted(cls, flags: Mapping[Flag, int]) -> "Tally":
        """Return the tally of counts by flag."""
        weak = {flag.value: flags.get(flag, 0) for flag in Flag if flag is not Flag.FINE}
        return cls(teams=sum(flags.values()), **weak)


@dataclass(frozen=True)
class Outline:
    """The areas that hold teams. None stands for the whole network, and for teams outside any area.

    ``parts`` are the areas directly inside one, by name; ``direct`` counts the teams that lie in an area and
    in none of its parts; ``whole`` counts all of an area's teams; ``levels`` counts the network's teams.
    """

    areas: Mapping[int, Area]
    parts: Mapping[int | None, Sequence[int]]
    direct: Mapping[int | None, Tally]
    whole: Mapping[int | None, Tally]
    levels: Mapping[str, int]

    @property
    def top(self) -> int | None:
        """The area where looking begins: the one that holds every team, else the whole network."""
        here: int | None = None
        while len(self.parts.get(here, ())) == 1 and not self.direct.get(here):
            here = self.parts[here][0]
        return here if self.parts.get(here) else self._around(here)

    def _around(self, area: int | None) -> int | None:
        return self.areas[area].parent_id if area is not None else None

    def inside(self, area: int | None) -> set[int]:
        """Return an area and all areas in it, near or far."""
        found, waiting = set(), [area] if area is not None else list(self.parts.get(None, ()))
        while waiting:
            here = waiting.pop()
            found.add(here)
            waiting.extend(self.parts.get(here, ()))
        return found

    def trail(self, area: int | None) -> list[Area]:
        """Return the areas around one, outermost first, itself last."""
        found: list[Area] = []
        while area is not None:
            found.append(self.areas[area])
            area = self.areas[area].parent_id if self.areas[area].parent_id in self.areas else None
        return found[::-1]


def outline(graph: TeamGraph, area_of: Mapping[int, int | None], areas: Mapping[int, Area]) -> Outline:
    """Return the outline of a network.

    Args:
        area_of: the nearest area around each team, by the team's number.
        areas: every state, region and district of the network.
    """
    flags: dict[int | None, Counter[Flag]] = {}
    for team, flag in graph.flags.items():
        around = area_of.get(team)
        flags.setdefault(around if around in areas else None, Counter())[flag] += 1
    direct = {area: Tally.counted(counts) for area, counts in flags.items()}
    inner: dict[int | None, list[int]] = {}
    for area in areas.values():
        outer = area.parent_id if area.parent_id in areas else None
        inner.setdefault(outer, []).append(area.id)
    whole: dict[int | None, Tally] = {}
    for here in reversed(_outermost_first(inner)):
        tally = direct.get(here, Tally())
        for part in inner.get(here, ()):
            tally = tally.plus(whole[part])
        whole[here] = tally
    parts = {
        here: tuple(sorted((p for p in inside if whole[p].teams), key=lambda p: (areas[p].name, p)))
        for here, inside in inner.items()
        if here in whole
    }
    levels = Counter(node.level for node in graph.nodes.values())
    return Outline(areas, parts, direct, whole, levels)


def _outermost_first(inner: Mapping[int | None, Sequence[int]]) -> list[int | None]:
    order: list[int | None] = [None]
    for here in order:  # grows as it goes
        order.extend(inner.get(here, ()))
    return order


def flag_words() -> dict[Flag, str]:
    """Return what each flag is called."""
    return {
        Flag.NO_WAY_UP: _("No way up"),
        Flag.CHAMPION: _("One or two people"),
        Flag.SILENT: _("Gone quiet"),
        Flag.FINE: _("Linked and active"),
    }


def level_counts(levels: Mapping[str, int]) -> str:
    """Say how many teams there are at each level, highest first."""
    parts = [_level_count(level, levels[level]) for level in reversed(rules.LEVELS) if levels.get(level)]
    if not parts:
        return _("No team yet.")
    count = sum(levels.values())
    total = ngettext("One team", "%(total)s teams", count, total=f"{count:,}")
    listed = parts[0]
    if len(parts) > 1:
        listed = _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])
    return _("%(total)s: %(listed)s.", total=total, listed=listed)


def _level_count(level: str, count: int) -> str:
    number = f"{count:,}"
    return {
        "state": ngettext("one of the state", "%(number)s of states", count, number=number),
        "region": ngettext("one regional team", "%(number)s regional teams", count, number=number),
        "district": ngettext("one district team", "%(number)s district teams", count, number=number),
        "school": ngettext("one school team", "%(number)s school teams", count, number=number),
        "practice": ngettext("one practice team", "%(number)s practice teams", count, number=number),
    }[level]


def teams_words(tally: Tally) -> str:
    """Say how many teams a place holds and how many of them are weak: "157 teams, 17 with a weak link"."""
    teams = ngettext("one team", "%(number)s teams", tally.teams, number=f"{tally.teams:,}")
    if not tally.weak:
        return teams
    return ngettext(
        "%(teams)s, one with a weak link",
        "%(teams)s, %(number)s with a weak link",
        tally.weak,
        teams=teams,
        number=f"{tally.weak:,}",
    )


def weak_parts(counts: Iterable[tuple[Flag, int]]) -> str:
    """Say what is weak about how many: "3 have no way up, one rests on one or two people"."""
    found = dict(counts)
    none, few, quiet = (found.get(f, 0) for f in (Flag.NO_WAY_UP, Flag.CHAMPION, Flag.SILENT))
    parts = []
    if none:
        parts.append(ngettext("one has no way up", "%(number)s have no way up", none, number=f"{none:,}"))
    if few:
        parts.append(
            ngettext(
                "one rests on one or two people",
                "%(number)s rest on one or two people",
                few,
                number=f"{few:,}",
            )
        )
    if quiet:
        parts.append(
            ngettext(
                "one has a link that went quiet",
                "%(number)s have a link that went quiet",
                quiet,
                number=f"{quiet:,}",
            )
        )
    return ", ".join(parts)
