"""The board at an earlier day: the plan as it stood then, and nothing that was written down later."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import ActionStep, InterimTarget, Milestone, Plan, Strand
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def world(session: Session) -> World:
    """Everything stands since the middle of February."""
    with written(session, datetime(2026, 2, 16, 18, tzinfo=UTC)):
        return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def milestone(session: Session, world: World) -> Milestone:
    found = session.scalar(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"]))
    assert found is not None
    return found


class written:  # noqa: N801  # read as a phrase: with written(session, at)
    """Write what is done inside as if it were another moment."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at = session, at

    def __enter__(self) -> None:
        self.session.info["at"] = self.at

    def __exit__(self, *_: object) -> None:
        self.session.flush()
        self.session.info.pop("at", None)


def late(hour: int = 18) -> datetime:
    return datetime(2026, 3, 10, hour, tzinfo=UTC)


def board(client: FlaskClient, world: World, on: object = DAY) -> str:
    answer = client.get(f"/plans/{world.ids['plan_id']}?on={on}")
    assert answer.status_code == 200
    return answer.text


def test_a_clear_bar_says_which_day_is_seen_and_leads_back(world: World, member: FlaskClient) -> None:
    page = board(member, world)

    assert "As seen on Mar 2, 2026." in page
    assert f'href="/plans/{world.ids["plan_id"]}">Back to today' in page
    assert f"/milestones/{world.ids['milestone_id']}?on=2026-03-02" in page
    for words in ("/adjust", "Write a milestone", "/share", "Edit the plan"):
        assert words not in page
    today = member.get(f"/plans/{world.ids['plan_id']}").text
    assert "As seen on" not in today
    assert 'name="on" value="2026-03-20" max="2026-03-20"' in today


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("soon", "“soon” is no day. Write it as year-month-day, such as 2026-02-24."),
        ("2026-13-40", "“2026-13-40” is no day."),
        ("2026-04-01", "Apr 1, 2026 has not come yet. This is today."),
        ("0206-03-01", "Is the year right?"),
    ],
)
def test_a_bad_day_is_answered_by_a_sentence(
    world: World, member: FlaskClient, asked: str, words: str
) -> None:
    page = board(member, world, asked)

    assert words in page
    assert "As seen on" not in page


def test_a_count_that_was_written_down_later_is_left_out(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    assert milestone.measure is not None
    make.make_measurement(
        session, milestone.measure, world.school, date(2026, 2, 27), count=23, population=24,
        recorded_at=late(),
    )  # fmt: skip

    assert "96%" in member.get(f"/plans/{world.ids['plan_id']}").text
    assert "96%" not in board(member, world)


def test_dates_and_targets_are_those_of_the_day(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    with written(session, late()):
        make.make_change(
            session, milestone, at=late(), old_due_on=milestone.due_on, new_due_on=date(2026, 5, 7),
            old_target=80, new_target=85,
        )  # fmt: skip
        milestone.due_on, milestone.target = date(2026, 5, 7), 85

    page = board(member, world)
    assert 'data-date="May 7"' not in page
    assert ">80%<" in page
    today = member.get(f"/plans/{world.ids['plan_id']}").text
    assert 'data-date="May 7"' in today
    assert "first planned: " in today


def test_what_was_made_deleted_or_reworded_since_is_as_it_was(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    plan = session.scalar(select(Plan).where(Plan.public_id == world.ids["plan_id"]))
    strand = session.scalar(select(Strand).where(Strand.public_id == world.ids["strand_id"]))
    target = session.scalar(select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"]))
    step = session.scalar(select(ActionStep).where(ActionStep.public_id == world.ids["step_id"]))
    old_name, old_target = strand.name, target.name
    with written(session, late()):
        make.make_milestone(session, world.school, plan=plan, strand_id=strand.id, target=99)
        milestone.deleted_at = late()
        strand.name, target.name, step.done_on = "Another strand", "Another target", date(2026, 3, 9)

    page = board(member, world)
    assert ">80%<" in page
    assert f"/milestones/{milestone.public_id}" not in page  # it is there, and no page leads to it any more
    assert "99%" not in page
    assert (old_name in page, old_target in page) == (True, True)
    assert ("Another strand" in page, "Another target" in page) == (False, False)
    assert "<s>" not in page
    today = member.get(f"/plans/{world.ids['plan_id']}").text
    assert ">80%<" not in today
    assert "99%" in today


def test_a_draft_of_that_day_was_not_on_the_board(
    session: Session, world: World, member: FlaskClient, browse: Browse, milestone: Milestone
) -> None:
    with written(session, datetime(2026, 2, 17, 18, tzinfo=UTC)):
        milestone.is_draft = True
    with written(session, late()):
        milestone.is_draft = False

    assert "No milestone is on the board yet." in board(member, world)
    assert "No milestone is on the board yet." not in member.get(f"/plans/{world.ids['plan_id']}").text
    hub = browse(world.people["hub"])
    assert "Drafts, not on the board yet" not in board(hub, world)


def test_a_civil_day_ends_at_midnight_in_the_networks_zone(
    session: Session, world: World, member: FlaskClient, milestone: Milestone
) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=ZoneInfo("America/Denver"))
    with written(session, (midnight - timedelta(minutes=1)).astimezone(UTC)):
        milestone.target = 81
    with written(session, midnight.astimezone(UTC)):
        milestone.target = 82

    page = board(member, world)
    assert (">81%<" in page, ">82%<" in page) == (True, False)


def test_a_past_board_takes_few_statements(
    session: Session, world: World, member: FlaskClient, milestone: Milestone, count_queries: CountQueries
) -> None:
    found: list[int] = []
    for times in (1, 6):
        _fill(session, world, milestone, times)
        with count_queries() as seen:
            board(member, world)
        found.append(len(seen))

    assert found[0] == found[1]
    assert found[0] <= 12


def _fill(session: Session, world: World, milestone: Milestone, times: int) -> Any:
    plan = milestone.plan
    with written(session, datetime(2026, 2, 17, 18, tzinfo=UTC)):
        made = [
            make.make_milestone(session, world.school, plan=plan, strand_id=milestone.strand_id)
            for _number in range(times)
        ]
    with written(session, late()):
        for each in made:
            each.target = 70


def test_small_groups_of_an_earlier_measure_stay_hidden(
    session: Session, world: World, browse: Browse, member: FlaskClient
) -> None:
    target = session.scalar(select(InterimTarget).where(InterimTarget.public_id == world.ids["target_id"]))
    assert target is not None
    with written(session, datetime(2026, 2, 20, 18, tzinfo=UTC)):
        students = make.make_measure(session, world.school, counts_students=True, unit="students")
        make.make_measurement(
            session, students, world.school, date(2026, 2, 24), count=3, population=7,
            recorded_at=datetime(2026, 2, 24, 18, tzinfo=UTC),
        )  # fmt: skip
        target.measure_id = students.id
    with written(session, late()):
        target.measure_id = make.make_measure(session, world.school).id

    assert "43%" in board(member, world)
    assert "43%" not in board(browse(world.people["hub"]), world)


def test_who_reads_a_plan_because_it_is_shared_sees_nothing_that_is_gone(
    session: Session, world: World, browse: Browse, milestone: Milestone
) -> None:
    strand = session.scalar(select(Strand).where(Strand.public_id == world.ids["strand_id"]))
    step = session.scalar(select(ActionStep).where(ActionStep.public_id == world.ids["step_id"]))
    plan = session.get_one(Plan, milestone.plan_id)
    with written(session, datetime(2026, 2, 20, 18, tzinfo=UTC)):
        strand.name, step.text = "Former canary", "Unwanted canary"
    with written(session, late()):
        strand.name, step.deleted_at, plan.is_shared = "Objectives", late(), True

    for name, sees in (("member", True), ("hub", True), ("peer", False)):
        page = board(browse(world.people[name]), world)
        assert "As seen on Mar 2, 2026." in page
        assert ("Former canary" in page, "Unwanted canary" in page) == (sees, sees)
