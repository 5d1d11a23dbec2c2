"""Meeting mode: the agenda point by point, each decision typed once and kept where it belongs."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cycles.models import CycleNote
from feedback.models import FeedbackItem, FeedbackMessage
from measures.models import Measure
from milestones.models import ActionStep, Decision, Milestone, Touchpoint
from nic_platform.tables import Notice
from tests.desk.scenes import a_meeting, address_of, decisions
from tests.factories import make_cycle, make_item, make_measurement, make_milestone, make_step
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def meeting(session: Session, world: World) -> Touchpoint:
    """A touchpoint of today with something to talk about."""
    found = a_meeting(session, world, title="Step back")
    late = session.scalars(select(Milestone).where(Milestone.public_id == world.ids["milestone_id"])).one()
    late.due_on, late.name = found.held_on - timedelta(days=3), "Exit tickets"
    measure = session.get_one(Measure, late.measure_id)
    make_measurement(session, measure, world.school, found.held_on - timedelta(days=4), count=11,
                     population=24)  # fmt: skip
    session.flush()
    return found


def key_of(world: World) -> str:
    return f"off-milestone-{world.ids['milestone_id']}"


# ---------------------------------------------------------------- the page


def test_a_meeting_walks_point_by_point_with_reason_and_suggestion(
    world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    whole = member.get(address_of(meeting))
    point = member.get(address_of(meeting, f"?at={key_of(world)}"))

    assert whole.status_code == point.status_code == 200
    assert "Exit tickets" in whole.text
    assert "Missed on" in point.text
    assert "Add coaching touchpoints" in point.text or "Plan professional development" in point.text
    assert (
        f'value="{key_of(world)}" selected' in point.text or f'selected value="{key_of(world)}"' in point.text
    )


def test_a_point_that_is_gone_shows_the_whole_agenda(member: FlaskClient, meeting: Touchpoint) -> None:
    answer = member.get(address_of(meeting, "?at=off-milestone-nothing"))

    assert answer.status_code == 200
    assert "Close the meeting" in answer.text


def test_the_projector_keeps_its_mark_from_point_to_point(
    world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    page = member.get(address_of(meeting, f"?present=1&at={key_of(world)}")).text

    assert "present=1" in page.split('class="walk"')[1]


def test_who_only_reads_does_not_meet(world: World, browse: Browse, meeting: Touchpoint) -> None:
    for role, status in (("observer", 403), ("coach", 403), ("hub", 403), ("peer", 404)):
        client = browse(world.people[role])
        assert client.get(address_of(meeting)).status_code == status, role
        assert client.post(address_of(meeting), data={"text": "No"}).status_code == status, role


def test_a_meeting_takes_as_many_statements_for_many(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint, count_queries: Count
) -> None:
    member.get(address_of(meeting))
    with count_queries() as few:
        member.get(address_of(meeting))
    day = meeting.held_on
    for number in range(4):
        make_milestone(session, world.school, plan=_plan(session, world), due_on=day - timedelta(days=number))
        make_cycle(session, world.school, stage="study")
        item = make_item(session, world.school, state="answered", holder_id=world.school.id)
        make_step(session, item, world.hub)
        session.add(_decision(world, meeting, f"Decision {number}"))
    session.flush()
    with count_queries() as many:
        assert member.get(address_of(meeting)).status_code == 200

    assert len(many) == len(few) <= 20


def _plan(session: Session, world: World) -> Any:
    from milestones.models import Plan

    return session.scalars(select(Plan).where(Plan.public_id == world.ids["plan_id"])).one()


def _decision(world: World, meeting: Touchpoint, text: str) -> Decision:
    return Decision(network_id=world.network.id, team_id=world.school.id, touchpoint_id=meeting.id, text=text,
                    choice="accept", decided_on=meeting.held_on)  # fmt: skip


# ---------------------------------------------------------------- landing


def test_a_decision_hangs_on_its_milestone_and_opens_an_action_step(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    sent = {"text": "Coach grade 4", "about": key_of(world), "owner": "Rosa", "due_on": "2026-03-05",
            "then": "step", "at": key_of(world)}  # fmt: skip

    answer = member.post(address_of(meeting), data=sent)

    assert answer.status_code == 303
    assert key_of(world) in answer.location
    kept = decisions(session, meeting)[0]
    step = session.scalars(select(ActionStep).where(ActionStep.public_id == kept.follow_up_id)).one()
    assert (kept.text, kept.owner, kept.due_on) == ("Coach grade 4", "Rosa", date(2026, 3, 5))
    assert kept.follow_up_kind == "step"
    assert (step.text, step.owner, step.due_on) == ("Coach grade 4", "Rosa", date(2026, 3, 5))
    assert step.milestone_id == kept.milestone_id is not None
    assert "Coach grade 4" in member.get(f"/milestones/{world.ids['milestone_id']}").text


def test_a_decision_about_a_test_is_noted_on_its_page(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    cycle = make_cycle(session, world.school, stage="study")

    member.post(
        address_of(meeting), data={"text": "Study on Friday", "about": f"cycles-cycle-{cycle.public_id}"}
    )

    kept = decisions(session, meeting)[0]
    note = session.scalars(select(CycleNote).where(CycleNote.cycle_id == cycle.id)).one()
    assert (kept.cycle_id, kept.follow_up_kind, kept.follow_up_id) == (cycle.id, "cycle_note", note.public_id)
    assert "Study on Friday" in note.text


def test_a_decision_about_a_barrier_goes_into_its_conversation(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    item_id = world.ids["item_id"]

    member.post(
        address_of(meeting), data={"text": "Call the hub", "about": f"answers-feedback_item-{item_id}"}
    )

    kept = decisions(session, meeting)[0]
    said = session.scalars(
        select(FeedbackMessage).where(FeedbackMessage.public_id == kept.follow_up_id)
    ).one()
    assert "Call the hub" in said.text
    assert kept.item_id == said.item_id


def test_a_decision_may_draft_a_barrier_or_plan_a_further_touchpoint(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    member.post(address_of(meeting), data={"text": "Cover takes coaching", "then": "feedback_item"})
    member.post(
        address_of(meeting), data={"text": "Look again", "then": "touchpoint", "due_on": "2026-12-03"}
    )

    first, second = decisions(session, meeting)
    item = session.scalars(select(FeedbackItem).where(FeedbackItem.public_id == first.follow_up_id)).one()
    planned = session.scalars(select(Touchpoint).where(Touchpoint.public_id == second.follow_up_id)).one()
    assert (item.state, item.title) == ("draft", "Cover takes coaching")
    assert (planned.title, planned.held_on) == ("Look again", date(2026, 12, 3))


def test_a_new_date_leads_to_the_form_that_adjusts(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    sent = {"text": "Two weeks more", "about": key_of(world), "then": "adjust"}

    answer = member.post(address_of(meeting), data=sent)

    assert f"/milestones/{world.ids['milestone_id']}/adjust" in answer.location
    assert decisions(session, meeting)[0].follow_up_id == world.ids["milestone_id"]


@pytest.mark.parametrize(
    ("sent", "mend"),
    [
        ({"text": ""}, "Write the decision in a sentence."),
        ({"text": "Meet again", "then": "touchpoint"}, "Give the day of the further touchpoint."),
        ({"text": "Later", "then": "adjust"}, "Choose the milestone"),
        ({"text": "Soon", "due_on": "soon"}, "2026-02-24"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    session: Session, member: FlaskClient, meeting: Touchpoint, sent: dict[str, str], mend: str
) -> None:
    answer = member.post(address_of(meeting), data=sent)

    assert answer.status_code == 422
    assert mend in answer.text
    assert sent["text"] in answer.text
    assert decisions(session, meeting) == []


def test_another_schools_thing_is_not_there(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    other = make_milestone(session, world.peer)
    foreign = make_milestone(session)

    for thing in (other, foreign):
        sent = {"text": "Mine now", "about": f"off-milestone-{thing.public_id}"}
        assert member.post(address_of(meeting), data=sent).status_code == 404
    for about in ("off-milestone-none", "off-team-" + str(world.ids["team_id"])):
        assert member.post(address_of(meeting), data={"text": "Odd", "about": about}).status_code == 404
    assert decisions(session, meeting) == []


# ---------------------------------------------------------------- putting right, together


def test_two_who_type_at_once_keep_both_decisions(
    session: Session, world: World, browse: Browse, meeting: Touchpoint
) -> None:
    one, two = browse(world.people["member"]), browse(world.people["lead"])
    one.get(address_of(meeting)), two.get(address_of(meeting))

    one.post(address_of(meeting), data={"text": "First"})
    two.post(address_of(meeting), data={"text": "Second"})

    assert [each.text for each in decisions(session, meeting)] == ["First", "Second"]


def test_notes_never_overwrite_those_of_somebody_else(
    session: Session, world: World, browse: Browse, meeting: Touchpoint
) -> None:
    path, version = f"/touchpoints/{meeting.public_id}/notes", str(meeting.version)
    one, two = browse(world.people["member"]), browse(world.people["lead"])

    first = one.post(path, data={"notes": "One line", "version": version})
    second = two.post(path, data={"notes": "Another line", "version": version})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "One line" in second.text
    assert "Another line" in second.text
    session.refresh(meeting)
    assert meeting.notes == "One line"


# ---------------------------------------------------------------- the end


def test_closing_makes_minutes_and_mails_them_if_ticked(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    member.post(address_of(meeting), data={"text": "Coach grade 4", "owner": "Rosa", "due_on": "2026-03-05"})

    answer = member.post(f"/touchpoints/{meeting.public_id}/close", data={"tell": "y"})

    page = member.get(answer.location).text
    for words in ("Coach grade 4", "Rosa", "Thu, Mar 5"):
        assert words in page
    told = list(session.scalars(select(Notice).where(Notice.kind == "touchpoint.minutes")))
    assert {each.user_id for each in told} == {
        world.people[role].id for role in ("observer", "lead", "linking", "coach")
    }
    assert "- Coach grade 4 (Rosa, by Mar 5)" in told[0].body
    assert told[0].mail_state == "waiting"


def test_closing_without_the_tick_tells_nobody_and_twice_is_once(
    session: Session, member: FlaskClient, meeting: Touchpoint
) -> None:
    for sent in ({}, {"tell": "y"}):
        member.post(f"/touchpoints/{meeting.public_id}/close", data=sent)

    count = select(func.count()).select_from(Notice).where(Notice.kind == "touchpoint.minutes")
    assert session.scalar(count) == 0


def test_a_closed_meeting_decides_nothing_until_it_is_opened_again(
    session: Session, member: FlaskClient, meeting: Touchpoint
) -> None:
    member.post(f"/touchpoints/{meeting.public_id}/close")

    refused = member.post(address_of(meeting), data={"text": "Too late"})

    assert refused.status_code == 409
    assert decisions(session, meeting) == []
    member.post(f"/touchpoints/{meeting.public_id}/reopen")
    assert member.post(address_of(meeting), data={"text": "In time"}).status_code == 303


def test_the_worksheet_has_every_point_with_lines_to_write_on(
    member: FlaskClient, meeting: Touchpoint
) -> None:
    page = member.get(f"/touchpoints/{meeting.public_id}/worksheet")

    assert page.status_code == 200
    assert "Exit tickets" in page.text
    assert page.text.count('class="ask"') == page.text.count('<ul class="boxes">') > 0


def test_an_unknown_meeting_is_a_404(member: FlaskClient) -> None:
    nowhere = UUID(int=7)
    for path in ("meeting", "minutes", "worksheet"):
        assert member.get(f"/touchpoints/{nowhere}/{path}").status_code == 404
