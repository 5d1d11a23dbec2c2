"""Fill an empty PostgreSQL database with a network of any number of schools at work, by statements alone.

Every school has a team of three with a plan (eight milestones in three strands, three interim targets), 65
measurements with their sums, five cycles and three reports; eight schools make a district with its hub, 2,000
a region. Numbers follow from the school's own number, so that every run has the same network.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.models import User
from accounts.passwords import hash_password
from benchmarks.comparison_scale import bare, fold
from cycles.models import ChangeIdea, Cycle, CycleMilestone, Driver, IdeaDriver, Prediction, Ramp, StageChange
from feedback.models import FeedbackItem, FeedbackStep, Theme
from measures.models import Measure, Measurement
from milestones.models import (
    ActionStep,
    InterimTarget,
    Milestone,
    Plan,
    Priority,
    RootCause,
    Strand,
    Strategy,
    Touchpoint,
)
from nic_platform.tables import Notice
from teams.models import (
    Link,
    Membership,
    Network,
    NetworkMember,
    SchoolYear,
    Site,
    SiteClosure,
    Team,
    TeamReach,
)

IN_DISTRICT, IN_REGION = 8, 2_000
PASSWORD = "climbs in steps"  # noqa: S105  # of made-up people in a database that is thrown away
STAFF = 20
IDEAS, THEMES = 40, 80
MILESTONES, CYCLES, REPORTS = 8, 5, 3
_NOW = frozenset({"created_at", "updated_at", "recorded_at", "at"})
_NUMBERED = ("id", "public_id")


@dataclass(frozen=True)
class Town:
    """How large the network is, and its calendar; numbers of schools are those of their sites and teams."""

    schools: int
    today: date

    @property
    def districts(self) -> int:
        """Return how many districts there are, each with a hub."""
        return -(-self.schools // IN_DISTRICT)

    @property
    def regions(self) -> int:
        """Return how many regions lie between districts and state; none in a small network."""
        return -(-self.schools // IN_REGION) if self.schools > IN_REGION else 0

    @property
    def state(self) -> int:
        """Return the number of the state's site and team."""
        return self.schools + self.districts + self.regions + 1

    @property
    def monday(self) -> date:
        """Return the Monday of this week."""
        return self.today - timedelta(days=self.today.weekday())

    @property
    def first_year(self) -> int:
        """Return the year in which the running school year began."""
        return self.today.year - (self.today.month < 7)

    def above(self, of: str) -> str:
        """Return in SQL the number of what a school or district lies in."""
        if of == "school":
            return f"{self.schools} + 1 + n / {IN_DISTRICT}"
        if self.regions:
            return f"{self.schools + self.districts} + 1 + n / {IN_REGION // IN_DISTRICT}"
        return str(self.state)


def put(session: Session, model: Any, source: str, **given: object) -> None:
    """Insert a row of *model* for each row of *source*; values are SQL, all else has the model's defaults."""
    values = {name: str(value) for name, value in given.items()}
    for column in model.__table__.columns:
        if column.name in values:
            continue
        if column.name == "public_id":
            values["public_id"] = "gen_random_uuid()"
        elif column.name == "network_id":
            values["network_id"] = "1"
        elif column.name in _NOW:
            values[column.name] = "now()"
        elif column.default is not None:
            values[column.name] = _literal(column.default.arg)
    names = ", ".join(f'"{name}"' for name in values)
    chosen = ", ".join(values.values())
    session.execute(text(f"INSERT INTO {model.__tablename__} ({names}) SELECT {chosen} FROM {source}"))  # noqa: S608


def _literal(default: Any) -> str:
    """Return a default of a column in SQL; what makes lists and dictionaries makes empty ones."""
    if callable(default):
        default = {"list": [], "dict": {}}[default.__name__]
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | float):
        return str(default)
    return "'" + (default if isinstance(default, str) else json.dumps(default)).replace("'", "''") + "'"


def each(many: int, name: str = "n") -> str:
    """Return a source of the numbers from nought."""
    return f"generate_series(0, {many - 1}) AS {name}"


def by(many: int, parts: int) -> str:
    """Return a source of so many numbers, ``n``, with so many parts, ``j``, each."""
    return f"{each(many)} CROSS JOIN {each(parts, 'j')}"


def fill(session: Session, schools: int, today: date) -> Town:
    """Write the whole network; the caller commits and lets the database look at its tables."""
    town = Town(schools, today)
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    _network(session, town)
    _places(session, town)
    _people(session, town)
    _plans(session, town)
    _cycles(session, town)
    _reports(session, town)
    _measurements(session, town)
    _go_on_numbering(session)
    return town


def _network(session: Session, town: Town) -> None:
    named = {"id": "1", "name": "'State of Load'", "next_item_number": town.schools * REPORTS + 1}
    put(session, Network, each(1), **named, aim="'Sixty per cent of students read at grade level'")
    for back in (0, 1):
        year = town.first_year - back
        put(session, SchoolYear, each(1), name=f"'{year}-{(year + 1) % 100:02}'",
            starts_on=f"date '{year}-08-10'", ends_on=f"date '{year + 1}-05-28'")  # fmt: skip
    kinds = ("process", "process", "process", "outcome", "outcome")
    for number, kind in enumerate(kinds, 1):
        students = str(kind == "outcome").lower()
        put(session, Measure, each(1), id=number, name=f"'Measure {number}'", kind=f"'{kind}'", target="80",
            type="'proportion'", direction="'up'", rhythm="'weekly'", counts_students=students,
            unit="'students'" if kind == "outcome" else "'teachers'")  # fmt: skip
    put(session, Driver, each(9), id="n + 1", parent_id="CASE WHEN n >= 3 THEN n % 3 + 1 END",
        name="'Driver ' || n", position="n")  # fmt: skip
    put(session, ChangeIdea, each(IDEAS), id="n + 1", title="'Change idea ' || n", is_shared="true",
        description="'What is done, in a sentence or two.'", measure_id="1 + n % 3")  # fmt: skip
    put(session, IdeaDriver, each(IDEAS), idea_id="n + 1", driver_id="4 + n % 6")


def _places(session: Session, town: Town) -> None:
    first = town.schools + 1
    place = {"state": "'CO'"}
    school = {
        "enrolment": "120 + n * 37 % 600", "lunch_percent": "n * 7 % 100", "is_title_one": "n % 3 = 0",
        "english_learner_percent": "n * 3 % 60",
        "locale": "(ARRAY['Rural','Town','Suburb','City'])[1 + n % 4]",
        "grades": "(ARRAY['K-5','6-8','9-12','K-8'])[1 + n / 4 % 4]",
    }  # fmt: skip
    rows: tuple[tuple[str, int, str, int, str, Mapping[str, str]], ...] = (
        ("school", town.schools, "n + 1", 1, town.above("school"), school),
        ("district", town.districts, f"n + {first}", 2, town.above("district"), {}),
        ("region", town.regions, f"n + {first + town.districts}", 3, str(town.state), {}),
        ("state", 1, str(town.state), 4, "NULL", {}),
    )
    for level, many, number, rank, above, more in rows:
        if not many:
            continue
        name = f"'{level.title()} ' || lpad(n::text, 5, '0')"
        put(session, Site, each(many), id=number, level=f"'{level}'", name=name, parent_id=above,
            state_code=f"'{rank}-' || n", **place, **more)  # fmt: skip
        put(session, Team, each(many), id=number, site_id=number, level=f"'{level}'", rank=rank, name=name,
            purpose="'Put what we learn into daily practice.'", meeting="'Thursdays 3:15 pm, library'",
            next_meeting_on=f"date '{town.monday + timedelta(days=10)}'", set_up_at="now()",
            functions="""'["readiness", "analysis", "supports", "reporting", "linkages"]'""")  # fmt: skip
        if level != "state":
            put(session, Link, each(many), lower_id=number, upper_id=above, why="'So that it is heard'",
                last_exchange_at="now() - interval '9 days'")  # fmt: skip
    session.execute(text(_CLOSURE))
    session.execute(text(_REACH))


_CLOSURE = """
WITH RECURSIVE up(below, above, depth) AS (
    SELECT id, id, 0 FROM site
    UNION ALL
    SELECT up.below, site.parent_id, up.depth + 1 FROM up JOIN site ON site.id = up.above
    WHERE site.parent_id IS NOT NULL
)
INSERT INTO site_closure (above_id, below_id, depth) SELECT above, below, depth FROM up
"""
# Teams stand at sites of their own number, and links follow the tree.
_REACH = """
INSERT INTO team_reach (above_id, below_id, distance)
SELECT above_id, below_id, depth FROM site_closure WHERE depth > 0
"""
_TABLES = (SiteClosure, TeamReach)  # written by the two statements above


def _people(session: Session, town: Town) -> None:
    """Make three people in each team: the first leads it; and the state's staff, who review for all."""
    kept = hash_password(PASSWORD)
    teams = town.state
    put(session, User, by(teams, 3), id="n * 3 + j + 1", email="'p' || n * 3 + j + 1 || '@load.example'",
        name="'Person ' || n * 3 + j + 1", password_hash=f"'{kept}'", mail_notices="false")  # fmt: skip
    put(session, Membership, by(teams, 3), team_id="n + 1", user_id="n * 3 + j + 1",
        role="CASE WHEN j = 0 THEN 'lead' ELSE 'member' END",
        perspectives="""'["teacher"]'""", competencies="""'["data_use"]'""")  # fmt: skip
    staff = {
        "email": "'s' || n + 1 || '@load.example'",
        "password_hash": f"'{kept}'",
        "mail_notices": "false",
    }
    put(session, User, each(STAFF), id=f"{teams * 3} + n + 1", name="'Staff ' || n + 1", **staff)
    put(session, Membership, each(STAFF), team_id=town.state, user_id=f"{teams * 3} + n + 1", role="'member'")
    put(session, NetworkMember, each(STAFF), user_id=f"{teams * 3} + n + 1",
        role="CASE WHEN n % 2 = 0 THEN 'network_lead' ELSE 'reviewer' END",
        level="CASE WHEN n % 2 = 1 THEN 'state' END")  # fmt: skip
    put(session, Notice, by(teams * 3, 2), user_id="n + 1", kind="'feedback.answered'",
        subject="'Your report was answered'", path="'/feedback'", mail_state="'none'", mail_after="now()",
        created_at="now() - interval '3 days'")  # fmt: skip


def _plans(session: Session, town: Town) -> None:
    many, year = town.schools, town.first_year
    put(session, Plan, each(many), id="n + 1", team_id="n + 1", title="'Focused teacher development'",
        school_year=f"'{year}-{(year + 1) % 100:02}'")  # fmt: skip
    put(
        session,
        Priority,
        each(many),
        id="n + 1",
        plan_id="n + 1",
        text="'Reading of students learning English'",
    )
    put(session, RootCause, by(many, 2), id="n * 2 + j + 1", priority_id="n + 1", position="j",
        text="'Teachers lack time and support to use what they learned'")  # fmt: skip
    put(session, Strategy, each(many), id="n + 1", plan_id="n + 1", root_cause_id="n * 2 + 1",
        name="'Embedded English language development'")  # fmt: skip
    put(session, Strand, by(many, 3), id="n * 3 + j + 1", strategy_id="n + 1", position="j",
        name="(ARRAY['Objectives', 'Exit tickets', 'Coaching'])[1 + j]")  # fmt: skip
    put(session, Milestone, by(many, MILESTONES), id=f"n * {MILESTONES} + j + 1", plan_id="n + 1",
        team_id="n + 1", strand_id="n * 3 + j % 3 + 1", measure_id="1 + j % 3", position="j / 3",
        is_draft="false", name="'Milestone ' || j + 1", who="'classroom teachers'",
        what="'using language objectives in every lesson they plan and teach'", tool="'the walkthrough form'",
        due_on=f"date '{year}-10-09' + (j / 3) * 70 + (n + j) % 14", begins_on=f"date '{year}-08-24'",
        target="45 + 20 * (j / 3)", baseline="30", population="12 + n % 20",
        purpose="'students practice the language of each lesson'", collector="'The coach'")  # fmt: skip
    put(session, InterimTarget, by(many, 3), id="n * 3 + j + 1", plan_id="n + 1", team_id="n + 1",
        strategy_id="n + 1", measure_id="5", position="j", name="'Proficient on the winter test'",
        baseline="20", target="30 + 10 * j", due_on=f"date '{year}-12-10' + 70 * j")  # fmt: skip
    put(session, ActionStep, by(many, 3), plan_id="n + 1", milestone_id=f"n * {MILESTONES} + j + 1",
        position="j", text="'Book the library for coaching'", owner="'The principal'",
        due_on=f"date '{town.monday}' + 7 * j")  # fmt: skip
    put(session, Touchpoint, each(many), team_id="n + 1", held_on=f"date '{town.monday}' + 3 + 7 * (n % 4)",
        title="'Step back'")  # fmt: skip


def _cycles(session: Session, town: Town) -> None:
    """Make five cycles a team: two closed in one ramp, one each in Do and Study, one draft."""
    many, number = town.schools, f"n * {CYCLES} + j + 1"
    put(session, Ramp, by(many, 2), id="n * 2 + j + 1", team_id="n + 1", idea_id=f"(n + j) % {IDEAS} + 1",
        title="'Change idea ' || (n + j) % 40", belief="'medium'", cost_of_failure="'low'",
        readiness="'medium'")  # fmt: skip
    start = f"date '{town.monday}' - 7 * (10 - 2 * j) + n % 5"
    put(session, Cycle, by(many, CYCLES), id=number, team_id="n + 1", ramp_id="n * 2 + 1 + j / 3",
        parent_id=f"CASE WHEN j = 1 THEN n * {CYCLES} + 1 END", number="1 + j % 3", measure_id="1 + j % 3",
        title="'One exit ticket at the end of the lesson'", change="'Each lesson ends with one question.'",
        stage="(ARRAY['closed', 'closed', 'do', 'study', 'plan'])[1 + j]", is_draft="j = 4",
        outcome="CASE WHEN j < 2 THEN 'done' ELSE '' END", is_shared="j = 1 AND n % 2 = 0",
        aim="'Students use the language of the lesson'", how_known="'Six of ten tickets use it'",
        who="'Two teachers'", scale="'teacher'", scale_size="2", starts_on=start, ends_on=f"{start} + 11",
        carried_out="CASE WHEN j IN (0, 1, 3) THEN 'planned' ELSE '' END", began_on=start,
        observations="CASE WHEN j IN (0, 1, 3) THEN 'Most wrote a whole sentence.' ELSE '' END",
        learned="CASE WHEN j < 2 THEN 'A stem helps those who write little.' ELSE '' END",
        decision="CASE WHEN j < 2 THEN (ARRAY['adapt', 'adopt'])[1 + j] ELSE '' END",
        closed_at=f"CASE WHEN j < 2 THEN ({start} + 14)::timestamptz END")  # fmt: skip
    put(session, CycleMilestone, by(many, CYCLES), cycle_id=number,
        milestone_id=f"n * {MILESTONES} + j + 1")  # fmt: skip
    put(session, Prediction, by(many, CYCLES), cycle_id=number, question="'How many tickets use the stem?'",
        expected="'6 of 10'", number="6", low="5", high="8", out_of="10", unit="'tickets'",
        because="'the first week is slow'", locked_at="CASE WHEN j < 4 THEN now() END",
        verdict="CASE WHEN j < 2 THEN 'held' ELSE '' END", result_number="CASE WHEN j < 2 THEN 6 END",
        result_of="CASE WHEN j < 2 THEN 10 END")  # fmt: skip
    put(session, StageChange, by(many, 4), cycle_id=f"n * {CYCLES} + j / 2 + 1",
        old_stage="(ARRAY['plan', 'do'])[1 + j % 2]",
        new_stage="(ARRAY['do', 'study'])[1 + j % 2]")  # fmt: skip


def _reports(session: Session, town: Town) -> None:
    """Make three reports a team: one waits with the hub, one was answered and closed, every tenth waits with
    the state.
    """
    many, number, day = town.schools, f"n * {REPORTS} + j + 1", f"date '{town.today}'"
    at_state = "(j = 2 AND n % 10 = 0)"
    held = f"({day} - (n + 5 * j) % 12)"
    hub = town.above("school")
    put(session, Theme, each(THEMES), id="n + 1", number="n + 1", team_id=town.state,
        title="'Problem ' || n || ' of the test calendar'")  # fmt: skip
    put(session, FeedbackItem, by(many, REPORTS), id=number, number=number, team_id="n + 1",
        holder_id=f"CASE WHEN j = 1 THEN NULL WHEN {at_state} THEN {town.state} ELSE {hub} END",
        theme_id=f"CASE WHEN {at_state} AND n % 20 = 0 THEN n / 20 % {THEMES} + 1 END", kind="'barrier'",
        state="CASE WHEN j = 1 THEN 'closed' ELSE 'waiting' END",
        title="(ARRAY['Coaches cover classes', 'Devices are shared', 'Substitutes are refused'])[1 + j]"
              " || ' ' || n", happens="'It happens every week, and a morning of work is lost each time.'",
        affects="'Grades 3 to 5'", affects_count="4", severity="'slows'", asked_for="'One more'",
        district_id=hub, sent_at=f"{held}::timestamptz", sent_on=held, held_on=held, due_on=f"{held} + 14",
        highest_rank=f"CASE WHEN {at_state} THEN 4 ELSE 2 END",
        closed_at=f"CASE WHEN j = 1 THEN {held}::timestamptz END",
        lifted="CASE WHEN j = 1 THEN 'yes' ELSE '' END")  # fmt: skip
    step = {"item_id": number, "reached_at": f"{held}::timestamptz", "reached_on": held}
    put(session, FeedbackStep, by(many, REPORTS), position="0", team_id="n + 1", act="'sent'", days="0",
        left_at=f"{held}::timestamptz", left_on=held, **step)  # fmt: skip
    put(session, FeedbackStep, by(many, REPORTS), position="1", team_id=hub, from_id="n + 1",
        promised_on=f"{held} + 14", left_at=f"CASE WHEN j = 1 OR {at_state} THEN {held}::timestamptz END",
        act=f"CASE WHEN j = 1 THEN 'answered' WHEN {at_state} THEN 'lifted' ELSE '' END", **step)  # fmt: skip
    put(session, FeedbackStep, f"{by(many, REPORTS)} WHERE {at_state}", position="2", team_id=town.state,
        from_id=hub, promised_on=f"{held} + 21", **step)  # fmt: skip


def _measurements(session: Session, town: Town) -> None:
    """Count three measures a week for twelve weeks, results and attendance by month; add them up."""
    size = "(12 + n % 20)"
    weekly = f"round({size} * (0.3 + 0.03 * w + 0.1 * sin(n * 12.9898 + j + w * 0.7)))"
    months = f"round(d * (0.86 + 0.06 * sin(n * 12.9898) + 0.03 * sin((n / {IN_DISTRICT}) * 78.233 + m)))"
    monthly = (
        f"{by(town.schools, 1)} CROSS JOIN LATERAL (SELECT (120 + n % 380)::float AS d) AS size CROSS JOIN"
    )
    year = town.first_year
    own = {"team_id": "n + 1", "site_id": "n + 1"}
    with bare(session, ("measurement", "month_sum", "year_sum")):
        put(session, Measurement, f"{by(town.schools, 3)} CROSS JOIN generate_series(0, 11) AS w",
            measure_id="1 + j", observed_on=f"date '{town.monday}' - 3 - 7 * (11 - w)", count=weekly,
            population=size, recorded_by_id="n * 3 + 1", collector="'The coach'", **own)  # fmt: skip
        put(session, Measurement, f"{monthly} generate_series(0, 12) AS m", measure_id="4", count=months,
            observed_on=f"(date '{year - 1}-08-28' + (m + 2 * (m / 10)) * interval '1 month')::date",
            population="d", **own)  # fmt: skip
        put(session, Measurement, f"{monthly} generate_series(0, 2) AS m", measure_id="5",
            count="round(d * (0.2 + 0.04 * m))", observed_on=f"date '{year}-08-20' + 35 * m", population="d",
            **own)  # fmt: skip
        fold(session, "month_sum", "month", "date_trunc('month', observed_on)::date")
        fold(session, "year_sum", "year", _BEGINS)


_BEGINS = "(extract(year FROM observed_on) - (extract(month FROM observed_on) < 7)::int)::int"


def _go_on_numbering(session: Session) -> None:
    """Let what is written from now on have numbers of its own."""
    found = session.execute(text(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'id'"
        " AND column_default LIKE 'nextval%' AND table_schema = 'public'"
    ))  # fmt: skip
    for (table,) in found.all():
        session.execute(text(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))"  # noqa: S608
        ))  # fmt: skip
