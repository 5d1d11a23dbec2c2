"""What may be published of counts put together: over time, of groups, of places, under any filter. Pure.

The rule of one count is in :mod:`measures.suppression`; everything that adds counts up is here, and pages,
charts, API, exports, reports and mails call it. It rests on three sentences (docs/privacy.md has the proof):

1. A sum over days or teams adds no people: it is shown only where each of its counts may be shown.
2. A pooled figure takes only the places whose own figure is shown, decided before any filter. So whoever
   changes filters, and subtracts, gets nothing but what is shown anyway.
3. A total that also holds hidden counts is shown only while each of them keeps its room: to whoever knows all
   that is shown, the sizes of all groups, and one of the hidden places from inside. Else it gives way to the
   pooled figure of the places shown, and nothing else has to be hidden for it.

What to call::

    cell = period([Counts, ...], who, minimum)            # one place, its counts of a span of time
    whole, tables = breakdowns(total, [[Counts, ...], ...], minimum)   # a place's groups beside its total
    school = leaf("id", [Counts, ...], who, minimum)      # a place that counts; from_sums(...) from sums
    district = together("id", [school, ...], who, minimum)     # one month of a place with others below it
    year = spanning("id", [district, ...], [school, ...])      # several months of it
    figure = pooled([school, ...], least=3)               # any choice of places; ``None`` for too few
    mask = stand(y, d, n, who, minimum)                   # columns of many places at once

``district.cell`` is the total of everything where that may be shown, and ``district.figure`` what to show in
any case: the total, or the places shown, with how many of how many they are (:class:`Figure`). A group's
figure over several places is always ``pooled`` over those whose own group is shown (``leaf(.., cells=..)``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from measures import suppression
from measures.suppression import ALSO_HIDDEN, HIDDEN, UNTOLD, Cell, Counts, Show, Who

POOLED_FROM = 3  # places; fewer together would be read as one another's
UNNAMED_FROM = 5  # places, for who reads pooled figures only


@dataclass(frozen=True)
class Hidden:
    """What of one place's count is not shown: the count, and between what it must lie for a reader."""

    count: float
    least: float
    most: float
    people: float


@dataclass(frozen=True)
class Figure:
    """A pooled figure: of how many places of how many. ``is_all`` says that nothing is left out."""

    count: float
    population: float
    places: int
    of: int

    @property
    def percent(self) -> float | None:
        """Return the share in per cent; ``None`` where it isn't told out of how many."""
        has_one = 0 < self.population < UNTOLD
        return 100 * self.count / self.population if has_one else None

    @property
    def is_all(self) -> bool:
        """Say whether every place that counted is in it."""
        return self.places == self.of


@dataclass(frozen=True)
class Place:
    """A place in a table of one month, or of any span of time.

    ``cell`` is its own figure, or the total of everything below it. ``shown`` adds up what is published of it
    and of what lies below, from ``places`` of the ``of`` places that counted; ``hidden`` is the rest, one for
    each place. ``hidden`` and ``everything`` are for working things out and never leave the server.
    """

    key: str
    cell: Cell
    shown: Counts
    everything: Counts
    hidden: tuple[Hidden, ...] = ()
    places: int = 1
    of: int = 1

    @property
    def figure(self) -> Figure | None:
        """Return the total where it may be shown, else the places shown together; ``None`` for too few."""
        if self.cell.is_shown:
            return Figure(self.everything.count, self.everything.population, self.of, self.of)
        return pooled([self])


def period(counts: Sequence[Counts], who: Who, minimum: int) -> Cell:
    """Return what may be shown of one place over a span of time: the sum, if each of its counts may be.

    The same holds for the counts of several teams of one place. Where all are at most (or at least) so many,
    the sum is bounded too.
    """
    return over_time([suppression.one(each, who, minimum) for each in counts])


def over_time(cells: Sequence[Cell]) -> Cell:
    """Return the sum of cells that are already decided, as far as it follows from what they show."""
    if len(cells) == 1:
        return cells[0]
    people = sum(cell.population or 0.0 for cell in cells)
    if cells and all(cell.is_shown for cell in cells):
        told = all(cell.population is not None for cell in cells)
        return Cell(Show.FULL, sum(cell.count or 0.0 for cell in cells), people if told else None)
    for bound in (Show.LOW, Show.HIGH):
        if people and all(cell.show is bound for cell in cells):
            share = sum((cell.bound or 0.0) * (cell.population or 0.0) for cell in cells) / people
            return Cell(bound, population=people, bound=share)
    return HIDDEN


def breakdowns(
    total: Counts, tables: Sequence[Sequence[Counts | None]], minimum: int
) -> tuple[Cell, list[list[Cell | None]]]:
    """Return what may be shown of a place's students on one day: all of them, and the groups of breakdowns.

    Further groups are hidden until none that is hidden can be had from the total and the groups shown; a
    total that would still give one away is hidden, with every group. What the groups of a breakdown leave out
    counts as one more. Where groups overlap, each is held against everybody else.

    Args:
        tables: every breakdown that was counted, also those that are not asked for: the groups in order,
            ``None`` for one that was not counted.
    """
    there = [[row for row in rows if row is not None] for rows in tables]
    whole = suppression.beside(total, [rows for rows in there if rows], Who.STUDENTS, minimum)
    if not whole.is_shown:
        return whole, [[None if row is None else ALSO_HIDDEN for row in rows] for rows in tables]
    found: list[list[Cell | None]] = []
    for rows, some in zip(tables, there, strict=True):
        cells = iter(_overlapping(total, some, minimum) or _parts(total, some, minimum))
        found.append([None if row is None else next(cells) for row in rows])
    return whole, found


def _overlapping(total: Counts, rows: Sequence[Counts], minimum: int) -> list[Cell] | None:
    """Return the cells of groups that hold more people together than there are; ``None`` for others."""
    if _sum(rows).population <= total.population and _sum(rows).count <= total.count:
        return None
    found = []
    for row in rows:
        cell, rest = suppression.one(row, Who.STUDENTS, minimum), _less(total, row)
        is_safe = not rest.population or suppression.one(rest, Who.STUDENTS, minimum).is_shown
        found.append(cell if is_safe or not cell.is_shown else ALSO_HIDDEN)
    return found


def _parts(total: Counts, rows: Sequence[Counts], minimum: int) -> list[Cell]:
    rest = _less(total, _sum(rows))
    made = suppression.group([*rows, rest] if rest.population else rows, Who.STUDENTS, minimum)
    cells = made.cells[: len(rows)]
    if made.total.is_shown:
        return list(cells)
    return [ALSO_HIDDEN if cell.is_shown else cell for cell in cells]


def _sum(counts: Iterable[Counts]) -> Counts:
    found = [*counts]
    return Counts(sum(each.count for each in found), sum(each.population for each in found))


def _less(whole: Counts, part: Counts) -> Counts:
    if UNTOLD in {whole.population, part.population}:
        return Counts(max(0.0, whole.count - part.count), 0.0)
    return Counts(max(0.0, whole.count - part.count), max(0.0, whole.population - part.population))


def leaf(
    key: str, counts: Sequence[Counts], who: Who, minimum: int, *, cells: Sequence[Cell] | None = None
) -> Place:
    """Return a place that counts, with its counts of a span of time.

    Args:
        cells: what was decided of each, where more than the count itself decides (:func:`breakdowns`).
    """
    said = cells or [suppression.one(each, who, minimum) for each in counts]
    held = [(each, cell) for each, cell in zip(counts, said, strict=True) if not cell.is_shown]
    return _leaf(key, over_time(said), _sum(counts), held, minimum)


def from_sums(key: str, sums: Counts, held: Sequence[Counts], who: Who, minimum: int) -> Place:
    """Return a place that counts, from its sums of a span of time.

    Args:
        held: those of the counts in the sums that can't stand alone (:mod:`measures.held_back_queries`).
    """
    cells = [suppression.one(each, who, minimum) for each in held]
    own = suppression.whole(sums)
    if held:
        own = over_time(cells) if _less(sums, _sum(held)).population <= 0 else HIDDEN
    return _leaf(key, own, sums, list(zip(held, cells, strict=True)), minimum)


def _leaf(key: str, own: Cell, sums: Counts, held: Sequence[tuple[Counts, Cell]], minimum: int) -> Place:
    """Return a place that counts. Days shown of one whose sum is hidden are known: only the rest has room."""
    if own.is_shown:
        return Place(key, own, sums, sums)
    spans = [suppression.span(counts, cell, minimum) for counts, cell in held]
    rest = _sum(counts for counts, _cell in held)
    least, most = sum(low for low, _high in spans), sum(high for _low, high in spans)
    return Place(key, own, Counts(0, 0), sums, (Hidden(rest.count, least, most, rest.population),), 0)


def together(key: str, below: Sequence[Place], who: Who, minimum: int, *, has_total: bool = True) -> Place:
    """Return a place in one month with the places right below it, and its own counts as one more of them.

    Its cell is the total of everything: shown if nothing in it is hidden, or if it may stand alone and every
    hidden count keeps its room. Else the cell is hidden and :attr:`Place.figure` has the places shown.

    Such totals are decided month by month and nowhere else: a longer span is :func:`spanning`.

    Args:
        has_total: no for a group of a breakdown: its total over places is shown only if nothing in it is
            hidden, since its hidden counts must keep their room beside their place's total too.
    """
    hidden = tuple(each for place in below for each in place.hidden)
    everything = _sum(place.everything for place in below)
    cell = suppression.one(everything, who, minimum) if hidden else suppression.whole(everything)
    if not below or (hidden and not cell.is_shown):
        cell = HIDDEN
    elif hidden and not (has_total and keep_room(hidden, who, minimum)):
        cell = ALSO_HIDDEN
    return Place(
        key, cell, everything if cell.is_shown else _sum(place.shown for place in below), everything,
        () if cell.is_shown else hidden, sum(place.places for place in below),
        sum(place.of for place in below),
    )  # fmt: skip


def spanning(key: str, months: Sequence[Place], below: Sequence[Place]) -> Place:
    """Return a place over several months: its total where each month's is shown, else the places shown.

    Args:
        months: what :func:`together` made of the place in each month.
        below: the places below it over the whole span (:func:`leaf`, :func:`from_sums`, or this), for the
            figure of those shown.
    """
    cell = over_time([month.cell for month in months])
    everything = _sum(month.everything for month in months)
    shown = everything if cell.is_shown else _sum(place.shown for place in below)
    return Place(
        key, cell, shown, everything, (), sum(place.places for place in below),
        sum(place.of for place in below),
    )  # fmt: skip


def pooled(chosen: Iterable[Place], least: int = POOLED_FROM) -> Figure | None:
    """Return the places shown of any choice of places, together; ``None`` below *least* of them.

    Args:
        least: :data:`UNNAMED_FROM` for who reads pooled figures only.
    """
    places = [*chosen]
    number = sum(place.places for place in places)
    if number < least:
        return None
    shown = _sum(place.shown for place in places)
    return Figure(shown.count, shown.population, number, sum(place.of for place in places))


def is_crowd(chosen: int, left_out: int, least: int) -> bool:
    """Say whether places without a name may be pooled by a filter: none or *least* of them on either side.

    For readers who don't know them by name: what is known of places (rural, Title I) would name a single one
    that a filter takes out or leaves over. They get one filter at a time, since two would cut finer.
    """
    return all(number == 0 or number >= least for number in (chosen, left_out))


def keep_room(hidden: Sequence[Hidden], who: Who, minimum: int) -> bool:
    """Say whether hidden counts stay hidden from who knows their sum, and one of them from inside.

    There must be three at least; what is left beside any one must be able to stand alone; and each
    student count must still be able to move by *minimum* − 1, or through the whole of its group.
    """
    if len(hidden) < 3:
        return False
    count, people = sum(each.count for each in hidden), sum(each.people for each in hidden)
    for each in hidden:
        beside = Counts(count - each.count, people - each.people)
        if not suppression.one(beside, who, minimum).is_shown:
            return False
    if who is Who.ADULTS:
        return True
    ups = [each.most - each.count for each in hidden]
    downs = [each.count - each.least for each in hidden]
    up, down = _without_the_widest(ups), _without_the_widest(downs)
    for at, each in enumerate(hidden):
        room = min(ups[at], down[at]) + min(downs[at], up[at])
        if room < min(minimum - 1, each.most - each.least):
            return False
    return True


def _without_the_widest(rooms: Sequence[float]) -> list[float]:
    """Return for each the sum of all others but the largest of them, which an insider may know."""
    first, second = sorted(rooms, reverse=True)[:2]
    place = rooms.index(first)
    whole = sum(rooms)
    return [whole - room - (second if at == place else first) for at, room in enumerate(rooms)]


def stand(
    y: "npt.ArrayLike", d: "npt.ArrayLike", n: "npt.ArrayLike", who: Who, minimum: int
) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Return which of many sums, in columns, are of one count each and may be shown by themselves.

    For tables of thousands of places. A sum of several counts needs a look at them (:func:`from_sums`) and
    is not among them.
    """
    count, people, single = np.asarray(y, float), np.asarray(d, float), np.asarray(n) == 1
    found: np.ndarray[Any, np.dtype[np.bool_]] = single & (people >= minimum)
    if who is Who.STUDENTS:
        found &= (count >= minimum) & (people - count >= minimum)
    return found
