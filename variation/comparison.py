"""Comparing schools on one measure: what may be shown, what is chance, and the sentences that say so. Pure.

Whoever a school's count belongs to and the teams above it on a link see its adults' counts; for everybody
else a school with fewer people than the network's smallest cell is hidden. What is hidden is decided for each
school by itself, once from the whole year, so that no choice of week or of schools, and no download, shows on
one page what another hides; and what is put together takes only schools shown, so that none of the others can
be had by subtraction (:mod:`measures.publishing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from measures import suppression
from measures.suppression import Cell, Counts, Show, Who
from variation import funnel, shrinkage
from variation.funnel import FunnelError, Zone

# A count older than this is not held against this week's.
FRESH_DAYS = 28


class Sight(StrEnum):
    """How the reader stands to a school."""

    OWN = "own"  # a team of theirs: everything
    BELOW = "below"  # linked to a team of theirs: adults in full
    NAMED = "named"  # read by name, small cells hidden
    UNNAMED = "unnamed"  # results without the name


@dataclass(frozen=True)
class Point:
    """One count of one day."""

    on: date
    count: float
    population: float


@dataclass(frozen=True)
class Step:
    """One target of a school's path, in per cent."""

    due_on: date
    target: float


@dataclass(frozen=True)
class Series:
    """One school's counts of the year, oldest first, before anything is hidden; ``key`` stands in links."""

    key: str
    name: str
    sight: Sight
    points: tuple[Point, ...]
    steps: tuple[Step, ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Line:
    """One school as the reader may see it; a hidden one has neither points nor counts."""

    key: str
    name: str
    short: str
    sight: Sight
    cell: Cell
    points: tuple[Point, ...] = ()
    steps: tuple[Step, ...] = ()
    on: date | None = None
    group: str = ""
    zone: Zone = Zone.INSIDE
    spread_zone: Zone = Zone.INSIDE
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_shown(self) -> bool:
        """Say whether the school's counts are shown."""
        return self.cell.is_shown

    @property
    def is_counted(self) -> bool:
        """Say whether there is a recent count, shown or not."""
        return self.on is not None or not self.cell.is_shown

    @property
    def share(self) -> float | None:
        """Return the share of the last count in per cent."""
        return self.cell.percent


@dataclass(frozen=True)
class Comparison:
    """Schools held against each other; shares and limits in per cent.

    ``phi`` is how many times the spread is what chance would give; ``tau2`` the variance between schools
    beyond chance, on the arcsine scale. ``mean`` is the pooled share of the schools shown. All three are
    empty below three schools.
    """

    lines: tuple[Line, ...]
    pooled: tuple[Point, ...] = ()
    mean: float | None = None
    phi: float | None = None
    tau2: float = 0.0
    low: tuple[Line, ...] = field(default=())
    high: tuple[Line, ...] = field(default=())

    @property
    def shown(self) -> tuple[Line, ...]:
        """Return the schools with a count to show, in order."""
        return tuple(line for line in self.lines if line.is_shown and line.on)

    @property
    def hidden(self) -> tuple[Line, ...]:
        """Return the schools whose counts are hidden."""
        return tuple(line for line in self.lines if not line.is_shown)

    @property
    def uncounted(self) -> tuple[Line, ...]:
        """Return the schools that counted nothing lately."""
        return tuple(line for line in self.lines if line.is_shown and not line.on)


def visible(schools: Sequence[Series], who: Who, minimum: int) -> dict[str, Cell]:
    """Say for each school by key what may be shown of it all year: full or hidden."""
    full: list[Series] = []
    careful: list[Series] = []
    for school in schools:
        sight = school.sight
        free = suppression.is_open(who, is_own=sight is Sight.OWN, is_above=sight is Sight.BELOW)
        (full if free else careful).append(school)
    found = {school.key: Cell(Show.FULL, 0, 0) for school in full}
    for school in careful:
        least = _smallest(school)
        found[school.key] = suppression.one(least, Who.ADULTS, minimum) if least else Cell(Show.FULL, 0, 0)
    return found


def _smallest(school: Series) -> Counts | None:
    """Return the least people the school ever counted among: it is hidden all year if that is too few."""
    if not school.points:
        return None
    least = min(point.population for point in school.points)
    return Counts(least, least)


def compare(
    schools: Sequence[Series], who: Who, minimum: int, on: date, *, hide: frozenset[str] = frozenset()
) -> Comparison:
    """Hold *schools* against each other as of *on*: each with its last count of the four weeks before.

    Args:
        schools: in the order in which they are to be shown.
        who: whether the measure counts students or adults.
        minimum: the network's smallest cell.
        hide: keys of schools that have to be hidden because of what else is shown of them.
    """
    allowed = visible(schools, who, minimum) | dict.fromkeys(hide, suppression.ALSO_HIDDEN)
    lines = [_line(school, allowed[school.key], who, minimum, on) for school in schools]
    shown = [line for line in lines if line.is_shown and line.on]
    pooled = _pooled(shown)
    if len(shown) < funnel.MINIMUM_SITES:
        return Comparison(tuple(lines), pooled)
    return _judged(lines, shown, pooled)


def _line(school: Series, allowed: Cell, who: Who, minimum: int, on: date) -> Line:
    short = short_name(school.name)
    if not allowed.is_shown:
        return Line(school.key, school.name, short, school.sight, allowed, group=school.group)
    points = tuple(point for point in school.points if point.on <= on)
    if who is Who.STUDENTS and school.sight is not Sight.OWN:
        points = tuple(
            p for p in points if suppression.one(Counts(p.count, p.population), who, minimum).is_shown
        )
        latest = next((p for p in reversed(school.points) if p.on <= on), None)
        cell = suppression.one(Counts(latest.count, latest.population), who, minimum) if latest else allowed
        if not cell.is_shown:
            return Line(
                school.key, school.name, short, school.sight, cell, steps=school.steps, group=school.group
            )
    last = points[-1] if points and points[-1].on > on - timedelta(days=FRESH_DAYS) else None
    if who is Who.STUDENTS and points:
        last = points[-1]  # students are tested a few times a year
    cell = Cell(Show.FULL, last.count, last.population) if last else allowed
    found = Line(school.key, school.name, short, school.sight, cell, points, school.steps, group=school.group)
    return replace(found, on=last.on if last else None)


def _pooled(shown: Sequence[Line]) -> tuple[Point, ...]:
    """Return the counts of the schools shown, together, on the days on which most of them counted."""
    days: dict[date, list[Point]] = {}
    for line in shown:
        for point in line.points:
            days.setdefault(point.on - timedelta(days=point.on.weekday()), []).append(point)
    most = max((len(points) for points in days.values()), default=0)
    return tuple(
        Point(max(p.on for p in points), sum(p.count for p in points), sum(p.population for p in points))
        for _, points in sorted(days.items())
        if 2 * len(points) >= most
    )


def _judged(lines: list[Line], shown: list[Line], pooled: tuple[Point, ...]) -> Comparison:
    counts = [line.cell.count or 0.0 for line in shown]
    sizes = [line.cell.population or 1.0 for line in shown]
    mean = sum(counts) / sum(sizes)
    chance = funnel.zones(
        [c / s for c, s in zip(counts, sizes, strict=True)], funnel.exact_limits(sizes, mean)
    )
    phi, tau2, wide = _spread([line.key for line in shown], counts, sizes, chance)
    estimates = shrinkage.shrink(counts, sizes)
    judged = {
        line.key: replace(
            line, zone=chance[at], spread_zone=wide[at], estimate=100 * float(estimates.estimate[at]),
            low=100 * float(estimates.low[at]), high=100 * float(estimates.high[at]),
        )
        for at, line in enumerate(shown)
    }  # fmt: skip
    final = tuple(judged.get(line.key, line) for line in lines)
    return Comparison(
        final, pooled, 100 * mean, phi, tau2,
        low=tuple(line for line in final if line.zone is Zone.LOW),
        high=tuple(line for line in final if line.zone is Zone.HIGH),
    )  # fmt: skip


def _spread(
    keys: list[str], counts: list[float], sizes: list[float], chance: list[Zone]
) -> tuple[float | None, float, list[Zone]]:
    """Return phi, tau2 and where each school lies in limits that allow for the spread there is anyway."""
    try:
        found = funnel.funnel([f"{at:06d}" for at in range(len(keys))], counts, sizes)
    except FunnelError:
        return None, 0.0, chance
    shares = [c / s for c, s in zip(counts, sizes, strict=True)]
    zones = funnel.zones(shares, found.adjusted) if found.adjusted_limits_used else chance
    return found.phi, found.tau2, zones


_KINDS = frozenset({"Elementary", "Middle", "High", "Primary", "School", "Academy", "K–8", "K-8"})


def short_name(name: str) -> str:
    """Return a school's name without what kind of school it is: "Alder Creek"."""
    words = name.split()
    while len(words) > 1 and words[-1] in _KINDS:
        words.pop()
    return " ".join(words)


def weeks_of(schools: Sequence[Series], today: date) -> list[date]:
    """Return the Mondays of the weeks in which anything was counted, latest first."""
    found = {
        point.on - timedelta(days=point.on.weekday())
        for s in schools
        for point in s.points
        if point.on <= today
    }
    return sorted(found, reverse=True)


def only(found: Comparison, group: str) -> Comparison:
    """Return the same comparison with only the schools of one grade span listed; nothing is judged anew."""

    def keep(lines: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(line for line in lines if line.group == group)

    return replace(found, lines=keep(found.lines), low=keep(found.low), high=keep(found.high))


def pooled_only(found: Comparison, least: int) -> Comparison:
    """Return what is left when no single school may be seen: all together, from *least* schools on."""
    if len(found.shown) < least:
        return Comparison(())
    return Comparison((), found.pooled, found.mean, found.phi, found.tau2)
