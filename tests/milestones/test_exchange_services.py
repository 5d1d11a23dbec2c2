"""Bringing a document into a plan that is there: what changes, what stays, and taking it back."""

import json
from datetime import date, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from measures.models import Measure, Measurement, MonthSum
from measures.rules import Direction, Rhythm
from milestones import exchange
from milestones.exchange import Document
from milestones.exchange_compare import propose
from milestones.exchange_present_queries import look
from milestones.exchange_services import Done, write
from milestones.exchange_undo_services import can_undo, undo
from milestones.models import Milestone, MilestoneChange, Plan, Priority, Strategy, Touchpoint
from nic_platform.actor import Actor
from nic_platform.errors import RuleError
from teams.models import Team
from tests import factories as make
from tests.milestones.test_exchange import NOW, TODAY, bring_in, take_out


@pytest.fixture
def plan(session: Session) -> Plan:
    """A plan with one milestone that was measured once, 12 of 24."""
    team = make.make_team(session)
    plan = make.make_plan(session, team)
    milestone = make.make_milestone(session, team, plan=plan)
    measure = session.get_one(Measure, milestone.measure_id)
    make.make_measurement(session, measure, team, date(2026, 2, 2), count=12, population=24)
    return plan


def team_of(session: Session, plan: Plan) -> Team:
    return session.get_one(Team, plan.team_id)


def into(session: Session, plan: Plan, document: Document) -> Done:
    return bring_in(session, team_of(session, plan), document, plan)


def by(session: Session, plan: Plan) -> Actor:
    team = team_of(session, plan)
    return make.actor_of(session, make.make_user(session, team), team)


def standing(session: Session) -> list[tuple[float | None, bool]]:
    """Return the counts that nothing superseded, with whether they were taken back."""
    session.expire_all()
    gone = select(Measurement.supersedes_id).where(Measurement.supersedes_id.is_not(None))
    query = select(Measurement.count, Measurement.is_withdrawn).where(Measurement.id.not_in(gone))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Measurement.id))]


def test_a_changed_count_is_a_correction_and_undo_lets_the_earlier_one_stand(
    session: Session, plan: Plan
) -> None:
    document = take_out(session, plan)
    document.rows("measurements")[0]["count"] = 15.0
    done = into(session, plan, document)
    assert standing(session) == [(15.0, False)]
    assert session.scalar(select(func.count()).select_from(Measurement)) == 2
    again = look(session, team_of(session, plan), plan, document)
    assert propose(document, again.present, today=TODAY).total("changed") == 0

    undo(session, done.as_json(), by=by(session, plan), at=NOW)
    assert standing(session) == [(12.0, False)]


def test_an_older_file_does_not_undo_a_correction(session: Session, plan: Plan) -> None:
    old = take_out(session, plan)
    newer = take_out(session, plan)
    newer.rows("measurements")[0]["count"] = 15.0
    into(session, plan, newer)
    into(session, plan, old)
    assert standing(session) == [(15.0, False)]


def test_counts_that_were_brought_in_are_in_the_sums_of_their_month(session: Session, plan: Plan) -> None:
    document = take_out(session, plan)
    document.rows("measurements").append(
        {**document.rows("measurements")[0], "ref": "new", "observed_on": date(2026, 2, 9), "count": 20.0}
    )
    done = into(session, plan, document)
    sums = select(MonthSum.n, MonthSum.sum_y)
    assert session.execute(sums).one() == (1, 20.0)
    undo(session, done.as_json(), by=by(session, plan), at=NOW)
    session.expire_all()
    assert session.execute(sums).one() == (0, 0.0)
    assert standing(session) == [(12.0, False), (None, True)]
    into(session, plan, document)
    assert standing(session) == [(12.0, False), (20.0, False)]


def test_a_date_that_a_file_moves_is_kept_as_an_adjustment(session: Session, plan: Plan) -> None:
    document = take_out(session, plan)
    was = document.rows("milestones")[0]["due_on"]
    document.rows("milestones")[0]["due_on"] = date(2026, 5, 1)
    done = into(session, plan, document)
    change = session.scalars(select(MilestoneChange)).one()
    assert (change.old_due_on, change.new_due_on, change.why) == (
        was,
        date(2026, 5, 1),
        "Imported from a file.",
    )
    undo(session, done.as_json(), by=by(session, plan), at=NOW)
    session.expire_all()
    assert session.scalars(select(Milestone.due_on)).one() == was


def test_what_the_file_leaves_out_stays(session: Session, plan: Plan) -> None:
    priority = make.make_priority(session, plan)
    document = take_out(session, plan)
    document.parts = {
        "priorities": [exchange.blank(exchange.BY_KEY["priorities"], ref="mine", text="Another")]
    }
    into(session, plan, document)
    kept = session.scalars(
        select(Priority).where(Priority.deleted_at.is_(None)).order_by(Priority.position)
    ).all()
    assert [each.text for each in kept] == [priority.text, "Another"]


def test_a_deleted_part_comes_back_with_its_row_and_goes_again(session: Session, plan: Plan) -> None:
    priority = make.make_priority(session, plan)
    document = take_out(session, plan)
    priority.deleted_at = NOW
    session.flush()
    done = into(session, plan, document)
    assert priority.deleted_at is None
    undo(session, done.as_json(), by=by(session, plan), at=NOW)
    session.expire_all()
    assert priority.deleted_at is not None


def test_who_worked_on_it_since_keeps_the_work(session: Session, plan: Plan) -> None:
    document = take_out(session, plan)
    document.rows("strategies").append(exchange.blank(exchange.BY_KEY["strategies"], ref="s", name="New"))
    done = into(session, plan, document)
    made = session.scalars(select(Strategy)).one()
    made.name = "Newer"
    session.flush()
    assert "One part of it was changed since" in str(can_undo(session, done.as_json()))
    with pytest.raises(RuleError):
        undo(session, done.as_json(), by=by(session, plan), at=NOW)
    assert made.deleted_at is None


def test_a_common_measure_stays_the_networks_own(session: Session, plan: Plan) -> None:
    team = team_of(session, plan)
    common = make.make_measure(session, network_id=team.network_id, name="Plans")
    make.make_milestone(session, team, plan=plan, measure=common)
    document = take_out(session, plan)
    next(row for row in document.rows("measures") if row["is_common"])["name"] = "Ours"
    into(session, plan, document)
    session.refresh(common)
    assert common.name == "Plans"

    other = make.make_network(session)
    theirs = make.make_measure(session, network_id=other.id, name="plans")
    elsewhere = make.make_team(session, other)
    renamed = take_out(session, plan)
    done = bring_in(session, elsewhere, renamed)
    used = session.scalars(select(Milestone.measure_id).where(Milestone.plan_id == done.plan.id)).all()
    assert theirs.id in used
    mine = session.scalars(select(Measure).where(Measure.team_id == elsewhere.id)).all()
    assert [measure.network_id for measure in mine] == [other.id]


def test_links_to_what_is_not_here_are_left_out(session: Session, plan: Plan) -> None:
    earlier = make.make_plan(session, team_of(session, plan), school_year="2024-25")
    plan.carried_from_id = earlier.id
    session.flush()
    document = take_out(session, plan)
    assert document.plan["carried_from"] == str(earlier.public_id)
    here = bring_in(session, make.make_team(session), document).plan
    assert here.carried_from_id is None


def test_a_plan_with_problems_is_not_written(session: Session, plan: Plan) -> None:
    document = take_out(session, plan)
    document.rows("measurements")[0]["count"] = 30.0
    here = look(session, team_of(session, plan), plan, document)
    proposal = propose(document, here.present, today=TODAY)
    assert [problem.column for problem in proposal.problems] == ["Count"]
    with pytest.raises(RuleError):
        write(session, here, document, proposal, school_year="", by=by(session, plan), at=NOW)
    assert standing(session) == [(12.0, False)]


def test_every_kind_of_value_is_put_back(session: Session, plan: Plan) -> None:
    team = team_of(session, plan)
    made = Touchpoint(network_id=team.network_id, team_id=team.id, held_on=date(2026, 2, 12), ended_at=NOW)
    made.starts_at = time(15, 15)
    session.add(made)
    session.flush()
    document = take_out(session, plan)
    row = document.rows("touchpoints")[0]
    row |= {"held_on": date(2026, 2, 13), "starts_at": time(8, 30), "ended_at": None, "minutes": 30}
    measure = document.rows("measures")[0]
    measure |= {"rhythm": "monthly", "direction": "down"}
    done = into(session, plan, document)
    assert (made.starts_at, made.ended_at, made.minutes) == (time(8, 30), None, 30)
    noted = json.loads(json.dumps(done.as_json()))
    undo(session, noted, by=by(session, plan), at=NOW)
    session.expire_all()
    assert (made.held_on, made.starts_at, made.ended_at, made.minutes) == (
        date(2026, 2, 12), time(15, 15), NOW, 45,
    )  # fmt: skip
    kept = session.scalars(select(Measure)).one()
    assert (kept.rhythm, kept.direction) == (Rhythm.WEEKLY, Direction.UP)
