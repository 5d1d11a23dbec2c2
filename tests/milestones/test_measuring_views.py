"""Entering, correcting and taking back counts; a milestone's page on an earlier day and once adjusted."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from measures.queries import records, standing_records
from milestones.models import InterimTarget, Milestone, MilestoneChange
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


def day(offset: int) -> date:
    return clock.today("America/Denver") + timedelta(days=offset)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def milestone(session: Session, world: World) -> Milestone:
    return session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()


def send(client: FlaskClient, milestone: Milestone, **data: object) -> Any:
    values = {"count": "20", "population": "24", "observed_on": day(0).isoformat(), **data}
    return client.post(f"/milestones/{milestone.public_id}/measure", data=values)


def standing(session: Session, milestone: Milestone) -> list[tuple[date, float | None, float | None]]:
    session.expire_all()
    key = (milestone.measure_id or 0, milestone.team_id)
    return [(r.on, r.count, r.population) for r in standing_records(records(session, [key]).get(key, []))]


def test_a_group_that_changed_asks_why_and_loses_nothing(
    session: Session, member: FlaskClient, milestone: Milestone
) -> None:
    before = standing(session, milestone)
    response = send(member, milestone, count="21", population="31", collector="Joe Begay")

    assert response.status_code == 422
    assert "it was out of 24, now out of 31" in response.text
    for kept in ('value="21"', 'value="31"', 'value="Joe Begay"'):
        assert kept in response.text
    assert standing(session, milestone) == before

    assert send(member, milestone, count="21", population="31", note="seven new teachers").status_code == 303
    row = session.scalars(select(Measurement).order_by(Measurement.id.desc())).first()
    assert row is not None
    assert (row.population, row.note) == (31, "seven new teachers")


def test_a_second_count_of_one_day_is_asked_about(
    session: Session, member: FlaskClient, milestone: Milestone
) -> None:
    send(member, milestone)
    before = standing(session, milestone)
    asked = send(member, milestone, count="21")

    assert asked.status_code == 422
    assert "20 of 24 is written down already" in asked.text
    assert standing(session, milestone) == before

    assert send(member, milestone, count="21", same_day="both").status_code == 303
    assert [row for row in standing(session, milestone) if row[0] == day(0)] == [
        (day(0), 20, 24),
        (day(0), 21, 24),
    ]


def test_a_second_count_of_one_day_can_correct_the_first(
    session: Session, member: FlaskClient, milestone: Milestone
) -> None:
    send(member, milestone)
    assert send(member, milestone, count="21", same_day="correct").status_code == 303

    assert [row for row in standing(session, milestone) if row[0] == day(0)] == [(day(0), 21, 24)]
    assert "<s>20 of 24</s> → 21 of 24" in member.get(f"/milestones/{milestone.public_id}").text


@pytest.mark.parametrize(
    ("observed_on", "sentence"),
    [
        (day(1), "has not come yet"),
        (date(2024, 2, 20), "before this plan’s school year"),
        ("soon", "year-month-day"),
    ],
)
def test_a_day_that_cannot_be_is_told_by_field(
    session: Session,
    world: World,
    member: FlaskClient,
    milestone: Milestone,
    observed_on: object,
    sentence: str,
) -> None:
    before = standing(session, milestone)
    response = send(member, milestone, observed_on=observed_on)

    assert response.status_code == 422
    assert sentence in response.text
    assert standing(session, milestone) == before


def test_what_was_just_saved_can_be_undone(
    session: Session, member: FlaskClient, milestone: Milestone
) -> None:
    before = standing(session, milestone)
    page = member.get(send(member, milestone).location).text
    undo = re.search(r'action="(/measurements/[^"]+/undo)"', page)

    assert "Your count is saved: 20 of 24 (83%)" in page
    assert undo is not None
    assert member.post(undo[1]).status_code == 303
    assert standing(session, milestone) == before


def test_a_correction_can_be_undone_to_the_earlier_numbers(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    before = standing(session, milestone)
    data = {"count": "14", "population": "24", "observed_on": make.TODAY.isoformat()}
    response = member.post(f"/measurements/{world.ids['measurement_id']}/correct", data=data)
    undo = re.search(r'action="(/measurements/[^"]+/undo)"', member.get(response.location).text)

    assert undo is not None
    member.post(undo[1])
    assert standing(session, milestone) == before
    assert member.post(undo[1]).status_code == 409


def test_the_history_says_who_when_and_from_what_to_what(
    world: World, member: FlaskClient, milestone: Milestone
) -> None:
    data = {"count": "14", "population": "24", "observed_on": (make.TODAY - timedelta(days=1)).isoformat()}
    member.post(f"/measurements/{world.ids['measurement_id']}/correct", data=data)
    page = member.get(f"/milestones/{milestone.public_id}").text

    told = re.search(r"<s>12 of 24</s>([^<]+)</span>", page)
    assert told is not None
    assert "→ 14 of 24" in told[1]
    assert world.people["member"].name in told[1]
    assert " on Feb 25" in told[1]


def test_a_count_that_was_taken_back_stays_struck_out_with_the_way_back(
    world: World, member: FlaskClient, milestone: Milestone
) -> None:
    member.post(f"/measurements/{world.ids['measurement_id']}/delete")
    page = member.get(f"/milestones/{milestone.public_id}").text

    assert "<s>12 of 24</s>" in page
    assert "Bring back" in page


def test_results_of_students_are_entered_the_same_way(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    target = session.scalars(
        select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"])
    ).one()
    target.measure_id = make.make_measure(session, world.school, counts_students=True).id
    session.flush()
    path = f"/targets/{target.public_id}/measure"

    assert (
        member.post(path, data={"count": "97", "population": "312", "observed_on": str(day(-1))}).status_code
        == 303
    )
    assert "97 of 312" in member.get(path).text


# ---------------------------------------------------------------- an earlier day


def test_an_earlier_day_knows_nothing_later(
    session: Session, member: FlaskClient, milestone: Milestone
) -> None:
    milestone.due_on = day(-3)
    session.flush()
    assert milestone.measure is not None
    team = milestone.plan.team
    for back, count in ((20, 15), (4, 21)):
        on = day(-back)
        at = datetime(on.year, on.month, on.day, 19, tzinfo=UTC)
        make.make_measurement(
            session, milestone.measure, team, on, count=count, population=24, recorded_at=at
        )
    path = f"/milestones/{milestone.public_id}"

    now, then = member.get(path).text, member.get(f"{path}?on={day(-10)}").text

    assert "21 of 24" in now
    assert "As seen on" not in now
    assert "As seen on" in then
    assert f'href="{path}">Back to today' in then
    assert "15 of 24" in then
    assert "21 of 24" not in then
    assert "Enter a count" not in then
    assert member.get(f"{path}/chart?on={day(-10)}").status_code == 200


def test_an_earlier_day_asks_for_no_more_however_much_was_counted(
    session: Session, member: FlaskClient, milestone: Milestone, count_queries: Counter
) -> None:
    assert milestone.measure is not None
    asked = []
    for counted in range(20, 60, 10):
        make.make_measurement(
            session, milestone.measure, milestone.plan.team, day(-counted), count=15, population=24,
            recorded_at=clock.now() - timedelta(days=counted),
        )  # fmt: skip
        with count_queries() as seen:
            assert "As seen on" in member.get(f"/milestones/{milestone.public_id}?on={day(-10)}").text
        asked.append(len(seen))
    assert max(asked) <= 12
    assert asked[1] == asked[-1]


@pytest.mark.parametrize("asked", ["2999-01-01", "soon", "", "0001-01-01"])
def test_a_day_that_is_none_is_today(member: FlaskClient, milestone: Milestone, asked: str) -> None:
    page = member.get(f"/milestones/{milestone.public_id}?on={asked}")

    assert page.status_code == 200
    assert "As seen on" not in page.text


def test_an_adjusted_milestone_shows_what_was_first_planned_and_stands_as_it_stood(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    milestone = make.make_milestone(session, world.school, plan=milestone.plan)
    first, moved = milestone.due_on, day(40)
    at = datetime.combine(day(-5), datetime.min.time(), UTC) + timedelta(hours=18)
    milestone.due_on = moved
    session.add(
        MilestoneChange(
            network_id=milestone.network_id, milestone_id=milestone.id, at=at, why="snow days",
            user_id=world.people["lead"].id, old_due_on=first, new_due_on=moved, old_target=80.0,
            new_target=80.0,
        )
    )  # fmt: skip
    session.flush()
    path = f"/milestones/{milestone.public_id}"
    page, chart, then = (
        member.get(path).text,
        member.get(f"{path}/chart").text,
        member.get(f"{path}?on={day(-6)}").text,
    )

    assert "First planned: 80% by Mar 25" in page
    assert "tgt thin" in page
    assert "As first planned: 80% by Mar 25" in page  # the sentence for those who don't see the chart
    assert "Target path as first planned" in chart
    assert "snow days" in page
    assert "First planned" not in then
    assert "snow days" not in then


def test_an_overdue_check_of_a_reached_milestone_is_told(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    milestone.due_on, milestone.monitor_until = day(-20), day(30)
    session.flush()
    assert milestone.measure is not None
    make.make_measurement(session, milestone.measure, world.school, day(-22), count=24, population=24)
    page = member.get(f"/milestones/{milestone.public_id}").text

    assert "Watching goes on after a target is reached" in page
    milestone.monitor_until = day(-1)
    session.flush()
    assert "Watching goes on" not in member.get(f"/milestones/{milestone.public_id}").text


def test_what_was_saved_is_told_by_its_own_numbers_and_not_by_the_newest_count(
    member: FlaskClient, milestone: Milestone
) -> None:
    send(member, milestone, count="19")
    saved = send(member, milestone, count="12", observed_on=day(-1).isoformat())

    assert "Your count is saved: 12 of 24 (50%)" in member.get(saved.location).text


def test_who_counted_is_the_person_who_enters_it_unless_they_say_otherwise(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    milestone.collector = "Somebody Planned"
    session.flush()
    page = member.get(f"/milestones/{milestone.public_id}/measure").text

    assert f'value="{world.people["member"].name}"' in page
    assert "Somebody Planned" not in page


def test_undoing_comes_back_to_the_milestone_of_the_series_that_was_looked_at(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    later = make.make_milestone(session, plan=milestone.plan, measure=milestone.measure, due_on=day(200))
    page = member.get(send(member, milestone).location).text
    undo = re.search(r'action="(/measurements/[^"]+/undo)"', page)
    key = re.search(r'name="page" value="([^"]+)"', page)

    assert undo is not None
    assert key is not None
    back = member.post(undo[1], data={"page": key[1]})
    assert back.location.endswith(f"/milestones/{milestone.public_id}")
    assert not back.location.endswith(str(later.public_id))


def test_correcting_a_result_of_students_comes_back_to_its_target(
    session: Session, world: World, member: FlaskClient
) -> None:
    target = session.scalars(
        select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"])
    ).one()
    target.measure_id = make.make_measure(session, world.school, counts_students=True).id
    session.flush()
    data = {"count": "20", "population": "60", "observed_on": day(0).isoformat()}
    saved = member.post(f"/targets/{target.public_id}/measure", data=data)
    page = member.get(saved.location).text
    assert "Your count is saved: 20 of 60 (33%)" in page

    correct = re.search(r'href="(/measurements/[^"]+/correct[^"]*)"', page)
    assert correct is not None
    again = member.post(correct[1], data=data | {"count": "21"})
    assert f"/targets/{target.public_id}?" in again.location
