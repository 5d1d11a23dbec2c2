"""Who knows of which change that spread."""

from sqlalchemy.orm import Session

from cycles import spread_queries
from tests import factories as make
from tests.world import make_world


def seen_by(session: Session, role: str) -> list[str]:
    world = make_world(session)
    make.make_idea(session, world.peer, title="A shared idea", is_shared=True)
    make.make_spread_link(session, world.peer, world.hub, what="A shared idea")
    make.make_spread_link(session, world.stranger, world.stranger, what="Elsewhere")
    make.make_spread_link(session, world.hub, world.state, what="Above")
    user = world.people[role]
    team = {"lead": world.school, "peer": world.peer, "other_network": world.stranger}.get(role)
    actor = make.actor_of(session, user, team)
    return [adoption.what for adoption in spread_queries.adoptions(session, actor)]


def test_a_team_knows_what_it_gave_or_took_and_what_is_shared(session: Session) -> None:
    assert seen_by(session, "lead") == ["Exit tickets at the door", "A shared idea"]


def test_the_network_lead_knows_all_of_the_network(session: Session) -> None:
    assert seen_by(session, "network_lead") == ["Exit tickets at the door", "A shared idea", "Above"]


def test_an_analyst_knows_what_is_shared(session: Session) -> None:
    assert seen_by(session, "analyst") == ["A shared idea"]


def test_another_network_knows_its_own(session: Session) -> None:
    assert seen_by(session, "other_network") == ["Elsewhere"]


def test_the_idea_behind_is_found_where_it_may_be_read(session: Session) -> None:
    world = make_world(session)
    idea = make.make_idea(session, world.school, title="Own idea")
    lead = make.actor_of(session, world.people["lead"], world.school)
    peer = make.actor_of(session, world.people["peer"], world.peer)
    assert spread_queries.idea_behind(session, lead, world.school.id, "Own idea") == idea.public_id
    assert spread_queries.idea_behind(session, peer, world.school.id, "Own idea") is None
