"""How Alder Creek counts: the network's tools and one of its own, a table brought in and one to mend."""

from datetime import date

from sqlalchemy import select, update

from accounts.models import User
from measures import count_import_queries, count_import_services, save_queries
from measures.count_import_services import Place
from measures.models import Measure, Measurement, ObservationTool
from milestones import count_import_queries as plan_counts
from milestones import plan_queries
from milestones.rows import PlanRow
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER
from nic_platform.tables import Attachment, ImportRun
from teams.queries import standing_of

# Common tools by the measure that is counted with each.
TOOLS: dict[str, Row] = {
    "LO": {
        "name": "Lesson-plan audit",
        "definition": "One plan of each teacher, drawn on Friday from the shared drive. About ten minutes.",
        "items": [
            "The plan names the language students need, not only the topic",
            "It says how students will use that language: say, write, read or listen",
            "It gives a stem or frame to do it with",
        ],
        "counts_when": "the first two are there",
    },
    "ET": {
        "name": "Exit-ticket count",
        "definition": "The ticket folders of the day, looked through after school on Mondays.",
        "items": [
            "There is a ticket for the day’s language objective",
            "Most of the class handed one in",
            "Somebody has looked at them: they are sorted or marked",
        ],
        "counts_when": "all three are there",
    },
    "CA": {
        "name": "Coaching log",
        "definition": "The coach’s own log of the week.",
        "items": ["Student tickets lay on the table", "A next step for the coming week is written down"],
        "counts_when": "both are in the log",
    },
}
_OWN: Row = {
    "name": "Five-minute hallway walk",
    "definition": "Past every open door between second and third period, on the same day each week.",
    "items": ["The objective can be read from the door", "A student can say it in own words"],
    "counts_when": "both are seen",
}
_STORY_DAYS = (date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18), date(2026, 2, 19))
_TO_MEND = """Week of\tMilestone\tThere\tOf\tNote
{mon}\tAnalyzing tickets in weekly coaching\t13\t24\t
{tue}\tLanguage objectives in daily lesson plans\t21 of 24\t\t
{wed}\tAssessing language objectives in exit tickets\t31\t24\t
{thu}\tAssessing language objectives in exit tickets\t19\t29\t
"""


def build(b: Builder) -> None:
    """Describe the tools, and bring two tables in."""
    school = b.teams[SCHOOL]
    _tools(b, school)
    _brought_in(b, school)
    _typed_into_grids(b)
    _to_mend(b, school)


def _tools(b: Builder, school: DemoTeam) -> None:
    at = b.days.at(b.days.starts_on)
    common = [{"team_id": None, **tool} for tool in TOOLS.values()]
    for key, tool_id in zip(TOOLS, b.add(ObservationTool, common, at=at, by=b.people["state"]), strict=True):
        b.session.execute(update(Measure).where(Measure.id == b.ids[key]).values(tool_id=tool_id))
    b.add(ObservationTool, [{"team_id": school.id, **_OWN}], at=at, by=b.people["lead"])


def _brought_in(b: Builder, school: DemoTeam) -> None:
    """Let the first counts of exit tickets have come from a spreadsheet."""
    at = b.days.at(b.days.day(10, 14))
    row: Row = {
        "team_id": school.id, "kind": count_import_queries.KIND, "file_name": "exit_tickets_fall.csv",
        "mapping": {"plan": str(_plan(b, school).public_id)}, "state": "done", "rows_read": 3,
        "rows_created": 3, "rows_changed": 0, "rows_unchanged": 0, "rows_skipped": 0, "problems": [],
        "created_by_id": b.people["member"], "created_at": at, "finished_at": at,
    }  # fmt: skip
    run_id = b.add(ImportRun, [row], at=at)[0]
    first = (
        select(Measurement.id)
        .where(Measurement.team_id == school.id, Measurement.measure_id == b.ids["ET"])
        .order_by(Measurement.observed_on, Measurement.id)
        .limit(3)
    )
    ids = list(b.session.scalars(first))
    b.session.execute(update(Measurement).where(Measurement.id.in_(ids)).values(import_run_id=run_id))


def _typed_into_grids(b: Builder) -> None:
    """Let two schools have saved their newest figure in a grid, so that the save can be undone."""
    for team in (b.teams[SCHOOL], b.teams[PEER]):
        counted = Measurement.team_id == team.id, Measurement.measure_id == b.ids["ET"]
        query = select(Measurement).where(*counted).order_by(Measurement.observed_on.desc(), Measurement.id)
        newest = b.session.scalars(query.limit(1)).first()
        if newest is None:
            continue
        at = newest.recorded_at
        row: Row = {
            "team_id": team.id, "kind": save_queries.KIND, "file_name": "",
            "mapping": {"on": newest.observed_on.isoformat()}, "state": save_queries.DONE, "rows_created": 1,
            "rows_changed": 0, "created_by_id": newest.recorded_by_id, "created_at": at, "finished_at": at,
        }  # fmt: skip
        newest.import_run_id = b.add(ImportRun, [row], at=at)[0]
    b.session.flush()


def _to_mend(b: Builder, school: DemoTeam) -> None:
    """Leave a pasted table waiting, with two rows to mend."""
    user = b.session.get_one(User, b.people["member"])
    actor = standing_of(b.session, user, school.id).actor
    plan = _plan(b, school)
    lines = plan_counts.lines_of_plan(b.session, actor, plan)
    around = plan_counts.around(b.session, plan, lines, b.days.today)
    days = {
        name: b.days.moved(on).isoformat()
        for name, on in zip(("mon", "tue", "wed", "thu"), _STORY_DAYS, strict=True)
    }
    run = count_import_services.receive(
        b.session, Place(plan.network_id, plan.team_id, plan.public_id),
        count_import_services.pasted(_TO_MEND.format(**days)), "counts_february.txt", around,
        by=actor, at=b.days.now,
    )  # fmt: skip
    run.public_id = b.uuid()
    kept = b.session.get_one(Attachment, run.attachment_id)
    kept.public_id, kept.object_id = b.uuid(), run.public_id
    b.session.flush()


def _plan(b: Builder, school: DemoTeam) -> PlanRow:
    user = b.session.get_one(User, b.people["member"])
    actor = standing_of(b.session, user, school.id).actor
    return plan_queries.plan_by_number(b.session, actor, school.plan_id or 0)
