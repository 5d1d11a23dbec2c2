"""How Alder Creek planned its strands backwards: one with all answers, one that is still half open."""

from sqlalchemy import select

from milestones.models import BackwardsPlan, Milestone, Strand
from nic_platform.demo.builder import Builder, Row
from nic_platform.demo.names import SCHOOL


def build(b: Builder) -> None:
    """Keep the answers behind the coaching strand, and begin a strand that has no milestone yet."""
    team = b.teams[SCHOOL]
    coaching = b.session.scalar(
        select(Strand).join(Milestone, Milestone.strand_id == Strand.id)
        .where(Milestone.id == team.milestones["CA"][0])
    )  # fmt: skip
    if coaching is None:
        raise ValueError("the school's coaching strand is missing")
    at, by = b.days.at(b.days.starts_on), team.person
    next_strand: Row = {"strategy_id": coaching.strategy_id, "position": 9, "follows_id": coaching.id,
                        "name": "Students explaining the language goal themselves"}  # fmt: skip
    next_id = b.add(Strand, [next_strand], at=b.days.ago(6), by=by)[0]
    answers = {
        "strands": "Plans first, then tickets, then coaching on what the tickets show.",
        "speed": "Students need a term of it before the state assessments.",
        "complexity": "Coaching time has to be found, and teachers bring students’ work for the first time.",
        "shape": "The first grades need time; once they speak of it the others follow.",
        "calendar": "Two test windows in January; conferences in March.",
        "who": "classroom teachers", "population": team.staff, "tool": "the coaching log",
        "what": "analyzing exit tickets in weekly coaching meetings and adjusting upcoming instruction",
    }  # fmt: skip
    whole: Row = {
        "strand_id": coaching.id, "starts_on": b.days.day(11, 17), "ends_on": b.days.day(4, 30),
        "baseline": 12.0, "target": 90.0, "steps": 3, "shape": "slow", "complexity": "hard",
        "skips_breaks": True, "skips_testing": True, "answers": answers,
    }  # fmt: skip
    b.add(BackwardsPlan, [whole], at=at, by=by)
    half: Row = {
        "strand_id": next_id, "starts_on": b.days.school_day(b.days.next(0)), "ends_on": None,
        "baseline": 0.0, "target": None, "steps": 0, "shape": "linear", "complexity": "some",
        "skips_breaks": True, "skips_testing": True,
        "answers": {"strands": "It begins when coaching is in place.", "who": "classroom teachers"},
    }  # fmt: skip
    b.add(BackwardsPlan, [half], at=b.days.ago(6), by=by)
