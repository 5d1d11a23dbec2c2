"""The plans of the demo's teams: strategies on offer, milestones in series, targets, steps, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from measures.models import Measure
from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from milestones.models import (
    ActionStep,
    CommonMilestone,
    InterimTarget,
    Milestone,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    StrategyTemplate,
)
from nic_platform.actor import Level
from nic_platform.demo import series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import COTTONWOOD, COTTONWOOD_STUDENTS, SCHOOL


@dataclass(frozen=True)
class Line:
    """One strand of a strategy: what is counted, how, and how much by when; dates are the story's."""

    key: str
    name: str
    what: str
    who: str
    tool: str
    begins: tuple[int, int]
    steps: tuple[tuple[tuple[int, int], float], ...]
    rhythm: str = "weekly"


@dataclass(frozen=True)
class Scheme:
    """A major improvement strategy with its strands and the outcome it serves."""

    key: str
    name: str
    description: str
    priority: str
    causes: tuple[str, ...]
    lines: tuple[Line, ...]
    outcome: str
    outcome_name: str
    outcome_group: str
    outcome_steps: tuple[tuple[tuple[int, int], float], ...]
    outcome_baseline: float
    actions: tuple[str, ...]


ELD = Scheme(
    "eld",
    "Focused teacher development in embedded ELD",
    "Teachers name the language of each lesson, check it at the end, and look at what students wrote with a "
    "coach.",
    "English learners below grade level in reading, grades K–5",
    ("Core lessons rarely name or check the language students need",
     "Coaches see plans, and seldom what students wrote"),
    (
        Line("LO", "Language objectives in daily lesson plans",
             "incorporating language objectives into daily lesson plans",
             "classroom teachers", "a weekly audit of lesson plans", (8, 22),
             (((9, 1), 50.0), ((9, 15), 70.0), ((10, 30), 95.0))),
        Line("ET", "Assessing language objectives in exit tickets",
             "assessing daily language objectives in exit tickets",
             "classroom teachers", "the weekly exit-ticket count", (9, 29),
             (((10, 30), 40.0), ((12, 15), 65.0), ((2, 15), 90.0))),
        Line("CA", "Analyzing tickets in weekly coaching",
             "analyzing exit tickets in weekly coaching meetings and adjusting upcoming instruction",
             "classroom teachers",
             "the coaching log", (11, 17), (((12, 15), 30.0), ((2, 15), 60.0), ((4, 30), 90.0))),
    ),
    "STU", "Proficient on iReady, of those who began below", "students who began below grade level",
    (((12, 15), 35.0), ((3, 13), 45.0), ((5, 22), 60.0)), 12.0,
    ("Put one stem on the last slide of every unit deck", "Move coaching to first period on coaching days",
     "Re-teach writing language objectives to new lesson-plan pairs"),
)  # fmt: skip
ATTENDANCE = Scheme(
    "attendance",
    "Every absence noticed the same day",
    "Each absence is followed by a call the same day; students who miss three days meet with an adult who "
    "knows them.",
    "Students who miss more than one day in ten",
    ("Absences are seen in reports weeks later",
     "Families learn of patterns only when they have become habits"),
    (
        Line("CALL", "Families called the same day", "reaching families of absent students by 10 am",
             "homeroom teachers",
             "the call log", (8, 25), (((9, 15), 60.0), ((11, 14), 80.0), ((1, 30), 95.0))),
        Line("MEET", "Check-ins after three absences", "holding a check-in within a week of a third absence",
             "advisors", "the advisory tracker", (9, 15), (((10, 15), 50.0), ((1, 15), 75.0), ((4, 15),
                 90.0)),
             "every_two_weeks"),
    ),
    "ABS", "Chronically absent this term", "all students", (((12, 15), 22.0), ((3, 13), 18.0), ((5, 22),
        15.0)), 27.0,
    ("Give homeroom teachers the call script in four languages", "Name an adult for each student at risk",
     "Agree with the front office on one list by 8:45 am"),
)  # fmt: skip
SCHEMES = (ELD, ATTENDANCE)
# The hub's school that does what it planned while its results stay flat: a strategy to question.
_SHAPES = {"Juniper Hills Elementary": "ahead"}


def build_templates(b: Builder) -> None:
    """Create what the network offers: common measures, strategy templates and their milestones."""
    at, by = b.days.at(b.days.starts_on - timedelta(days=40)), b.people["state"]
    for scheme in SCHEMES:
        for line in scheme.lines:
            b.ids[line.key] = b.add(Measure, [_process(line)], at=at, by=by)[0]
        b.ids[scheme.outcome] = b.add(Measure, [_outcome(scheme)], at=at, by=by)[0]
        row: Row = {"name": scheme.name, "description": scheme.description}
        template_id = b.ids[f"template {scheme.key}"] = b.add(StrategyTemplate, [row], at=at, by=by)[0]
        rows: list[Row] = []
        for line in scheme.lines:
            for day, target in line.steps:
                week = (b.days.day(*day) - b.days.starts_on).days // 7
                rows.append(
                    {"template_id": template_id, "measure_id": b.ids[line.key], "strand": line.name,
                     "position": len(rows),
                     "who": line.who, "what": line.what, "tool": line.tool, "target": target, "week": week}
                )  # fmt: skip
        for place, common_id in enumerate(b.add(CommonMilestone, rows, at=at, by=by)):
            b.ids[f"common {scheme.key} {place}"] = common_id


def _process(line: Line) -> Row:
    return {
        "team_id": None, "name": line.name,
        "definition": f"Share of {line.who} who are {line.what}, by {line.tool}.",
        "kind": MeasureKind.PROCESS, "type": MeasureType.PROPORTION, "direction": Direction.UP,
        "rhythm": Rhythm(line.rhythm), "unit": "teachers", "counts_students": False, "tool": line.tool,
    }  # fmt: skip


def _outcome(scheme: Scheme) -> Row:
    down = scheme.outcome == "ABS"
    return {
        "team_id": None, "name": scheme.outcome_name, "kind": MeasureKind.OUTCOME,
        "type": MeasureType.PROPORTION,
        "definition": f"{scheme.outcome_name}: share of {scheme.outcome_group} in each window.",
        "direction": Direction.DOWN if down else Direction.UP, "rhythm": Rhythm.QUARTERLY, "unit": "students",
        "counts_students": True, "tool": "the attendance record" if down else "iReady",
    }  # fmt: skip


def build_plans(b: Builder) -> None:
    """Give every school team a plan with its milestones and what was counted of them so far."""
    measurements: list[Row] = []
    for team in b.teams.values():
        if team.level is not Level.SCHOOL:
            continue
        scheme = ELD if team.district == "Cottonwood Valley" or b.chance(0.76) else ATTENDANCE
        draft = team.district != "Cottonwood Valley" and b.chance(0.05)
        rows = build_plan(b, team, scheme, draft=draft)
        measurements += [] if draft else rows
    series.write_measurements(b, measurements)


def build_plan(b: Builder, team: DemoTeam, scheme: Scheme, *, draft: bool = False) -> list[Row]:
    """Create one team's plan and return the measurements that belong to it."""
    at, by = b.days.at(b.days.starts_on - timedelta(days=b.rng.randint(3, 20))), team.person
    plan: Row = {"team_id": team.id, "school_year": b.days.year_name, "title": scheme.name,
                 "is_shared": team.name != SCHOOL and b.chance(0.25), "public_id": b.uuid()}  # fmt: skip
    team.plan_id = b.add(Plan, [plan], at=at, by=by)[0]
    row: Row = {"plan_id": team.plan_id, "position": 0, "text": scheme.priority}
    priority_id = b.add(Priority, [row], at=at, by=by)[0]
    causes = [
        {"priority_id": priority_id, "position": place, "text": text}
        for place, text in enumerate(scheme.causes)
    ]
    cause_id = b.add(RootCause, causes, at=at, by=by)[0]
    row = {"plan_id": team.plan_id, "root_cause_id": cause_id, "template_id": b.ids[f"template {scheme.key}"],
           "position": 0, "name": scheme.name, "description": scheme.description,
           "is_focused": None if draft else True,
           "is_in_control": None if draft or team.name == SCHOOL else True}  # fmt: skip
    strategy_id = b.add(Strategy, [row], at=at, by=by)[0]
    rows = [
        {"strategy_id": strategy_id, "position": i, "name": line.name} for i, line in enumerate(scheme.lines)
    ]
    strands = b.add(Strand, rows, at=at, by=by)
    _milestones(b, team, scheme, strands, at, draft)
    _targets(b, team, scheme, strategy_id, at)
    _steps(b, team, scheme, at)
    return _measurements(b, team, scheme)


def _milestones(
    b: Builder, team: DemoTeam, scheme: Scheme, strands: Sequence[int], at: datetime, draft: bool
) -> None:
    rows: list[Row] = []
    keys: list[str] = []
    late = timedelta(days=0 if team.district == "Cottonwood Valley" else b.pick([0, 0, 0, 7, 14]))
    for line, strand_id in zip(scheme.lines, strands, strict=True):
        for place, (day, target) in enumerate(line.steps):
            own = 0 if team.district == "Cottonwood Valley" else b.pick([0, 0, 0, -5, 5])
            rows.append(
                {**_milestone(b, team, line, place), "strand_id": strand_id,
                 "due_on": b.days.school_day(b.days.day(*day) + late),
                 "target": min(100.0, target + own), "position": place, "is_draft": draft,
                 "common_milestone_id": b.ids[f"common {scheme.key} {len(rows)}"]}
            )  # fmt: skip
            keys.append(line.key)
    if b.chance(0.3) and team.name != SCHOOL:
        rows.append(_deliverable(b, team, strands[0], draft, at))
        keys.append("deliverable")
    for key, milestone_id in zip(keys, b.add(Milestone, rows, at=at, by=team.person), strict=True):
        team.milestones.setdefault(key, []).append(milestone_id)


def _milestone(b: Builder, team: DemoTeam, line: Line, place: int) -> Row:
    last = place == len(line.steps) - 1
    return {
        "plan_id": team.plan_id, "team_id": team.id, "measure_id": b.ids[line.key], "kind": "process",
        "name": line.name,
        "begins_on": b.days.day(*line.begins), "frequency": "", "tool": line.tool, "who": line.who,
        "what": line.what,
        "baseline": None, "population": team.staff or None, "is_deliverable": False, "acceptance_test": "",
        "purpose": "students practice the language of each lesson",
        "shape": "linear" if b.chance(0.4) else "",
        "rhythm": line.rhythm, "collector": b.names.get(team.person or 0, ""),
        "monitor_until": b.days.ends_on if last else None,
    }  # fmt: skip


def done_measure(b: Builder, team: DemoTeam, name: str, at: datetime) -> int:
    """Create the measure by which a deliverable is told to stand (1) or not (0)."""
    row: Row = {
        "team_id": team.id, "name": name, "definition": f"{name}: 1 when it passes its acceptance test.",
        "kind": MeasureKind.PROCESS, "type": MeasureType.CONTINUOUS, "direction": Direction.UP,
        "rhythm": Rhythm.MONTHLY, "unit": "", "counts_students": False, "tool": "",
    }  # fmt: skip
    return b.add(Measure, [row], at=at, by=team.person)[0]


def _deliverable(b: Builder, team: DemoTeam, strand_id: int, draft: bool, at: datetime) -> Row:
    measure_id = done_measure(b, team, "Exemplar bank", at)
    if not draft and b.chance(0.6):
        series.write_measurements(b, [series.done(b, team, measure_id, b.days.day(1, 28))])
    return {
        **_milestone(b, team, ELD.lines[0], 0), "measure_id": measure_id, "kind": "project",
        "name": "Exemplar bank",
        "strand_id": strand_id, "due_on": b.days.day(1, 30), "target": None, "position": 9, "is_draft": draft,
        "common_milestone_id": None, "is_deliverable": True, "who": "the leadership team", "tool": "",
        "what": "a bank of language-objective exemplars for every grade stands in the shared drive",
        "acceptance_test": "Each grade lead opens it and finds three exemplars they would use tomorrow.",
        "begins_on": None, "rhythm": "monthly", "monitor_until": None,
    }  # fmt: skip


def _targets(b: Builder, team: DemoTeam, scheme: Scheme, strategy_id: int, at: datetime) -> None:
    rows = [
        {"plan_id": team.plan_id, "team_id": team.id, "strategy_id": strategy_id,
         "measure_id": b.ids[scheme.outcome],
         "position": place, "name": scheme.outcome_name, "student_group": scheme.outcome_group,
         "baseline": scheme.outcome_baseline, "target": target, "due_on": b.days.day(*day)}
        for place, (day, target) in enumerate(scheme.outcome_steps)
    ]  # fmt: skip
    b.add(InterimTarget, rows, at=at, by=team.person)


def _steps(b: Builder, team: DemoTeam, scheme: Scheme, at: datetime) -> None:
    key = scheme.lines[0].key
    rows: list[Row] = []
    for place, text in enumerate(scheme.actions):
        due = b.days.day(*((12, 12), (3, 2), (3, 9))[place])
        done = due if due < b.days.today and (team.name == SCHOOL or b.chance(0.8)) else None
        rows.append(
            {"plan_id": team.plan_id, "milestone_id": team.milestones[key][0], "position": place,
             "text": text,
             "owner": b.names.get(b.pick(team.members) if team.members else 0, ""), "due_on": due,
             "done_on": done}
        )  # fmt: skip
    b.add(ActionStep, rows, at=at, by=team.person)


def _measurements(b: Builder, team: DemoTeam, scheme: Scheme) -> list[Row]:
    if team.name == SCHOOL:
        return []  # the story has its own
    known = {name: (place, last) for place, (name, _, last, _) in enumerate(COTTONWOOD)}
    rows: list[Row] = []
    end = 0.3
    for line in scheme.lines:
        days = b.days.weeks(b.days.day(*line.begins))
        days = days[::-2][::-1] if line.rhythm == "every_two_weeks" else days
        shape = _SHAPES.get(team.name, "steady") if team.name in known else series.shape_of(b)
        days = days if team.name in known else series.kept_days(b, days, shape)
        last = known[team.name][1] if team.name in known and line.key == "ET" else None
        goal = line.steps[-1][1] / 100
        found = series.counts(b, days, shape, goal, max(team.staff, 1), last)
        rows += [
            series.measured(b, team, b.ids[line.key], day, count, team.staff, tool=line.tool)
            for day, count in zip(days, found, strict=True)
        ]
        end = found[-1] / team.staff if found and team.staff else end
    return rows + _windows(b, team, scheme, end, known.get(team.name, (None, 0))[0])


def _windows(b: Builder, team: DemoTeam, scheme: Scheme, practice: float, place: int | None) -> list[Row]:
    """Return the students' results of the windows so far; practice that is in place shows in them, weakly."""
    day = b.days.day(12, 12)
    if place is not None and scheme is ELD:
        return series.students(b, team, b.ids["STU"], day, COTTONWOOD_STUDENTS[place])
    first = b.days.day(9, 8)
    share = 0.27 if scheme is ATTENDANCE else 0.14
    moved = share - 0.1 * practice if scheme is ATTENDANCE else share + 0.22 * practice
    groups = series.student_groups(b, max(0.05, moved + b.rng.gauss(0, 0.03)))
    before = [(series.half_up(size * max(0.02, share + b.rng.gauss(0, 0.02))), size) for _, size in groups]
    measure_id = b.ids[scheme.outcome]
    tool = scheme.lines[0].tool if scheme is ATTENDANCE else "iReady"
    rows = series.students(b, team, measure_id, first, before) + series.students(
        b, team, measure_id, day, groups
    )
    return [{**row, "tool": tool} for row in rows]
