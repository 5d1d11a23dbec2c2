"""What was counted during a cycle, brought together: a result for each prediction, and each group. Pure.

Shares and rates are added up over the days (so many of so many), counts are added, anything else is averaged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from cycles.predictions import Expectation, plain_number
from measures.rules import COUNTED, Entry, MeasureType, value_of
from measures.suppression import HIDDEN, Cell, Counts, Who, group, number, one, whole, words
from nic_platform.svg import day
from nic_platform.text import _

ALL, LAST = "all", "last"
APART = "|"  # between the name of a breakdown and one of its groups, in a choice


@dataclass(frozen=True)
class Point:
    """One thing counted on one day; no group means everybody."""

    on: date
    count: float | None = None
    population: float | None = None
    value: float | None = None
    group_set: str = ""
    group: str = ""
    id: UUID | None = None
    is_own: bool = False  # typed into this cycle
    note: str = ""


@dataclass(frozen=True)
class PointLine:
    """One data point as a form sends it; with an ``id`` it is one that was saved, perhaps changed.

    ``same_day`` answers the question what to do with another count of that day: ``correct`` or ``both``.
    """

    place: int
    entry: Entry
    id: UUID | None = None
    group_set: str = ""
    group: str = ""
    note: str = ""
    same_day: str = ""
    is_gone: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether no number was typed."""
        entry = self.entry
        return entry.count is None and entry.population is None and entry.value is None


@dataclass(frozen=True)
class Result:
    """What some points come to: ``number`` (of ``out_of``, where it was counted out of something)."""

    number: float
    out_of: float | None = None
    points: int = 1


@dataclass(frozen=True)
class Offer:
    """A result that a prediction can take over, with the words it is offered in."""

    key: str
    result: Result
    words: str


def chosen(points: Sequence[Point], first: date | None, last: date) -> list[Point]:
    """Return the points that tell of a cycle, oldest first: its own, or else those of its measure in its
    days.
    """
    own = [point for point in points if point.is_own]
    found = own or [point for point in points if first is not None and first <= point.on <= last]
    return sorted(found, key=lambda point: point.on)


def together(points: Sequence[Point], kind: MeasureType) -> Result | None:
    """Return what *points* come to by the kind of their measure; ``None`` for none that can be added."""
    if kind in COUNTED:
        counted = [p for p in points if p.count is not None and p.population]
        total = sum(p.population or 0.0 for p in counted)
        return Result(sum(p.count or 0.0 for p in counted), total, len(counted)) if total else None
    values = [p.value if p.value is not None else p.count for p in points]
    known = [value for value in values if value is not None]
    if not known:
        return None
    total = sum(known)
    return Result(total if kind is MeasureType.COUNT else total / len(known), None, len(known))


def fits(expected: Expectation, out_of: float | None, kind: MeasureType) -> bool:
    """Say whether a measure of this kind can answer a prediction: a share answers a share or a count out of
    something, a number answers a number.
    """
    if expected.is_empty:
        return False
    if kind is MeasureType.PROPORTION:
        return expected.is_percent or bool(out_of)
    return not expected.is_percent


def offers(points: Sequence[Point], kind: MeasureType, unit: str = "") -> list[Offer]:
    """Return the results that the points of everybody offer: all of them together, and the last one."""
    points = [point for point in points if not point.group]
    every = together(points, kind)
    if every is None:
        return []
    found = []
    if every.points > 1:
        found.append(Offer(ALL, every, _all_words(every, kind, unit)))
    last = points[-1]
    alone = together([last], kind)
    if alone is not None:
        said = _("Count of %(day)s: %(result)s", day=day(last.on), result=result_words(alone, kind, unit))
        found.append(Offer(LAST, alone, said))
    return found


def _all_words(every: Result, kind: MeasureType, unit: str) -> str:
    said = {"count": every.points, "result": result_words(every, kind, unit)}
    if kind in COUNTED or kind is MeasureType.COUNT:
        return _("All %(count)s counts: %(result)s", **said)
    return _("Mean of %(count)s: %(result)s", **said)


def result_words(result: Result, kind: MeasureType, unit: str = "") -> str:
    """Return a result as people say it: "26 of 33 (79%)", "3.5 minutes"."""
    if result.out_of is None:
        return f"{plain_number(result.number)} {unit}".strip()
    said = _("%(count)s of %(total)s", count=number(result.number), total=number(result.out_of))
    if kind is not MeasureType.PROPORTION:
        return said
    return f"{said} ({round(100 * result.number / result.out_of)}%)"


def point_words(point: Point, sort: "Sort") -> str:
    """Return one count in words."""
    if point.count is not None and point.population:
        return result_words(Result(point.count, point.population), sort.kind, sort.unit)
    value = value_of(sort.kind, point.count, point.population, point.value)
    return "–" if value is None else result_words(Result(value), sort.kind, sort.unit)


# ---------------------------------------------------------------- groups


@dataclass(frozen=True)
class GroupLine:
    """One group with what was counted in it, in words; ``percent`` where it may be drawn."""

    name: str
    words: str
    percent: float | None = None


@dataclass(frozen=True)
class GroupTable:
    """One breakdown: its groups, everybody, and a word on where the numbers come from."""

    name: str
    lines: tuple[GroupLine, ...]
    total: str
    note: str = ""


@dataclass(frozen=True)
class Sight:
    """How much of groups a reader may see: ``sees_whole`` is the team; else the smallest cell counts."""

    sees_whole: bool = True
    who: Who = Who.ADULTS
    minimum: int = 10


@dataclass(frozen=True)
class Sort:
    """What a measure is, as far as its groups go."""

    kind: MeasureType
    unit: str = ""
    breakdown: Mapping[str, Sequence[str]] = field(default_factory=dict)


def group_tables(points: Sequence[Point], sort: Sort, sight: Sight) -> list[GroupTable]:
    """Return a table for each breakdown that was counted, its groups in the order of the measure.

    The team sees every count of the cycle's days added up. Anybody else sees one day, the last on which
    groups were counted, by the rule of small cells: sums over days that overlap another cycle's would give a
    small group away by subtraction.
    """
    found = []
    for name in _sets(points, sort.breakdown):
        rows = [point for point in points if point.group_set == name and point.group]
        if sight.sees_whole:
            everybody = [point for point in points if not point.group]
            found.append(_whole_table(name, rows, everybody, sort))
        elif sort.kind is MeasureType.PROPORTION:
            found.append(_seen_table(name, rows, points, sort, sight))
    return found


def _sets(points: Sequence[Point], breakdown: Mapping[str, Sequence[str]]) -> list[str]:
    counted = {point.group_set for point in points if point.group}
    known = [name for name in breakdown if name in counted]
    return known + sorted(counted - set(known))


def _names(rows: Sequence[Point], order: Sequence[str]) -> list[str]:
    counted = {row.group for row in rows}
    known = [name for name in order if name in counted]
    return known + sorted(counted - set(known))


def _whole_table(name: str, rows: Sequence[Point], everybody: Sequence[Point], sort: Sort) -> GroupTable:
    lines = []
    for each in _names(rows, sort.breakdown.get(name, ())):
        result = together([row for row in rows if row.group == each], sort.kind)
        if result is not None:
            lines.append(GroupLine(each, result_words(result, sort.kind, sort.unit), _percent(result, sort)))
    total = together(everybody, sort.kind) or together(rows, sort.kind)
    return GroupTable(name, tuple(lines), result_words(total, sort.kind, sort.unit) if total else "–")


def _percent(result: Result, sort: Sort) -> float | None:
    if sort.kind is not MeasureType.PROPORTION or not result.out_of:
        return None
    return 100 * result.number / result.out_of


def _seen_table(
    name: str, rows: Sequence[Point], points: Sequence[Point], sort: Sort, sight: Sight
) -> GroupTable:
    last = max(row.on for row in rows)
    names = _names([row for row in rows if row.on == last], sort.breakdown.get(name, ()))
    counts = [_counts([row for row in rows if row.on == last and row.group == each]) for each in names]
    rest = _rest(counts, _counts([p for p in points if p.on == last and not p.group]))
    if rest is not None:
        names, counts = [*names, _("Others")], [*counts, rest]
    shown = group(counts, sight.who, sight.minimum)
    lines = [
        GroupLine(each, words(cell, sight.who, sight.minimum), cell.percent)
        for each, cell in zip(names, shown.cells, strict=True)
    ]
    note = _("As counted on %(day)s.", day=day(last))
    return GroupTable(name, tuple(lines), words(shown.total, sight.who, sight.minimum), note)


def _counts(points: Sequence[Point]) -> Counts:
    return Counts(sum(p.count or 0.0 for p in points), sum(p.population or 0.0 for p in points))


def _rest(counts: Sequence[Counts], everybody: Counts) -> Counts | None:
    """Return who is in no group of the breakdown; what a table leaves out counts as one more group."""
    left = everybody.population - sum(each.population for each in counts)
    if left <= 0:
        return None
    return Counts(min(left, max(0.0, everybody.count - sum(each.count for each in counts))), left)


# ---------------------------------------------------------------- results that small groups stand behind


def result_cell(result: Result, sight: Sight, *, hides_a_day: bool = False) -> Cell:
    """Return how much of a prediction's result a reader may see.

    Args:
        hides_a_day: whether a count of the cycle's days is hidden from this reader. A sum with it in it is
            hidden too: the other days could be taken from it.
    """
    counts = Counts(result.number, result.out_of or 0.0)
    if sight.sees_whole:
        return whole(counts)
    return HIDDEN if hides_a_day else one(counts, sight.who, sight.minimum)
