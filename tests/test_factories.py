"""The factories make things that the database takes, and the browser they sign in is really signed in."""

from collections.abc import Callable

from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.actor import Level, NetworkRole
from nic_platform.tables import AuditEntry
from teams.models import Network
from tests import factories as make


def test_a_team_with_a_plan_a_cycle_and_a_barrier(session: Session) -> None:
    school = make.make_team(session)
    state = make.make_team(session, session.get_one(Network, school.network_id), level=Level.STATE)
    person = make.make_user(session, school)
    make.make_link(session, school, state)
    make.make_network_member(session, session.get_one(Network, school.network_id), person, NetworkRole.LEAD)
    strand = make.make_strand(session, make.make_strategy(session, make.make_plan(session, school)))
    milestone = make.make_milestone(session, make.make_team(session), strand_id=strand.id)
    cycle = make.make_cycle(session, school, milestone=milestone, ramp=make.make_ramp(session, school))
    make.make_prediction(session, cycle)
    make.make_step(session, make.make_item(session, school), state)

    actor = make.actor_of(session, person)

    assert actor.edits(school.id)
    assert actor.is_network_lead
    assert (
        session.scalar(select(AuditEntry.action).where(AuditEntry.object_id == cycle.public_id)) == "created"
    )


def test_the_browser_knows_who_signed_in(session: Session, browse: Callable[..., FlaskClient]) -> None:
    person = make.make_user(session, make.make_team(session))

    with browse(person) as client:
        client.get("/")
        assert current_user.public_id == person.public_id


def test_what_one_test_wrote_the_next_does_not_find(session: Session) -> None:
    assert session.scalar(select(Network.id)) is None
