"""What a decision of a meeting leads to, seen from outside: only things of its own team."""

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from milestones.models import Touchpoint
from tests import factories as make
from tests.world import make_world


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
