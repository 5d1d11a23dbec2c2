"""What the pages and the API of a chart share: all that it shows, in six statements, small cells hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from cycles.bars import bars_of
from cycles.chart_queries import cycles_on_measure
from cycles.queries import CycleRow
from measures import chart_files, chart_reading, policies
from measures.chart_drawing import Frame, chart_svg, letters
from measures.charting import Chart, chart_of
from measures.mark_queries import ChartTeam, marks_of, team_of_chart, told_marks
from measures.queries import MeasureRow, Record, measure_row, records, standing_records
from measures.reading import Variation
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.svg import day as day_words
from nic_platform.text import _


@dataclass(frozen=True)
class Asked:
    """Which chart is asked for: the team's public id (the own one without), a subgroup, a kind of chart."""

    team_id: UUID | None = None
    subgroup_set: str = ""
    subgroup: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ChartPage:
    """A chart with what surrounds it. ``groups`` are the subgroups that the reader may choose."""

    row: MeasureRow
    team: ChartTeam
    asked: Asked
    chart: Chart
    reading: Variation
    frame: Frame
    cycles: tuple[CycleRow, ...]
    groups: tuple[tuple[str, str], ...]
    is_whole: bool

    @property
    def name(self) -> str:
        """Return what is charted: the measure, and the subgroup where it is one."""
        if not self.asked.subgroup:
            return self.row.name
        return _("%(name)s, %(group)s", name=self.row.name, group=self.asked.subgroup)

    @property
    def query(self) -> dict[str, Any]:
        """Return what addresses carry so that the next page is about the same series."""
        named = {"set": self.asked.subgroup_set, "group": self.asked.subgroup}
        return {"team": str(self.team.public_id)} | {key: value for key, value in named.items() if value}

    @property
    def subtitle(self) -> str:
        """Return the measure, its unit and how many points there are."""
        unit = _("percent of %(unit)s", unit=self.row.unit) if self.chart.is_percent else self.row.unit
        count = sum(point.value is not None for point in self.chart.points)
        parts = [self.name, unit if self.row.unit else "", _("n = %(count)s points", count=count)]
        return ", ".join(part for part in parts if part)

    @property
    def hidden_words(self) -> str:
        """Return how many days are not shown, and why; empty where all are."""
        if not self.chart.hidden:
            return ""
        return _("Days not shown, because too few people were counted: %(count)s.", count=self.chart.hidden)

    def picture(self, *, narrow: bool = False) -> Markup:
        """Return the chart as a picture."""
        size = (350.0, 360.0) if narrow else (800.0, 400.0)
        label = chart_reading.label(self.chart, self.name)
        return chart_svg(self.chart, self.frame, label=label, size=size, narrow=narrow)

    def drawing(self) -> str:
        """Return the chart as an SVG file that stands by itself."""
        title = f"{self.reading.title} {self.reading.sentence}"
        notes = [
            f"{letter}  {day_words(note.on, year=True)}: {note.words}"
            for letter, note in zip(self.letters, self.chart.notes, strict=True)
        ]
        source = _("%(team)s, %(day)s", team=self.team.name, day=day_words(self.frame.today, year=True))
        foot = [*notes, self.hidden_words, chart_reading.rules_words(self.chart), source]
        return chart_files.standalone(self.picture(), title, self.subtitle, foot)

    @property
    def letters(self) -> list[str]:
        """Return the letter of each change and story on the picture."""
        return list(letters(self.chart).values())


def page_of(session: Session, actor: Actor, measure_id: UUID, asked: Asked, today: date) -> ChartPage:
    """Return the chart of a measure at a team as far as *actor* may see it; six statements.

    Raises:
        AbsentError: the measure, team or subgroup is not there, or *actor* may not know of it.
    """
    row = measure_row(session, actor, measure_id)
    team = team_of_chart(session, actor, asked.team_id or row.team_id or actor.team_id, row.id)
    if row.team_id not in {None, team.id}:
        raise AbsentError(_("This team does not count this measure."))
    is_whole = policies.sees_whole(
        actor, team.id, counts_students=row.counts_students, is_above=team.is_above
    )
    found = standing_records(records(session, [(row.id, team.id)], subgroup=None).get((row.id, team.id), []))
    groups = sorted({(each.subgroup_set, each.subgroup) for each in found if each.subgroup})
    if asked.subgroup and (not is_whole or (asked.subgroup_set, asked.subgroup) not in groups):
        raise AbsentError(_("There is no such group here."))
    of_series = [each for each in found if _is_of(each, asked)]
    seen = of_series if is_whole else _seen(actor, row, team, of_series)
    marks = marks_of(session, row.id, team.id, asked.subgroup_set, asked.subgroup)
    hidden = {each.on for each in of_series} - {each.on for each in seen}
    marks = told_marks(marks, hidden)
    chart = chart_of(
        seen, row.type, row.direction, marks, asked.kind or row.chart, target=row.target,
        target_on=row.target_on, hidden=len(hidden),
    )  # fmt: skip
    cycles = cycles_on_measure(session, actor, row.id, team.id)
    frame = Frame(today, tuple(bars_of(cycles, today, ZoneInfo(actor.time_zone))), row.rhythm.days)
    return ChartPage(
        row, team, asked, chart, chart_reading.read(chart), frame, tuple(cycles),
        tuple(groups) if is_whole else (), is_whole,
    )  # fmt: skip


def _is_of(record: Record, asked: Asked) -> bool:
    return (record.subgroup_set, record.subgroup) == (asked.subgroup_set, asked.subgroup)


def _seen(actor: Actor, row: MeasureRow, team: ChartTeam, found: Sequence[Record]) -> list[Record]:
    """Return the records whose counts the reader may see: no small cell, no group."""
    return [
        each
        for each in found
        if policies.figure_cell(
            actor, each, row.type, counts_students=row.counts_students, is_above=team.is_above
        ).is_shown
    ]
