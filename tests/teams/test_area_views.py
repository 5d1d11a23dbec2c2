"""The network place by place, the list of teams, whom a team touches, and tables to take away."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Level
from tests import factories as make
from tests.world import World, make_world

As = Callable[[str], FlaskClient]
Counter = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def pages(world: World) -> list[str]:
    state, team = world.state.site.public_id, world.hub.public_id
    return [
        "/network?view=rows", "/network?view=map", f"/network/area/{state}",
        f"/network/area/{state}?view=map",
        "/network/teams?show=weak", f"/network/teams?at={state}&find=school", f"/teams/{team}/around",
    ]  # fmt: skip


def grow(session: Session, world: World) -> None:
    """Add ten districts with a team and a school each."""
    for _ in range(10):
        district = make.make_site(session, parent=world.state.site, level=Level.DISTRICT)
        hub = make.make_team(session, site=district, level=Level.DISTRICT)
        school = make.make_team(session, site=make.make_site(session, parent=district))
        make.make_link(session, school, hub)
        make.make_link(session, hub, world.state)


@pytest.mark.parametrize("role", ["member", "peer", "hub", "network_lead", "analyst"])
def test_everybody_in_the_network_sees_where_teams_are_heard(world: World, as_role: As, role: str) -> None:
    client = as_role(role)
    for address in pages(world):
        assert client.get(address).status_code == 200, address


def test_another_network_sees_none_of_it(world: World, as_role: As) -> None:
    client = as_role("other_network")
    for address in pages(world):
        answer = client.get(address)
        assert answer.status_code in {200, 404}, address
        assert b"Own school" not in answer.data
        assert b"Hub" not in answer.data


def test_a_page_takes_as_many_statements_for_ten_times_as_many_places(
    session: Session, world: World, as_role: As, count_queries: Counter
) -> None:
    client = as_role("network_lead")

    def counts() -> list[int]:
        found = []
        for address in pages(world):
            session.expire_all()
            with count_queries() as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    before = counts()
    grow(session, world)
    assert counts() == before


def test_a_network_too_large_for_dots_shows_rows(
    world: World, as_role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teams.places_page.MOST_DOTS", 2)
    page = as_role("hub").get("/network").get_data(as_text=True)
    assert "One dot is one team" not in page
    assert "Places and their teams" in page


def test_a_place_leads_on_to_its_parts_and_to_its_teams(world: World, as_role: As) -> None:
    client = as_role("hub")
    state, district = world.state.site, world.hub.site
    page = client.get(f"/network/area/{state.public_id}").get_data(as_text=True)
    assert f"/network/district/{district.public_id}" in page
    assert f"/network/teams?at={state.public_id}" in page
    school = client.get(f"/network/area/{world.school.site.public_id}")
    assert (school.status_code, school.location) == (303, f"/sites/{world.school.site.public_id}")


def test_the_list_keeps_what_was_asked_on_its_next_page(
    session: Session, world: World, as_role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(session, world)
    monkeypatch.setattr("teams.places_page.teams.__defaults__", (0, 3))
    state = world.state.site.public_id
    page = as_role("hub").get(f"/network/teams?level=school&at={state}").get_data(as_text=True)
    assert f"/network/teams?level=school&amp;at={state}&amp;start=3" in page
    assert f"/network/tables/teams.csv?level=school&amp;at={state}" in page


def test_an_address_that_asks_for_nonsense_shows_the_list(as_role: As) -> None:
    client = as_role("hub")
    for asked in ("start=-1", "start=x", "start=99999999999", "show=worst", "level=moon", "at=x", "own=1"):
        assert client.get(f"/network/teams?{asked}").status_code == 200, asked


def test_around_a_team_stand_those_above_its_peers_and_those_below(world: World, as_role: As) -> None:
    page = as_role("peer").get(f"/teams/{world.hub.public_id}/around").get_data(as_text=True)
    for name in ("State team", "Own school", "Peer school", "Hub lifts straight to State team."):
        assert name in page


def test_an_archived_team_touches_nobody(session: Session, world: World, as_role: As) -> None:
    world.peer.archived_at = clock.now()
    session.flush()
    assert as_role("hub").get(f"/teams/{world.peer.public_id}/around").status_code == 404


def test_every_list_can_be_taken_away(as_role: As) -> None:
    client = as_role("hub")
    for table in ("teams", "places", "spread", "unheard", "silent", "losses", "load", "champions"):
        answer = client.get(f"/network/tables/{table}.csv")
        rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
        assert len(rows[0]) > 4
        assert answer.headers["Content-Disposition"] == f'attachment; filename="network-{table}.csv"'
    assert client.get("/network/tables/load.xlsx").data[:2] == b"PK"
    assert client.get("/network/tables/load.pdf").status_code == 404


def test_the_table_holds_what_the_list_was_narrowed_to(world: World, as_role: As) -> None:
    answer = as_role("hub").get("/network/tables/teams.csv?find=own").get_data(as_text=True)
    assert "Own school" in answer
    assert "Peer school" not in answer
