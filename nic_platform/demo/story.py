"""Alder Creek's year: the embedded-ELD series, its seven ideas in cycles, and what is due this week."""

from datetime import time, timedelta

from cycles.models import ChangeIdea, CycleNote, Ramp
from measures.models import Measurement
from milestones.models import Decision, MilestoneChange, Touchpoint
from nic_platform.demo import cycles, series
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.cycles import Batch
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.readers import readers
from nic_platform.demo.story_cycles import RAMPS, Told, ToldRamp
from nic_platform.notices import notify

TEACHERS = 24
# Counts of 24 teachers, by story date.
LO = (((8, 22), 9), ((8, 29), 13), ((9, 5), 14), ((9, 15), 16), ((9, 22), 18), ((9, 29), 18), ((10, 6), 20),
      ((10, 13), 20),
      ((10, 20), 21), ((10, 30), 23), ((11, 21), 23), ((12, 12), 23), ((1, 23), 22), ((2, 20),
          20))  # fmt: skip
ET = (((9, 29), 3), ((10, 6), 4), ((10, 13), 6), ((10, 20), 7), ((10, 27), 9), ((10, 30), 10), ((11, 10), 10),
      ((11, 17), 12),
      ((12, 1), 13), ((12, 8), 15), ((12, 15), 16), ((1, 12), 14), ((1, 20), 17), ((1, 26), 18), ((2, 2), 18),
      ((2, 9), 19),
      ((2, 13), 19), ((2, 23), 20))  # fmt: skip
CA = (((11, 17), 3), ((12, 1), 5), ((12, 8), 6), ((12, 15), 8), ((1, 12), 7), ((1, 20), 9), ((1, 26), 10),
      ((2, 2), 10),
      ((2, 9), 11), ((2, 13), 11), ((2, 23), 12))  # fmt: skip
_STUDENTS = ((8, 41), (31, 98), (57, 173))


def build(b: Builder) -> None:
    """Tell Alder Creek's year up to today."""
    school = b.teams[SCHOOL]
    _counts(b, school)
    _cycles(b, school)
    _meetings(b, school)
    _tell(b)


def _counts(b: Builder, school: DemoTeam) -> None:
    rows: list[Row] = []
    tools = {"LO": "Lesson-plan audit", "ET": "Exit-ticket count", "CA": "Coaching log"}
    for key, points in (("LO", LO), ("ET", ET), ("CA", CA)):
        for day, count in points:
            moment = {"tool": tools[key], "collector": "Joe Begay", "recorded_by_id": b.people["member"]}
            rows.append(series.measured(b, school, b.ids[key], b.days.day(*day), count, TEACHERS, **moment))
    rows += series.students(b, school, b.ids["STU"], b.days.day(12, 12), _STUDENTS)
    series.write_measurements(b, rows)
    _corrections(b, school, rows)


def _corrections(b: Builder, school: DemoTeam, rows: list[Row]) -> None:
    """One count was mistyped and put right, another of the wrong week taken back. Both stay on record."""
    base = {key: value for key, value in rows[5].items() if key not in ("public_id", "supersedes_id")}
    wrong = {**base, "observed_on": b.days.day(11, 10), "recorded_at": b.days.at(b.days.day(11, 10))}
    wrong |= {
        "measure_id": b.ids["LO"],
        "count": 32.0,
        "population": 24.0,
        "note": "Typed in a hurry",
        "supersedes_id": None,
    }
    right = {
        **wrong,
        "count": 23.0,
        "note": "Digits were swapped",
        "recorded_at": b.days.at(b.days.day(11, 11)),
    }
    stray = {
        **wrong,
        "observed_on": b.days.day(12, 1),
        "count": 20.0,
        "note": "",
        "recorded_at": b.days.at(b.days.day(12, 1)),
    }
    back = {
        **stray,
        "note": "Counted in the wrong week",
        "recorded_at": b.days.at(b.days.day(12, 2)),
        "is_withdrawn": True,
    }
    first, second = b.add(Measurement, [wrong | {"count": 22.0}, stray], at=b.days.now)
    b.add(Measurement, [right | {"supersedes_id": first}, back | {"supersedes_id": second}], at=b.days.now)


def _cycles(b: Builder, school: DemoTeam) -> None:
    batch = Batch()
    for told in RAMPS:
        idea_id = b.ids[f"idea {told.idea}"] if told.idea else _own_idea(b, school, told)
        row: Row = {"team_id": school.id, "idea_id": idea_id, "title": told.title, "belief": told.belief,
                    "cost_of_failure": "low", "readiness": "medium"}  # fmt: skip
        first = told.cycles[0].starts
        ramp_id = b.add(Ramp, [row], at=b.days.at(b.days.day(*first)), by=b.people["lead"])[0]
        b.ids[f"ramp {told.title}"] = ramp_id
        before: int | None = None
        places: list[int] = []
        for number, cycle in enumerate(told.cycles, start=1):
            place = len(batch.cycles)
            batch.cycles.append(
                (
                    b.days.at(b.days.day(*cycle.starts)),
                    b.people["lead"],
                    _cycle(b, school, told, cycle, number),
                )
            )
            batch.cycles[place][2]["ramp_id"] = ramp_id
            batch.owners.append(school)
            batch.keys.append(told.line)
            batch.parents.append(places[cycle.grew_from - 1] if cycle.grew_from else before)
            _detail(b, batch, place, cycle)
            places.append(place)
            before = place
    ids = cycles.write(b, batch)
    for (_, _, row), cycle_id in zip(batch.cycles, ids, strict=True):
        b.ids[f"cycle {row['title']} {row['number']}"] = cycle_id
    row = {
        "cycle_id": ids[4],
        "stage": "study",
        "text": "Ask the two students who wrote single words what the box looked like.",
    }
    b.add(CycleNote, [row], at=b.days.ago(1), by=b.people["coach"])


def _own_idea(b: Builder, school: DemoTeam, told: ToldRamp) -> int:
    row: Row = {"team_id": school.id, "adopted_from_id": None, "title": told.title,
                "description": told.change,
                "core_parts": "", "adaptable_parts": "", "is_shared": False}  # fmt: skip
    return b.add(ChangeIdea, [row], at=b.days.ago(60), by=b.people["lead"])[0]


def _cycle(b: Builder, school: DemoTeam, ramp: ToldRamp, told: Told, number: int) -> Row:
    row = cycles.empty_cycle(school)
    public_id = row["public_id"] = b.uuid()
    starts, ends = b.days.day(*told.starts), b.days.day(*told.ends) if told.ends else None
    draft = told.stage == "plan"
    row |= {
        "number": number, "title": told.title or ramp.title, "stage": told.stage, "is_draft": draft,
        "is_shared": told.shared, "aim": told.aim or ramp.aim,
        "how_known": told.questions[0].question if told.questions else "",
        "change": told.change or ramp.change, "what": told.change or ramp.change, "who": told.who,
        "where": "" if told.where.lower() in told.who.lower() else told.where,
        "scale": told.scale, "scale_size": told.size, "data_to_collect": told.data,
        "measure_id": b.ids[told.measure or ramp.line], "data_who": told.data_who,
        "data_rhythm": "weekly" if told.data_who else "",
        "starts_on": starts, "ends_on": ends, "learning_so_far": told.carried,
        "who_helped": "Students learning English",
        "outcome": "done" if told.stage == "closed" else "",
    }  # fmt: skip
    note = b.note("cycle", public_id, f"/cycles/{public_id}", readers(b, school, draft=draft))
    row["who_left_out"] = (
        f"Newcomers in their first month ({note})" if not told.shared else "Newcomers in their first month"
    )
    if draft:
        return row
    row |= {"began_on": starts, "observations": told.observations, "surprises": told.surprises}
    if told.stage != "do":
        row |= {
            "ended_on": min(ends or starts, b.days.day(2, 20)),
            "departures": told.departures,
            "carried_out": "partly" if told.departures else "planned",
        }
    if told.stage in ("act", "closed"):
        row |= {"learned": told.learned}
    if told.stage == "closed":
        row |= {
            "decision": told.decision,
            "next_step": told.next_step,
            "closed_at": b.days.at(ends or starts, 16),
        }
    return row


def _detail(b: Builder, batch: Batch, place: int, told: Told) -> None:
    row = batch.cycles[place][2]
    begun, by = b.days.at(row["starts_on"], 8), b.people["lead"]
    for position, asked in enumerate(told.questions):
        prediction: Row = {
            "position": position, "question": asked.question, "expected": asked.expected,
            "because": asked.because,
            "number": asked.number, "low": asked.low, "high": asked.high, "out_of": asked.out_of,
            "unit": asked.unit,
            "locked_at": None if told.stage == "plan" else begun, "later": "", "result": asked.result,
            "result_number": asked.got, "verdict": asked.verdict,
        }  # fmt: skip
        batch.predictions.append((place, begun, by, prediction))
    batch.changes += [(place, change) for change in cycles.stage_changes(b, batch.owners[place], row)]


def _meetings(b: Builder, school: DemoTeam) -> None:
    d, rosa = b.days.day, b.people["lead"]
    at: Row = {"starts_at": time(15, 15), "minutes": 45}
    rows: list[Row] = [
        {"team_id": school.id, "held_on": d(12, 18), "place": "Library", "people": "The whole team", **at,
         "title": "Exit tickets, room by room", "ended_at": b.days.at(d(12, 18), 16, 5),
         "notes": "One stem is routine in K–3. Grades 4–5 start again in January."},
        {"team_id": school.id, "held_on": d(2, 12), "place": "Library", "people": "Rosa, Joe, Linh, Tobias",
         **at, "title": "Step back", "ended_at": b.days.at(d(2, 12), 16, 5),
         "notes": "Exit tickets moved from 18 to 19 teachers. Raise the planning slot."},
        {"team_id": school.id, "held_on": b.days.next(3), "place": "Library", "people": "The whole team",
         **at, "title": "Step back", "ended_at": None, "notes": ""},
    ]  # fmt: skip
    past = b.add(Touchpoint, rows, at=b.days.at(d(2, 12)), by=rosa)
    decisions: list[Row] = [
        {"team_id": school.id, "touchpoint_id": past[0], "milestone_id": school.milestones["ET"][1],
         "suggestion": "coaching",
         "choice": "adapt", "text": "Coaching for grades 4–5 only, in first period.", "decided_on": d(12, 18),
         "details": {}},
        {"team_id": school.id, "touchpoint_id": past[1], "milestone_id": school.milestones["CA"][0],
         "suggestion": "recommit",
         "choice": "decline", "text": "The days are missing, not the will: raise it.", "decided_on": d(2, 12),
         "details": {}},
    ]  # fmt: skip
    b.add(Decision, decisions, at=b.days.at(d(2, 12)), by=rosa)
    change: Row = {
        "milestone_id": school.milestones["CA"][1], "at": b.days.at(d(1, 14)), "user_id": rosa,
        "why": "Two test windows took January; the hub agreed.", "old_due_on": d(1, 30), "new_due_on": d(2,
            15),
        "old_target": 60.0, "new_target": 60.0,
    }  # fmt: skip
    b.add(MilestoneChange, [change], at=b.days.now)


def _tell(b: Builder) -> None:
    """Leave word for the three people, read and unread."""
    told = (
        ("lead", "feedback.answered", "The State answered F-218",
         "Coaches are exempt from cover on coaching days.", 4),
        ("lead", "cycle.note", "Zoe Silva commented on “One-item exit ticket, grades 4–5”",
         "Two sat with the late bus on Tuesday. Do we count them?", 0),
        ("lead", "feedback.policy", "From above: The spring test window has moved", "", 6),
        ("lead", "feedback.message", "A message on: Exit tickets take too long to sort",
         "Could you say how many minutes a class?", 2),
        ("lead", "measure.count", "A count is due this week", "It takes under a minute.", 5),
        ("district", "feedback.late", "F-240 is past the promised day",
         "Alder Creek has waited since the promise.", 3),
        ("district", "feedback.nudge", "Your promise passes in 3 days", "A school waits for your answer.", 1),
        ("state", "feedback.late", "Some reports are past the promise of 21 days",
         "Most are about the test calendar.", 1),
        ("state", "feedback.recalled", "3 of 12 teams have not acknowledged the new test window", "", 2),
    )  # fmt: skip
    for role, kind, subject, body, days in sorted(told, key=lambda each: -each[4]):
        at = b.days.now - timedelta(days=days, hours=2)
        notify(b.session, [b.people[role]], kind=kind, subject=subject, body=body, path="/feedback",
               by_mail=False,
               network_id=b.network_id, at=at)  # fmt: skip
