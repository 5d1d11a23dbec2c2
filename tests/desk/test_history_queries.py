"""Histories: names for teams, no inner numbers, nothing that says nothing."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import history_queries
from milestones.models import Plan
from nic_platform.errors import AbsentError
from tests import factories as make
from tests.world import make_world


def test_a_team_is_told_by_its_name_and_other_things_only_as_changed(session: Session) -> None:
    team, hub = make.make_team(session), make.make_team(session, name="Cottonwood hub")
    actor = make.actor_of(session, make.make_user(session, team))
    item = make.make_item(session, team)
    theme = make.make_theme(session, team)
    item.holder_id, item.theme_id, item.state = hub.id, theme.id, "waiting"
    session.flush()

    newest = history_queries.story_of(session, actor, "feedback_item", item.public_id).events[0]

    assert {line.field: (line.before, line.after) for line in newest.lines} == {
        "holder_id": (None, "Cottonwood hub"),
        "theme_id": (None, "changed"),
        "state": ("draft", "waiting"),
    }


def test_creation_tells_only_what_was_filled_in(session: Session) -> None:
    team = make.make_team(session)
    actor = make.actor_of(session, make.make_user(session, team))
    cycle = make.make_cycle(session, team, title="Door card", change="", scale_size=None, is_shared=False)

    (event,) = history_queries.story_of(session, actor, "cycle", cycle.public_id).events
    fields = [line.field for line in event.lines]

    assert "title" in fields
    assert not {"change", "scale_size", "is_shared", "network_id", "ramp_id"} & set(fields)


def test_who_did_it_is_named(session: Session) -> None:
    team = make.make_team(session)
    user = make.make_user(session, team, name="Rosa Medina")
    session.info["user_id"] = user.id
    cycle = make.make_cycle(session, team)
    session.info.pop("user_id")

    (event,) = history_queries.story_of(
        session, make.actor_of(session, user), "cycle", cycle.public_id
    ).events

    assert event.who == "Rosa Medina"


def test_what_is_not_there_has_no_history(session: Session) -> None:
    actor = make.actor_of(session, make.make_user(session, make.make_team(session)))

    with pytest.raises(AbsentError):
        history_queries.story_of(session, actor, "cycle", uuid4())


OUTSIDE = ("hub", "peer", "reviewer")


def told_to(session: Session, role: str, kind: str, thing: Any) -> dict[str, list[tuple[Any, Any]]]:
    """Return each field that a history tells a person of the world, with its sides, newest first."""
    actor = make.actor_of(session, session.info["world"].people[role])
    told: dict[str, list[tuple[Any, Any]]] = {}
    for event in history_queries.story_of(session, actor, kind, thing.public_id).events:
        for line in event.lines:
            told.setdefault(line.field, []).append((line.before, line.after))
    return told


@pytest.fixture
def plan(session: Session) -> Plan:
    """Return a plan that the school of a whole world shares with the network."""
    world = session.info["world"] = make_world(session)
    found = session.scalars(select(Plan).where(Plan.team_id == world.school.id)).one()
    found.is_shared = True
    session.flush()
    return found


def test_a_small_group_of_students_and_its_baseline_are_their_teams_own(session: Session, plan: Plan) -> None:
    target = make.make_interim_target(session, plan, expected_n=4, baseline=25.0)
    target.expected_n, target.baseline, target.target = 41, 30.0, 70.0
    session.flush()

    own = told_to(session, "member", "interim_target", target)
    assert (own["expected_n"], own["baseline"]) == ([(4, 41), (None, 4)], [(25.0, 30.0), (None, 25.0)])
    for role in OUTSIDE:
        told = told_to(session, role, "interim_target", target)
        assert told["expected_n"] == told["baseline"] == [(None, "changed")]
        assert told["target"] == [(60.0, 70.0), (None, 60.0)]


def test_a_large_group_of_students_is_told_to_everybody(session: Session, plan: Plan) -> None:
    target = make.make_interim_target(session, plan, expected_n=41, baseline=25.0)

    for role in OUTSIDE:
        told = told_to(session, role, "interim_target", target)
        assert (told["expected_n"], told["baseline"]) == ([(None, 41)], [(None, 25.0)])


def test_how_many_few_students_a_milestone_is_about_is_its_teams_own(session: Session, plan: Plan) -> None:
    of_adults, of_students = (
        make.make_milestone(
            session,
            plan=plan,
            measure=make.make_measure(session, plan.team, counts_students=counts_students),
            is_draft=True,
            population=5,
        )
        for counts_students in (False, True)
    )
    for milestone in (of_adults, of_students):
        milestone.is_draft = False
        session.flush()
        milestone.population = 7
        session.flush()

    for role in OUTSIDE:
        assert told_to(session, role, "milestone", of_students)["population"] == [(None, "changed")]
        assert told_to(session, role, "milestone", of_adults)["population"] == [(5, 7)]
    assert told_to(session, "member", "milestone", of_students)["population"][0] == (5, 7)


def test_the_counts_a_decision_rested_on_are_its_teams_own(session: Session, plan: Plan) -> None:
    decision = make.make_decision(session, plan.team, text="Coach twice", details={"value": 25.0})
    decision.details = {"value": 30.0}
    session.flush()

    assert told_to(session, "member", "decision", decision)["details"][0][1] == {"value": 30.0}
    for role in ("hub", "reviewer"):
        assert told_to(session, role, "decision", decision)["details"] == [(None, "changed")]
