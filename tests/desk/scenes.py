"""What the tests of the desk set up: a notice, a meeting, a school with its hub in the middle of a week."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones.models import Decision, Touchpoint
from nic_platform import clock
from nic_platform.actor import Level
from nic_platform.tables import Notice
from teams.models import Team
from tests import factories as make
from tests.world import World


def a_notice(session: Session, user: Any, **columns: Any) -> Notice:
    at = clock.now()
    columns = {
        "kind": "test", "subject": "The State has answered", "path": "/feedback", "created_at": at, **columns
    }  # fmt: skip
    notice = Notice(user_id=user.id, mail_after=at, mail_state="none", **columns)
    session.add(notice)
    session.flush()
    return notice


def a_meeting(session: Session, world: World, *, days_ago: int = 0, title: str = "") -> Touchpoint:
    """Return a meeting of the world's school, of today unless it was some days ago."""
    day = clock.today(world.network.time_zone) - timedelta(days=days_ago)
    found = Touchpoint(network_id=world.network.id, team_id=world.school.id, held_on=day, title=title)
    session.add(found)
    session.flush()
    return found


def address_of(meeting: Touchpoint, more: str = "") -> str:
    """Return the address of meeting mode."""
    return f"/touchpoints/{meeting.public_id}/meeting{more}"


def decisions(session: Session, meeting: Touchpoint) -> list[Decision]:
    """Return what was decided at a meeting and not taken back, in its order."""
    session.expire_all()
    query = select(Decision).where(Decision.touchpoint_id == meeting.id, Decision.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Decision.id)))


def a_busy_team(session: Session, rows: int = 1) -> tuple[Team, Team]:
    """Return a school and the hub it lifts to, with *rows* of everything that a week shows."""
    network = make.make_network(session)
    today = clock.today(network.time_zone)
    hub = make.make_team(session, network, level=Level.DISTRICT, name="Cottonwood Valley hub")
    school = make.make_team(session, network, name="Alder Creek Elementary")
    make.make_link(session, school, hub)
    plan = make.make_plan(session, school)
    for number in range(rows):
        measure = make.make_measure(session, school)
        make.make_milestone(
            session,
            school,
            plan=plan,
            measure=measure,
            name=f"Exit tickets {number}",
            due_on=today - timedelta(days=3),
        )
        for week in range(12):
            make.make_measurement(
                session,
                measure,
                school,
                today - timedelta(days=7 * (12 - week)),
                count=week,
                population=24,
            )
        ramp = make.make_ramp(session, school, title=f"One-item ticket {number}")
        cycle = make.make_cycle(session, school, ramp=ramp, title="", stage="study", ends_on=today, number=5)
        make.make_prediction(session, cycle)
        item = make.make_item(
            session, school, title=f"Coaches cover classes {number}", state="waiting", holder_id=hub.id,
            due_on=today - timedelta(days=2),
        )  # fmt: skip
        make.make_step(session, item, school, 0, reached_at=clock.now() - timedelta(days=12))
        make.make_step(session, item, hub, 1, reached_at=clock.now() - timedelta(days=10))
        make.make_action_step(session, plan, text=f"Print the cards {number}", due_on=today)
    return school, hub
