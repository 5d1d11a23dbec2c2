"""A lead takes a new team through its first steps, leaves, comes back, skips."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import OneTimeLink
from nic_platform.actor import Level, TeamRole
from nic_platform.tables import Notice
from teams.models import Link, Membership, Team
from tests import factories as make
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(browse: Browse, world: World) -> FlaskClient:
    return browse(world.people["network_lead"])


def new_team(session: Session, world: World) -> Team:
    """Add a practice team at the own school's site; nobody is in it and nothing is written."""
    return make.make_team(session, site=world.school.site, level=Level.PRACTICE, name="Grade 3")


def test_a_new_team_walks_from_its_place_to_its_charter(
    session: Session, world: World, lead: FlaskClient
) -> None:
    sent = {"name": "Grade 3", "level": "practice", "site": str(world.school.site.public_id)}
    begun = lead.post("/teams/new", data=sent)
    team = session.scalars(select(Team).where(Team.name == "Grade 3")).one()
    start = f"/teams/{team.public_id}/start"
    assert begun.headers["Location"] == start
    assert "about 10 minutes are left" in lead.get(start).text

    def take(step: str, **values: Any) -> str:
        assert lead.get(f"{start}/{step}").status_code == 200
        answer = lead.post(f"{start}/{step}", data=values)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].rpartition("/")[2]

    session.refresh(team)
    assert take("purpose", purpose="Every child reads", version=team.version) == "people"
    assert (
        take("people", emails="one@example.org\ntwo@example.org, three@example.org", role="lead")
        == "strengths"
    )
    joined = make.make_user(session, team, role=TeamRole.LEAD, name="Ana Ortiz")
    key = joined.public_id.hex
    assert take("strengths", **{f"skills_{key}": ["data_use"], f"voices_{key}": ["teacher"]}) == "functions"
    session.refresh(team)
    assert take("functions", functions=["analysis"], version=team.version) == "rhythm"
    session.refresh(team)
    assert take("rhythm", rhythm_days="7", meeting="Mondays 3 pm", version=team.version) == "links"
    upper = str(world.school.public_id)
    assert (
        take("links", upper=upper, sender=str(joined.public_id), rhythm_days="7", promised_days="10")
        == "start"
    )
    assert "All 6 steps are done" in lead.get(start).text
    assert lead.post(f"{start}-finish").status_code == 303

    session.expire_all()
    assert (team.purpose, team.functions, team.meeting) == ("Every child reads", ["analysis"], "Mondays 3 pm")
    link = session.scalars(select(Link).where(Link.lower_id == team.id)).one()
    assert (link.upper_id, link.sender_id, link.promised_days) == (world.school.id, joined.id, 10)
    assert team.set_up_at is not None
    place = session.scalars(select(Membership).where(Membership.user_id == joined.id)).one()
    assert (place.competencies, place.perspectives) == (["data_use"], ["teacher"])
    invited = session.scalars(
        select(OneTimeLink.email)
        .where(OneTimeLink.network_id == world.network.id)
        .order_by(OneTimeLink.email)
    )
    assert {"one@example.org", "two@example.org", "three@example.org"} <= set(invited)
    assert session.scalars(select(Notice).where(Notice.address == "two@example.org")).one().subject


def test_what_was_typed_comes_back_with_the_mend(session: Session, world: World, lead: FlaskClient) -> None:
    start = f"/teams/{new_team(session, world).public_id}/start"
    for step, sent, words in (
        ("purpose", {"serves": "Children of the valley"}, "Children of the valley"),
        ("people", {"emails": "one@example.org\nnobody", "role": "member"}, "Mend: nobody"),
        ("functions", {}, "or skip the step"),
        ("rhythm", {"rhythm_days": "7", "next_meeting_on": "2026-03-05"}, "2026-03-05"),
        ("links", {"upper": "", "promised_days": "400"}, "Choose 1 to 365 days"),
    ):
        answer = lead.post(f"{start}/{step}", data=sent)
        assert (answer.status_code, words in answer.text) == (422, True), step
    assert session.scalar(select(OneTimeLink).where(OneTimeLink.email == "one@example.org")) is None


def test_who_is_in_the_team_is_not_invited_again(session: Session, world: World, lead: FlaskClient) -> None:
    member = world.people["member"]
    address = f"/teams/{world.school.public_id}/start/people"
    answer = lead.post(address, data={"emails": member.email, "role": "member"})
    assert answer.status_code == 422
    assert f"In this team already: {member.name}" in answer.text


def test_ticks_of_two_people_at_once_are_not_lost(session: Session, world: World, lead: FlaskClient) -> None:
    member = world.people["member"]
    place = session.scalars(
        select(Membership).where(Membership.user_id == member.id, Membership.team_id == world.school.id)
    ).one()
    key, address = member.public_id.hex, f"/teams/{world.school.public_id}/start/strengths"
    old = place.version
    place.perspectives = ["family"]
    session.flush()
    sent = {f"skills_{key}": ["data_use"], f"version_{key}": old}
    answer = lead.post(address, data=sent)
    assert answer.status_code == 422
    assert "Your ticks are still here" in answer.text
    session.refresh(place)
    assert (place.competencies, place.perspectives) == ([], ["family"])
    assert lead.post(address, data=sent | {f"version_{key}": place.version}).status_code == 303


def test_a_page_of_the_team_offers_the_rest_until_it_is_put_away_and_again(
    session: Session, world: World, lead: FlaskClient
) -> None:
    team = new_team(session, world).public_id
    assert "Go on with them" in lead.get(f"/teams/{team}").text
    lead.post(f"/teams/{team}/start-finish")
    assert "Go on with them" not in lead.get(f"/teams/{team}").text
    lead.post(f"/teams/{team}/start-again")
    assert "Go on with them" in lead.get(f"/teams/{team}").text


def test_a_step_that_is_not_there_and_a_step_that_is_not_yours(
    session: Session, world: World, browse: Browse, lead: FlaskClient
) -> None:
    start = f"/teams/{world.school.public_id}/start"
    assert lead.get(f"{start}/nothing").status_code == 404
    member = browse(world.people["member"])
    assert member.get(f"{start}/purpose").status_code == 403
    before = world.school.purpose
    assert member.post(f"{start}/purpose", data={"purpose": "Mine"}).status_code == 403
    session.refresh(world.school)
    assert world.school.purpose == before


def test_steps_take_few_statements_however_many_people(
    session: Session, world: World, lead: FlaskClient, count_queries: Counter
) -> None:
    start = f"/teams/{world.school.public_id}/start"
    pages = ["", "/purpose", "/people", "/strengths", "/functions", "/rhythm", "/links"]

    def counts() -> list[int]:
        found = []
        for page in pages:
            session.expire_all()
            with count_queries() as seen:
                assert lead.get(start + page).status_code == 200
            found.append(len(seen))
        return found

    before = counts()
    for _each in range(10):
        make.make_user(session, world.school)
    assert counts() == before
    assert max(before) <= 12
