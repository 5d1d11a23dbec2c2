"""Alder Creek's plan while it is written: checkpoints, a target for one group, half-written milestones."""

from datetime import timedelta

from sqlalchemy import select

from milestones.models import ActionStep, Checkpoint, InterimTarget, Milestone, Strand, Strategy
from nic_platform.demo.builder import Builder, Row
from nic_platform.demo.names import SCHOOL
from nic_platform.demo.series import SUBGROUP_SET, SUBGROUPS


def build(b: Builder) -> None:
    """Set checkpoints, and leave something to be done at every place."""
    team = b.teams[SCHOOL]
    strategy = b.session.scalar(
        select(Strategy).where(Strategy.plan_id == team.plan_id).order_by(Strategy.id).limit(1)
    )
    last = b.session.scalar(
        select(InterimTarget).where(InterimTarget.plan_id == team.plan_id)
        .order_by(InterimTarget.due_on.desc()).limit(1)
    )  # fmt: skip
    if strategy is None or last is None or last.due_on is None:
        raise ValueError("the school's strategy or its interim target is missing")
    _second_strategy(b, strategy)
    at, by = b.days.at(b.days.starts_on), team.person
    group: Row = {
        "plan_id": team.plan_id, "team_id": team.id, "strategy_id": strategy.id,
        "measure_id": last.measure_id, "position": 9, "name": "Beginners proficient on iReady",
        "student_group": "students at the first English level", "subgroup_set": SUBGROUP_SET,
        "subgroup": SUBGROUPS[0], "expected_n": 44, "baseline": 6.0, "target": 40.0, "due_on": last.due_on,
    }  # fmt: skip
    group_id = b.add(InterimTarget, [group], at=at, by=by)[0]
    stops: list[Row] = [
        {"interim_target_id": number, "due_on": last.due_on - timedelta(weeks=weeks), "target": target}
        for number, weeks, target in ((group_id, 22, 15.0), (group_id, 10, 28.0), (last.id, 4, 55.0))
    ]
    b.add(Checkpoint, stops, at=at, by=by)
    _drafts(b)


def _second_strategy(b: Builder, first: Strategy) -> None:
    """Begin a strategy about which the team has talked, and which still lacks everything else."""
    team = b.teams[SCHOOL]
    row: Row = {
        "plan_id": team.plan_id, "root_cause_id": first.root_cause_id, "position": 9,
        "name": "Families hear of language goals",
        "description": "A first idea from the November meeting.", "is_focused": False, "is_in_control": True,
    }  # fmt: skip
    b.add(Strategy, [row], at=b.days.ago(12), by=team.person)


def _drafts(b: Builder) -> None:
    team = b.teams[SCHOOL]
    strand_id = b.session.scalar(
        select(Strand.id).join(Milestone, Milestone.strand_id == Strand.id)
        .where(Milestone.id == team.milestones["CA"][0])
    )  # fmt: skip
    draft: Row = {
        "plan_id": team.plan_id, "team_id": team.id, "strand_id": strand_id, "is_draft": True,
        "kind": "training", "who": "new coaches", "rhythm": "weekly",
        "what": "leading a coaching meeting with exit tickets on the table", "position": 9,
    }  # fmt: skip
    b.add(Milestone, [draft], at=b.days.ago(3), by=team.person)
    step: Row = {
        "plan_id": team.plan_id, "milestone_id": team.milestones["CA"][-1], "position": 9,
        "text": "Ask the office for substitutes on coaching days", "owner": b.names.get(team.person or 0, ""),
        "due_on": b.days.ago(9).date(),
    }  # fmt: skip
    b.add(ActionStep, [step], at=b.days.ago(30), by=team.person)
