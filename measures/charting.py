"""One chart of a measure at a team: points, phases, lines and what stands out, from what was recorded. Pure.

A run chart unless another kind is chosen. The centre line of a phase comes from all of its points; it is
provisional, and nothing is called a signal, under ten of them. It is frozen only by choice, from ten points
up. A chart uses one rule set: Anhøj's on run charts, three-sigma limits with Anhøj's runs on Shewhart charts,
the NHS flags on an XmR chart of 13 points or more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from uuid import UUID

from measures.chart_lines import ALONE, OF_VALUES, WITH_BASE, Cells, PhaseLines, lines_of
from measures.chart_points import Cell, Observed, gathered
from measures.charts import FEWEST, Number, RunChart, rises, signal_span
from measures.rules import Direction, MeasureType

RUN, XMR = "run", "xmr"
FEWEST_XMR = 13  # points under which NHS flags are not to be read
MARKS = ("change", "story", "phase", "freeze", "exclude")
KINDS: Mapping[MeasureType, tuple[str, ...]] = {
    MeasureType.PROPORTION: ("run", "p", "pp", "i", "mr", "xmr"),
    MeasureType.RATE: ("run", "u", "up", "i", "mr", "xmr"),
    MeasureType.COUNT: ("run", "c", "i", "mr", "xmr"),
    MeasureType.CONTINUOUS: ("run", "i", "mr", "xbar", "xmr"),
    MeasureType.TIME_BETWEEN: ("run", "t", "g", "i", "mr"),
}
"""The kinds of chart that fit what a measure's numbers are; ``pp`` and ``up`` are p and u prime."""


@dataclass(frozen=True)
class Mark:
    """What a team set on its chart at one day; ``kind`` is one of :data:`MARKS`."""

    kind: str
    on: date
    words: str = ""
    public_id: UUID | None = None
    version: int = 1
    who: str = ""


@dataclass(frozen=True)
class Point:
    """One point with its lines.

    ``rule`` is why it stands out: ``run``, ``beyond`` the limits, or on an XmR chart ``outside``, ``trend``,
    ``two`` or ``shift``; ``tone`` is up (improving), down (concern) or empty. ``why`` says why it is left
    out, where it is.
    """

    at: int
    on: date
    value: Number
    phase: int
    centre: Number
    lower: Number
    upper: Number
    count: float | None = None
    population: float | None = None
    size: int = 1
    note: str = ""
    is_excluded: bool = False
    why: str = ""
    is_baseline: bool = True
    rule: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Phase:
    """One phase: points ``first`` to ``last`` (from 1), why it began, its line and what its runs say.

    ``n`` counts the points that feed the line, ``there`` all that are not left out; ``baseline`` is the
    position of the last that feeds it where the line is frozen. ``span`` are the points of the run that
    carries a signal.
    """

    number: int
    first: int
    last: int
    begins: date
    why: str
    centre: Number
    n: int
    there: int
    fewest: int
    baseline: int | None = None
    frozen: Mark | None = None
    runs: RunChart | None = None
    span: tuple[int, int] | None = None
    is_rising: bool = False

    @property
    def is_provisional(self) -> bool:
        """Say whether it has too few points for its lines to be relied on, and for any signal."""
        return self.there < self.fewest


@dataclass(frozen=True)
class Lack:
    """Why the chart that was asked for is not the one shown: ``type``, ``points``, ``base``, ``values`` or
    ``zero``; ``there`` of ``needed`` points.
    """

    code: str
    kind: str
    there: int = 0
    needed: int = 0


@dataclass(frozen=True)
class Chart:
    """One chart, whole. ``idle`` are the marks that change nothing yet: a baseline that is too short, a
    phase without a point, a day without one.
    """

    kind: str
    type: MeasureType
    direction: Direction
    points: tuple[Point, ...]
    phases: tuple[Phase, ...]
    marks: tuple[Mark, ...] = ()
    idle: tuple[Mark, ...] = ()
    lack: Lack | None = None
    target: float | None = None
    target_on: date | None = None
    hidden: int = field(default=0)

    @property
    def is_percent(self) -> bool:
        """Say whether its numbers are shares in per cent."""
        return self.type is MeasureType.PROPORTION

    @property
    def notes(self) -> tuple[Mark, ...]:
        """Return what changed and what people saw, oldest first."""
        return tuple(mark for mark in self.marks if mark.kind in {"change", "story"})


def offered(kind: MeasureType) -> tuple[str, ...]:
    """Return the kinds of chart that a measure of this type can have, the run chart first."""
    return KINDS[kind]


def chart_of(
    found: Sequence[Observed],
    measure: MeasureType,
    direction: Direction,
    marks: Sequence[Mark] = (),
    kind: str = RUN,
    *,
    target: float | None = None,
    target_on: date | None = None,
    hidden: int = 0,
) -> Chart:
    """Return the chart of what stands of one series.

    Args:
        found: what was measured and still stands, in any order.
        kind: one of :func:`offered`; where it does not fit the points, the run chart, and ``lack`` says why.
        hidden: how many days the reader is not shown.
    """
    points = gathered(found, measure)
    asked = kind or RUN
    excluded = {mark.on: mark for mark in marks if mark.kind == "exclude"}
    lack = _lack(asked, points, measure, excluded)
    used = RUN if lack else asked
    made = _phases(points, measure, direction, sorted(marks, key=lambda mark: mark.on), used)
    return replace(made, lack=lack, target=target, target_on=target_on, hidden=hidden)


def _lack(kind: str, points: Sequence[Cell], measure: MeasureType, excluded: Collection[date]) -> Lack | None:
    """Return why a kind of chart can't be drawn from these points; ``None`` where it can."""
    if kind == RUN:
        return None
    if kind not in KINDS[measure]:
        return Lack("type", kind)
    kept = [each for each in points if each.value is not None and each.on not in excluded]
    needed = FEWEST_XMR if kind == XMR else 2
    if len(kept) < needed:
        return Lack("points", kind, len(kept), needed)
    if kind in WITH_BASE and any(each.count is None or not each.population for each in kept):
        return Lack("base", kind)
    if kind in OF_VALUES and not any(len(each.raw) > 1 for each in kept):
        return Lack("values", kind)
    low = min(each.value for each in kept if each.value is not None)
    if (kind == "t" and low <= 0) or (kind in {"c", "g"} and low < 0):
        return Lack("zero", kind)
    return None


# ---------------------------------------------------------------- points to phases


def _phases(
    points: Sequence[Cell], measure: MeasureType, direction: Direction, marks: Sequence[Mark], kind: str
) -> Chart:
    starts, begun = _starts(points, marks)
    excluded = {mark.on: mark for mark in marks if mark.kind == "exclude"}
    phases: list[Phase] = []
    drawn: list[Point] = []
    used: list[Mark] = [mark for mark in marks if mark.kind in {"change", "story"}] + list(begun.values())
    for number, (start, end) in enumerate(pairwise([*starts, len(points)]), 1):
        cells = points[start:end]
        out = frozenset(at for at, cell in enumerate(cells, 1) if cell.on in excluded)
        frozen, baseline = _baseline(cells, out, marks, end == len(points))
        lines = lines_of(kind, _cells_of(cells, out, baseline, measure))
        phase = _phase(number, start, cells, out, lines, baseline, frozen, begun.get(start), kind)
        phases.append(phase)
        drawn += _points(phase, cells, lines, excluded, direction, kind)
        used += [frozen] if frozen else []
    days = {cell.on for cell in points}
    used += [mark for on, mark in excluded.items() if on in days]
    idle = tuple(mark for mark in marks if mark not in used)
    return Chart(kind, measure, direction, tuple(drawn), tuple(phases), tuple(marks), idle)


def _starts(points: Sequence[Cell], marks: Sequence[Mark]) -> tuple[list[int], dict[int, Mark]]:
    """Return where each phase begins (from 0), and the mark that began it; no phase is without a point."""
    begun: dict[int, Mark] = {}
    for mark in marks:
        if mark.kind == "phase":
            start = next((at for at, cell in enumerate(points) if cell.on >= mark.on), None)
            if start is not None:
                begun[start] = mark
    return (sorted({0, *begun}) if points else []), begun


def _baseline(
    cells: Sequence[Cell], out: frozenset[int], marks: Sequence[Mark], is_last: bool
) -> tuple[Mark | None, int | None]:
    """Return the mark that freezes a phase's baseline and its last position; none from fewer than ten points.

    The latest of several marks counts.
    """
    ends = [mark for mark in marks if mark.kind == "freeze" and mark.on >= cells[0].on]
    for mark in reversed(ends):
        if not is_last and mark.on > cells[-1].on:
            continue
        held = [at for at, cell in enumerate(cells, 1) if cell.on <= mark.on]
        if sum(at not in out and cells[at - 1].value is not None for at in held) >= FEWEST:
            return mark, held[-1]
    return None, None


def _cells_of(
    cells: Sequence[Cell], out: frozenset[int], baseline: int | None, measure: MeasureType
) -> Cells:
    return Cells(
        [each.value for each in cells], [each.count for each in cells], [each.population for each in cells],
        [each.raw for each in cells], out, baseline,
        100.0 if measure is MeasureType.PROPORTION else 1.0,
    )  # fmt: skip


def _phase(
    number: int,
    start: int,
    cells: Sequence[Cell],
    out: frozenset[int],
    lines: PhaseLines,
    baseline: int | None,
    frozen: Mark | None,
    begun: Mark | None,
    kind: str,
) -> Phase:
    there = [at for at, cell in enumerate(cells, 1) if at not in out and cell.value is not None]
    feeding = sum(baseline is None or at <= baseline for at in there)
    fewest = FEWEST_XMR if kind == XMR else FEWEST
    phase = Phase(
        number, start + 1, start + len(cells), cells[0].on, begun.words if begun else "", lines.centre,
        feeding, len(there), fewest, None if baseline is None else start + baseline, frozen, lines.runs,
    )  # fmt: skip
    if phase.is_provisional or lines.runs is None:
        return phase
    span = signal_span(lines.runs)
    if span is None:
        return phase
    return replace(phase, span=(start + span[0], start + span[1]), is_rising=rises(lines.runs))


def _points(
    phase: Phase,
    cells: Sequence[Cell],
    lines: PhaseLines,
    excluded: Mapping[date, Mark],
    direction: Direction,
    kind: str,
) -> list[Point]:
    made = []
    for place, cell in enumerate(cells):
        at = phase.first + place
        mark = excluded.get(cell.on)
        rule, is_high = ("", False) if mark or phase.is_provisional else _rule(phase, at, place, lines)
        tone = "" if not rule or kind in ALONE else _tone(direction, is_high=is_high)
        point = Point(
            at, cell.on, lines.values[place], phase.number, lines.centre, lines.lower[place],
            lines.upper[place], cell.count, cell.population, len(cell.raw), cell.note, mark is not None,
            mark.words if mark else "", phase.baseline is None or at <= phase.baseline, rule, tone,
        )  # fmt: skip
        made.append(point)
    return made


def _rule(phase: Phase, at: int, place: int, lines: PhaseLines) -> tuple[str, bool]:
    """Return the rule by which a point stands out, and whether it does so upwards."""
    if lines.rules[place]:
        return lines.rules[place], lines.highs[place]
    if phase.span and phase.span[0] <= at <= phase.span[1]:
        return "run", phase.is_rising
    return "", False


def _tone(direction: Direction, *, is_high: bool) -> str:
    return "up" if is_high is (direction is Direction.UP) else "down"


def assurance(chart: Chart) -> str:
    """Return what the last phase's limits promise of the target: pass, fail, inconsistent; empty if unknown.

    Only an XmR chart says so: its limits are where nearly all further points will lie.
    """
    if chart.kind != XMR or chart.target is None or not chart.phases or chart.phases[-1].is_provisional:
        return ""
    low, high = chart.points[-1].lower, chart.points[-1].upper
    if low is None or high is None:
        return ""
    if low <= chart.target <= high:
        return "inconsistent"
    return "fail" if (chart.target > high) is (chart.direction is Direction.UP) else "pass"


@dataclass(frozen=True)
class Places:
    """Where marks fall among the points of a series: positions from 1, as :func:`measures.charts.run_chart`
    takes them.
    """

    freeze: int | None
    splits: tuple[int, ...]
    exclude: tuple[int, ...]


def places_of(days: Sequence[date], marks: Sequence[Mark]) -> Places:
    """Return where a team's marks fall among points on these days, oldest first."""
    cells = [Cell(on, 0.0, None, None, (0.0,), "") for on in days]
    order = sorted(marks, key=lambda mark: mark.on)
    out = {mark.on for mark in order if mark.kind == "exclude"}
    exclude = tuple(at for at, on in enumerate(days, 1) if on in out)
    starts, _begun = _starts(cells, order)
    freeze = _baseline(cells, frozenset(exclude), order, is_last=True)[1] if cells else None
    return Places(freeze, tuple(starts[1:]), exclude)
