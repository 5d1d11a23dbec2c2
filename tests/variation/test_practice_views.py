"""Practices through pages and API: begun, going on and back, supports, ratings side by side, the line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories as make
from tests.world import World, make_world
from variation.models import Practice, PracticeSite, Rating, StageEntry, Support

As = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def one(session: Session, world: World, model: type[Any], name: str) -> Any:
    return session.scalars(select(model).where(model.public_id == world.ids[name])).one()


def words_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_practice_comes_from_an_idea_begins_goes_on_and_back(
    session: Session, world: World, as_role: As
) -> None:
    client = as_role("member")
    sent = {"name": "Tickets every day", "idea": str(world.ids["idea_id"])}
    assert client.post("/practices/new", data=sent).status_code == 303
    thing = session.scalars(select(Practice).where(Practice.name == "Tickets every day")).one()
    assert thing.team_id == world.school.id
    assert thing.idea_id is not None

    begin = {"site": str(world.ids["site_id"]), "stage": "initial", "on": "2026-01-05", "evidence": "Half do"}
    answer = client.post(f"/practices/{thing.public_id}/begin", data=begin)
    assert answer.status_code == 303
    page = answer.location or ""
    future = client.post(f"{page}/stages", data={"stage": "full", "on": "2199-01-01"})
    assert future.status_code == 422
    assert "up to today" in future.get_data(as_text=True)
    back = {"stage": "installation", "on": "2026-02-01", "evidence": "The coach left"}
    assert client.post(f"{page}/stages", data=back).status_code == 303
    told = words_of(client, page)
    assert "It went back once." in told
    assert "Half do" in told

    again = client.post(f"/practices/{thing.public_id}/begin", data=begin)
    assert again.status_code == 422
    assert "begun there already" in again.get_data(as_text=True)


def test_a_stage_a_support_and_a_rating_are_taken_away_and_come_back(
    session: Session, world: World, as_role: As
) -> None:
    client = as_role("member")
    for model, name, address in (
        (StageEntry, "stage_entry_id", "stage-entries"),
        (Support, "support_id", "supports"),
        (Rating, "rating_id", "ratings"),
    ):
        thing = one(session, world, model, name)
        page = f"/{address}/{thing.public_id}/remove"
        assert "Undo" in client.post(page).get_data(as_text=True)
        session.refresh(thing)
        assert thing.deleted_at is not None
        assert client.post(f"{page}?back=1").status_code == 303
        session.refresh(thing)
        assert thing.deleted_at is None


def test_a_support_that_is_missing_says_what_to_do(world: World, as_role: As) -> None:
    page = f"/practice-sites/{world.ids['practice_site_id']}"

    told = words_of(as_role("hub"), page)

    assert "Name a coach, and put the first visits into the calendar." in told
    assert "Write it down" not in told  # the hub reads


def test_a_zone_needs_its_reason_and_keeps_both_versions(session: Session, world: World, as_role: As) -> None:
    place = one(session, world, PracticeSite, "practice_site_id")
    page = f"/practice-sites/{place.public_id}/edit"
    client = as_role("lead")
    bare = client.post(page, data={"zone_from": "2026-01-05", "version": place.version})
    assert bare.status_code == 422
    sent = {"zone_from": "2026-01-05", "zone_why": "Two grades first", "version": place.version}
    assert client.post(page, data=sent).status_code == 303
    assert client.post(page, data=sent | {"zone_why": "Other"}).status_code == 409
    assert "Two grades first" in words_of(client, f"/practices/{world.ids['practice_id']}")


def test_teams_ratings_stand_side_by_side(session: Session, world: World, as_role: As) -> None:
    practice = world.ids["practice_id"]
    page = f"/practices/{practice}/rate/{world.ids['site_id']}"
    nothing = as_role("hub").post(page, data={"on": "2026-02-01"})
    assert nothing.status_code == 422
    sent = {"value_need": "1", "words_need": "We see no need", "on": "2026-02-01"}
    assert as_role("hub").post(page, data=sent).status_code == 303

    told = words_of(as_role("member"), f"/practices/{practice}/ratings")

    assert "We see no need" in told
    assert "From “not at all” to “mostly”. Talk about it: they see it differently." in told
    items = as_role("member").get(f"/api/v1/practices/{practice}/ratings").get_json()["items"]
    assert {(each["team"], each["value"]) for each in items} == {("Own school", 4), ("Hub", 1)}


def test_a_teams_own_practice_is_unknown_to_peers_and_the_networks_is_known(
    session: Session, world: World, as_role: As
) -> None:
    common = make.make_practice(session, world.network, name="Of the network")
    place = make.make_practice_site(session, common, world.school)
    make.make_stage(session, place, "full", date(2026, 1, 5))
    own = one(session, world, Practice, "practice_id")

    listed = words_of(as_role("peer"), "/practices")

    assert "Of the network" in listed
    assert own.name not in listed
    assert world.school.name not in listed
    counts = as_role("analyst").get("/api/v1/practices").get_json()["items"]
    assert [(each["name"], each["counts"]) for each in counts] == [("Of the network", [0, 0, 0, 1])]
    assert as_role("analyst").get(f"/practices/{common.public_id}").status_code == 200
    assert world.school.name not in words_of(as_role("analyst"), f"/practices/{common.public_id}")


def test_the_api_begins_and_moves_a_practice_by_version(session: Session, world: World, as_role: As) -> None:
    client = as_role("member")
    place = f"/api/v1/practice-sites/{world.ids['practice_site_id']}"

    stale = client.patch(place, json={"version": 99, "helped": "Newcomers"})
    saved = client.patch(place, json={"version": 1, "helped": "Newcomers"})
    stage = client.post(f"{place}/stages", json={"stage": "initial", "on": "2026-02-01"})

    assert stale.status_code == 412
    assert saved.get_json()["helped"] == "Newcomers"
    assert stage.status_code == 201
    assert client.get(place).get_json()["stage"] == "initial"
    wrong = client.post(f"{place}/stages", json={"stage": "initial", "on": "2199-02-01"})
    assert wrong.status_code == 422


def test_capacity_fidelity_and_outcome_of_a_line_hide_small_counts(
    session: Session, world: World, as_role: As
) -> None:
    practice = one(session, world, Practice, "practice_id")
    columns = {"network_id": world.network.id, "name": "Tickets read", "counts_students": True}
    measure = make.make_measure(session, None, **columns)
    practice.outcome_measure_id = measure.id
    session.flush()

    page = as_role("hub").get(f"/practices/{practice.public_id}/line")
    told = as_role("hub").get(f"/api/v1/practices/{practice.public_id}/line").get_json()["items"]

    assert "Tickets read" in page.get_data(as_text=True)
    assert {each["kind"] for each in told} == {"capacity", "fidelity", "outcome"}
    assert all(each["months"] == [] for each in told)


def test_pages_take_no_more_statements_for_more_sites(
    session: Session, world: World, as_role: As,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    client, practice = as_role("network_lead"), one(session, world, Practice, "practice_id")

    def statements(address: str) -> int:
        session.expire_all()
        with count_queries() as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/practices", f"/practices/{practice.public_id}", f"/practices/{practice.public_id}/ratings")
    before = [statements(address) for address in addresses]
    for _more in range(4):
        team = make.make_team(session, site=make.make_site(session, parent=world.hub.site))
        place = make.make_practice_site(session, practice, team)
        make.make_stage(session, place, "exploration", date(2026, 1, 5))
        make.make_support(session, place)
        make.make_rating(session, practice, team)

    assert [statements(address) for address in addresses] == before
