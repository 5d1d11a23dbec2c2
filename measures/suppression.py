"""What of a small group may be shown. The one family of functions that pages, API, exports and mail call.

Student groups follow NCES 2011-603: a denominator below the network's minimum is hidden, and so is any
numerator, or rest, below it. A share that close to 0 or 100 % is shown as a bound (≤ or ≥) that is the same
for every count it could be, so that the bound itself tells nothing more. Adults are shown more: only groups
below the minimum are hidden. In a table with a total, further rows are hidden until no count can be had by
subtraction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from nic_platform import looks
from nic_platform.text import _


class Who(StrEnum):
    """Whom a count is about."""

    STUDENTS = "students"
    ADULTS = "adults"


class Show(StrEnum):
    """How much of a count may be shown."""

    FULL = "full"
    LOW = "low"  # a bound: at most so much
    HIGH = "high"  # a bound: at least so much
    HIDDEN = "hidden"  # too few people
    ALSO_HIDDEN = "also_hidden"  # so that another can't be worked out
    POOLED_ONLY = "pooled_only"  # students' counts, to who does not read their team by name


UNTOLD = inf  # the population of a count of which nobody says out of how many


@dataclass(frozen=True)
class Counts:
    """How many of how many. Both are whole people; ``count`` is at most ``population``.

    Where it isn't told out of how many, ``population`` is :data:`UNTOLD`.
    """

    count: float
    population: float


@dataclass(frozen=True)
class Cell:
    """What may be shown of one group: ``count`` and ``population`` are ``None`` unless they may.

    ``bound`` is the share in per cent that goes with ≤ or ≥.
    """

    show: Show
    count: float | None = None
    population: float | None = None
    bound: float | None = None

    @property
    def percent(self) -> float | None:
        """Return the share in per cent where the counts are shown."""
        if self.count is None or not self.population:
            return None
        return 100 * self.count / self.population

    @property
    def is_shown(self) -> bool:
        """Say whether the counts themselves are shown."""
        return self.show is Show.FULL

    @property
    def tells(self) -> bool:
        """Say whether anything of the counts is told, be it a bound."""
        return self.show in (Show.FULL, Show.LOW, Show.HIGH)


@dataclass(frozen=True)
class Group:
    """A table of groups with its total, as far as it may be shown."""

    cells: tuple[Cell, ...]
    total: Cell


HIDDEN = Cell(Show.HIDDEN)
ALSO_HIDDEN = Cell(Show.ALSO_HIDDEN)
POOLED_ONLY = Cell(Show.POOLED_ONLY)


def whole(counts: Counts) -> Cell:
    """Return everything: for the team's own records, and adults' counts for the teams above it on a link."""
    return Cell(Show.FULL, counts.count, None if counts.population == UNTOLD else counts.population)


def is_open(who: Who, *, is_own: bool, is_above: bool) -> bool:
    """Say whether a reader sees a team's counts whole, however few people they are of.

    The team sees its own records; a team above it on a link sees adults' counts. Every page, by week and by
    school year, asks this.
    """
    if is_own and who is Who.STUDENTS:
        looks.note()
    return is_own or (is_above and who is Who.ADULTS)


def one(counts: Counts, who: Who, minimum: int) -> Cell:
    """Return what may be shown of one group that stands alone.

    How many students there are, out of a number that isn't told, is hidden below the minimum, as the group
    itself would be.

    Args:
        minimum: the network's smallest cell, 1 or more.
    """
    cell = _one(counts, who, minimum)
    if who is Who.STUDENTS and cell.tells:
        looks.note()
    return cell


def _one(counts: Counts, who: Who, minimum: int) -> Cell:
    if counts.population == UNTOLD:
        return Cell(Show.FULL, counts.count) if who is Who.ADULTS or counts.count >= minimum else HIDDEN
    if counts.population < minimum:
        return HIDDEN
    if who is Who.ADULTS:
        return whole(counts)
    few, rest_few = counts.count < minimum, counts.population - counts.count < minimum
    if (few or rest_few) and counts.population < 2 * minimum - 1:
        return HIDDEN  # either bound would leave fewer possible counts than the minimum asks for
    if few:
        return Cell(Show.LOW, population=counts.population, bound=100 * (minimum - 1) / counts.population)
    if rest_few:
        bound = 100 * (counts.population - minimum + 1) / counts.population
        return Cell(Show.HIGH, population=counts.population, bound=bound)
    return whole(counts)


def series(points: Sequence[Counts], who: Who, minimum: int) -> tuple[Cell, ...]:
    """Return what may be shown of one group day by day: each point of a run chart is a cell."""
    return tuple(one(point, who, minimum) for point in points)


def group(rows: Sequence[Counts], who: Who, minimum: int) -> Group:
    """Return what may be shown of groups that add up to a total, the total itself included.

    More rows are hidden, smallest first, until nothing that is hidden can be worked out from the total and
    the rows that are shown; if every row is hidden and it still can, the total goes too.
    """
    cells = [one(row, who, minimum) for row in rows]
    total_counts = Counts(sum(row.count for row in rows), sum(row.population for row in rows))
    total = one(total_counts, who, minimum)
    if not total.is_shown:
        total = replace(total, population=None) if total.population is not None else total
        return Group(tuple(cells), total)
    while exposed(rows, cells, who, minimum):
        victim = _next_to_hide(rows, cells)
        if victim is None:
            return Group(tuple(cells), ALSO_HIDDEN)
        cells[victim] = ALSO_HIDDEN
    return Group(tuple(cells), total)


def beside(total: Counts, tables: Sequence[Sequence[Counts]], who: Who, minimum: int) -> Cell:
    """Return what may be shown of a total, wherever it stands, beside the tables whose groups it adds up.

    It is hidden where it would narrow one of its groups too far even with every group hidden. So a total that
    a table has to hide can't be read on another page. What a table leaves out counts as one more group.

    Args:
        tables: for each breakdown of the same people on the same day, its groups.
    """
    cell = one(total, who, minimum)
    if not cell.is_shown or who is Who.ADULTS:
        return cell
    for groups in tables:
        rows = [*groups]
        rest = total.population - sum(row.population for row in rows)
        if rest > 0:
            rows.append(Counts(max(0, total.count - sum(row.count for row in rows)), rest))
        if exposed(rows, [HIDDEN] * len(rows), who, minimum):
            return ALSO_HIDDEN
    return cell


def tells_groups(people: float, sizes: Sequence[float], minimum: int) -> bool:
    """Say of a total of students that may stand alone what :func:`beside` says, from sizes alone.

    It gives a group away that holds nearly everybody; or who is in none, where nearly nobody is in one.

    Args:
        people: how many there are.
        sizes: how many each group of one breakdown has; not empty.
    """
    return room_beside(people, sizes) < minimum - 1


def room_beside(people: float, sizes: Sequence[float]) -> float:
    """Return how many people stand between a total and the nearest count that it would give away.

    Those outside the largest group, or those in any, whichever are fewer (:func:`tells_groups`).
    """
    return min(people - max(sizes), sum(sizes))


def _next_to_hide(rows: Sequence[Counts], cells: Sequence[Cell]) -> int | None:
    def choices(*kinds: Show) -> list[int]:
        return [at for at, cell in enumerate(cells) if cell.show in kinds]

    left = choices(Show.FULL) or choices(Show.LOW, Show.HIGH)
    return min(left, key=lambda at: (rows[at].population, at)) if left else None


def exposed(rows: Sequence[Counts], cells: Sequence[Cell], who: Who, minimum: int) -> bool:
    """Say whether a hidden count could be narrowed too far by taking the shown rows from the total.

    It is assumed that the reader may know how many people each group has from elsewhere. For a student count
    the range that is left must be as wide as ``minimum`` − 1, or as the whole group where that is smaller;
    for adults at least two groups, together no smaller than ``minimum``, must be behind what is hidden.
    """
    hidden = [at for at, cell in enumerate(cells) if not cell.is_shown]
    if not hidden:
        return False
    if who is Who.ADULTS:
        people = sum(rows[at].population for at in hidden)
        return len(hidden) < 2 or people < minimum
    left = sum(rows[at].count for at in hidden)
    if not one(Counts(left, sum(rows[at].population for at in hidden)), who, minimum).is_shown:
        return True  # what is left over is had by subtraction, so it has to stand alone
    ranges = [span(rows[at], cells[at], minimum) for at in hidden]
    lows, highs = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    for at, (low, high) in zip(hidden, ranges, strict=True):
        least = max(low, left - (highs - high))
        most = min(high, left - (lows - low))
        if most - least < min(minimum - 1, rows[at].population):
            return True
    return False


def span(row: Counts, cell: Cell, minimum: int) -> tuple[float, float]:
    """Return between what a count lies for a reader of its cell who knows how large the group is."""
    if cell.is_shown:
        return row.count, row.count
    if cell.show is Show.LOW:
        return 0, minimum - 1
    if cell.show is Show.HIGH:
        return row.population - minimum + 1, row.population
    return 0, minimum - 1 if row.population == UNTOLD else row.population


def words(cell: Cell, who: Who, minimum: int) -> str:
    """Return a cell as people read it: counts before the percentage, and why it is hidden where it is."""
    if cell.is_shown and cell.percent is not None:
        return _(
            "%(count)s of %(population)s (%(percent)s%%)",
            count=number(cell.count), population=number(cell.population), percent=round_half_up(cell.percent),
        )  # fmt: skip
    if cell.show is Show.LOW and cell.bound is not None:
        return f"≤ {round_half_up(cell.bound)}%"
    if cell.show is Show.HIGH and cell.bound is not None:
        return f"≥ {int(cell.bound)}%"
    if cell.show is Show.ALSO_HIDDEN:
        return _("Also hidden, so the other can’t be worked out")
    if cell.show is Show.POOLED_ONLY:
        return _("Students’ counts are shared pooled only")
    if who is Who.STUDENTS:
        return _("Too few students to show (fewer than %(minimum)s)", minimum=minimum)
    return _("Fewer than %(minimum)s adults", minimum=minimum)


def round_half_up(value: float) -> int:
    """Return the nearest whole number, halves upwards, the way people round."""
    return int(value + 0.5) if value >= 0 else -int(-value + 0.5)


def number(value: float | None) -> str:
    """Return a count without a needless fraction; a dash for nothing."""
    if value is None:
        return "–"
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"
