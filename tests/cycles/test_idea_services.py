import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles import idea_queries, idea_services
from nic_platform.actor import Actor, NetworkRole
from nic_platform.errors import InputError
from teams.models import Network, SpreadLink, Team
from tests import factories as make
from tests.factories import NOON, TODAY


@pytest.fixture
def team(session: Session) -> Team:
    return make.make_team(session)


@pytest.fixture
def lead(session: Session, team: Team) -> Actor:
    user = make.make_user(session, team)
    make.make_network_member(session, session.get_one(Network, team.network_id), user, NetworkRole.LEAD)
    return make.actor_of(session, user, team)


def test_an_idea_needs_a_name(session: Session, team: Team, lead: Actor) -> None:
    with pytest.raises(InputError):
        idea_services.create_idea(session, {"title": " "}, team_id=team.id, by=lead, at=NOON)
    idea = idea_services.create_idea(session, {"title": " A timer "}, team_id=team.id, by=lead, at=NOON)
    assert idea.title == "A timer"


def test_adopting_opens_a_plan_and_a_spread_link(session: Session, team: Team, lead: Actor) -> None:
    other = make.make_team(session, site=make.make_site(session, parent=team.site))
    idea = make.make_idea(session, other, is_shared=True, description="One stem", adaptable_parts="The slide")
    cycle = idea_services.adopt(session, idea, team_id=team.id, by=lead, at=NOON)

    assert cycle.is_draft
    assert cycle.ramp is not None
    assert cycle.ramp.idea_id == idea.id
    assert cycle.what == "One stem\nMay change: The slide"
    link = session.scalars(select(SpreadLink)).one()
    assert (link.from_id, link.to_id) == (other.id, team.id)


def test_evidence_counts_what_was_begun_and_leaves_drafts_out(
    session: Session, team: Team, lead: Actor
) -> None:
    idea = make.make_idea(session, team)
    ramp = make.make_ramp(session, team, idea)
    make.make_cycle(session, team, ramp=ramp)
    make.make_cycle(session, team, ramp=ramp, stage="do")
    make.make_cycle(session, team, ramp=ramp, stage="closed", decision="adopt", outcome="done")
    make.make_cycle(session, team, ramp=ramp, stage="closed", outcome="not_run")
    make.make_cycle(session, team, ramp=ramp, stage="do", deleted_at=NOON, starts_on=TODAY)

    found = idea_queries.evidence_of(session, lead, [idea.id])[idea.id]

    assert (found.teams, found.cycles, found.adopted, found.running) == (1, 2, 1, 1)
    assert found.words == "1 team, 2 cycles; adopted by 1"


def test_a_ramp_keeps_a_name(session: Session, team: Team, lead: Actor) -> None:
    ramp = make.make_ramp(session, team)
    with pytest.raises(InputError):
        idea_services.save_ramp(session, ramp, {"title": ""}, by=lead, at=NOON)
    idea_services.save_ramp(session, ramp, {"title": "New", "belief": "high"}, by=lead, at=NOON)
    assert (ramp.title, ramp.belief) == ("New", "high")
