"""The pages of questions to the links, and of changes that spread."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories as make
from tests.world import World, make_world

As = Callable[[str], FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]
QUESTIONS = ("unheard", "silent", "losses", "load", "champions")


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


@pytest.mark.parametrize("role", ["peer", "network_lead", "analyst"])
def test_every_question_is_answered_for_everybody_in_the_network(as_role: As, role: str) -> None:
    client = as_role(role)
    for question in QUESTIONS:
        page = client.get(f"/network/questions/{question}")
        assert page.status_code == 200
        assert b"More questions" in page.data


def test_there_is_no_other_question(as_role: As) -> None:
    assert as_role("hub").get("/network/questions/why").status_code == 404


def test_who_may_mend_is_led_to_it(session: Session, world: World, as_role: As) -> None:
    alone = make.make_team(session, site=world.peer.site, name="Alone school")
    link = f"/teams/{alone.public_id}/links/new"
    assert link in as_role("network_lead").get("/network/questions/unheard").get_data(as_text=True)
    others = as_role("peer").get("/network/questions/unheard").get_data(as_text=True)
    assert link not in others
    assert f"/teams/{alone.public_id}/people" in others


def test_what_waits_at_a_team_is_told_to_the_network_only(
    session: Session, world: World, as_role: As
) -> None:
    item = make.make_item(session, world.school, state="waiting", holder_id=world.hub.id)
    make.make_step(session, item, world.hub, position=1, from_id=world.school.id)
    page = as_role("network_lead").get("/network/questions/load").get_data(as_text=True)
    assert "teams lift to Hub; one item is open." in page
    assert "item is open" not in as_role("peer").get("/network/questions/load").get_data(as_text=True)
    assert "item is open" not in as_role("analyst").get("/network/questions/load").get_data(as_text=True)


WAYS_IN = (
    *(f"/network/questions/{question}" for question in QUESTIONS),
    *(f"/network/tables/{table}.csv" for table in (*QUESTIONS, "teams", "places", "spread")),
    *(f"/api/v1/network/answers?question={question}" for question in QUESTIONS),
    "/network", "/network?view=map", "/network?view=rows", "/network/teams?find=school",
    "/api/v1/network/graph", "/api/v1/network/teams", "/api/v1/network/places",
    "/api/v1/network/uncarried-links",
)  # fmt: skip


def test_no_question_table_or_answer_names_a_team_of_another_network(
    session: Session, world: World, as_role: As
) -> None:
    make.make_team(session, site=world.peer.site, name="Alone school")
    stranger = as_role("other_network")
    for address in WAYS_IN:
        told = stranger.get(address)
        assert told.status_code == 200, address
        for team in (world.school, world.peer, world.hub):
            assert team.name not in told.text, address
            assert str(team.public_id) not in told.text, address
        assert "Alone school" not in told.text, address


@pytest.mark.parametrize("role", ["peer", "observer", "analyst"])
def test_no_address_tells_those_who_may_not_know_what_waits_at_a_team(
    session: Session, world: World, as_role: As, role: str
) -> None:
    def answers() -> list[str]:
        hub = f"/teams/{world.hub.public_id}"
        site = f"/network/district/{world.hub.site.public_id}"
        client = as_role(role)
        addresses = (*WAYS_IN, f"{hub}/around", f"/api/v1{hub}/way", site)
        return [client.get(address).text for address in addresses if not address.endswith("/load")]

    before = answers()
    item = make.make_item(
        session, world.school, state="waiting", holder_id=world.hub.id, title="Waits unseen"
    )
    make.make_step(session, item, world.hub, position=1, from_id=world.school.id)
    after = answers()
    told = ["items are open", "item is open", "promised time", "Waits unseen"]
    shown = [
        words
        for words in told
        for was, now in zip(before, after, strict=True)
        if now.count(words) != was.count(words)
    ]
    assert shown == []


def test_links_that_nobody_carries_stand_with_the_silent_ones(as_role: As) -> None:
    page = as_role("hub").get("/network/questions/silent").get_data(as_text=True)
    assert "Own school to Hub" in page


def test_questions_take_as_many_statements_for_many_teams(
    session: Session, world: World, as_role: As, count_queries: Counter
) -> None:
    client = as_role("network_lead")
    addresses = [*(f"/network/questions/{question}" for question in QUESTIONS), "/network/spread"]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            session.expire_all()
            with count_queries() as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    before = counts()
    for _ in range(8):
        other = make.make_team(session, site=make.make_site(session, parent=world.hub.site))
        make.make_link(session, other, world.hub)
        make.make_spread_link(session, world.school, other)
    assert counts() == before
    assert max(before) <= 12


def test_a_change_is_followed_from_team_to_team(session: Session, world: World, as_role: As) -> None:
    idea = make.make_idea(session, world.school, title="Exit tickets at the door", is_shared=True)
    client = as_role("peer")
    listed = client.get("/network/spread").get_data(as_text=True)
    address = f"/network/spread/{world.ids['spread_link_id']}"
    assert address in listed
    page = client.get(address).get_data(as_text=True)
    assert "One team took this up from Own school." in page
    assert str(idea.public_id) in page


def test_a_change_that_may_not_be_known_is_not_there(as_role: As, world: World) -> None:
    address = f"/network/spread/{world.ids['spread_link_id']}"
    assert as_role("analyst").get(address).status_code == 404
    assert "Exit tickets at the door" not in as_role("analyst").get("/network/spread").get_data(as_text=True)
    assert as_role("other_network").get(address).status_code == 404
