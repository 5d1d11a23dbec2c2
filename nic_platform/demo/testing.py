"""What hangs on cycles: tasks and counts by subgroup; and two orphans, one of which stalled."""

from datetime import timedelta

from sqlalchemy import select

from cycles.models import Cycle, CycleTask
from nic_platform.demo import cycles, series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.cycles import Batch
from nic_platform.demo.names import SCHOOL

_STEM = "One-item exit ticket, grades 4–5"
_TICKETS = "Bring two tickets to coaching"
_TASKS = {
    f"cycle {_STEM} 5": (
        ("Put the stem on the last slide of all sections", "Joe Begay", -16, True),
        ("Set up the export of the answers", "Linh Tran", -14, True),
        ("Sort the answers by English level", "Linh Tran", 0, False),
    ),
    f"cycle {_TICKETS} 2": (
        ("Ask the office to keep first period free of cover", "Rosa Medina", -10, True),
        ("Choose two tickets with each teacher on Monday", "Tobias Okafor", -2, False),
        ("Write up what was said about the tickets", "Joe Begay", 6, False),
    ),
}  # words, who, days from today, done


def build(b: Builder) -> None:
    """Add it all to Alder Creek's cycles, and tasks to the open ones of other schools."""
    school = b.teams[SCHOOL]
    _tasks(b)
    _points(b, school)
    _orphans(b, school)
    _elsewhere(b)


def _tasks(b: Builder) -> None:
    rows: list[Row] = []
    for key, tasks in _TASKS.items():
        for position, (words, owner, days, is_done) in enumerate(tasks):
            due = b.days.school_day(b.days.today + timedelta(days=days)) if days else b.days.today
            rows.append({"cycle_id": b.ids[key], "position": position, "text": words, "owner": owner,
                         "due_on": due, "done_on": min(due, b.days.today) if is_done else None})  # fmt: skip
    b.add(CycleTask, rows, at=b.days.ago(18), by=b.people["lead"])


def _points(b: Builder, school: DemoTeam) -> None:
    """Count full sentences during the cycle that waits for study: all, and by English level."""
    rows = []
    told = (((2, 11), ((2, 10), (9, 19), (21, 36))), ((2, 18), ((4, 11), (13, 20), (27, 37))),
            ((2, 23), ((7, 11), (15, 19), (31, 38))))  # fmt: skip
    for day, groups in told:
        total = (sum(count for count, _ in groups), sum(of for _, of in groups))
        facts: Row = {"cycle_id": b.ids[f"cycle {_STEM} 5"], "tool": "Slide export", "collector": "Linh Tran"}
        on = b.days.day(*day)
        rows.append(series.measured(b, school, b.ids["own sentences"], on, *total, **facts))
        rows += [
            series.measured(b, school, b.ids["own sentences"], on, count, of, **facts,
                            subgroup_set=series.SUBGROUP_SET, subgroup=name)
            for name, (count, of) in zip(series.SUBGROUPS, groups, strict=True)
        ]  # fmt: skip
    series.write_measurements(b, [{**row, "cycle_id": row["cycle_id"]} for row in rows])


def _orphans(b: Builder, school: DemoTeam) -> None:
    """Add one test that serves nothing and stands still, and one that was logged on its own."""
    batch = Batch()
    began, ended = b.days.day(1, 8), b.days.day(1, 22)
    stalled = cycles.empty_cycle(school) | {
        "public_id": b.uuid(), "title": "Tickets in the home language", "stage": "study", "is_draft": False,
        "change": "Newcomers write the ticket in the language they think in.", "scale": "teacher",
        "scale_size": 1, "who": "One class", "where": "Grade 5", "starts_on": began, "ends_on": ended,
        "began_on": began, "ended_on": ended, "carried_out": "planned", "is_quick": True,
        "observations": "Two of five wrote a whole paragraph.",
    }  # fmt: skip
    day = b.days.day(2, 17)
    alone = cycles.empty_cycle(school) | {
        "public_id": b.uuid(), "title": "Music for the last three minutes", "stage": "closed",
        "outcome": "done", "is_draft": False, "is_quick": True,
        "change": "A song plays while tickets are written.",
        "starts_on": day, "ends_on": day, "began_on": day, "ended_on": day, "carried_out": "planned",
        "observations": "They sang along and wrote less.", "learned": "Music without words, or none.",
        "decision": "abandon", "next_step": "Stop here.", "closed_at": b.days.at(day, 16),
    }  # fmt: skip
    for row in (stalled, alone):
        batch.cycles.append((b.days.at(row["starts_on"], 14), b.people["member"], row))
        batch.owners.append(school)
        batch.keys.append("")
        batch.parents.append(None)
        batch.changes += [(len(batch.cycles) - 1, change) for change in cycles.stage_changes(b, school, row)]
    cycles.write(b, batch)


def _elsewhere(b: Builder) -> None:
    """Give a few running cycles of other schools a task."""
    running = select(Cycle.id, Cycle.starts_on).where(
        Cycle.network_id == b.network_id, Cycle.stage == "do", Cycle.team_id != b.teams[SCHOOL].id
    )
    rows: list[Row] = [
        {"cycle_id": cycle_id, "position": 0, "text": "Copy the counting sheet", "owner": "",
         "due_on": starts, "done_on": starts if cycle_id % 2 else None}
        for cycle_id, starts in b.session.execute(running.order_by(Cycle.id).limit(40))
    ]  # fmt: skip
    b.add(CycleTask, rows, at=b.days.ago(10))
