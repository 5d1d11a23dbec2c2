"""Gather what a milestone's page shows, on any day; a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from cycles.bars import cycle_key
from cycles.link_queries import PlacedCycle, cycles_on_milestone
from cycles.queries import CycleRow
from measures.charting import Mark
from measures.figures import Figure
from measures.mark_queries import OF_WHOLE, records_and_marks, told_marks
from measures.queries import Record, standing_records
from measures.reading import Variation, variation
from measures.tool_queries import ToolRow, tool_by_number, tools_for_choice_with
from milestones import change_queries, findings, milestone_queries, past, status_queries
from milestones.calendar_queries import breaks_of
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing
from milestones.sentence import Found, parts
from milestones.views import milestone_chart
from milestones.views.course_block import CourseBlock, block_of
from milestones.views.measured_lines import Band, Line, band_days, bands_of, lines_of
from milestones.views.milestone_chart import Drawn
from nic_platform.actor import Actor
from nic_platform.svg import day as day_words
from nic_platform.text import _
from teams.breaks import NO_BREAKS, is_past

__all__ = ["MilestonePage", "bands_of", "figure_of", "lines_of", "page_of"]


@dataclass(frozen=True)
class CycleLine:
    """One cycle beside the chart."""

    id: UUID
    number: int
    name: str
    decision: str
    is_open: bool
    stage: str
    idea_id: UUID | None = None
    idea: str = ""
    drivers: str = ""


@dataclass(frozen=True)
class StepLine:
    """One milestone of the series in the table under the chart: its step, and as it was first planned."""

    id: UUID
    title: str
    target: str
    on: date | None
    first_target: str
    first_on: date | None
    is_adjusted: bool


@dataclass(frozen=True)
class MilestonePage:
    """What the page shows, in finished values, as it was known at the end of ``on``."""

    row: MilestoneRow
    plan: PlanRow
    on: date
    standing: Standing
    status_words: str
    title: str
    variation: Variation
    target: findings.TargetReading
    wide: Markup
    narrow: Markup
    lines: tuple[Line, ...]
    steps: tuple[StepLine, ...]
    bands: tuple[Band, ...]
    band_days: tuple[date, ...]
    course: CourseBlock
    changes: tuple[past.Change, ...]
    adjusted_words: str
    cycles: tuple[CycleLine, ...]
    parts: tuple[Found, ...]
    tool: ToolRow | None
    tools: tuple[ToolRow, ...]  # to choose from, where they were asked for
    next_on: date | None
    is_overdue: bool
    overdue_words: str
    is_hidden: bool
    latest: str
    due: str
    series: tuple[MilestoneRow, ...]
    cycle_key: tuple[tuple[str, str], ...]
    drawn: Drawn
    later_words: str = ""  # what was counted after its year, and so is not on the chart
    reads_team: bool = True  # else only the plan is shared, and not the team's other pages


def page_of(
    session: Session,
    actor: Actor,
    milestone_id: UUID,
    today: date,
    on: date | None = None,
    *,
    with_tools: bool = False,
    with_check: bool = True,
) -> MilestonePage:
    """Return one milestone's page; eight statements at most.

    Args:
        on: an earlier day, as known at whose end the page is shown; today unless given.
        with_check: it says when to count next, for which the calendar is read.
        with_tools: the tools that the milestone could be counted with are on it too.
    """
    day, zone = on or today, ZoneInfo(actor.time_zone)
    found, mates, plan = milestone_queries.milestone_and_plan(session, actor, milestone_id)
    every = change_queries.changes_in(session, {found.id, *(mate.id for mate in mates)})
    row, series = past.row_on(found, every, day, zone), past.rows_on(mates, every, day, zone)
    changes = past.known_changes(every, day, zone)
    whole, groups, marks = _records(session, row, day, zone)
    reads_team = actor.in_team(row.team_id) or plan.is_above or actor.sees_network
    marks = [mark for mark in marks if reads_team or mark.kind not in OF_WHOLE]
    known = _seen(actor, row, plan, whole)
    marks = told_marks(marks, {r.on for r in standing_records(whole)} - {r.on for r in known})
    readings = status_queries.readings(known, row.type, zone)
    standings = status_queries.standings_told(series, lambda _key, _mate: readings, day)
    standing = standings[row.id]
    placed = cycles_on_milestone(session, actor, row.id)
    cycles = [each.cycle for each in placed]
    cycles = milestone_chart.cycles_on(cycles, day, zone) if day < today else cycles
    earlier = past.earlier_steps(series, changes)
    drawn = milestone_chart.drawn_of(
        row, series, standings, readings, earlier, cycles, plan, day, zone, marks
    )
    read = variation(drawn.chart, [dot.on for dot in drawn.dots], row.direction, drawn.scale.sign)
    title = findings.chart_title(read, standing, row.direction)
    label = milestone_chart.label(row, drawn, title)
    tool, tools = _tools(session, actor, row, with_choices=with_tools)
    breaks = breaks_of(session, actor.network_id) if with_check else NO_BREAKS
    next_on = status_queries.next_on(row, standing, breaks) if with_check else None
    is_overdue = is_past(next_on, day, breaks)
    return MilestonePage(
        row=row,
        plan=plan,
        on=day,
        standing=standing,
        status_words=findings.status_words(row, standing),
        title=title,
        variation=read,
        target=findings.target_reading(row, standing),
        wide=milestone_chart.picture(drawn, row, day, label, is_narrow=False),
        narrow=milestone_chart.picture(drawn, row, day, label, is_narrow=True),
        lines=tuple(lines_of(known, row)),
        steps=tuple(_steps(series, changes)),
        bands=tuple(bands_of(_seen(actor, row, plan, groups))),
        band_days=tuple(band_days(groups)),
        course=block_of(session, actor, plan, row, standing, day),
        changes=tuple(changes.get(row.id, ())),
        adjusted_words=findings.adjusted_words(row, changes.get(row.id, ())),
        cycles=_with_ideas(tuple(_cycle(cycle, at) for at, cycle in enumerate(cycles, 1)), placed),
        parts=parts(row.frame),
        tool=tool,
        tools=tuple(tools),
        next_on=next_on,
        is_overdue=is_overdue,
        overdue_words=findings.overdue_words(standing, next_on, breaks) if is_overdue else "",
        is_hidden=len(known) < len(standing_records(whole)),
        latest=milestone_chart.reading_words(standing.latest, row),
        due=milestone_chart.reading_words(standing.due_value, row),
        series=tuple(series),
        drawn=drawn,
        cycle_key=cycle_key(drawn.bars),
        later_words=_later_words(row, known),
        reads_team=reads_team,
    )


def _later_words(row: MilestoneRow, known: Sequence[Record]) -> str:
    """Return that the chart ends with the milestone's year, where more was counted since; else empty."""
    until = row.counts_until
    if until is None or not any(record.on > until for record in standing_records(known)):
        return ""
    return _(
        "What was counted after %(day)s belongs to the next plan: it is in the table, and on the chart of "
        "the measure.",
        day=day_words(until, year=True),
    )


def _with_ideas(lines: tuple[CycleLine, ...], placed: Sequence[PlacedCycle]) -> tuple[CycleLine, ...]:
    """Return the cycles with the idea that each tests and the drivers that it works on."""
    known = {each.cycle.public_id: each for each in placed}
    return tuple(
        replace(line, idea_id=known[line.id].idea_public_id, idea=known[line.id].idea,
                drivers=known[line.id].drivers)
        for line in lines
    )  # fmt: skip


def figure_of(page: MilestonePage) -> Figure:
    """Return a page's run chart in full, as a Plotly figure."""
    return milestone_chart.figure(page.drawn, page.row, page.on)


def _tools(
    session: Session, actor: Actor, row: MilestoneRow, *, with_choices: bool
) -> tuple[ToolRow | None, list[ToolRow]]:
    """Return what a milestone is counted with, and what it could be counted with; one statement."""
    if with_choices:
        return tools_for_choice_with(session, actor, row.team_id, row.tool_id)
    return tool_by_number(session, row.tool_id), []


def _records(
    session: Session, row: MilestoneRow, day: date, zone: ZoneInfo
) -> tuple[list[Record], list[Record], list[Mark]]:
    """Return what was written down by *day* of everybody and of subgroups, and the marks; one statement."""
    key = status_queries.series_key(row)
    found, marks = records_and_marks(session, key) if key else ([], [])
    found = [r for r in found if r.recorded_on(zone) <= day and r.on <= day]
    whole, groups = [r for r in found if not r.subgroup], [r for r in found if r.subgroup]
    return whole, groups, [mark for mark in marks if mark.on <= day]


def _seen(actor: Actor, row: MilestoneRow, plan: PlanRow, found: list[Record]) -> list[Record]:
    return status_queries.seen(
        actor, found, row.type, counts_students=row.counts_students, is_above=plan.is_above
    )


def _steps(series: Sequence[MilestoneRow], changes: past.Changes) -> list[StepLine]:
    """Return the target path for the table, each step beside what was first planned."""
    lines = []
    for row in series:
        made = changes.get(row.id, ())
        first = findings.first_planned(row, made)
        lines.append(
            StepLine(
                row.public_id, row.title, row.target_words, row.date, first.target_words, first.date,
                bool(made),
            )
        )  # fmt: skip
    return lines


def _cycle(cycle: CycleRow, at: int) -> CycleLine:
    return CycleLine(cycle.public_id, at, cycle.name, cycle.decision, cycle.is_open, cycle.stage)
