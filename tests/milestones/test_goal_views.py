"""Pages of agency goals: written, followed by quarter, seen as of an earlier day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import AgencyGoal, Milestone, MilestoneChange, Plan
from nic_platform import clock
from nic_platform.actor import TeamRole
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def plan(session: Session, world: World) -> Plan:
    return make.make_plan(session, world.state, school_year="2025-26")


@pytest.fixture
def staff(session: Session, world: World, browse: Browse) -> FlaskClient:
    return browse(make.make_user(session, world.state, role=TeamRole.LEAD))


@pytest.fixture(autouse=True)
def a_day_in_february(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda _zone: date(2026, 2, 25))


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def in_place(session: Session, world: World, milestone: Milestone, on: date, note: str = "") -> None:
    assert milestone.measure is not None
    make.make_measurement(session, milestone.measure, world.state, on, value=1.0, note=note)


def deliverable(
    session: Session, world: World, goal: AgencyGoal, name: str, due: date, **more: Any
) -> Milestone:
    measure = make.make_measure(session, world.state, type="continuous")
    return make.make_milestone(
        session, plan=session.get_one(Plan, goal.plan_id), measure=measure, goal_id=goal.id, name=name,
        due_on=due, is_deliverable=True, target=None, acceptance_test="It is read",
    )  # fmt: skip


def test_a_goal_is_added_edited_moved_deleted_and_brought_back(
    session: Session, plan: Plan, staff: FlaskClient
) -> None:
    address = f"/plans/{plan.public_id}/goals"
    assert "No goal yet" in text(staff, address)
    sent = {"title": "Answer in time", "statement": "Continue to answer", "leader": "Ana", "impact": "Sooner"}
    assert staff.post(f"{address}/new", data=sent).status_code == 303
    assert staff.post(f"{address}/new", data={"title": "Second"}).status_code == 303
    first, second = session.scalars(
        select(AgencyGoal).where(AgencyGoal.plan_id == plan.id).order_by(AgencyGoal.id)
    )

    page = text(staff, address)
    assert page.index("Answer in time") < page.index("Second")
    assert "The coach asks" in page
    staff.post(f"/goals/{second.public_id}/move", data={"way": "up"})
    page = text(staff, address)
    assert page.index("Second") < page.index("Answer in time")

    edit = f"/goals/{first.public_id}/edit"
    session.refresh(first)
    version = first.version
    assert staff.post(edit, data=sent | {"title": "Renamed", "version": version}).status_code == 303
    assert staff.post(edit, data=sent | {"title": "Other", "version": version}).status_code == 409

    gone = staff.post(f"/goals/{first.public_id}/delete")
    page = text(staff, gone.location)
    assert f"/goals/{first.public_id}/restore" in page
    assert "Renamed" not in page
    assert staff.post(f"/goals/{first.public_id}/restore").status_code == 303
    assert "Renamed" in text(staff, address)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"leader": "Ana"}, "Give the goal a short name"),
        ({"title": "A", "starts_on": "2026-06-30", "ends_on": "2025-07-01"}, "ends before it starts"),
        ({"title": "A", "ends_on": "soon"}, "year-month-day"),
    ],
)
def test_what_can_not_be_saved_is_told_beside_the_field(
    session: Session, plan: Plan, staff: FlaskClient, sent: dict[str, str], says: str
) -> None:
    answer = staff.post(f"/plans/{plan.public_id}/goals/new", data=sent)

    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert session.scalar(select(AgencyGoal).where(AgencyGoal.plan_id == plan.id)) is None


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [("reviewer", 200, 200), ("network_lead", 200, 403), ("hub", 404, 404), ("analyst", 404, 404)],
)
def test_who_reads_and_who_writes_a_states_goals(
    session: Session, world: World, plan: Plan, browse: Browse, role: str, read: int, write: int
) -> None:
    goal = make.make_goal(session, plan)
    client = browse(world.people[role])

    paths = ("goals", "quarters")
    assert [client.get(f"/plans/{plan.public_id}/{p}").status_code for p in paths] == [read, read]
    assert client.get(f"/goals/{goal.public_id}/edit").status_code == write
    assert client.post(f"/goals/{goal.public_id}/delete").status_code == (303 if write == 200 else write)


def test_each_milestone_stands_in_its_quarter_and_what_was_not_reached_in_the_next_too(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    goal = make.make_goal(session, plan, title="One calendar", impact="8 days for every school")
    done = deliverable(session, world, goal, "Memo sent", date(2025, 9, 30))
    in_place(session, world, done, date(2025, 9, 15), note="All hubs have it.")
    deliverable(session, world, goal, "Calendar agreed", date(2025, 12, 1))
    deliverable(session, world, goal, "Calendar in force", date(2026, 5, 1))

    page = text(staff, f"/plans/{plan.public_id}/quarters")

    assert "FY 2026" in page
    assert "In place since Sep 15." in page
    assert "All hubs have it." in page
    assert "carried over into quarter 3" in page
    assert "carried over from quarter 2" in page
    assert page.count(">Calendar agreed</a>") == 2
    assert page.count(">Memo sent</a>") == 1
    assert "0 of 1 reached; 1 carried over." in page  # quarter 2
    assert "This quarter: 0 of 1 reached so far, 34 days left; 1 carried in from before." in page


def test_a_moved_date_stands_in_both_quarters(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    goal = make.make_goal(session, plan)
    milestone = deliverable(session, world, goal, "Calendar agreed", date(2026, 4, 10))
    session.add(
        MilestoneChange(
            network_id=plan.network_id, milestone_id=milestone.id, at=make.NOON, why="Snow",
            old_due_on=date(2026, 2, 10), new_due_on=date(2026, 4, 10),
        )
    )  # fmt: skip
    session.flush()

    now = text(staff, f"/plans/{plan.public_id}/quarters")
    assert "moved to quarter 4" in now
    assert "moved here from quarter 3" in now
    before = text(staff, f"/plans/{plan.public_id}/quarters?on=2025-12-31")
    assert "moved" not in before
    assert "by Feb 10" in before


def test_a_quarter_is_seen_again_as_it_stood_on_its_last_day(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    goal = make.make_goal(session, plan)
    late = deliverable(session, world, goal, "Calendar agreed", date(2025, 12, 1))
    in_place(session, world, late, date(2026, 1, 20))

    then = text(staff, f"/plans/{plan.public_id}/quarters?on=2025-12-31")
    assert "As seen on" in then
    assert "In place" not in then
    assert "This quarter: 0 of 1 reached so far, its last day is today." in then
    assert "In place since Jan 20." in text(staff, f"/plans/{plan.public_id}/quarters")


def test_what_is_due_in_another_fiscal_year_is_a_link_away(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    world.network.fiscal_month = 10
    goal = make.make_goal(session, plan)
    deliverable(session, world, goal, "Of the year before", date(2025, 9, 1))
    deliverable(session, world, goal, "Of this year", date(2026, 3, 1))
    session.flush()

    page = text(staff, f"/plans/{plan.public_id}/quarters")
    assert "?year=2025-09-01" in page
    earlier = text(staff, f"/plans/{plan.public_id}/quarters?year=2025-09-01")
    assert "FY 2025" in earlier
    assert "?year=2026-03-01" in earlier
    assert text(staff, f"/plans/{plan.public_id}/quarters?year=9999-12-31")
    assert text(staff, f"/plans/{plan.public_id}/quarters?year=never&on=never")


def test_milestones_of_a_deleted_goal_are_not_lost(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    goal = make.make_goal(session, plan)
    deliverable(session, world, goal, "Calendar agreed", date(2026, 3, 1))
    staff.post(f"/goals/{goal.public_id}/delete")

    page = text(staff, f"/plans/{plan.public_id}/quarters")

    assert "Without a goal" in page
    assert "Calendar agreed" in page


def test_the_quarter_view_takes_as_many_statements_for_many_goals_as_for_one(
    session: Session, world: World, plan: Plan, staff: FlaskClient, count_queries: CountQueries
) -> None:
    def add() -> None:
        goal = make.make_goal(session, plan)
        for month in (8, 11):
            made = deliverable(session, world, goal, f"{goal.title} {month}", date(2025, month, 5))
            in_place(session, world, made, date(2025, 11, 20))

    add()
    paths = [f"/plans/{plan.public_id}/{name}" for name in ("quarters", "goals")]
    few = [_statements(staff, path, count_queries) for path in paths]
    for _ in range(4):
        add()

    assert [_statements(staff, path, count_queries) for path in paths] == few
    assert max(few) <= 12


def _statements(client: FlaskClient, path: str, count_queries: CountQueries) -> int:
    with count_queries() as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_everybody_who_signed_in_reads_what_makes_a_milestone_good(world: World, browse: Browse) -> None:
    page = text(browse(world.people["peer"]), "/guidance/milestones")

    assert "Conduct awareness training." in page
    assert page.count("<li><div><h3>") == 8 + 9 + 12


def test_a_milestone_is_written_to_a_goal_without_a_strand(
    session: Session, world: World, plan: Plan, staff: FlaskClient
) -> None:
    goal = make.make_goal(session, plan, title="One calendar")
    link = f"/milestones/new?plan={plan.public_id}&goal={goal.public_id}"
    assert "One calendar" in text(staff, link)
    sent = {
        "goal": str(goal.public_id), "strand": "", "counts": "deliverable", "timing": "by", "name": "Memo",
        "what": "a memo", "acceptance_test": "It is read", "due_on": "2026-03-20", "kind": "project",
    }  # fmt: skip

    assert staff.post(link, data=sent).status_code == 303

    made = session.scalars(select(Milestone).where(Milestone.goal_id == goal.id)).one()
    assert (made.name, made.strand_id, made.kind, made.is_draft) == ("Memo", None, "project", False)
    edit = f"/milestones/{made.public_id}/edit"
    sent.pop("goal")
    assert staff.post(edit, data=sent | {"version": str(made.version)}).status_code == 303
    session.refresh(made)
    assert made.goal_id == goal.id


def test_the_guide_leads_to_the_writer_only_who_has_a_plan_to_write_in(world: World, browse: Browse) -> None:
    link = 'href="/milestones/new"'

    assert link in text(browse(world.people["lead"]), "/guidance/milestones")
    assert link not in text(browse(world.people["coach"]), "/guidance/milestones")
    assert link not in text(browse(world.people["analyst"]), "/guidance/milestones")
