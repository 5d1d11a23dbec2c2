"""Strategies with their questions, strands in order, targets with checkpoints, steps: pages and services."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import redating_queries, structure_services
from milestones.models import (
    ActionStep,
    BackwardsPlan,
    Checkpoint,
    InterimTarget,
    Milestone,
    Plan,
    Strand,
    Strategy,
)
from nic_platform import clock
from nic_platform.errors import InputError
from teams.models import CalendarSpan
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


def thing(session: Session, world: World, model: Any, name: str) -> Any:
    session.expire_all()
    return session.scalars(select(model).where(model.public_id == world.ids[name])).one()


def outline(client: FlaskClient, world: World) -> str:
    return client.get(f"/plans/{world.ids['plan_id']}/outline").text


# ---------------------------------------------------------------- prerequisites


def test_what_a_strategy_lacks_is_shown_until_it_stands(
    session: Session, world: World, member: FlaskClient
) -> None:
    strategy = thing(session, world, Strategy, "strategy_id")
    strand = thing(session, world, Strand, "strand_id")
    planned = session.scalars(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand.id)).one()
    planned.ends_on = None
    session.flush()
    board = f"/plans/{world.ids['plan_id']}"
    page = outline(member, world)
    assert "Nobody has said yet whether it is focused" in page
    assert f"/strategies/{strategy.public_id}/edit" in page
    assert "has no timeline yet" in page
    assert "List the action steps" in page
    assert "can carry weight" in member.get(board).text

    path = f"/strategies/{strategy.public_id}/edit"
    data = {"name": strategy.name, "is_focused": "yes", "is_in_control": "yes", "version": strategy.version}
    assert member.post(path, data=data).status_code == 303
    planned = session.scalars(select(BackwardsPlan).where(BackwardsPlan.strand_id == strand.id)).one()
    planned.ends_on = date(2026, 5, 1)
    session.flush()
    milestone = thing(session, world, Milestone, "milestone_id")
    thing(session, world, ActionStep, "step_id").milestone_id = milestone.id
    session.flush()

    assert "carry weight" not in outline(member, world)
    assert "can carry weight" not in member.get(board).text


def test_the_questions_keep_their_answers(session: Session, world: World, member: FlaskClient) -> None:
    path = f"/strategies/{world.ids['strategy_id']}/edit"
    member.post(path, data={"name": "ELD", "is_focused": "no", "is_in_control": ""})

    strategy = thing(session, world, Strategy, "strategy_id")
    assert (strategy.is_focused, strategy.is_in_control) == (False, None)
    assert "It is not focused yet" in outline(member, world)
    assert 'checked id="is_focused-1"' in member.get(path).text


# ---------------------------------------------------------------- strands


def test_strands_come_one_after_another_and_never_in_a_circle(
    session: Session, world: World, member: FlaskClient
) -> None:
    first = thing(session, world, Strand, "strand_id")
    second = make.make_strand(session, session.get_one(Strategy, first.strategy_id), name="Coaching")
    data = {"name": "Coaching", "follows": str(first.public_id)}
    assert member.post(f"/strands/{second.public_id}/edit", data=data).status_code == 303
    assert f"after “{first.name}”" in outline(member, world)

    refused = member.post(
        f"/strands/{first.public_id}/edit", data={"name": first.name, "follows": str(second.public_id)}
    )

    assert refused.status_code == 422
    assert "itself comes after this strand" in refused.text
    assert thing(session, world, Strand, "strand_id").follows_id is None
    member.post(f"/strands/{second.public_id}/edit", data={"name": "Coaching", "follows": ""})
    assert "side by side" in outline(member, world)


def test_a_long_chain_is_no_circle_until_it_closes(session: Session) -> None:
    strategy = make.make_strategy(session)
    strands = [make.make_strand(session, strategy) for _ in range(4)]
    for before, after in pairwise(strands):
        known = redating_queries.follows_of(session, strategy.plan_id)
        structure_services.sequence(session, after, before, known)
    known = redating_queries.follows_of(session, strategy.plan_id)

    for follows in (strands[-1], strands[0]):
        with pytest.raises(InputError):
            structure_services.sequence(session, strands[0], follows, known)
    structure_services.sequence(session, strands[-1], strands[0], known)


# ---------------------------------------------------------------- targets and checkpoints


def checkpoint(client: FlaskClient, world: World, **data: Any) -> Any:
    return client.post(f"/targets/{world.ids['target_id']}/checkpoints/new", data=data)


def test_a_checkpoint_is_on_the_targets_page_with_its_status(
    session: Session, world: World, member: FlaskClient
) -> None:
    target = thing(session, world, InterimTarget, "target_id")
    today = clock.today("America/Denver")
    target.due_on, target.baseline, target.target = today + timedelta(days=60), 40.0, 80.0
    measure = make.make_measure(session, world.school, counts_students=True)
    target.measure_id = measure.id
    make.make_measurement(session, measure, world.school, today - timedelta(days=8), count=55, population=100)
    session.flush()

    assert checkpoint(member, world, due_on=str(today - timedelta(days=3)), target="50").status_code == 303

    page = member.get(f"/targets/{target.public_id}").text
    assert "50% by" in page
    assert "Met" in page
    assert "55 of 100 (55%)" in page


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"target": "50"}, "due_on", "Give the day"),
        ({"due_on": "2026-02-01"}, "target", "Give the value"),
        ({"due_on": "2026-02-01", "target": "150"}, "target", "Give a percent"),
        ({"due_on": "2027-01-01", "target": "50"}, "due_on", "lies on the way"),
    ],
)
def test_a_checkpoint_is_refused_with_its_mend(
    session: Session, world: World, member: FlaskClient, data: dict[str, str], field: str, words: str
) -> None:
    thing(session, world, InterimTarget, "target_id").due_on = date(2026, 5, 1)
    session.flush()
    before = len(session.scalars(select(Checkpoint)).all())

    page = checkpoint(member, world, **data)

    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert words in page.text
    assert len(session.scalars(select(Checkpoint)).all()) == before


def test_a_checkpoint_is_edited_removed_and_brought_back(
    session: Session, world: World, member: FlaskClient
) -> None:
    found = thing(session, world, Checkpoint, "checkpoint_id")
    target = thing(session, world, InterimTarget, "target_id")
    target.due_on = found.due_on + timedelta(days=30)
    session.flush()
    path, on = f"/checkpoints/{found.public_id}", found.due_on.isoformat()
    data = {"due_on": on, "target": "61", "version": found.version}
    assert member.post(f"{path}/edit", data=data).status_code == 303
    assert member.post(f"{path}/edit", data={**data, "target": "62"}).status_code == 409
    assert thing(session, world, Checkpoint, "checkpoint_id").target == 61

    gone = member.post(f"{path}/delete")
    assert f"{path}/restore" in member.get(gone.location).text
    assert member.get(f"{path}/edit").status_code == 404
    assert member.post(f"{path}/restore").status_code == 303
    assert member.get(f"{path}/edit").status_code == 200


REFUSED = [("coach", 403), ("hub", 403), ("peer", 404), ("other_network", 404)]


@pytest.mark.parametrize(("role", "status"), REFUSED)
def test_who_may_not_change_a_checkpoint(world: World, browse: Browse, role: str, status: int) -> None:
    client = browse(world.people[role])
    assert checkpoint(client, world, due_on="2026-02-01", target="50").status_code == status
    assert client.post(f"/checkpoints/{world.ids['checkpoint_id']}/delete").status_code == status


def test_a_groups_target_is_judged_by_its_own_results_and_hidden_outside(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    target = thing(session, world, InterimTarget, "target_id")
    measure = make.make_measure(session, world.school, counts_students=True)
    target.measure_id, target.expected_n = measure.id, 20
    target.subgroup_set, target.subgroup = "EL", "Newcomers"
    on = date(2026, 2, 24)  # in the year of the plan
    make.make_measurement(session, measure, world.school, on, count=90, population=120)
    make.make_measurement(
        session, measure, world.school, on, count=11, population=15, subgroup_set="EL", subgroup="Newcomers"
    )
    path = f"/targets/{target.public_id}"

    page = member.get(path).text
    assert "11 of 15 (73%)" in page
    assert "5 of the group’s 20 students were not counted" in page
    for role in ("hub", "network_lead"):
        outside = browse(world.people[role]).get(path).text
        assert "11 of 15" not in outside
        assert "73%" not in outside
        assert "some results are not shown" in outside


def test_what_was_added_is_where_the_outline_opens(
    session: Session, world: World, member: FlaskClient
) -> None:
    strategy = thing(session, world, Strategy, "strategy_id")
    plan = f"/plans/{world.ids['plan_id']}"

    added = member.post(f"{plan}/strands/new?under={strategy.public_id}", data={"name": "Home visits"})

    made = session.scalars(select(Strand).where(Strand.name == "Home visits")).one()
    assert added.location.endswith(f"{plan}/outline#part-{made.public_id}")
    assert f'<li id="part-{made.public_id}">' in outline(member, world)
    moved = member.post(f"/strands/{made.public_id}/move", data={"way": "up"})
    assert moved.location.endswith(f"#part-{made.public_id}")


def test_a_target_begun_from_its_strategy_names_it(
    session: Session, world: World, member: FlaskClient
) -> None:
    strategy = thing(session, world, Strategy, "strategy_id")

    page = member.get(f"/plans/{world.ids['plan_id']}/targets/new?under={strategy.public_id}").text

    assert f'<option selected value="{strategy.public_id}">' in page


def test_the_outline_leads_to_the_plans_other_pages(member: FlaskClient, world: World) -> None:
    page = outline(member, world)

    for name in ("course", "trace", "decisions", "quarters"):
        assert f'href="/plans/{world.ids["plan_id"]}/{name}"' in page


def test_a_draft_without_a_name_begins_like_a_heading(
    session: Session, world: World, member: FlaskClient
) -> None:
    target = thing(session, world, InterimTarget, "target_id")
    plan = session.get_one(Plan, target.plan_id)
    make.make_milestone(session, plan=plan, is_draft=True, name="", what="leading a planning hour")

    board = member.get(f"/plans/{plan.public_id}").text

    assert "Leading a planning hour" in board
    assert "leading a planning hour" not in board


def test_where_a_small_group_began_is_its_teams_own(
    session: Session, world: World, member: FlaskClient, browse: Browse
) -> None:
    target = thing(session, world, InterimTarget, "target_id")
    measure = make.make_measure(session, world.school, counts_students=True)
    target.measure_id, target.expected_n, target.baseline = measure.id, 4, 17
    session.flush()
    path = f"/targets/{target.public_id}"

    assert "<dd>17" in member.get(path).text
    for role in ("hub", "network_lead"):
        assert "<dd>17" not in browse(world.people[role]).get(path).text
    target.expected_n = 40
    session.flush()
    assert "<dd>17" in browse(world.people["hub"]).get(path).text


def test_a_target_keeps_group_strategy_and_measure(
    session: Session, world: World, member: FlaskClient
) -> None:
    measure = make.make_measure(session, world.school, counts_students=True)
    data = {"name": "Proficient", "student_group": "EL", "target": "60", "expected_n": "40",
            "subgroup_set": "EL", "subgroup": "Newcomers", "strategy": str(world.ids["strategy_id"]),
            "measure": str(measure.public_id)}  # fmt: skip

    assert member.post(f"/plans/{world.ids['plan_id']}/targets/new", data=data).status_code == 303

    made = session.scalars(select(InterimTarget).order_by(InterimTarget.id.desc()).limit(1)).one()
    strategy = thing(session, world, Strategy, "strategy_id")
    assert (made.strategy_id, made.measure_id, made.expected_n) == (strategy.id, measure.id, 40)
    refused = member.post(f"/targets/{made.public_id}/edit", data={**data, "target": "140"})
    assert refused.status_code == 422
    assert 'href="#target"' in refused.text


# ---------------------------------------------------------------- the coach on targets and steps


def test_a_milestone_typed_as_a_target_becomes_a_draft(
    session: Session, world: World, member: FlaskClient
) -> None:
    words = (
        "By March 15, an audit of daily lesson plans will show that 70% of teachers are successfully writing "
        "language objectives in their lesson plans."
    )
    path = f"/plans/{world.ids['plan_id']}/targets/new"
    page = member.post(path, data={"name": words, "save": "check"})
    assert page.status_code == 200
    assert "This reads like a milestone" in page.text

    response = member.post(path, data={"name": words, "save": "milestone"})

    made = session.scalars(select(Milestone).order_by(Milestone.id.desc()).limit(1)).one()
    assert (made.is_draft, made.due_on, made.target) == (True, date(2026, 3, 15), 70.0)
    assert str(made.public_id) in response.location


def test_a_late_step_says_so_and_what_it_prepares(
    session: Session, world: World, member: FlaskClient
) -> None:
    step = thing(session, world, ActionStep, "step_id")
    milestone = thing(session, world, Milestone, "milestone_id")
    step.milestone_id, step.due_on = milestone.id, clock.today("America/Denver") - timedelta(days=2)
    session.flush()
    page = outline(member, world)
    assert 'class="turn">late' in page
    assert "Prepares" in page

    done = member.post(f"/steps/{step.public_id}/tick", data={"back": "outline"})

    assert done.location.endswith("/outline#steps")
    assert 'class="turn">late' not in outline(member, world)


def test_the_outline_takes_few_statements(
    world: World, member: FlaskClient, count_queries: CountQueries
) -> None:
    with count_queries() as seen:
        outline(member, world)
    assert len(seen) <= 12


def test_a_step_due_in_a_break_is_late_once_school_is_on_again(
    session: Session, world: World, member: FlaskClient
) -> None:
    plan = thing(session, world, Plan, "plan_id")
    today = clock.today("UTC")
    make.make_action_step(session, plan, text="Print the cards", due_on=today - timedelta(days=5))
    steps = outline(member, world).split('id="steps"')[1]
    assert steps.count(">late<") == 1
    board = member.get(f"/plans/{world.ids['plan_id']}").text
    assert board.count(">late<") == 1

    span = session.scalars(select(CalendarSpan).where(CalendarSpan.kind == "break")).first()
    assert span is not None
    span.starts_on, span.ends_on = today - timedelta(days=9), today + timedelta(days=9)
    session.flush()

    assert ">late<" not in outline(member, world).split('id="steps"')[1]
    assert ">late<" not in member.get(f"/plans/{world.ids['plan_id']}").text
