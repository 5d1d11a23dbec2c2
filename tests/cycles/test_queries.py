from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cycles import queries
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from tests import factories as make
from tests.factories import TODAY
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def actor(session: Session, world: World, role: str) -> Actor:
    return make.actor_of(session, world.people[role])


def test_what_is_due_comes_first(session: Session, world: World) -> None:
    late = make.make_cycle(
        session, world.school, stage="study", title="Late", ends_on=TODAY - timedelta(days=2)
    )
    make.make_cycle(session, world.school, title="Plan", starts_on=TODAY + timedelta(days=3))
    make.make_cycle(session, world.school, stage="closed", title="Closed")
    make.make_cycle(session, world.school, title="Undated", starts_on=None, ends_on=None)
    make.make_cycle(session, world.peer, stage="study", title="Not ours")

    rows = queries.cycles_needing_step(session, actor(session, world, "member"), world.school.id, TODAY)

    assert rows[0].public_id == late.public_id
    assert rows[-1].title == "Undated"
    assert {row.title for row in rows} >= {"Late", "Plan", "Undated"}
    assert not {row.title for row in rows} & {"Closed", "Not ours"}


def test_observers_miss_drafts(session: Session, world: World) -> None:
    make.make_cycle(session, world.school)
    member, observer = actor(session, world, "member"), actor(session, world, "observer")
    assert len(queries.list_cycles(session, member, team_id=world.school.id, stage="plan")) == 1
    assert queries.list_cycles(session, observer, team_id=world.school.id, stage="plan") == []


def test_a_milestone_lists_the_cycles_one_may_read(session: Session, world: World) -> None:
    milestone = make.make_milestone(session, world.peer)
    shared = make.make_cycle(session, world.peer, milestone=milestone, stage="do", is_shared=True)
    make.make_cycle(session, world.peer, milestone=milestone, stage="do")

    found = queries.cycles_of_milestone(session, actor(session, world, "member"), milestone.id)

    assert [row.public_id for row in found] == [shared.public_id]
    assert len(queries.cycles_of_milestone(session, actor(session, world, "hub"), milestone.id)) == 2


def test_an_analyst_reads_no_cycle_even_if_it_is_shared(session: Session, world: World) -> None:
    make.make_cycle(session, world.school, stage="do", is_shared=True)
    assert queries.list_cycles(session, actor(session, world, "analyst")) == []


def test_a_deleted_cycle_is_gone_for_everybody(session: Session, world: World) -> None:
    cycle = make.make_cycle(session, world.school, deleted_at=make.NOON)
    with pytest.raises(AbsentError):
        queries.get_cycle(session, actor(session, world, "member"), cycle.public_id)


def test_a_team_is_found_by_those_who_read_its_work(session: Session, world: World) -> None:
    assert (
        queries.get_team(session, actor(session, world, "hub"), world.school.public_id).id == world.school.id
    )
    with pytest.raises(AbsentError):
        queries.get_team(session, actor(session, world, "peer"), world.school.public_id)
