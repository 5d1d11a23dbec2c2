"""What a decision of a meeting leads to, seen from outside: only things of its own team."""

from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from milestones.models import Touchpoint
from nic_platform import clock
from tests import factories as make
from tests.world import World, make_world


def test_another_teams_step_is_neither_read_nor_ticked_through_a_decision(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    """A plan's file may name any step as what a decision led to."""
    world = make_world(session)
    member = browse(world.people["member"])
    meeting = Touchpoint(network_id=world.network.id, team_id=world.school.id, held_on=date(2026, 2, 20))
    session.add(meeting)
    session.flush()
    step = make.make_action_step(session, make.make_plan(session, world.stranger), done_on=date(2025, 11, 11))
    made = make.make_decision(
        session, world.school, touchpoint_id=meeting.id, text="Print the tally", follow_up_kind="step",
        follow_up_id=step.public_id,
    )  # fmt: skip

    minutes = member.get(f"/touchpoints/{meeting.public_id}/minutes").text
    assert "Print the tally" in minutes
    assert "Nov 11" not in minutes
    step.done_on = None
    session.flush()
    assert member.post(f"/decisions/{made.public_id}/done").status_code == 303
    session.refresh(step)
    assert step.done_on is None


def test_every_act_on_a_decision_comes_back_to_its_point_of_the_meeting(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    world = make_world(session)
    member = browse(world.people["member"])
    meeting = _meeting(session, world, date(2026, 2, 20))
    made = make.make_decision(session, world.school, touchpoint_id=meeting.id, text="Coach grade 4")
    path, stay = f"/decisions/{made.public_id}", "?at=off-milestone-1&present=1"
    page = f"/touchpoints/{meeting.public_id}/meeting{stay}"

    edited = member.post(f"{path}/edit{stay}", data={"text": "Coach grade 5", "version": "1"})
    done = member.post(f"{path}/done{stay}", data={"meeting": str(meeting.public_id)})
    gone = member.post(f"{path}/drop{stay}")
    back = member.post(f"{path}/return{stay}")

    assert [each.location for each in (edited, done, back)] == [page] * 3
    assert gone.location == f"{page}&undo={made.public_id}"


def test_finishing_an_earlier_decision_leads_on_to_the_next_point(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    world = make_world(session)
    today = clock.today(world.network.time_zone)
    before, meeting = (_meeting(session, world, today - timedelta(days=ago)) for ago in (14, 0))
    first, second = (
        make.make_decision(session, world.school, touchpoint_id=before.id, text=text, owner="Joe",
                           due_on=today, decided_on=before.held_on)
        for text in ("Ask for cover", "Print the tally")
    )  # fmt: skip

    here = f"/touchpoints/{meeting.public_id}/meeting?at=open-decision-{first.public_id}"
    page = browse(world.people["member"]).get(here).text

    assert f'action="/decisions/{first.public_id}/done?at=open-decision-{second.public_id}"' in page


def _meeting(session: Session, world: World, day: date) -> Touchpoint:
    found = Touchpoint(network_id=world.network.id, team_id=world.school.id, held_on=day)
    session.add(found)
    session.flush()
    return found
