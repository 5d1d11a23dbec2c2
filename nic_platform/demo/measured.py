"""Alder Creek's own measures: every type, with breakdowns, targets, marks on charts, a missed rhythm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from measures.models import ChartMark, Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from nic_platform.demo import series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import SCHOOL

GRADES = {"Grades": ["K–1", "2–3", "4–5"]}
LEVELS = {series.SUBGROUP_SET: list(series.SUBGROUPS)}
SENTENCES = "Answers in a full sentence"


@dataclass(frozen=True)
class Own:
    """One measure of the team's own: what it is, and its numbers, oldest first, one a week up to this one.

    A number is a count out of ``of`` where that is given. ``weeks_ago`` is when the last one was counted.
    """

    key: str
    name: str
    definition: str
    kind: MeasureKind
    type: MeasureType
    direction: Direction
    unit: str
    values: Sequence[float]
    of: float | None = None
    rhythm: Rhythm = Rhythm.WEEKLY
    target: float | None = None
    target_on: tuple[int, int] | None = None
    breakdown: dict[str, list[str]] | None = None
    counts_students: bool = False
    chart: str = ""
    tool: str = ""
    weeks_ago: int = 0


OWN = (
    Own("own voice", "Students who know what the ticket is for",
        "Asked on the way out: “What was today’s ticket for?” Counted when the answer names the language.",
        MeasureKind.VOICE, MeasureType.PROPORTION, Direction.UP, "students",
        (21, 24, 23, 27, 29, 28, 33, 36), of=60, rhythm=Rhythm.TWO_WEEKS, target=75, target_on=(4, 17),
        breakdown=GRADES, counts_students=True, tool="Three-question exit chat"),
    Own("own read", "Tickets read by Friday", "Folders of tickets that somebody has read by Friday 4 pm.",
        MeasureKind.CAPACITY, MeasureType.COUNT, Direction.UP, "folders",
        (6, 8, 7, 9, 11, 9, 12, 11, 13, 12, 14, 15), target=20, target_on=(5, 1), chart="c"),
    Own("own late", "Late starts after specials", "Classes that begin late, of all classes after specials.",
        MeasureKind.BALANCING, MeasureType.RATE, Direction.DOWN, "late starts",
        (4, 6, 5, 3, 5, 4, 6, 5, 4, 3, 4, 5, 4, 4), of=48, target=0.05, target_on=(4, 30), chart="u"),
    Own("own minutes", "Minutes that a ticket takes", "From “tickets out” to the last one handed in.",
        MeasureKind.BALANCING, MeasureType.CONTINUOUS, Direction.DOWN, "minutes",
        (6.5, 6, 7, 5.5, 5, 5.5, 4.5, 5, 4, 4.5, 4, 3.5, 4, 3.5, 3, 3.5), target=3, target_on=(4, 1),
        chart="i"),
    Own("own cover", "Days between coaching slots lost to cover",
        "School days from one lost coaching slot to the next.",
        MeasureKind.CAPACITY, MeasureType.TIME_BETWEEN, Direction.UP, "days",
        (3, 5, 2, 6, 4, 8, 5, 9, 12, 7, 14, 11), rhythm=Rhythm.MONTHLY, target=20,
        target_on=(5, 15), chart="t"),
    Own("own hall", "Objective read from the door", "Open doors from which the objective can be read.",
        MeasureKind.PROCESS, MeasureType.PROPORTION, Direction.UP, "doors",
        (9, 11, 12, 12, 14, 15), of=20, target=90, target_on=(3, 27), tool="Five-minute hallway walk",
        weeks_ago=6),
    Own("own away", "Students on trips or at testing", "Students away on Tuesday for a planned reason.",
        MeasureKind.CONTEXT, MeasureType.COUNT, Direction.DOWN, "students",
        (0, 12, 3, 0, 48, 5, 31, 0), counts_students=True),
)  # fmt: skip
_BEFORE, _LIFT, _AFTER = 0.36, 0.55, 0.71  # shares of full sentences before the stem, with it, with the box


def build(b: Builder) -> None:
    """Add the measures, what was counted of each, and the marks on the long chart."""
    school = b.teams[SCHOOL]
    _common(b)
    rows: list[Row] = []
    for own in OWN:
        b.ids[own.key] = b.add(Measure, [_measure(b, school, own)], at=b.days.at(b.days.day(9, 5)))[0]
        rows += _values(b, school, own)
    rows += _sentences(b, school)
    series.write_measurements(b, rows)
    _marks(b, school)


def _common(b: Builder) -> None:
    """Give the network's own measures their breakdown and target."""
    outcome = update(Measure).where(Measure.id == b.ids["STU"])
    b.session.execute(outcome.values(breakdown=LEVELS, target=60.0, target_on=b.days.day(5, 15)))
    checks = update(Measure).where(Measure.id == b.ids["ET"])
    b.session.execute(checks.values(breakdown=GRADES, target=90.0, target_on=b.days.day(4, 30)))


def _measure(b: Builder, school: DemoTeam, own: Own) -> Row:
    return {
        "team_id": school.id, "name": own.name, "definition": own.definition, "kind": own.kind,
        "type": own.type, "direction": own.direction, "rhythm": own.rhythm, "unit": own.unit,
        "counts_students": own.counts_students, "tool": own.tool, "source": "", "chart": own.chart,
        "breakdown": own.breakdown or {}, "target": own.target,
        "target_on": b.days.day(*own.target_on) if own.target_on else None,
    }  # fmt: skip


def _values(b: Builder, school: DemoTeam, own: Own) -> list[Row]:
    step = max(7, own.rhythm.days) if own.type is not MeasureType.TIME_BETWEEN else 11
    rows = []
    for place, value in enumerate(reversed(own.values)):
        day = b.days.school_day(b.days.today - timedelta(days=1 + 7 * own.weeks_ago + step * place))
        rows.append(_row(b, school, own, day, value))
    rows.reverse()
    if own.breakdown:
        rows += _parts(b, school, own, rows)
    return rows


def _row(b: Builder, school: DemoTeam, own: Own, day: date, value: float, **more: Any) -> Row:
    row = series.measured(b, school, b.ids[own.key], day, value, own.of or 0, tool=own.tool, **more)
    if own.of is not None:
        return row
    if own.type is MeasureType.COUNT:
        return row | {"population": None}
    return row | {"count": None, "population": None, "value": float(value)}


def _parts(b: Builder, school: DemoTeam, own: Own, rows: Sequence[Row]) -> list[Row]:
    """Return the same counts by group: the last three times in thirds that grow with the grade."""
    found = []
    for row in rows[-3:]:
        for (name, groups), share in zip((own.breakdown or {}).items(), (0.26,), strict=True):
            left, total = row["count"], row["population"]
            for place, group in enumerate(groups):
                last = place == len(groups) - 1
                of = total if last else float(round((own.of or 0) * (0.3 + 0.03 * place)))
                count = left if last else float(round(row["count"] * (share + 0.04 * place)))
                found.append({**_plain(row), "count": min(count, of), "population": of,
                              "subgroup_set": name, "subgroup": group})  # fmt: skip
                left, total = left - count, total - of
    return found


def _plain(row: Row) -> Row:
    return {key: value for key, value in row.items() if key != "public_id"}


def _sentences(b: Builder, school: DemoTeam) -> list[Row]:
    """Return the long series: two counts a week since September, by English level in the last month."""
    own = Own("own sentences", SENTENCES,
              "Tickets with a full sentence, of those handed in, in three classes drawn for the day.",
              MeasureKind.OUTCOME, MeasureType.PROPORTION, Direction.UP, "tickets", (), target=80.0,
              target_on=(5, 15), breakdown=LEVELS, counts_students=True, chart="p",
              tool="Ticket sort")  # fmt: skip
    b.ids[own.key] = b.add(Measure, [_measure(b, school, own)], at=b.days.at(b.days.day(9, 5)))[0]
    days = [day for start in (date(2025, 9, 9), date(2025, 9, 12)) for day in _weekly(b, start)]
    rows = []
    for day in sorted(days):
        of = b.rng.randint(58, 74)
        rows.append(series.measured(b, school, b.ids[own.key], day, _full(b, day, of), of, tool=own.tool))
    return rows + _levels(b, school, own, rows[-6:])


def _weekly(b: Builder, start: date) -> list[date]:
    days, last = [], b.days.day(2, 6)  # then the cycle that waits for study counts
    story = start
    while (day := b.days.moved(story)) <= last:
        if b.days.is_school_day(day):
            days.append(day)
        story += timedelta(days=7)
    return days


def _full(b: Builder, day: date, of: int) -> int:
    if day == drill_day(b):
        return round(of * 0.08)
    share = _BEFORE if day < b.days.day(11, 10) else _LIFT if day < b.days.day(1, 8) else _AFTER
    return min(of, max(0, round(of * (share + b.rng.gauss(0, 0.035)))))


def drill_day(b: Builder) -> date:
    """Return the day on which two fire drills took the last minutes of class: one that was counted on."""
    days = [day for day in _weekly(b, date(2025, 9, 12)) if day < b.days.day(12, 12)]
    return days[-1]


def _levels(b: Builder, school: DemoTeam, own: Own, rows: Sequence[Row]) -> list[Row]:
    found = []
    for row in rows:
        left, of_left = row["count"], row["population"]
        for place, group in enumerate(series.SUBGROUPS):
            last = place == len(series.SUBGROUPS) - 1
            of = of_left if last else float((13, 21)[place])
            count = left if last else float(round(of * (0.38, 0.62)[place]))
            found.append({**_plain(row), "count": min(count, of), "population": of,
                          "subgroup_set": series.SUBGROUP_SET, "subgroup": group})  # fmt: skip
            left, of_left = left - count, of_left - of
    return found


def _marks(b: Builder, school: DemoTeam) -> None:
    """Set the marks: a frozen baseline, a phase, a point left out, what changed, what people saw."""
    points = [day for start in (date(2025, 9, 9), date(2025, 9, 12)) for day in _weekly(b, start)]
    points.sort()
    frozen = max(day for day in points if day < b.days.day(11, 10))
    phase = min(day for day in points if day >= b.days.day(1, 8))
    told = (
        ("own sentences", "freeze", frozen, "Before the stem stood on the last slide of each lesson."),
        ("own sentences", "phase", phase, "Grades 4–5 type their answers: another way of handing in."),
        ("own sentences", "exclude", drill_day(b), "Two fire drills; hardly anybody finished."),
        ("own sentences", "change", b.days.day(11, 10), "One stem on the last slide, in eight classes."),
        ("own sentences", "story", b.days.day(12, 3),
         "“I don’t have to think how to begin any more, so I write more.” A student in grade 3."),
        ("own sentences", "story", b.days.day(2, 19),
         "With the stem inside the answer box the single words are gone, says Linh."),
        ("own minutes", "change", b.days.day(2, 9), "A three-minute timer on the board."),
        ("ET", "change", b.days.day(11, 10), "One exit-ticket stem on the last slide, K–3."),
        ("ET", "story", b.days.day(12, 8), "Nobody was reminded this week, and the folders were full."),
    )  # fmt: skip
    rows = [
        {"measure_id": b.ids[key], "team_id": school.id, "subgroup_set": "", "subgroup": "", "kind": kind,
         "on": day, "words": words}
        for key, kind, day, words in told
    ]  # fmt: skip
    b.add(ChartMark, rows, at=b.days.ago(4), by=b.people["lead"])
