"""The demo's PDSA cycles: some 1,500 of them in ramps, in every stage and with every ending."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from cycles.models import ChangeIdea, Cycle, CycleMilestone, CycleNote, Prediction, Ramp, StageChange
from nic_platform.actor import Level
from nic_platform.demo.builder import Builder, Dated, DemoTeam, Row
from nic_platform.demo.ideas import IDEAS, Idea
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.readers import readers

CYCLES = 1500
_SCALES = (("teacher", 1), ("teacher", 3), ("grade", 6), ("school", 14), ("school", 24))
_NOT_RUN = (
    "The reading test took the two weeks.",
    "Our lead teacher was out.",
    "The slides were not ready in time.",
)
_SURPRISES = ("", "", "Two fire drills.", "A device cart was missing for a day.",
              "Students asked for it on their own.",
              "The substitute had not heard of it.")  # fmt: skip
_DEPARTURES = (
    "Three days instead of five.",
    "The teacher next door tried it too.",
    "Started a day late, after the assembly.",
)
_CONDITIONS = (
    "in short blocks",
    "with newcomers",
    "in grade 5",
    "on early-release days",
    "with a substitute",
)


@dataclass
class Batch:
    """Rows that wait for the numbers of the cycles they belong to."""

    cycles: list[Dated] = field(default_factory=list)
    owners: list[DemoTeam] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    parents: list[int | None] = field(default_factory=list)
    predictions: list[tuple[int, datetime, int | None, Row]] = field(default_factory=list)
    changes: list[tuple[int, Row]] = field(default_factory=list)
    notes: list[tuple[int, datetime, int | None, Row]] = field(default_factory=list)


def build_cycles(b: Builder) -> None:
    """Let the school teams test the library's ideas until there are enough cycles."""
    teams = [
        team
        for team in b.teams.values()
        if team.level is Level.SCHOOL and team.milestones and team.name != SCHOOL
    ]
    batch = Batch()
    while len(batch.cycles) < CYCLES:
        b.rng.shuffle(teams)
        for team in teams:
            if len(batch.cycles) >= CYCLES:
                break
            fitting = [idea for idea in IDEAS if idea.line in team.milestones]
            _ramp(b, batch, team, b.pick(fitting))
    _quick_logs(b, batch, teams)
    write(b, batch)


def _ramp(b: Builder, batch: Batch, team: DemoTeam, idea: Idea) -> None:
    own = b.chance(0.03)
    idea_id = _own_idea(b, team, idea) if own else b.ids[f"idea {idea.key}"]
    start = b.between(b.days.day(9, 20), b.days.day(2, 20))
    row: Row = {
        "team_id": team.id,
        "idea_id": idea_id,
        "title": idea.title,
        "belief": b.pick(["low", "medium", "high"]),
        "cost_of_failure": b.pick(["low", "low", "medium", "high"]),
        "readiness": b.pick(["low", "medium", "high"]),
    }
    ramp_id = b.add(Ramp, [row], at=b.days.at(start), by=team.person)[0]
    parent: int | None = None
    second = -1
    for number in range(1, b.rng.randint(2, 6) + 1):
        end = b.days.school_day(start + timedelta(days=b.rng.randint(4, 18)))
        final = number > 1 and b.chance(0.35)
        cycle = _cycle(b, team, idea, ramp_id, number, start, end, final)
        place = len(batch.cycles)
        batch.cycles.append((b.days.at(start - timedelta(days=3)), team.person, cycle))
        batch.owners.append(team)
        batch.keys.append(idea.line)
        batch.parents.append(parent)
        _detail(b, batch, place, team, idea, cycle)
        second = place if number == 2 else second
        branches = number == 3 and second % 4 == 0  # the fourth grows from the second
        parent = second if branches else place
        if cycle["stage"] != "closed" or cycle["decision"] in ("adopt", "abandon") or not cycle["decision"]:
            break
        start = b.days.school_day(end + timedelta(days=b.rng.randint(6, 25)))


def _own_idea(b: Builder, team: DemoTeam, idea: Idea) -> int:
    row: Row = {
        "team_id": team.id,
        "adopted_from_id": b.ids[f"idea {idea.key}"],
        "title": f"{idea.title}, our way",
        "description": idea.change,
        "core_parts": idea.core,
        "adaptable_parts": "",
        "is_shared": b.chance(0.4),
    }
    return b.add(ChangeIdea, [row], at=b.days.ago(100), by=team.person)[0]


def empty_cycle(team: DemoTeam) -> Row:
    """Return the row of a cycle of which nothing is known yet."""
    texts = ("title", "aim", "how_known", "change", "learning_so_far", "who_helped", "who_left_out", "what",
             "who", "where",
             "scale", "data_to_collect", "data_who", "data_rhythm", "carried_out", "departures",
             "observations", "surprises", "learned", "worked_for",
             "not_for",
             "decision", "next_step", "reason", "outcome")  # fmt: skip
    nothing = (
        "ramp_id",
        "parent_id",
        "scale_size",
        "measure_id",
        "starts_on",
        "ends_on",
        "began_on",
        "ended_on",
        "closed_at",
    )
    flags: Row = {
        "team_id": team.id,
        "number": 1,
        "stage": "plan",
        "is_draft": True,
        "is_quick": False,
        "is_shared": False,
    }
    return {**flags, **dict.fromkeys(texts, ""), **dict.fromkeys(nothing)}


def _cycle(
    b: Builder, team: DemoTeam, idea: Idea, ramp_id: int, number: int, start: date, end: date, final: bool
) -> Row:
    grows = ramp_id % 5 < 2  # the others are tested again at the same scale
    scale, size = _SCALES[min(number - 1, 4) if grows else 0]
    row = empty_cycle(team)
    public_id = row["public_id"] = b.uuid()
    stage, outcome = _stage(b, start, end)
    row |= {
        "ramp_id": ramp_id, "number": number,
        "title": idea.title if number == 1 else f"{idea.title} {b.pick(_CONDITIONS)}",
        "stage": stage, "outcome": outcome, "is_draft": stage == "plan", "is_quick": b.chance(0.25),
        "is_shared": stage != "plan" and b.chance(0.35), "starts_on": start, "ends_on": end,
        "change": idea.change,
        "scale": scale, "scale_size": min(size, max(1, team.staff)),
        "who": f"{size} teachers" if size > 1 else "One teacher",
        "measure_id": b.ids[idea.line],
    }  # fmt: skip
    if not row["is_quick"]:
        row |= {
            "aim": f"Learn whether this works {b.pick(_CONDITIONS)}.", "how_known": idea.question,
            "what": idea.change,
            "where": b.pick(["K–1", "Grades 2–3", "Grades 4–5", "All grades"]),
            "data_to_collect": f"Count the {idea.unit} each day.", "data_who": "Whoever tries it",
            "data_rhythm": "daily",
            "who_helped": "Students at the beginning levels of English", "who_left_out": b.pick(["",
                "Students on the late bus"]),
        }  # fmt: skip
    if stage == "plan":
        row["aim"] += f" ({b.note('cycle', public_id, f'/cycles/{public_id}', readers(b, team, draft=True))})"
        return row
    if outcome == "not_run":
        return row | {"reason": b.pick(_NOT_RUN), "is_draft": False, "closed_at": b.days.at(end)}
    return row | _done(b, team, idea, row, final)


def _stage(b: Builder, start: date, end: date) -> tuple[str, str]:
    today = b.days.today
    if start > today:
        return "plan", ""
    if end >= today:
        return ("do", "") if b.chance(0.9) else ("plan", "")
    since = (today - end).days
    if b.chance(0.06):
        return "closed", "not_run"
    if b.chance(0.05):
        return "closed", "abandoned"
    if since < 12 or b.chance(0.06):  # what is not closed by now has stalled
        return b.pick(["study", "study", "act"]), ""
    return "closed", "done"


def _done(b: Builder, team: DemoTeam, idea: Idea, row: Row, final: bool) -> Row:
    stage, public_id = row["stage"], row["public_id"]
    seen = b.pick(
        [
            "It fitted into the lesson.",
            "Worked where the material was ready.",
            "Forgotten twice in the first week.",
        ]
    )
    if not row["is_shared"]:
        seen += f" ({b.note('cycle', public_id, f'/cycles/{public_id}', readers(b, team))})"
    found: Row = {"began_on": row["starts_on"], "observations": seen}
    if stage == "do":
        return found
    found |= {"ended_on": row["ends_on"], "carried_out": b.pick(["planned", "planned", "planned", "partly",
                                                                 "not"]),
              "surprises": b.pick(_SURPRISES)}  # fmt: skip
    if row["outcome"] == "abandoned":
        return found | {"reason": b.pick(["It took more time than it gave.",
                                          "The grade changed its schedule."]),
                        "closed_at": b.days.at(row["ends_on"])}  # fmt: skip
    if found["carried_out"] != "planned":
        found["departures"] = _DEPARTURES[row["scale_size"] % len(_DEPARTURES)]
    if stage == "study":
        return found
    found |= {"learned": b.pick(idea.learned), "worked_for": b.pick(["", "Students who write with support"]),
              "not_for": b.pick(["", "", "Newcomers in their first month"])}  # fmt: skip
    if stage == "closed":
        decision = _decision(b, idea, final)
        found |= {"decision": decision, "next_step": _NEXT[decision],
                  "closed_at": b.days.at(min(b.days.today, row["ends_on"] + timedelta(days=b.rng.randint(1,
                      6))))}  # fmt: skip
    return found


_NEXT = {
    "adopt": "Make it routine and count it on the milestone.",
    "adapt": "Change one thing and test again.",
    "abandon": "Stop here; keep the lesson for other teams.",
    "test_again": "Test it under other conditions.",
}


def _decision(b: Builder, idea: Idea, final: bool) -> str:
    if not final:
        return str(
            b.pick(["adapt", "adapt", "test_again", "adopt"] if b.chance(0.5) else ["adapt", "test_again"])
        )
    adopt, adapt, abandon = idea.decisions
    return str(b.rng.choices(["adopt", "adapt", "abandon"], [adopt, adapt, abandon])[0])


def _detail(b: Builder, batch: Batch, place: int, team: DemoTeam, idea: Idea, cycle: Row) -> None:
    begun = b.days.at(cycle["starts_on"], 8)
    if b.chance(0.55):
        for position in range(1 if b.chance(0.7) else 2):
            batch.predictions.append((place, begun, team.person, _prediction(b, idea, cycle, position)))
    for change in stage_changes(b, team, cycle):
        batch.changes.append((place, change))
    if cycle["stage"] in ("study", "closed") and b.chance(0.06):
        row: Row = {
            "stage": "study",
            "text": "What would you see if it worked for the students who were absent?",
        }
        batch.notes.append((place, b.days.at(cycle["ends_on"]), team.person, row))


def _prediction(b: Builder, idea: Idea, cycle: Row, position: int) -> Row:
    total = b.rng.choice([10, 15, 20, 30, 40])
    number = round(total * b.rng.uniform(0.5, 0.9))
    spread = max(1, round(total * 0.12))
    low, high = max(0, number - spread), min(total, number + spread)
    row: Row = {
        "position": position,
        "question": idea.question if position == 0 else "How many minutes does it take?",
        "expected": f"{number} of {total}", "because": b.pick(["", "it held in the class next door",
                                                               "the first week is slow"]),
        "number": float(number), "low": float(low), "high": float(high), "out_of": float(total),
        "unit": idea.unit,
        "locked_at": None if cycle["stage"] == "plan" else b.days.at(cycle["starts_on"], 8),
        "later": "By the second week we expected more." if cycle["stage"] != "plan" and number > 33 else "",
        "result": "", "result_number": None, "verdict": "",
    }  # fmt: skip
    if cycle["stage"] in ("act", "closed") and not cycle["outcome"].startswith(("not", "aband")):
        row |= _result(b, number, low, high, total)
    return row


def _result(b: Builder, number: int, low: int, high: int, total: int) -> Row:
    if b.chance(0.06):
        return {"result": "Nobody wrote it down.", "verdict": "unclear"}
    got = min(total, max(0, round(b.rng.gauss(number, total * 0.11))))
    near = min(abs(got - low), abs(got - high)) <= max(1, total // 15)
    verdict = "held" if low <= got <= high else "partly" if near else "not_held"
    return {"result": f"{got} of {total}", "result_number": float(got), "verdict": verdict}


def stage_changes(b: Builder, team: DemoTeam, cycle: Row) -> list[Row]:
    """Return who took a cycle from stage to stage, up to where it stands."""
    order = ["plan", "do", "study", "act", "closed"]
    if cycle["outcome"] in ("not_run", "abandoned"):
        steps = ["plan", "closed"] if cycle["outcome"] == "not_run" else ["plan", "do", "closed"]
    else:
        steps = order[: order.index(cycle["stage"]) + 1]
    ended = cycle["ended_on"] or cycle["ends_on"]
    days = {"do": cycle["starts_on"], "study": ended, "act": ended, "closed": ended}
    rows: list[Row] = []
    for hour, (old, new) in enumerate(pairwise(steps)):
        day = min(days[new] + timedelta(days=hour), b.days.today)
        why = cycle["reason"] if new == "closed" else ""
        rows.append(
            {
                "user_id": team.person,
                "old_stage": old,
                "new_stage": new,
                "why": why,
                "at": b.days.at(day, 9 + hour),
            }
        )
    if len(rows) > 2 and b.chance(0.05):
        back = b.days.at(min(cycle["ends_on"] + timedelta(days=1), b.days.today), 16)
        again = {"user_id": team.person, "old_stage": "study", "new_stage": "do",
                 "why": "Two classes had not run it yet.",
                 "at": back}  # fmt: skip
        rows[2:2] = [again, {**again, "old_stage": "do", "new_stage": "study", "why": ""}]
    return rows


def _quick_logs(b: Builder, batch: Batch, teams: list[DemoTeam]) -> None:
    """Add a few tests that somebody wrote down after the fact, without an idea from the library."""
    for team in b.rng.sample(teams, min(30, len(teams))):
        day = b.between(b.days.day(10, 1), b.days.day(2, 20))
        row = empty_cycle(team) | {
            "public_id": b.uuid(), "title": "Stand at the door for the first minute",
            "change": "Greet each student by name.",
            "is_quick": True, "is_draft": False, "stage": "closed", "outcome": "done", "starts_on": day,
            "ends_on": day,
            "began_on": day, "ended_on": day, "observations": "Quieter starts.",
            "learned": "It costs nothing.",
            "decision": "adopt", "next_step": _NEXT["adopt"], "closed_at": b.days.at(day, 16),
            "carried_out": "planned",
        }  # fmt: skip
        batch.cycles.append((b.days.at(day, 16), team.person, row))
        batch.owners.append(team)
        batch.keys.append("")
        batch.parents.append(None)


def write(b: Builder, batch: Batch) -> list[int]:
    """Insert the cycles of *batch* and all that hangs on them; return their numbers."""
    ids = [0] * len(batch.cycles)
    for number in sorted({row["number"] for _, _, row in batch.cycles}):  # parents before children
        places = [place for place, (_, _, row) in enumerate(batch.cycles) if row["number"] == number]
        for place in places:
            parent = batch.parents[place]
            batch.cycles[place][2]["parent_id"] = None if parent is None else ids[parent]
        found = b.add_dated(Cycle, [batch.cycles[place] for place in places])
        for place, cycle_id in zip(places, found, strict=True):
            ids[place] = cycle_id
    predictions = [(at, by, {"cycle_id": ids[place], **row}) for place, at, by, row in batch.predictions]
    b.add_dated(Prediction, predictions)
    b.add(StageChange, [{"cycle_id": ids[place], **row} for place, row in batch.changes], at=b.days.now)
    b.add_dated(CycleNote, [(at, by, {"cycle_id": ids[place], **row}) for place, at, by, row in batch.notes])
    links = [
        {"cycle_id": ids[place], "milestone_id": b.pick(team.milestones[key])}
        for place, (team, key) in enumerate(zip(batch.owners, batch.keys, strict=True))
        if key
    ]
    b.add(CycleMilestone, links, at=b.days.now)
    return ids
