"""Small charts for pages of any domain: those of a list of measures, and all teams of one measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from measures.pooled_queries import pooled_lines
from measures.queries import MeasureRow, common_measures
from measures.series_loading import TeamName, lines_of, teams_counting
from measures.small_charts import Line, SmallChart, draw, shared_scale, span_of
from nic_platform.actor import Actor

YEAR = timedelta(days=370)
MOST = 60  # teams beside each other on one page
SHOWN = 24  # measures of a team or network that its page shows; the list has the others


@dataclass(frozen=True)
class Panel:
    """One team's line: its name, its small chart, and whether it is the reader's own."""

    team: TeamName
    chart: SmallChart
    is_mine: bool


def small_charts_of(
    session: Session, actor: Actor, rows: Sequence[MeasureRow], team_id: int | None, today: date
) -> dict[int, SmallChart]:
    """Return a small chart for each measure, by its number, over the last year; one statement.

    A team's own measure is shown as that team counted it, a common one as the team *team_id* did. What the
    reader may not see is no point of a line. Measures without a team to look at are left out.
    """
    teams = {row.id: row.team_id if row.team_id is not None else team_id for row in rows}
    wanted = sorted({team for team in teams.values() if team is not None})
    found = lines_of(session, actor, rows, wanted, today - YEAR)
    shown = [row for row in rows if teams[row.id] is not None]
    lines = [found.get((row.id, teams[row.id] or 0)) or empty_line(row) for row in shown]
    charts = draw(lines, span_of(lines, today - YEAR, today))
    return {row.id: chart for row, chart in zip(shown, charts, strict=True)}


def pooled_charts_of(
    session: Session, actor: Actor, today: date
) -> tuple[list[MeasureRow], dict[int, SmallChart]]:
    """Return the network's common measures, by name, with all schools together by month; two statements."""
    rows = common_measures(session, actor, SHOWN)
    return rows, pooled_of(session, actor, rows, today)


def pooled_of(
    session: Session, actor: Actor, rows: Sequence[MeasureRow], today: date
) -> dict[int, SmallChart]:
    """Return a small chart for each common measure, by its number, of all schools together; one statement."""
    found = pooled_lines(session, actor, rows, today - YEAR)
    lines = [found[row.id] for row in rows]
    charts = draw(lines, span_of(lines, today - YEAR, today))
    return {row.id: chart for row, chart in zip(rows, charts, strict=True)}


def panels_of(session: Session, actor: Actor, row: MeasureRow, today: date) -> tuple[list[Panel], bool]:
    """Return the lines of all teams that the reader knows by name, over the same axes, by name; and whether
    there are more than fit. Two statements.
    """
    teams = teams_counting(session, actor, row.id, today - YEAR, MOST)
    found = lines_of(session, actor, [row], [team.id for team in teams], today - YEAR)
    lines = [found.get((row.id, team.id)) or empty_line(row) for team in teams[:MOST]]
    charts = draw(lines, span_of(lines, today - YEAR, today), scale=shared_scale(lines))
    mine = {row.team_id} & actor.team_ids if row.team_id is not None else actor.team_ids
    made = [Panel(team, chart, team.id in mine) for team, chart in zip(teams, charts, strict=False)]
    return made, len(teams) > MOST


def empty_line(row: MeasureRow) -> Line:
    """Return the line of a measure that nothing was counted of yet."""
    return Line(row.name, row.type, row.direction, row.unit, target=row.target, target_on=row.target_on)
