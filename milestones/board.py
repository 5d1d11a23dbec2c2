"""The board of a plan: strands by date, targets on top and what was measured beneath. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from measures.charts import RunChart, run_chart, run_charts, signal_span
from measures.rules import Direction, MeasureType
from measures.svg import PERCENT, Dot, Scale, Target, scale_for, tone_of, year_panel
from milestones.past import Change, Changes, earlier_steps
from milestones.points import points_on
from milestones.rows import MilestoneRow, TargetRow
from milestones.rules import OFF, Reading, Standing, Status, Step
from milestones.sentence import target_words
from nic_platform.svg import amount, rnd
from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext

MARKS = {
    Status.MET: "met", Status.SUSTAINED: "met", Status.SLIPPED: "met", Status.CHECK_AGAIN: "met",
    Status.MET_LATE: "late", Status.MISSED: "missed", Status.NOT_MEASURED: "missed",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One milestone on the board, in finished words."""

    id: str
    status: str
    target: str
    got: str
    note: str
    is_off: bool
    moved: str = ""
    may_move: bool = False
    check: str = ""  # a count that should have been made by now


@dataclass(frozen=True)
class Line:
    """One strand over the dates of the board: cells by date, and the year's panel."""

    name: str
    how: str
    cells: Mapping[date, Sequence[Cell]]
    wide: Markup | None
    narrow: Markup | None
    label: str
    is_students: bool = False
    has_earlier: bool = False
    off: Mapping[date, str] = field(default_factory=dict)  # the status that asks for something, by date


@dataclass(frozen=True)
class Board:
    """Everything that the board shows below its head."""

    dates: tuple[date, ...]
    first_ahead: date | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Series:
    """One line's input: its milestones in order with their standings, and what may be shown of its
    numbers.
    """

    name: str
    rows: Sequence[MilestoneRow | TargetRow]
    readings: Sequence[Reading]
    is_hidden: bool = False  # some counts may not be shown to this reader
    changes: Changes = field(default_factory=dict)  # the adjustments known on the day, by milestone
    may_move: bool = False  # the reader may give its open milestones other dates
    checks: Mapping[int, date] = field(default_factory=dict)  # since when a count is overdue, by milestone


@dataclass(frozen=True)
class Wanted:
    """A line to be made: a series with its standings by milestone, and what stands beside it."""

    series: Series
    standings: Mapping[int, Standing]
    how: str = ""
    has_months: bool = False
    is_students: bool = False


def number_words(value: float | None, kind: MeasureType, unit: str = "") -> str:
    """Return a value as the board shows it: "83%", or "12 days"."""
    if value is None:
        return ""
    if kind is MeasureType.PROPORTION:
        return f"{rnd(value)}%"
    return f"{amount(value, 6)} {unit}".strip()


def due_mark(standing: Standing, on: date) -> str:
    """Return the mark of a target on a chart: met, late, missed or due."""
    if standing.reached_on is not None:
        return "met" if standing.reached_on <= on else "late"
    return MARKS.get(standing.status, "due")


def targets_of(
    rows: Sequence[MilestoneRow | TargetRow], standings: Mapping[int, Standing], *, may_move: bool = False
) -> list[Target]:
    """Return the target path of a series, by date; those that may move carry their key."""
    words = {"met": _("met"), "late": _("met late"), "missed": _("missed"), "due": ""}
    made = []
    for row in sorted(rows, key=lambda r: (_date(r) or date.max, r.id)):
        on = _date(row)
        if on is None or row.target is None or (isinstance(row, MilestoneRow) and row.is_draft):
            continue
        mark = due_mark(standings[row.id], on) if row.id in standings else "due"
        key = str(row.public_id) if may_move and is_open(row, standings.get(row.id)) else ""
        made.append(Target(on, row.target, mark, words[mark], key))
    return made


def is_open(row: MilestoneRow | TargetRow, standing: Standing | None) -> bool:
    """Say whether a milestone can be given another date: it has one, and was not reached yet."""
    if not isinstance(row, MilestoneRow) or row.due_on is None or row.is_draft:
        return False
    return standing is not None and standing.reached_on is None


def _date(row: MilestoneRow | TargetRow) -> date | None:
    return row.date if isinstance(row, MilestoneRow) else row.due_on


def make_cell(
    row: MilestoneRow | TargetRow,
    standing: Standing,
    *,
    is_hidden: bool = False,
    changes: Sequence[Change] = (),
    may_move: bool = False,
    check_on: date | None = None,
) -> Cell:
    """Return one milestone on the board, with the adjustments of it that are known.

    Args:
        check_on: the day on which it should have been counted again, where that was not done.
    """
    on = _date(row)
    status = standing.status
    is_back = status in {Status.SLIPPED, Status.CHECK_AGAIN}
    shown = standing.latest if is_back else standing.due_value or standing.latest
    got = "" if is_hidden or shown is None else number_words(shown.value, row.type)
    if status in {Status.PLANNED, Status.ON_TRACK, Status.AT_RISK} and not is_hidden:
        got = number_words(standing.latest.value, row.type) if standing.latest else ""
    is_thing = isinstance(row, MilestoneRow) and row.is_deliverable
    return Cell(
        id=str(row.public_id),
        status="soon" if status is Status.PLANNED and on and (on - standing.day).days <= 14 else status.value,
        target=_("in place") if is_thing else row.target_words,
        got="" if is_thing else got,
        note=_("Too few people to show") if is_hidden else _note(standing, row, on),
        is_off=status in {Status.MISSED, Status.SLIPPED, Status.NOT_MEASURED},
        moved=_moved(row, changes),
        may_move=may_move and is_open(row, standing),
        check=_("count due %(day)s", day=day_words(check_on)) if check_on else "",
    )


def _moved(row: MilestoneRow | TargetRow, changes: Sequence[Change]) -> str:
    """Return what a milestone was first planned as, where that differs; empty otherwise."""
    if not changes or not isinstance(row, MilestoneRow):
        return ""
    first = changes[0]
    was_on = day_words(first.old_due_on) if first.old_due_on not in {None, row.due_on} else ""
    was = ""
    if first.old_target is not None and first.old_target != row.target:
        was = target_words(first.old_target, row.type, row.direction, row.unit)
    said = _("%(target)s by %(day)s", target=was, day=was_on) if was and was_on else was or was_on
    return _("first planned: %(plan)s", plan=said) if said else ""


def _note(standing: Standing, row: MilestoneRow | TargetRow, on: date | None) -> str:
    latest = standing.latest
    if standing.status is Status.SLIPPED:
        return _("two checks below")
    if standing.status is Status.MET_LATE and standing.reached_on:
        return _("reached %(day)s", day=day_words(standing.reached_on))
    if latest and on and latest.on > on and standing.status in {Status.MISSED, Status.CHECK_AGAIN}:
        value = number_words(latest.value, row.type)
        return _("%(value)s on %(day)s", value=value, day=day_words(latest.on))
    if on and on > standing.day and standing.reached_on:
        return _("reached %(day)s", day=day_words(standing.reached_on))
    if on and on > standing.day:
        days = (on - standing.day).days
        return ngettext("%(count)s day left", "%(count)s days left", days)
    return ""


def make_lines(wanted: Sequence[Wanted], span: tuple[date, date], today: date) -> list[Line]:
    """Return strands: their cells, and their panels over the year where they have targets or counts.

    What was measured is analysed for all of them at once.
    """
    drawn = [_dots(each.series, span, today) for each in wanted]
    charts = run_charts([[dot.value for dot in dots] for dots in drawn])
    return [
        _line(each, dots, chart, span, today) for each, dots, chart in zip(wanted, drawn, charts, strict=True)
    ]


def _dots(series: Series, span: tuple[date, date], today: date) -> list[Dot]:
    known = points_on(series.readings, today, _kind(series))
    return [Dot(r.on, r.value) for r in known if r.value is not None and span[0] <= r.on <= span[1]]


def _kind(series: Series) -> MeasureType:
    return series.rows[0].type if series.rows else MeasureType.PROPORTION


def _cells(series: Series, standings: Mapping[int, Standing]) -> dict[date, list[Cell]]:
    cells: dict[date, list[Cell]] = defaultdict(list)
    for row in series.rows:
        on = _date(row)
        if on is not None and row.id in standings:
            known_changes = series.changes.get(row.id, ()) if isinstance(row, MilestoneRow) else ()
            cells[on].append(
                make_cell(
                    row, standings[row.id], is_hidden=series.is_hidden, changes=known_changes,
                    may_move=series.may_move, check_on=series.checks.get(row.id),
                )
            )  # fmt: skip
    return dict(cells)


def _line(wanted: Wanted, dots: Sequence[Dot], chart: RunChart, span: tuple[date, date], today: date) -> Line:
    series, standings, has_months = wanted.series, wanted.standings, wanted.has_months
    cells = _cells(series, standings)
    targets = targets_of(series.rows, standings, may_move=series.may_move)
    earlier = [Target(step.due_on, step.target) for step in _earlier(series)]
    direction = series.rows[0].direction if series.rows else Direction.UP
    label = panel_label(series.name, dots, targets)
    wide = narrow = None
    if (dots or targets) and not all(isinstance(r, MilestoneRow) and r.is_deliverable for r in series.rows):
        scale = axis(_kind(series), dots, [*targets, *earlier])
        tone, tail = _tail(chart, direction)
        wide, narrow = (
            year_panel(
                dots, targets, span, today, label=label, tone=tone, tail=tail, scale=scale, size=size,
                narrow=is_narrow, has_months=has_months, earlier=earlier,
            )
            for size, is_narrow in (((1100, 118 if has_months else 104), False), ((350, 112), True))
        )  # fmt: skip
    off = {on: each.status for on, found in cells.items() for each in reversed(found) if each.is_off}
    return Line(series.name, wanted.how, cells, wide, narrow, label, wanted.is_students, bool(earlier), off)


def _earlier(series: Series) -> list[Step]:
    """Return a strand as it was first planned; empty when nothing of it was adjusted."""
    rows = [row for row in series.rows if isinstance(row, MilestoneRow)]
    return earlier_steps(rows, series.changes)


def axis(kind: MeasureType, dots: Sequence[Dot], targets: Sequence[Target]) -> Scale:
    """Return the value axis of a series."""
    if kind is MeasureType.PROPORTION:
        return PERCENT
    return scale_for([*(d.value for d in dots), *(t.value for t in targets)], is_percent=False)


def tail_of(dots: Sequence[Dot], direction: Direction) -> tuple[str, int]:
    """Return the colour of a series' signal and how many of its last points carry it; empty without one."""
    return _tail(run_chart([dot.value for dot in dots]), direction)


def _tail(chart: RunChart, direction: Direction) -> tuple[str, int]:
    span, tone, count = signal_span(chart), tone_of(chart, direction), len(chart.values)
    if span is None or not tone or span[1] != count:
        return "", 0
    return tone, count - span[0] + 1


def panel_label(name: str, dots: Sequence[Dot], targets: Sequence[Target]) -> str:
    """Return the sentence for those who don't see a panel."""
    latest = (
        _("latest %(value)s on %(day)s", value=amount(dots[-1].value, 3), day=day_words(dots[-1].on))
        if dots
        else _("nothing counted yet")
    )
    goal = (
        _("last target %(value)s by %(day)s", value=amount(targets[-1].value), day=day_words(targets[-1].on))
        if targets
        else _("no target yet")
    )
    return _("%(name)s: %(latest)s; %(goal)s.", name=name, latest=latest, goal=goal)


def make_board(lines: Sequence[Line], today: date) -> Board:
    """Return the board: every date of any strand is a column."""
    dates = tuple(sorted({on for line in lines for on in line.cells}))
    ahead = next((on for on in dates if on > today), None)
    return Board(dates, ahead, tuple(lines))


def _come_due(due: int, reached: int, count: int) -> str:
    """Return how many of a board's milestones have come due or were reached before, in words."""
    if count == 1 and reached:
        return _("The one milestone was reached.")
    if not due:
        one = _("The one milestone has not come due yet.")
        return one if count == 1 else _("None of %(all)s milestones has come due yet.", all=count)
    if count == 1:
        return _("The one milestone has come due.")
    first = _("%(due)s of %(all)s milestones have come due or been reached.", due=due, all=count)
    second = ngettext("%(count)s was reached.", "%(count)s were reached.", reached)
    return f"{first} {second}"


def lede(standings: Sequence[Standing], today: date) -> str:
    """Return the finding that the board opens with, in a sentence or two."""
    judged = [s for s in standings if s.status is not Status.DRAFT]
    if not judged:
        return _(
            "No milestone is on the board yet. Write the first one: what, who, by when, how you will know."
        )
    due = [s for s in judged if s.status not in {Status.PLANNED, Status.ON_TRACK, Status.AT_RISK}]
    reached = sum(s.reached_on is not None for s in due)
    parts = [_come_due(len(due), reached, len(judged))]
    words = {
        Status.MISSED: lambda n: ngettext("%(count)s was missed.", "%(count)s were missed.", n),
        Status.SLIPPED: lambda n: ngettext("%(count)s has slipped back.", "%(count)s have slipped back.", n),
        Status.NOT_MEASURED: lambda n: ngettext(
            "%(count)s was not measured.", "%(count)s were not measured.", n
        ),
        Status.AT_RISK: lambda n: ngettext("%(count)s is at risk.", "%(count)s are at risk.", n),
    }
    for status in (Status.MISSED, Status.SLIPPED, Status.NOT_MEASURED, Status.AT_RISK):
        count = sum(s.status is status for s in judged)
        if count and status in OFF:
            parts.append(words[status](count))
    return " ".join(parts)
