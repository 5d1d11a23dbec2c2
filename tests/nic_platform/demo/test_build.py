"""The demo is as large as it should be, holds every state of everything, and lives around today."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles import rules as cycle_rules
from cycles.models import Cycle, Prediction
from cycles.predictions import Verdict
from feedback import rules as feedback_rules
from feedback.models import (
    Acknowledgement,
    ActBatch,
    Answer,
    AnswerTemplate,
    Cheer,
    FeedbackItem,
    FeedbackMessage,
    FeedbackStep,
    PolicyNotice,
    Theme,
)
from measures.models import Measurement, MonthSum
from milestones.models import Milestone
from milestones.rules import Goal, Reading, Shape, Status, standing_on
from nic_platform import audit_trail
from nic_platform.actor import Level
from nic_platform.demo.names import HUB, SCHOOL, STATE_TEAM
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun, Installation
from teams.models import Exchange, Link, Network, Site, Team, TeamReach
from teams.services import reach_rows
from tests.drill import lighter_database
from tests.nic_platform.demo.conftest import Demo


@pytest.fixture
def rows(demo: Demo) -> Iterator[Session]:
    """A session to read the demo with."""
    from nic_platform.database import db

    with demo.app.app_context(), Session(db.engine) as session:
        yield session


def count(rows: Session, model: Any, *where: Any) -> int:
    return rows.scalar(select(func.count()).select_from(model).where(*where)) or 0


def test_it_has_the_size_of_a_small_state(rows: Session) -> None:
    assert count(rows, Site, Site.level == Level.DISTRICT) == 41  # one of them in the other network
    assert count(rows, Site, Site.level == Level.SCHOOL) == 401
    assert count(rows, Cycle) >= 1500
    assert count(rows, FeedbackItem) == 301 + 14  # those that people act
    assert count(rows, Measurement) > 15_000


def test_the_database_is_marked(rows: Session) -> None:
    assert rows.scalar(select(Installation.is_demo)) is True
    assert set(rows.scalars(select(Network.is_demo))) == {True}


def test_its_files_are_really_kept(rows: Session) -> None:
    waiting = select(ImportRun.attachment_id).where(ImportRun.attachment_id.is_not(None))
    for key in rows.scalars(select(Attachment.key).where(Attachment.id.not_in(waiting))):
        with storage().open(key) as kept:
            assert kept.read().startswith((b"lesson,", b"call asked for,", b"\x89PNG"))
    for key in rows.scalars(select(Attachment.key).where(Attachment.id.in_(waiting))):
        with storage().open(key) as kept:
            assert kept.read()
    assert count(rows, Attachment, Attachment.id.not_in(waiting)) == 4


def test_it_holds_every_state_of_cycles(rows: Session) -> None:
    assert set(rows.scalars(select(Cycle.stage))) == set(cycle_rules.Stage)
    assert set(rows.scalars(select(Cycle.outcome))) == {"", *cycle_rules.Outcome}
    assert set(rows.scalars(select(Cycle.decision))) == {"", *cycle_rules.Decision}
    assert set(rows.scalars(select(Prediction.verdict))) == {"", *Verdict}
    assert set(rows.scalars(select(Cycle.is_quick))) == {True, False}


def test_it_holds_every_state_of_feedback(rows: Session) -> None:
    assert set(rows.scalars(select(FeedbackItem.state))) == set(feedback_rules.State)
    assert set(rows.scalars(select(FeedbackItem.kind))) == set(feedback_rules.Kind)
    assert set(rows.scalars(select(FeedbackItem.lifted))) >= {"", "yes", "partly"}
    assert set(rows.scalars(select(Answer.changes))) == set(feedback_rules.Change)


def test_it_holds_every_status_of_milestones(rows: Session, demo: Demo) -> None:
    readings: dict[tuple[int, int], list[Reading]] = {}
    query = select(Measurement).where(Measurement.subgroup_set == "").order_by(Measurement.observed_on)
    for m in rows.scalars(query):
        value = m.value if m.value is not None else 100 * (m.count or 0) / (m.population or 1)
        told = readings.setdefault((m.measure_id, m.team_id), [])
        told.append(Reading(m.observed_on, value, m.recorded_at.date()))
    found = set()
    for stone in rows.scalars(
        select(Milestone).where(Milestone.is_draft.is_(False), Milestone.due_on.is_not(None))
    ):
        shape = Shape(stone.shape) if stone.shape else Shape.STAIRS
        goal = Goal(
            stone.due_on,
            stone.target,
            shape=shape,
            starts_on=stone.begins_on,
            is_deliverable=stone.is_deliverable,
        )
        told = readings.get((stone.measure_id or 0, stone.team_id), [])
        found.add(standing_on(goal, told, demo.marks.today).status)
    assert found == set(Status) - {Status.DRAFT}
    assert count(rows, Milestone, Milestone.is_draft) > 0


@lighter_database
def test_no_row_was_changed_behind_its_history(rows: Session, demo: Demo) -> None:
    assert list(audit_trail.verify(rows)) == []


def test_the_sums_of_the_state_are_those_of_its_schools(rows: Session, demo: Demo) -> None:
    state = demo.marks.site_ids[STATE_TEAM]
    measure = demo.marks.ids["ET"]
    total = rows.execute(
        select(func.sum(MonthSum.n), func.sum(MonthSum.sum_y)).where(
            MonthSum.site_id == state, MonthSum.measure_id == measure
        )
    ).one()
    counted = rows.execute(
        select(func.count(), func.sum(Measurement.count)).where(Measurement.measure_id == measure)
    ).one()
    assert tuple(total) == tuple(counted)


def test_the_closure_of_links_is_whole(rows: Session) -> None:
    links = [(lower, upper) for lower, upper in rows.execute(select(Link.lower_id, Link.upper_id))]
    reach = {(r.above_id, r.below_id, r.distance) for r in rows.execute(select(TeamReach.__table__))}
    assert reach == {(r["above_id"], r["below_id"], r["distance"]) for r in reach_rows(links)}


def test_a_barrier_of_twelve_schools_went_up_three_levels_and_came_back(rows: Session, demo: Demo) -> None:
    items = rows.scalars(select(FeedbackItem).where(FeedbackItem.theme_id == demo.marks.ids["twelve"])).all()
    levels = rows.scalars(
        select(Team.level)
        .join(FeedbackStep, FeedbackStep.team_id == Team.id)
        .where(FeedbackStep.item_id.in_([item.id for item in items]))
        .distinct()
    )
    assert len({item.team_id for item in items}) == 12
    assert set(levels) == {Level.SCHOOL, Level.DISTRICT, Level.STATE}
    assert sorted(item.lifted for item in items) == ["partly", *["yes"] * 11]
    assert len({item.answer_id for item in items}) == 2  # one school had to ask twice


@pytest.mark.parametrize("model", [Cheer, AnswerTemplate, ActBatch, Acknowledgement, Exchange])
def test_every_page_of_feedback_has_something_to_show(rows: Session, model: Any) -> None:
    assert count(rows, model) > 0


def test_themes_and_items_have_been_worked_on(rows: Session) -> None:
    for told in (
        Theme.split_from_id, Theme.joined_into_id, Theme.owner_id, FeedbackItem.owner_id,
        FeedbackItem.idea_id, FeedbackItem.notice_id, Answer.looked_again_on, PolicyNotice.acknowledge_by,
    ):  # fmt: skip
        assert count(rows, told.class_, told.is_not(None)) > 0, told
    told_to = {audience.rstrip("0123456789") for audience in rows.scalars(select(FeedbackMessage.audience))}
    assert told_to == {"track", "hop", "team"}
    assert count(rows, FeedbackStep, FeedbackStep.act == "withdrawn") == 1


def test_an_answer_waits_for_alder_creek_to_confirm(rows: Session, demo: Demo) -> None:
    item = rows.scalars(select(FeedbackItem).where(FeedbackItem.id == demo.marks.ids["F-218"])).one()
    legs = rows.scalars(
        select(FeedbackStep).where(FeedbackStep.item_id == item.id).order_by(FeedbackStep.position)
    ).all()

    assert (item.number, item.state) == (218, "answered")
    assert item.holder_id == demo.marks.team_ids[SCHOOL]
    assert [leg.act for leg in legs] == ["sent", "lifted", "answered", "passed", ""]
    assert item.due_on is not None
    assert demo.marks.today < item.due_on < demo.marks.today + timedelta(days=14)


def test_a_cycle_is_due_for_study_today(rows: Session, demo: Demo) -> None:
    due = rows.scalars(
        select(Cycle.title).where(
            Cycle.team_id == demo.marks.team_ids[SCHOOL],
            Cycle.stage == "study",
            Cycle.ends_on == demo.marks.today,
        )
    ).all()
    assert due == ["One-item exit ticket, grades 4–5"]


def test_one_item_is_late_at_the_hub(rows: Session, demo: Demo) -> None:
    item = rows.get_one(FeedbackItem, demo.marks.ids["F-240"])

    assert item.holder_id == demo.marks.team_ids[HUB]
    assert item.due_on is not None
    assert item.due_on < demo.marks.today


def test_nothing_lies_in_the_future_that_has_happened(rows: Session, demo: Demo) -> None:
    now = demo.marks.now
    assert count(rows, Measurement, Measurement.observed_on > demo.marks.today) == 0
    assert count(rows, FeedbackStep, FeedbackStep.reached_at > now) == 0
    assert count(rows, Cycle, Cycle.closed_at > now) == 0
    assert count(rows, Cycle, Cycle.created_at > now) == 0


def test_tracks_go_forward_in_time(rows: Session) -> None:
    assert count(rows, FeedbackStep, FeedbackStep.left_at < FeedbackStep.reached_at) == 0


def test_no_promise_is_told_of_again_when_the_worker_starts(rows: Session, demo: Demo) -> None:
    today = demo.marks.today
    waiting = rows.scalars(
        select(FeedbackItem).where(FeedbackItem.state == "waiting", FeedbackItem.due_on < today)
    ).all()
    assert waiting
    assert all(item.escalations > 0 for item in waiting if item.network_id == demo.marks.network_id)


def test_some_teams_have_no_way_up_or_rest_on_one_person(rows: Session) -> None:
    linked = select(Link.lower_id)
    assert count(rows, Team, Team.level == Level.SCHOOL, Team.id.not_in(linked)) > 3
