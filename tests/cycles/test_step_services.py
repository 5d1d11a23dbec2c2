from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import services, step_services
from cycles.models import Cycle, CycleMilestone, StageChange
from cycles.rules import Stage
from cycles.step_services import StepError
from nic_platform.actor import Actor
from nic_platform.errors import InputError
from nic_platform.tables import Notice
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def member(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team), team)


def ready(session: Session, team: Team, **columns: object) -> Cycle:
    milestone = make.make_milestone(session, team)
    cycle = make.make_cycle(
        session,
        team,
        milestone=milestone,
        ramp=make.make_ramp(session, team),
        aim="Aim",
        who="Two",
        scale="teachers",
        carried_out="planned",
        observations="Seen",
        learned="It fits",
        decision="adapt",
        next_step="A box",
        **columns,
    )
    make.make_prediction(session, cycle, verdict="held")
    session.expire(cycle)
    return cycle


def test_every_step_is_finished_in_its_turn(session: Session, team: Team, member: Actor) -> None:
    cycle = ready(session, team)
    for step in (Stage.PLAN, Stage.DO, Stage.STUDY, Stage.ACT):
        step_services.finish(session, cycle, step, by=member, at=NOON)

    assert (cycle.stage, cycle.outcome, cycle.closed_at) == ("closed", "done", NOON)
    assert (cycle.is_draft, cycle.began_on, cycle.ended_on) == (False, TODAY, TODAY)
    assert all(prediction.locked_at == NOON for prediction in services.live(cycle))
    assert session.scalars(select(StageChange.new_stage).order_by(StageChange.id)).all() == [
        "do",
        "study",
        "act",
        "closed",
    ]


def test_only_the_present_step_is_finished(session: Session, team: Team, member: Actor) -> None:
    cycle = ready(session, team)
    with pytest.raises(StepError):
        step_services.finish(session, cycle, Stage.STUDY, by=member, at=NOON)
    assert cycle.stage == "plan"


def test_an_unfinished_step_names_what_it_lacks(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    with pytest.raises(InputError) as refused:
        step_services.finish(session, cycle, Stage.PLAN, by=member, at=NOON)
    assert set(refused.value.fields) == {"milestones", "aim", "who", "scale", "predictions"}
    assert cycle.is_draft


def test_a_plan_reopened_after_do_is_no_draft_again(session: Session, team: Team, member: Actor) -> None:
    cycle = ready(session, team)
    step_services.finish(session, cycle, Stage.PLAN, by=member, at=NOON)
    step_services.go_back(session, cycle, Stage.PLAN, "Wrong class", by=member, at=NOON)
    assert (cycle.stage, cycle.is_draft) == ("plan", False)


def test_going_back_needs_a_reason_and_an_earlier_step(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="do")
    with pytest.raises(InputError):
        step_services.go_back(session, cycle, Stage.PLAN, " ", by=member, at=NOON)
    with pytest.raises(StepError):
        step_services.go_back(session, cycle, Stage.STUDY, "On", by=member, at=NOON)
    assert session.scalars(select(StageChange)).all() == []


def test_a_cycle_that_never_ran_says_why_and_may_be_opened_again(
    session: Session, team: Team, member: Actor
) -> None:
    cycle = make.make_cycle(session, team)
    step_services.close_as_not_run(session, cycle, "Testing window", by=member, at=NOON)
    assert (cycle.outcome, cycle.is_draft, cycle.reason) == ("not_run", False, "Testing window")
    step_services.go_back(session, cycle, Stage.PLAN, "Now we can", by=member, at=NOON)
    assert (cycle.outcome, cycle.is_draft, cycle.closed_at) == ("", True, None)


def test_what_ran_is_not_closed_as_not_run(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="study", began_on=TODAY)
    with pytest.raises(StepError):
        step_services.close_as_not_run(session, cycle, "No", by=member, at=NOON)


def test_giving_up_works_until_it_is_closed(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="act", began_on=TODAY)
    step_services.abandon(session, cycle, "Coach left", by=member, at=NOON)
    assert (cycle.stage, cycle.outcome) == ("closed", "abandoned")
    with pytest.raises(StepError):
        step_services.abandon(session, cycle, "Again", by=member, at=NOON)


def test_the_next_cycle_carries_the_learning_forward(session: Session, team: Team, member: Actor) -> None:
    cycle = ready(session, team, stage="act", learning_so_far="Cycle 0: three were too many")
    services.live(cycle)[0].question = "How many days?"
    following = step_services.open_next(session, cycle, by=member, at=NOON)

    assert (following.parent_id, following.number, following.stage) == (cycle.id, cycle.number + 1, "plan")
    assert following.change == "A box"
    assert following.learning_so_far == "Cycle 0: three were too many\nCycle 1: It fits"
    assert [(p.question, p.expected) for p in services.live(following)] == [("How many days?", "")]
    served = select(CycleMilestone.cycle_id).order_by(CycleMilestone.cycle_id)
    assert session.scalars(served).all() == [cycle.id, following.id]
    assert following.is_draft


def test_no_next_cycle_before_something_was_learned(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="do", ramp=make.make_ramp(session, team))
    with pytest.raises(StepError):
        step_services.open_next(session, cycle, by=member, at=NOON)


def test_a_draft_is_not_shared(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    with pytest.raises(StepError):
        step_services.share(session, cycle, True, is_checked=True, by=member, at=NOON)
    assert not cycle.is_shared


def test_a_comment_tells_who_wrote_the_cycle(session: Session, team: Team, member: Actor) -> None:
    author = make.make_user(session, team)
    cycle = make.make_cycle(session, team)
    cycle.created_by_id = author.id
    step_services.comment(session, cycle, " Why five? ", by=member, at=NOON)
    session.flush()
    notice = session.scalars(select(Notice)).one()
    assert (notice.user_id, notice.body, notice.path) == (
        author.id,
        "Why five?",
        f"/cycles/{cycle.public_id}",
    )
    with pytest.raises(InputError):
        step_services.comment(session, cycle, " ", by=member, at=NOON)


def test_only_drafts_are_deleted(session: Session, team: Team, member: Actor) -> None:
    draft, begun = make.make_cycle(session, team), make.make_cycle(session, team, stage="do")
    step_services.delete_draft(session, draft, by=member, at=NOON)
    assert draft.deleted_at == NOON
    step_services.restore(session, draft, by=member, at=NOON)
    assert draft.deleted_at is None
    with pytest.raises(StepError):
        step_services.delete_draft(session, begun, by=member, at=NOON)


def test_began_on_follows_the_networks_day(session: Session, team: Team, member: Actor) -> None:
    cycle = ready(session, team)
    step_services.finish(session, cycle, Stage.PLAN, by=member, at=NOON.replace(hour=2))
    assert cycle.began_on == date(2026, 2, 24)
