"""Reading the series of a page: what was measured of many measures at many teams, in one statement.

Nothing gets out of here that the reader may not see: a small cell of another team's is no point of its line.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Float, String, and_, case, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from measures import policies
from measures.chart_points import gathered
from measures.charting import Mark
from measures.models import ChartMark, Measure, Measurement
from measures.queries import MeasureRow, SeriesKey, at_own_place, is_above, stands
from measures.rules import MeasureType, value_of
from measures.small_charts import Line
from measures.suppression import Counts, number, round_half_up
from nic_platform.actor import Actor
from nic_platform.svg import amount
from nic_platform.text import _
from teams.models import Team
from teams.queries import in_network, reads_team

_SETTING = ("freeze", "phase", "exclude")  # the marks that change what a chart says


@dataclass(frozen=True)
class _Count:
    """One standing measurement, as :func:`measures.chart_points.gathered` and the small cells take it."""

    on: date
    count: float | None
    population: float | None
    amount: float | None
    note: str = ""
    team_id: int = 0
    subgroup: str = ""
    tables: tuple[tuple[Counts, ...], ...] = ()

    def value(self, kind: MeasureType) -> float | None:
        """Return it in its measure's unit."""
        return value_of(kind, self.count, self.population, self.amount)


_Row = tuple[date, float | None, float | None, float | None]  # day, count, population, value


@dataclass
class _Gathered:
    """The rows of one series before anything is hidden, by day."""

    points: list[_Row]
    tables: dict[date, dict[str, list[Counts]]]
    marks: list[Mark]
    is_above: bool = False


def lines_of(
    session: Session,
    actor: Actor,
    measures: Sequence[MeasureRow],
    team_ids: Collection[int],
    since: date,
    *,
    subgroup: tuple[str, str] = ("", ""),
) -> dict[SeriesKey, Line]:
    """Return the lines of these measures at these teams since a day, marks included; one statement.

    Series without any point are left out. Of teams that *actor* does not read by name nothing comes back.

    Args:
        subgroup: a breakdown and one of its groups; only the team itself gets those. Empty: everybody.
    """
    if not measures or not team_ids:
        return {}
    known = {measure.id: measure for measure in measures}
    found = _gather(session, actor, known, sorted(set(team_ids)), since, subgroup)
    share = _("%(count)s of %(population)s (%(percent)s%%)")  # looked up once: a page has many of them
    return {
        key: _line(actor, key, known[key[0]], rows, share, is_part=bool(subgroup[1]))
        for key, rows in found.items()
        if rows.points
    }


def _gather(
    session: Session,
    actor: Actor,
    known: dict[int, MeasureRow],
    teams: list[int],
    since: date,
    subgroup: tuple[str, str],
) -> dict[SeriesKey, _Gathered]:
    found: dict[SeriesKey, _Gathered] = {}
    key, rows = None, _Gathered([], {}, [])
    # Asked on the connection: a page has thousands of these rows, and none is an entity.
    query = _rows_query(actor, known, teams, since, subgroup)
    for measure, team, on, count, population, value, tag, is_over, _number in session.connection().execute(
        query
    ):
        if (measure, team) != key:
            key = (measure, team)
            rows = found.setdefault(key, _Gathered([], {}, []))
        if not tag:
            rows.points.append((on, count, population, value))
            rows.is_above = bool(is_over)
        elif tag in _SETTING:
            rows.marks.append(Mark(tag, on))
        elif count is not None and population is not None:
            rows.tables.setdefault(on, {}).setdefault(tag, []).append(Counts(count, population))
    return found


def _rows_query(
    actor: Actor, known: Mapping[int, MeasureRow], teams: list[int], since: date, subgroup: tuple[str, str]
) -> Any:
    """Return the query of points, of the groups beside a total that may hide it, and of marks.

    The seventh column is empty for a point, the kind of a mark, or ``=`` and the breakdown of a group.
    """
    students = [number for number, measure in known.items() if measure.counts_students]
    others = set(teams) - actor.team_ids
    point: Any = and_(Measurement.subgroup_set == subgroup[0], Measurement.subgroup == subgroup[1])
    wanted: Any = point
    tag: Any = literal("")
    if students and others:  # what stands beside a total may ask for the total to be hidden
        beside = and_(Measurement.measure_id.in_(students), Measurement.team_id.in_(sorted(others)))
        wanted = or_(point, beside)
        tag = case((point, ""), else_=literal("=") + Measurement.subgroup_set)
    above = is_above(actor, Measurement.team_id) if actor.sees_network and others else literal(True)
    counted = select(
        Measurement.measure_id, Measurement.team_id, Measurement.observed_on.label("on"), Measurement.count,
        Measurement.population, Measurement.value, tag.label("tag"), above.label("above"),
        Measurement.id.label("number"),
    ).where(
        in_network(actor, Measurement.network_id), reads_team(actor, Measurement.team_id), stands(), wanted,
        Measurement.measure_id.in_(sorted(known)), Measurement.team_id.in_(teams),
        Measurement.observed_on >= since, at_own_place(),
    )  # fmt: skip
    nothing = cast(null(), Float)
    marks = select(
        ChartMark.measure_id, ChartMark.team_id, ChartMark.on, nothing, nothing, nothing,
        cast(ChartMark.kind, String), literal(True), ChartMark.id,
    ).where(
        in_network(actor, ChartMark.network_id), reads_team(actor, ChartMark.team_id),
        ChartMark.measure_id.in_(sorted(known)), ChartMark.team_id.in_(teams),
        ChartMark.subgroup_set == subgroup[0], ChartMark.subgroup == subgroup[1],
        ChartMark.kind.in_(_SETTING), ChartMark.deleted_at.is_(None),
    )  # fmt: skip
    return union_all(counted, marks).order_by("measure_id", "team_id", "on", "number")


def _line(
    actor: Actor, key: SeriesKey, measure: MeasureRow, rows: _Gathered, share: str, *, is_part: bool
) -> Line:
    seen = rows.points
    if not policies.sees_whole(
        actor, key[1], counts_students=measure.counts_students, is_above=rows.is_above
    ):
        seen = [each for each in seen if not is_part and _may_see(actor, key, measure, rows, each)]
    days, values, words, sizes = _points(measure, seen, share)
    return Line(
        measure.name, measure.type, measure.direction, measure.unit, days, values, words,
        len(rows.points) - len(seen), measure.target, measure.target_on, tuple(rows.marks),
        populations=sizes,
    )  # fmt: skip


def _points(
    measure: MeasureRow, seen: Sequence[_Row], share: str
) -> tuple[tuple[date, ...], tuple[float, ...], str, tuple[float | None, ...]]:
    """Return days and values, one point a day as on the full chart, the last in words, and of how many."""
    kind = measure.type
    days, sizes = [each[0] for each in seen], [each[2] for each in seen]
    if len(set(days)) == len(days):  # as nearly always
        values = [value_of(kind, count, population, amount) for _on, count, population, amount in seen]
        last = seen[-1][1:3] if seen else (None, None)
    else:
        cells = gathered([_Count(*each) for each in seen], kind)
        days, values = [cell.on for cell in cells], [cell.value for cell in cells]
        sizes = [cell.population for cell in cells]
        last = (cells[-1].count, cells[-1].population)
    told = [(on, v, size) for on, v, size in zip(days, values, sizes, strict=True) if v is not None]
    if not told:
        return (), (), "", ()
    words = _words(measure, share, told[-1][1], *(last if told[-1][0] == days[-1] else (None, None)))
    on_days, in_unit, of_how_many = zip(*told, strict=True)
    return on_days, in_unit, words, of_how_many


def _may_see(actor: Actor, key: SeriesKey, measure: MeasureRow, rows: _Gathered, each: _Row) -> bool:
    figure = _Count(*each, team_id=key[1], tables=tuple(map(tuple, rows.tables.get(each[0], {}).values())))
    return policies.figure_cell(
        actor, figure, measure.type, counts_students=measure.counts_students, is_above=rows.is_above
    ).is_shown


def _words(
    measure: MeasureRow, share: str, value: float, count: float | None, population: float | None
) -> str:
    if measure.type is MeasureType.PROPORTION and count is not None and population:
        percent = round_half_up(value)
        return share % {"count": number(count), "population": number(population), "percent": percent}
    return f"{amount(value)} {measure.unit}".strip()


@dataclass(frozen=True)
class TeamName:
    """A team that counts a measure and that the reader knows by name."""

    id: int
    public_id: UUID
    name: str
    level: str


def teams_counting(
    session: Session, actor: Actor, measure_id: int, since: date, limit: int = 60
) -> list[TeamName]:
    """Return the teams that measured something since a day and that *actor* reads, by name; one statement."""
    counted = select(Measurement.team_id).where(
        Measurement.measure_id == measure_id, Measurement.observed_on >= since, Measurement.subgroup == "",
        at_own_place(),
    )  # fmt: skip
    query = (
        select(Team.id, Team.public_id, Team.name, Team.level)
        .where(in_network(actor, Team.network_id), reads_team(actor, Team.id), Team.id.in_(counted))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Team.name, Team.id)
        .limit(limit + 1)
    )
    return [TeamName(row[0], row[1], row[2], row[3].value) for row in session.execute(query)]


def has_counts(session: Session, measure: Measure) -> bool:
    """Say whether anything was ever measured of it, taken back or not; one statement."""
    query = select(Measurement.id).where(Measurement.measure_id == measure.id).limit(1)
    return session.scalar(query) is not None
