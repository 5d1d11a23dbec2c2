from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import services
from cycles.models import ChangeIdea, Cycle, CycleMilestone, Ramp, StageChange
from cycles.rules import Stage
from cycles.services import Written
from nic_platform import audit
from nic_platform.actor import Actor, TeamRole
from nic_platform.errors import InputError
from teams.models import Team
from tests import factories as make
from tests.factories import NOON, TODAY


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def member(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team, role=TeamRole.MEMBER), team)


def test_starting_makes_an_idea_and_a_ramp_once(session: Session, team: Team, member: Actor) -> None:
    first = services.start(session, team_id=team.id, milestone_ids=[], change="A timer", by=member, at=NOON)
    assert first.ramp is not None
    second = services.start(
        session, team_id=team.id, milestone_ids=[], change="", idea=first.ramp.idea, by=member, at=NOON
    )

    assert second.ramp_id == first.ramp_id
    assert [first.number, second.number] == [1, 2]
    assert session.scalars(select(ChangeIdea.title)).all() == ["A timer"]
    assert len(session.scalars(select(Ramp)).all()) == 1


def test_starting_from_nothing_is_refused(session: Session, team: Team, member: Actor) -> None:
    with pytest.raises(InputError):
        services.start(session, team_id=team.id, milestone_ids=[], change=" ", by=member, at=NOON)
    assert session.scalars(select(Cycle)).all() == []


def test_the_milestones_of_a_cycle_are_exactly_those_chosen(
    session: Session, team: Team, member: Actor
) -> None:
    plan = make.make_plan(session, team)
    one, two, three = (make.make_milestone(session, team, plan=plan) for _ in range(3))
    cycle = make.make_cycle(session, team, milestone=one)
    services.set_milestones(session, cycle, [one.id, two.id])
    services.set_milestones(session, cycle, [two.id, three.id])
    session.flush()

    assert set(session.scalars(select(CycleMilestone.milestone_id))) == {two.id, three.id}


def test_saving_keeps_what_the_form_did_not_hold(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, aim="Kept", who="Kept too")
    services.save(session, cycle, Stage.PLAN, {"aim": " New "}, by=member, at=NOON)
    assert (cycle.aim, cycle.who) == ("New", "Kept too")


def test_a_change_of_predictions_alone_is_a_new_version(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    before = cycle.version
    services.save(session, cycle, Stage.PLAN, {}, [Written(question="How many?")], by=member, at=NOON)
    assert cycle.version > before


def test_predictions_are_written_changed_and_taken_out(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    lines = [
        Written(question="How many?", number=3.0),
        Written(question="", unit="%"),
        Written(question="Why?"),
    ]
    services.save(session, cycle, Stage.PLAN, {}, lines, by=member, at=NOON)
    first, second = services.live(cycle)
    again = [Written(id=first.public_id, question="How many now?"), Written(id=second.public_id, question="")]
    services.save(session, cycle, Stage.PLAN, {}, again, by=member, at=NOON)

    assert [(p.question, p.number) for p in services.live(cycle)] == [("How many now?", None)]


def test_the_verdict_is_computed_where_it_can_be(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="study", began_on=TODAY)
    counted = make.make_prediction(session, cycle, number=12, low=10, high=14, out_of=15, unit="class-days")
    told = make.make_prediction(session, cycle, number=None)
    session.expire(cycle)
    lines = [
        Written(id=counted.public_id, result_number=4, verdict="held"),
        Written(id=told.public_id, result="Most did", verdict="partly"),
    ]
    services.save(session, cycle, Stage.STUDY, {}, lines, by=member, at=NOON)

    assert (counted.verdict, told.verdict) == ("not_held", "partly")


def test_a_locked_prediction_takes_second_thoughts_only(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, stage="do", began_on=TODAY)
    prediction = make.make_prediction(session, cycle, number=75, locked_at=NOON)
    session.expire(cycle)
    line = Written(id=prediction.public_id, question="Other?", number=10, later="Too high")
    services.save(session, cycle, Stage.PLAN, {}, [line, Written(question="New?")], by=member, at=NOON)

    assert [(p.number, p.later) for p in services.live(cycle)] == [(75, "Too high")]


def test_judging_belief_is_kept_with_the_ramp(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team, ramp=make.make_ramp(session, team), stage="act")
    services.save(session, cycle, Stage.ACT, {"belief": "high", "readiness": ""}, by=member, at=NOON)
    assert cycle.ramp is not None
    assert (cycle.ramp.belief, cycle.ramp.readiness) == ("high", "")


def test_every_save_is_written_down(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    services.save(session, cycle, Stage.DO, {"observations": "It fit."}, by=member, at=NOON)
    newest = audit.history(session, "cycle", cycle.public_id)[0]
    assert newest.changes["observations"] == ("", "It fit.")


def test_moving_is_noted_with_who_and_why(session: Session, team: Team, member: Actor) -> None:
    cycle = make.make_cycle(session, team)
    services.note_move(session, cycle, Stage.DO, by=member, at=NOON, why="Ready")
    session.flush()
    row = session.scalars(select(StageChange)).one()
    assert (row.old_stage, row.new_stage, row.user_id, row.why, row.at) == (
        "plan",
        "do",
        member.user_id,
        "Ready",
        NOON,
    )


def test_days_are_those_of_the_network(member: Actor) -> None:
    late = NOON.replace(hour=3)
    assert services.local_day(late, replace(member, time_zone="America/Denver")) == date(2026, 2, 24)
