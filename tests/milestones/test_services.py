from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.rules import Direction, MeasureKind
from milestones import services
from milestones.models import Milestone, MilestoneChange, Plan, Priority, Strand
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.tables import AuditEntry
from teams.models import Team
from tests import factories as make
from tests.factories import NOON


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def by(session: Session, team: Team) -> Actor:
    return make.actor_of(session, make.make_user(session, team))


def plan_of(session: Session, team: Team) -> Plan:
    return services.create_plan(session, team, "2025-26", "Language")


def test_a_team_has_one_plan_a_year(session: Session, team: Team) -> None:
    plan = plan_of(session, team)

    with pytest.raises(RuleError):
        services.create_plan(session, team, "2025-26")
    services.delete(session, plan, at=NOON)
    again = services.create_plan(session, team, "2025-26")

    assert (again.id, again.title) == (plan.id, "Language")


def test_sharing_is_in_the_history(session: Session, team: Team) -> None:
    plan = plan_of(session, team)

    services.share(session, plan, is_shared=True)

    told = session.scalars(select(AuditEntry.changes).where(AuditEntry.object_id == plan.public_id)).all()
    assert {"is_shared": [False, True]} in told


def test_parts_stand_in_the_order_they_came_and_change_places(session: Session, team: Team) -> None:
    plan = plan_of(session, team)
    one, two, three = (services.add_part(session, Priority, plan, {"text": name}) for name in "abc")

    services.move(session, three, up=True)
    services.move(session, one, up=True)  # already first

    assert sorted((p.position, p.text) for p in (one, two, three)) == [(1, "a"), (2, "c"), (3, "b")]


def test_a_draft_needs_nothing_and_has_no_measure(session: Session, team: Team) -> None:
    made = services.add_milestone(session, plan_of(session, team), {}, on_board=False)

    assert made.is_draft
    assert made.measure_id is None


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, {"due_on", "target"}),
        ({"due_on": date(2026, 5, 1)}, {"target"}),
        ({"target": 80.0}, {"due_on"}),
        ({"due_on": date(2026, 5, 1), "target": 180.0}, {"target"}),
        ({"due_on": date(2026, 5, 1), "is_deliverable": True}, {"acceptance_test"}),
    ],
)
def test_the_board_says_what_it_lacks(
    session: Session, team: Team, values: dict[str, object], fields: set[str]
) -> None:
    plan = plan_of(session, team)

    with pytest.raises(InputError) as refused:
        services.add_milestone(session, plan, values, on_board=True)

    assert set(refused.value.fields) == fields
    session.expunge_all()
    assert session.scalar(select(Milestone)) is None


def test_a_series_shares_its_measure(session: Session, team: Team) -> None:
    plan = plan_of(session, team)
    strand = make.make_strand(session, make.make_strategy(session, plan))
    values = {"strand_id": strand.id, "what": "naming objectives", "who": "teachers", "tool": "audit"}
    first, second = (
        services.add_milestone(session, plan, {**values, "due_on": on, "target": target}, on_board=True)
        for on, target in ((date(2026, 3, 1), 50.0), (date(2026, 4, 1), 70.0))
    )

    assert first.measure_id == second.measure_id
    assert first.measure is not None
    assert (first.measure.kind, first.measure.direction) == (MeasureKind.PROCESS, Direction.UP)
    assert first.measure.team_id == team.id


def test_moving_a_date_on_the_board_is_kept(session: Session, team: Team, by: Actor) -> None:
    milestone = make.make_milestone(session, team)
    was = milestone.due_on

    services.save_milestone(session, milestone, {"due_on": date(2026, 6, 1)}, on_board=True, by=by, at=NOON)

    kept = session.scalars(select(MilestoneChange)).one()
    assert (kept.old_due_on, kept.new_due_on, kept.user_id, kept.at) == (
        was,
        date(2026, 6, 1),
        by.user_id,
        NOON,
    )


def test_an_adjustment_needs_a_reason_and_a_change(session: Session, team: Team, by: Actor) -> None:
    milestone = make.make_milestone(session, team)

    with pytest.raises(InputError) as refused:
        services.adjust(
            session, milestone, due_on=milestone.due_on, target=milestone.target, why=" ", by=by, at=NOON
        )

    assert set(refused.value.fields) == {"why", "due_on"}
    assert session.scalar(select(MilestoneChange)) is None


def test_an_adjustment_takes_no_day_away(session: Session, team: Team, by: Actor) -> None:
    milestone = make.make_milestone(session, team)

    with pytest.raises(InputError) as refused:
        services.adjust(session, milestone, due_on=None, target=90.0, why="Snow", by=by, at=NOON)

    assert set(refused.value.fields) == {"due_on"}


def test_deleting_is_undone(session: Session, team: Team) -> None:
    strand = make.make_strand(session, make.make_strategy(session, plan_of(session, team)))

    services.delete(session, strand, at=NOON)
    assert session.get_one(Strand, strand.id).deleted_at == NOON
    services.restore(session, strand)
    assert session.get_one(Strand, strand.id).deleted_at is None


def test_an_interim_target_counts_students(session: Session, team: Team) -> None:
    made = services.add_target(session, plan_of(session, team), {"name": "Proficient on iReady"})

    measure = session.get_one(type(make.make_measure(session, team)), made.measure_id)
    assert (measure.kind, measure.counts_students) == (MeasureKind.OUTCOME, True)
