"""Gather what a milestone's page shows; a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from cycles.queries import CycleRow, cycles_of_milestone
from measures import svg
from measures.charts import RunChart, run_chart
from measures.figures import Figure, run_figure
from measures.queries import Record, records, standing_records
from measures.reading import Variation, variation
from milestones import board as boards
from milestones import findings, milestone_queries, plan_queries, status_queries
from milestones.advice import Rung, Suggestion, ladder, suggest
from milestones.models import Decision
from milestones.rows import MilestoneRow, PlanRow, TargetRow
from milestones.rules import Reading, Standing, Status, known_on, next_check
from milestones.sentence import Found, parts
from nic_platform.actor import Actor
from nic_platform.filters import counted, number
from nic_platform.text import _


@dataclass(frozen=True)
class Line:
    """One measurement in the table: words, who and when; corrected ones stay, struck out."""

    id: UUID
    on: date
    words: str
    share: str
    recorder: str
    recorded_at: datetime
    collector: str
    tool: str
    note: str
    is_corrected: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class Band:
    """One subgroup at the last two counts: how many of how many, for whom it is short."""

    name: str
    before: str
    latest: str
    count: int
    population: int


@dataclass(frozen=True)
class CycleLine:
    """One cycle beside the chart."""

    id: UUID
    number: int
    name: str
    decision: str
    is_open: bool
    stage: str


@dataclass(frozen=True)
class Drawn:
    """What both the small and the full chart are drawn from."""

    dots: list[svg.Dot]
    chart: RunChart
    targets: list[svg.Target]
    earlier: list[svg.Target]
    bars: list[svg.Bar]
    span: tuple[date, date]
    scale: svg.Scale
    words: list[str]


@dataclass(frozen=True)
class MilestonePage:
    """What the page shows, in finished values."""

    row: MilestoneRow
    plan: PlanRow
    standing: Standing
    status_words: str
    title: str
    variation: Variation
    target: findings.TargetReading
    wide: Markup
    narrow: Markup
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    band_days: tuple[date, ...]
    suggestion: Suggestion | None
    ladder: tuple[Rung, ...]
    decisions: tuple[Decision, ...]
    changes: tuple[milestone_queries.ChangeRow, ...]
    cycles: tuple[CycleLine, ...]
    parts: tuple[Found, ...]
    next_on: date | None
    is_overdue: bool
    is_hidden: bool
    latest: str
    due: str
    series: tuple[MilestoneRow, ...]
    waits: bool
    drawn: Drawn


def page_of(session: Session, actor: Actor, milestone_id: UUID, today: date) -> MilestonePage:
    """Return one milestone's page; seven statements."""
    row, series = milestone_queries.get_milestone(session, actor, milestone_id)
    plan = plan_queries.plan_by_number(session, actor, row.plan_id)
    whole, groups = _records(session, row)
    known = _seen(actor, row, plan, whole)
    zone = ZoneInfo(actor.time_zone)
    key = status_queries.series_key(row)
    standing = status_queries.standings_of([row], {key: known} if key else {}, today, zone, series)[row.id]
    readings = status_queries.readings(known, row.type, zone)
    cycles = cycles_of_milestone(session, actor, row.id)
    changes = milestone_queries.changes_of(session, row.id)
    standings = status_queries.standings_of(series, {key: known} if key else {}, today, zone)
    drawn = _drawn(row, series, standings, readings, changes, cycles, plan, today)
    read = variation(drawn.chart, [dot.on for dot in drawn.dots], row.direction, drawn.scale.sign)
    title = findings.chart_title(read, standing)
    last = standing.latest.on if standing.latest else None
    next_on = next_check(last, row.rhythm_days, row.date, row.monitor_until)
    is_draft = standing.status is Status.DRAFT
    return MilestonePage(
        row=row,
        plan=plan,
        standing=standing,
        status_words=findings.status_words(row, standing),
        title=title,
        variation=read,
        target=findings.target_reading(row, standing),
        wide=_picture(drawn, row, today, _label(row, drawn, title), is_narrow=False),
        narrow=_picture(drawn, row, today, _label(row, drawn, title), is_narrow=True),
        lines=tuple(lines_of(known, row)),
        bands=tuple(bands_of(_seen(actor, row, plan, groups))),
        band_days=tuple(_band_days(groups)),
        suggestion=suggest(standing),
        ladder=ladder(standing),
        decisions=tuple(_decisions(session, actor, plan, row)),
        changes=tuple(changes),
        cycles=tuple(_cycle(cycle, at) for at, cycle in enumerate(cycles, 1)),
        parts=parts(row.frame),
        next_on=None if is_draft else next_on,
        is_overdue=next_on is not None and next_on < today and not is_draft,
        is_hidden=len(known) < len(standing_records(whole)),
        latest=_reading_words(standing.latest, row),
        due=_reading_words(standing.due_value, row),
        series=tuple(series),
        drawn=drawn,
        waits=any(_waits(cycle, today) for cycle in cycles),
    )


def _decisions(session: Session, actor: Actor, plan: PlanRow, row: MilestoneRow) -> list[Decision]:
    """Return what the team decided; its reasons are for itself, those above it and the network's leads."""
    if not (actor.in_team(plan.team_id) or plan.is_above or actor.sees_network):
        return []
    return plan_queries.decisions_of(session, milestone_id=row.id)


def _records(session: Session, row: MilestoneRow) -> tuple[list[Record], list[Record]]:
    """Return what was measured of everybody, and of subgroups; one statement."""
    key = status_queries.series_key(row)
    found = records(session, [key], subgroup=None).get(key, []) if key else []
    return [r for r in found if not r.subgroup], [r for r in found if r.subgroup]


def _seen(actor: Actor, row: MilestoneRow, plan: PlanRow, found: list[Record]) -> list[Record]:
    return status_queries.seen(actor, found, counts_students=row.counts_students, is_above=plan.is_above)


def figure_of(page: MilestonePage, today: date) -> Figure:
    """Return a page's run chart in full, as a Plotly figure."""
    row, drawn = page.row, page.drawn
    return run_figure(
        drawn.dots, drawn.chart, drawn.targets, today, direction=row.direction, scale=drawn.scale,
        cycles=drawn.bars, words=drawn.words, unit="" if drawn.scale.sign else row.unit,
    )  # fmt: skip


def _drawn(
    row: MilestoneRow,
    series: Sequence[MilestoneRow],
    standings: dict[int, Standing],
    readings: Sequence[Reading],
    changes: Sequence[milestone_queries.ChangeRow],
    cycles: Sequence[CycleRow],
    plan: PlanRow,
    today: date,
) -> Drawn:
    known = [r for r in known_on(readings, today) if r.value is not None]
    dots = [svg.Dot(r.on, r.value) for r in known if r.value is not None]
    targets = boards.targets_of(series, standings)
    bars = [_bar(cycle, at, today) for at, cycle in enumerate(cycles, 1) if cycle.starts_on or cycle.began_on]
    span = _span(dots, targets, bars, plan, today)
    return Drawn(
        dots=dots,
        chart=run_chart([dot.value for dot in dots]),
        targets=targets,
        earlier=_earlier(row, targets, changes),
        bars=[bar for bar in bars if bar.end >= span[0] and bar.start <= span[1]],
        span=span,
        scale=boards.axis(row.type, dots, targets),
        words=[_reading_words(r, row) for r in known],
    )


def _span(
    dots: Sequence[svg.Dot],
    targets: Sequence[svg.Target],
    bars: Sequence[svg.Bar],
    plan: PlanRow,
    today: date,
) -> tuple[date, date]:
    """Return the days of the chart: from just before the first count to a little past today or the
    next date.
    """
    if not dots:
        return plan.span
    ahead = [t.on for t in targets if t.on >= today]
    last = max([dots[-1].on, min(ahead) if ahead else today, min(today, plan.span[1])])
    first = min([dots[0].on, *(bar.start for bar in bars if bar.start >= plan.span[0])])
    return first - timedelta(days=7), last + timedelta(days=12)


def _earlier(
    row: MilestoneRow, targets: Sequence[svg.Target], changes: Sequence[milestone_queries.ChangeRow]
) -> list[svg.Target]:
    """Return the target path as it was before its first adjustment; empty when it never changed."""
    if not changes or row.date is None:
        return []
    on = next((c.old_due_on for c in changes if c.old_due_on), None) or row.date
    value = next((c.old_target for c in changes if c.old_target is not None), None)
    value = value if value is not None else row.target
    if value is None:
        return []
    others = [t for t in targets if t.on != row.date or t.value != row.target]
    return sorted([*others, svg.Target(on, value)], key=lambda target: target.on)


def _bar(cycle: CycleRow, at: int, today: date) -> svg.Bar:
    start = cycle.began_on or cycle.starts_on or today
    end = cycle.ends_on or (cycle.closed_at.date() if cycle.closed_at else today)
    if cycle.closed_at is not None:
        end = min(end, cycle.closed_at.date())
    kind = cycle.decision or ("abandon" if not cycle.is_open else "open" if _waits(cycle, today) else "run")
    return svg.Bar(str(at), start, max(end, start), kind)


def _waits(cycle: CycleRow, today: date) -> bool:
    """Say whether an open cycle waits for its team: its end has come, or it has run and is to be studied."""
    is_over = cycle.ends_on is not None and cycle.ends_on <= today
    return cycle.is_open and (is_over or cycle.stage in {"study", "act"})


def _picture(drawn: Drawn, row: MilestoneRow, today: date, label: str, *, is_narrow: bool) -> Markup:
    if not drawn.dots and drawn.targets:
        size = (350.0, 200.0) if is_narrow else (760.0, 220.0)
        return svg.empty_path(
            drawn.targets, drawn.span, label=label, scale=drawn.scale, size=size, narrow=is_narrow
        )
    return svg.run_chart(
        drawn.dots, drawn.chart, drawn.targets, drawn.span, today, label=label, direction=row.direction,
        cycles=drawn.bars, earlier=drawn.earlier, scale=drawn.scale,
        size=(350, 330) if is_narrow else (800, 372), narrow=is_narrow,
    )  # fmt: skip


def _label(row: MilestoneRow, drawn: Drawn, title: str) -> str:
    words = boards.panel_label(row.measure_name or row.title, drawn.dots, drawn.targets)
    return _("Run chart. %(title)s. %(words)s", title=title, words=words)


def _reading_words(reading: Reading | None, row: MilestoneRow) -> str:
    if reading is None or reading.value is None:
        return ""
    if reading.count is not None and reading.population:
        return counted(reading.count, reading.population)
    return boards.number_words(reading.value, row.type, row.unit)


def lines_of(known: Sequence[Record], row: MilestoneRow | TargetRow) -> list[Line]:
    """Return every measurement for the table, newest first, the corrected ones marked."""
    gone = {record.supersedes_id for record in known if record.supersedes_id is not None}
    lines = []
    for record in sorted(known, key=lambda r: (r.on, r.id), reverse=True):
        value = record.value(row.type)
        has_counts = record.count is not None and record.population is not None
        words = (
            _("%(count)s of %(all)s", count=number(record.count), all=number(record.population))
            if has_counts
            else number(value)
        )
        share = boards.number_words(value, row.type, row.unit) if has_counts or value is not None else ""
        lines.append(
            Line(
                record.public_id, record.on, _("taken back") if record.is_withdrawn else words, share,
                record.recorder, record.recorded_at, record.collector, record.tool, record.note,
                record.id in gone, record.is_withdrawn,
            )
        )  # fmt: skip
    return lines


def _band_days(groups: Sequence[Record]) -> list[date]:
    return sorted({record.on for record in standing_records(groups)})[-2:]


def bands_of(groups: Sequence[Record]) -> list[Band]:
    """Return each subgroup at the last two counts."""
    days = _band_days(groups)
    by_name: dict[str, dict[date, Record]] = defaultdict(dict)
    for record in standing_records(groups):
        if record.on in days and record.count is not None and record.population:
            by_name[record.subgroup][record.on] = record
    bands = []
    for name, found in by_name.items():
        latest = found.get(days[-1])
        if latest is None or latest.count is None or latest.population is None:
            continue
        before = found.get(days[0]) if len(days) > 1 else None
        words = [
            _("%(count)s of %(all)s", count=number(r.count), all=number(r.population)) if r else ""
            for r in (before, latest)
        ]
        bands.append(Band(name, words[0], words[1], int(latest.count), int(latest.population)))
    return bands


def _cycle(cycle: CycleRow, at: int) -> CycleLine:
    return CycleLine(cycle.public_id, at, cycle.name, cycle.decision, cycle.is_open, cycle.stage)
