"""Putting a decision of a meeting right: two savers, taking it back, done at a later meeting."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import ActionStep, Touchpoint
from tests.desk.scenes import a_meeting, address_of, decisions
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def member(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["member"])


@pytest.fixture
def meeting(session: Session, world: World) -> Touchpoint:
    return a_meeting(session, world)


def test_a_decision_is_put_right_and_a_second_saver_sees_both(
    session: Session, member: FlaskClient, meeting: Touchpoint
) -> None:
    member.post(address_of(meeting), data={"text": "Coach grade 4"})
    path = f"/decisions/{decisions(session, meeting)[0].public_id}/edit"

    first = member.post(path, data={"text": "Coach grades 4 and 5", "version": "1"})
    second = member.post(path, data={"text": "Coach nobody", "version": "1"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert [each.text for each in decisions(session, meeting)] == ["Coach grades 4 and 5"]


def test_a_decision_is_taken_back_and_returned(
    session: Session, member: FlaskClient, meeting: Touchpoint
) -> None:
    member.post(address_of(meeting), data={"text": "Coach grade 4"})
    path = f"/decisions/{decisions(session, meeting)[0].public_id}"

    gone = member.post(f"{path}/drop")

    assert decisions(session, meeting) == []
    assert f"{path}/return" in member.get(gone.location).text
    assert member.post(f"{path}/return").status_code == 303
    assert len(decisions(session, meeting)) == 1


def test_what_was_decided_last_time_asks_until_it_is_done(
    session: Session, world: World, member: FlaskClient, meeting: Touchpoint
) -> None:
    before = a_meeting(session, world, days_ago=14)
    sent = {"text": "Print the tally", "owner": "Joe", "then": "step", "due_on": "2026-01-05"}
    member.post(address_of(before), data=sent)
    kept = decisions(session, before)[0]
    page = member.get(address_of(meeting)).text

    assert "Print the tally" in page
    assert "Its day has passed." in page
    member.post(f"/decisions/{kept.public_id}/done", data={"meeting": str(meeting.public_id)})
    assert "Print the tally" not in member.get(address_of(meeting)).text
    assert session.scalars(select(ActionStep).where(ActionStep.public_id == kept.follow_up_id)).one().done_on


def test_who_only_reads_puts_nothing_right(
    session: Session, world: World, member: FlaskClient, browse: Browse, meeting: Touchpoint
) -> None:
    member.post(address_of(meeting), data={"text": "Coach grade 4"})
    path = f"/decisions/{decisions(session, meeting)[0].public_id}"
    reader = browse(world.people["observer"])

    assert reader.get(f"{path}/edit").status_code == 403
    assert reader.post(f"{path}/drop").status_code == 403
    assert len(decisions(session, meeting)) == 1
