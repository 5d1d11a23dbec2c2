"""Every kind of thing has a condition under which a person may know of it, and a history that follows it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.visible_queries import KINDS
from milestones.models import Plan
from nic_platform.actor import Actor, NetworkRole
from nic_platform.database import Base
from tests import factories as make
from tests.world import World, make_world

# A person's account is theirs and the administrators'; a sign-in's trail stands on its own page,
# a roster is its network leads' alone.
PRIVATE = {"person", "identity_provider", "user_identity", "roster_source", "webhook"}
CLOSED_TO = ("other_network", "admin")


def actors(session: Session, world: World) -> dict[str, Actor]:
    return {role: make.actor_of(session, person) for role, person in world.people.items()}


def test_every_audited_kind_has_a_history_or_a_reason_not_to() -> None:
    audited = {mapper.class_.__audited__ for mapper in Base.registry.mappers} - {None}

    assert set(KINDS) == audited - PRIVATE


def test_every_condition_can_be_asked_by_everybody(session: Session) -> None:
    everybody = actors(session, make_world(session)).values()

    for known in KINDS.values():
        for actor in everybody:
            session.execute(select(known.title).where(known.condition(actor))).all()


def seen(session: Session, kind: str, thing: object) -> set[str]:
    """Return the roles that may know of one thing."""
    known = KINDS[kind]
    world = session.info["world"]
    here = known.model.id == thing.id  # type: ignore[attr-defined]  # every model has one
    return {
        role
        for role, actor in actors(session, world).items()
        if session.execute(select(known.model.id).where(here, known.condition(actor))).first()
    }


@pytest.fixture
def world(session: Session) -> World:
    built = make_world(session)
    session.info["world"] = built
    return built


def plan_of(session: Session, world: World) -> Plan:
    """Return the plan that the world's own school has."""
    return session.scalars(select(Plan).where(Plan.team_id == world.school.id)).one()


OWN = {"lead", "member", "linking", "coach", "observer"}
ABOVE = {"hub", "network_lead", "reviewer"}


def test_a_plan_is_for_its_team_and_those_above(session: Session, world: World) -> None:
    assert seen(session, "plan", plan_of(session, world)) == OWN | ABOVE


def test_a_shared_plan_is_for_every_member(session: Session, world: World) -> None:
    plan = plan_of(session, world)
    plan.is_shared = True
    session.flush()

    assert seen(session, "plan", plan) == OWN | ABOVE | {"peer"}


def test_parts_of_a_plan_follow_it(session: Session, world: World) -> None:
    plan = plan_of(session, world)
    step = make.make_action_step(session, plan)

    assert seen(session, "action_step", step) == OWN | ABOVE


def test_a_draft_milestone_is_for_the_team_but_its_observer(session: Session, world: World) -> None:
    plan = plan_of(session, world)
    milestone = make.make_milestone(session, world.school, plan=plan, is_draft=True)

    assert seen(session, "milestone", milestone) == OWN - {"observer"}


def test_a_draft_cycle_and_its_predictions_are_for_the_team_but_its_observer(
    session: Session, world: World
) -> None:
    cycle = make.make_cycle(session, world.school)
    prediction = make.make_prediction(session, cycle)

    assert seen(session, "cycle", cycle) == OWN - {"observer"}
    assert seen(session, "prediction", prediction) == OWN - {"observer"}


def test_a_running_cycle_is_for_those_above_too(session: Session, world: World) -> None:
    assert seen(session, "cycle", make.make_cycle(session, world.school, stage="do")) == OWN | ABOVE


def test_an_item_is_for_whom_it_reached(session: Session, world: World) -> None:
    item = make.make_item(session, world.school, state="waiting", holder_id=world.hub.id)
    make.make_step(session, item, world.hub)

    assert seen(session, "feedback_item", item) == OWN | {"hub"}


def test_a_shared_success_keeps_its_history_to_whom_it_reached(session: Session, world: World) -> None:
    item = make.make_item(session, world.school, kind="success", state="closed", is_shared=True)

    assert seen(session, "feedback_item", item) == OWN


def test_roles_in_the_network_are_for_those_who_read_all_of_it(session: Session, world: World) -> None:
    member = make.make_network_member(session, world.network, make.make_user(session), NetworkRole.ANALYST)

    assert seen(session, "network_member", member) == {"network_lead", "reviewer"}


def test_nobody_from_elsewhere_knows_of_anything(session: Session, world: World) -> None:
    people = actors(session, world)

    for kind, known in KINDS.items():
        place = known.model.id if kind == "network" else known.model.network_id
        for role in CLOSED_TO:
            here = (known.condition(people[role]), place == world.network.id)
            assert session.execute(select(known.model.id).where(*here)).all() == [], (kind, role)
