"""What teams of the demo add to the library: by what ideas are judged, advice, questions, what spread."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from cycles.models import ChangeIdea, Cycle, IdeaDriver, Ramp
from nic_platform.actor import Level
from nic_platform.demo import cycles
from nic_platform.demo.builder import Builder, DemoTeam, Row
from nic_platform.demo.ideas import IDEAS
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.people import PEER
from teams.models import SpreadLink
from variation.models import Asking, IdeaStory

_STUDIES = {
    "stem": "Exit tickets as formative assessment: a made-up review of 14 made-up studies. "
            "https://example.org/exit-tickets",
    "adult": "Named adults for students at risk: a made-up trial in 40 schools. "
             "https://example.org/named-adult",
}  # fmt: skip
_WALLS = (
    "The wall is full by October and nobody looks at it.",
    "Walls are for visitors: students used the words on their desks instead.",
)
_STORIES = (
    ("stem", "advice", "Put the stem on the slide on Sunday, not in the break before the lesson.", "", True),
    ("stem", "adaptation", "In kindergarten students draw first and then say the sentence.", "", False),
    ("stem", "material", "Twelve slides with stems for grades 2 to 5.", "https://example.org/stems", True),
    ("tickets", "advice", "Ask for one ticket that went wrong; two good ones teach nothing.", "", False),
    (
        "timer",
        "material",
        "The three-minute timer as a page for the projector.",
        "https://example.org/timer",
        True,
    ),
)
_QUESTIONS = (
    # who asks, who is asked, idea, about, words, answer, by name, shared, declined, unnamed, days ago
    ("peer", "own", "stem", "How do you get the slide ready on days with a substitute?", "", True, False,
     False, 3),
    ("own", "far", "timer", "Does the timer work with first graders?", "", True, False, True, 5),
    ("own", "other", "swap", "How long does one swap take you?",
     "Ten minutes, with one page each. With two pages nobody finishes.", True, True, False, 24),
    ("own", "far2", "gallery", "Who sorts the tickets when a teacher is away?",
     "The coach brings them along and sorts with whoever is there.", False, True, True, 31),
    ("other", "own", "stem", "Which stem do newcomers manage?",
     "“I used the word … when I …”. They copy it in week one, and write it in week three.", True, True,
     False, 40),
    ("far", "own", "tickets", "Could we see your tickets of last week?", None, True, False, False, 18),
)  # fmt: skip


def build(b: Builder) -> None:
    """Give ideas their measures and studies, and let teams add, ask, answer and take over."""
    for idea in IDEAS:
        chosen = update(ChangeIdea).where(ChangeIdea.id == b.ids[f"idea {idea.key}"])
        b.session.execute(
            chosen.values(measure_id=b.ids[idea.line], external_evidence=_STUDIES.get(idea.key, ""))
        )
    b.session.execute(
        update(ChangeIdea).where(ChangeIdea.adopted_from_id.is_not(None))
        .values(adapted="Shorter, and only in two grades.")
    )  # fmt: skip
    teams = _testers(b)
    _dropped(b, teams)
    _stories(b, teams)
    _questions(b, teams)
    _spread(b)


def _testers(b: Builder) -> dict[str, DemoTeam]:
    """Return the teams of the stories told here: the own, its peer, and some from elsewhere."""
    own = b.teams[SCHOOL]
    rest = [team for team in b.teams.values() if team.level is Level.SCHOOL and team.milestones]
    rest = [team for team in rest if team.name not in (SCHOOL, PEER) and team.person]
    near = [team for team in rest if team.district == own.district]
    far = [team for team in rest if team.district != own.district]
    return {"own": own, "peer": b.teams[PEER], "other": near[0], "far": far[0], "far2": far[1]} | {
        f"drop{at}": team for at, team in enumerate(far[2:9])
    }


def _dropped(b: Builder, teams: dict[str, DemoTeam]) -> None:
    """Add an idea that seven teams tried and six gave up, two of them for all to read."""
    row: Row = {
        "team_id": None, "adopted_from_id": None, "title": "A word wall in every room",
        "description": "The words of the week stand on the wall, and students point at them.",
        "core_parts": "Words of this week; changed on Monday.", "adaptable_parts": "Where it hangs.",
        "is_shared": True, "measure_id": b.ids["LO"],
    }  # fmt: skip
    at = b.days.at(b.days.day(9, 1))
    idea_id = b.ids["idea wall"] = b.add(ChangeIdea, [row], at=at, by=b.people["network_lead"])[0]
    link = b.session.scalars(
        select(IdeaDriver.driver_id).where(IdeaDriver.idea_id == b.ids["idea door"]).limit(1)
    ).one()
    b.add(IdeaDriver, [{"idea_id": idea_id, "driver_id": link, "is_strong": False}], at=at)
    batch = cycles.Batch()
    for number in range(7):
        _give_up(b, batch, teams[f"drop{number}"], idea_id, number)
    cycles.write(b, batch)


def _give_up(b: Builder, batch: Any, team: DemoTeam, idea_id: int, number: int) -> None:
    start = b.days.school_day(b.days.day(10, 6) + timedelta(days=3 * number))
    end = b.days.school_day(start + timedelta(days=11))
    ramp: Row = {"team_id": team.id, "idea_id": idea_id, "title": "A word wall in every room",
                 "belief": "high", "cost_of_failure": "low", "readiness": "high"}  # fmt: skip
    ramp_id = b.add(Ramp, [ramp], at=b.days.at(start), by=team.person)[0]
    kept = number == 6
    words = _WALLS[number % 2]
    row = cycles.empty_cycle(team) | {
        "public_id": b.uuid(), "ramp_id": ramp_id, "title": "A word wall in every room", "stage": "closed",
        "outcome": "done", "is_draft": False, "is_shared": number < 2, "starts_on": start, "began_on": start,
        "ends_on": end, "ended_on": end, "change": "The words of the week stand on the wall.",
        "scale": "teacher", "scale_size": 1, "measure_id": b.ids["LO"], "carried_out": "planned",
        "observations": "Pretty.", "learned": "Words on desks are used." if kept else words,
        "decision": "adapt" if kept else "abandon", "next_step": "Move it to the desks." if kept else "Stop.",
        "data_to_collect": "Count the students who point at a word.", "closed_at": b.days.at(end),
    }  # fmt: skip
    batch.cycles.append((b.days.at(start), team.person, row))
    batch.owners.append(team)
    batch.keys.append("LO")
    batch.parents.append(None)


def _stories(b: Builder, teams: dict[str, DemoTeam]) -> None:
    for key, kind, words, address, is_named in _STORIES:
        team = teams["own" if is_named else "other"]
        row: Row = {
            "idea_id": b.ids[f"idea {key}"], "team_id": team.id, "kind": kind, "words": words,
            "address": address, "is_named": is_named,
        }  # fmt: skip
        b.add(IdeaStory, [row], at=b.days.ago(20), by=team.person)


def _questions(b: Builder, teams: dict[str, DemoTeam]) -> None:
    for asker, asked, key, words, answer, by_name, shared, unnamed, ago in _QUESTIONS:
        whole = bool(answer)
        at = b.days.ago(ago)
        row: Row = {
            "from_id": teams[asker].id, "to_id": teams[asked].id, "measure_id": None,
            "idea_id": b.ids[f"idea {key}"], "about": next(i.title for i in IDEAS if i.key == key),
            "words": words, "is_unnamed": unnamed, "answer": answer or "",
            "answered_at": at + timedelta(days=2) if whole else None,
            "answered_by_id": teams[asked].person if whole else None, "answers_by_name": by_name,
            "declined_at": at + timedelta(days=4) if answer is None else None, "is_shared": shared and whole,
        }  # fmt: skip
        b.add(Asking, [row], at=at, by=teams[asker].person)


def _spread(b: Builder) -> None:
    """Let the stem go from Alder Creek to others, and from some of these further on."""
    takers = b.session.execute(
        select(Cycle.team_id, Cycle.starts_on)
        .join(Ramp, Ramp.id == Cycle.ramp_id)
        .where(Ramp.idea_id == b.ids["idea stem"], Cycle.number == 1, Cycle.is_draft.is_(False))
        .where(Cycle.team_id != b.teams[SCHOOL].id)
        .order_by(Cycle.starts_on, Cycle.id)
    ).all()
    reached = [b.teams[SCHOOL].id]
    seen = set(reached)
    for place, (team, on) in enumerate(takers[:18]):
        if team in seen:
            continue
        giver = reached[place % min(len(reached), 4)]
        row: Row = {"from_id": giver, "to_id": team, "what": "One exit-ticket stem on the last slide",
                    "idea_id": b.ids["idea stem"], "on": on}  # fmt: skip
        b.add(SpreadLink, [row], at=b.days.at(on or b.days.today))
        reached.append(team)
        seen.add(team)
