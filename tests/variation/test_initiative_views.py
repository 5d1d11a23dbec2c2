"""Initiatives at sites through pages and API: written, decided, undone, brought in, read by the line."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from math import sqrt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures import resum_services
from nic_platform.actor import Level, NetworkRole
from nic_platform.tables import ImportRun
from tests import factories as make
from tests.world import World, make_world
from variation.models import Initiative, InitiativePair, InitiativePlace

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


def test_a_team_writes_down_an_initiative_at_its_site_decides_and_takes_it_back(
    session: Session, world: World, as_role: As
) -> None:
    client, site = as_role("member"), f"/sites/{world.ids['site_id']}/initiatives"
    empty = client.post(f"{site}/new", data={"level": "school", "outcome": ""})
    assert empty.status_code == 422
    assert "write the name of a new one" in empty.get_data(as_text=True)

    sent = {"new_name": "Reading buddies", "level": "school", "planned": "In June", "outcome": "worse"}
    assert client.post(f"{site}/new", data=sent).status_code == 303
    thing = session.scalars(select(Initiative).where(Initiative.name == "Reading buddies")).one()
    place = session.scalars(select(InitiativePlace).where(InitiativePlace.initiative_id == thing.id)).one()
    assert (place.team_id, place.outcome, place.planned) == (world.school.id, "worse", "In June")
    assert "Reading buddies" in words_of(client, site)

    page = f"/initiatives/places/{place.public_id}"
    bare = client.post(f"{page}/decide", data={"decision": "stop", "version": place.version})
    assert bare.status_code == 422
    assert "Write the reason" in bare.get_data(as_text=True)
    sent = {"decision": "reallocate", "decision_why": "Too few came", "reallocate_to": "coaching"}
    assert client.post(f"{page}/decide", data=sent | {"version": place.version}).status_code == 303
    told = words_of(client, "/initiatives/decisions")
    assert "Reallocate: Reading buddies" in told
    assert "It goes to: coaching" in told

    gone = client.post(f"{page}/remove")
    assert "off the inventory" in gone.get_data(as_text=True)
    assert "Reading buddies" not in words_of(client, site)
    assert client.post(f"{page}/remove?back=1").status_code == 303
    assert "Reading buddies" in words_of(client, site)


def test_two_who_edit_a_record_see_both_versions(session: Session, world: World, as_role: As) -> None:
    place = one(session, world, InitiativePlace, "initiative_place_id")
    address = f"/initiatives/places/{place.public_id}/edit"
    sent = {"level": "school", "outcome": "better", "evidence": "Counts rise", "version": place.version}
    assert as_role("member").post(address, data=sent).status_code == 303

    stale = as_role("lead").post(address, data=sent | {"evidence": "I saw it"})

    assert stale.status_code == 409
    assert "Counts rise" in stale.get_data(as_text=True)
    session.refresh(place)
    assert place.evidence == "Counts rise"


def test_only_its_line_reads_a_sites_inventory(session: Session, world: World, as_role: As) -> None:
    place = one(session, world, InitiativePlace, "initiative_place_id")
    place.evidence = "Only for the line"
    session.flush()
    page = f"/initiatives/places/{place.public_id}"

    for role in ("hub", "network_lead", "coach", "observer"):
        assert "Only for the line" in words_of(as_role(role), page)
    for role in ("peer", "analyst", "admin", "other_network"):
        assert as_role(role).get(page).status_code == 404
    for address in ("/initiatives/export.csv", "/initiatives", "/initiatives/overlap"):
        assert "Only for the line" not in as_role("peer").get(address).get_data(as_text=True)


def test_an_analyst_gets_counts_and_no_site(session: Session, world: World, as_role: As) -> None:
    client = as_role("analyst")

    taken = client.get("/initiatives/export.csv").get_data(as_text=True)
    listed = client.get("/api/v1/initiatives").get_json()["items"]

    assert world.school.name not in taken
    assert "Sites" in taken
    assert {each["places"] for each in listed} == {1}
    assert {each["same"] for each in listed} == {0}  # one site's outcome would be that site's
    assert client.get("/api/v1/initiative-overlap").get_json()["rows"] == []


def test_a_hub_writes_for_a_site_without_a_team_and_not_over_a_teams_own_record(
    session: Session, world: World, as_role: As
) -> None:
    bare = make.make_site(session, parent=world.hub.site)
    initiative = one(session, world, Initiative, "initiative_id")
    client = as_role("hub")
    sent = {"initiative_id": str(initiative.public_id), "level": "school"}

    made = client.post(f"/api/v1/sites/{bare.public_id}/initiatives", json=sent)
    refused = client.patch(
        f"/api/v1/initiative-places/{world.ids['initiative_place_id']}", json={"version": 1, "owner": "Hub"}
    )

    assert made.status_code == 201, made.get_json()
    assert made.get_json()["team"] == "Hub"
    assert refused.status_code == 403
    assert as_role("peer").get(f"/sites/{bare.public_id}/initiatives").status_code == 404


def test_a_note_on_two_is_kept_changed_and_undone(session: Session, world: World, as_role: As) -> None:
    client = as_role("lead")
    pair = one(session, world, InitiativePair, "initiative_pair_id")
    page = f"/initiatives/pairs/{pair.public_id}"

    sent = {"kind": "conflict", "words": "Same hour", "version": pair.version}
    assert client.post(page, data=sent).status_code == 303
    site = f"/sites/{world.ids['site_id']}/initiatives"
    assert "Same hour" in words_of(client, site)
    client.post(f"{page}/remove")
    assert "Same hour" not in words_of(client, site)
    ids = {"first": str(world.ids["initiative_id"]), "second": str(world.ids["initiative_id"])}
    same = client.post(f"{site}/pair", data=ids | {"kind": "overlap"})
    assert same.status_code == 422
    assert "two different ones" in same.get_data(as_text=True)


def test_a_hub_adds_its_note_beside_the_schools_and_never_over_it(
    session: Session, world: World, as_role: As
) -> None:
    pair = one(session, world, InitiativePair, "initiative_pair_id")
    first, second = (session.get_one(Initiative, number) for number in (pair.first_id, pair.second_id))
    for thing in (first, second):
        make.make_in_place(session, thing, world.school, level="district")
    site, page = f"/sites/{world.ids['site_id']}/initiatives", f"/initiatives/pairs/{pair.public_id}"
    sent = {"first": first.public_id, "second": second.public_id, "kind": "conflict", "words": "Seen once"}
    hub, school = as_role("hub"), as_role("lead")

    assert hub.post(f"{site}/pair", data=sent).status_code == 303
    assert hub.post(f"{site}/pair", data=sent | {"words": "Seen twice"}).status_code == 303
    refused = hub.post(page, data={"kind": "support", "version": pair.version})

    assert refused.status_code == 403
    assert "Only the team that wrote this note" in refused.get_data(as_text=True)
    told = words_of(school, site)
    assert "Both ask for a reading log" in told
    assert "Seen twice" in told
    assert "Seen once" not in told  # the hub's own note was changed
    assert told.count("Hub, ") == 1
    pairs = school.get(f"/api/v1{site}").get_json()["pairs"]
    assert [(each["team"], each["kind"]) for each in pairs] == [
        ("Own school", "overlap"),
        ("Hub", "conflict"),
    ]
    theirs = next(each for each in pairs if each["team"] == "Hub")
    assert school.delete(f"/api/v1/initiative-pairs/{theirs['id']}").status_code == 403
    square = as_role("network_lead").get("/api/v1/initiative-overlap").get_json()["pairs"][0]
    assert square["notes"] == {"overlap": 1, "conflict": 1}


def _send(client: FlaskClient, rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    sent = {"file": (io.BytesIO(out.getvalue().encode()), "a.csv")}
    answer = client.post("/initiatives/import", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert answer.location is not None
    return answer.location


def test_a_table_is_brought_in_whole_and_taken_back_whole(
    session: Session, world: World, as_role: As
) -> None:
    client, site = as_role("member"), world.school.site.name
    known = one(session, world, Initiative, "initiative_id")
    header = ["Initiative", "Place", "Level", "Outcome", "Planned"]
    bad = _send(client, [header, ["New one", site, "school", "splendid", ""]])
    assert client.post(f"{bad}/write").status_code == 409

    page = _send(
        client,
        [header, ["New one", site, "school", "better", "In May"], [known.name, site, "school", "worse", ""]],
    )
    assert "changed records" in words_of(client, page)
    assert client.post(f"{page}/write").status_code == 303
    place = one(session, world, InitiativePlace, "initiative_place_id")
    session.refresh(place)
    assert place.outcome == "worse"
    new = session.scalars(select(Initiative).where(Initiative.name == "New one")).one()

    assert client.post(f"{page}/undo").status_code == 303
    session.expire_all()
    assert place.outcome == "same"
    assert new.deleted_at is not None
    states = select(ImportRun.state).where(ImportRun.kind == "initiatives").order_by(ImportRun.id.desc())
    assert session.scalars(states.limit(1)).one() == "undone"


def test_a_member_brings_in_nothing_for_a_peer(world: World, as_role: As) -> None:
    header = ["Initiative", "Place"]
    page = _send(as_role("member"), [header, ["New one", world.peer.site.name]])

    assert "You write for no place by that name or code." in words_of(as_role("member"), page)
    assert as_role("hub").get(page).status_code == 404  # another's upload


def test_the_matrix_takes_no_more_statements_for_more_sites(
    session: Session, world: World, as_role: As,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    client = as_role("network_lead")

    def statements(address: str) -> int:
        session.expire_all()
        with count_queries() as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/initiatives", "/initiatives/overlap", "/initiatives/sites", "/initiatives/decisions")
    before = [statements(address) for address in addresses]
    for _more in range(4):
        thing = make.make_initiative(session, world.network)
        for _site in range(3):
            site = make.make_site(session, parent=world.hub.site)
            make.make_in_place(
                session, thing, None, site_id=site.id, decision="keep", decision_why="It helps",
                decided_on=make.TODAY,
            )  # fmt: skip

    assert [statements(address) for address in addresses] == before


def test_a_result_is_told_beside_an_initiative_from_sites_that_may_be_shown(
    session: Session, world: World, as_role: As
) -> None:
    empty = as_role("network_lead").get("/api/v1/initiative-results").get_json()

    assert empty["items"] == []
    assert "No common measure" in words_of(as_role("analyst"), "/initiatives/results")


def test_the_difference_beside_an_initiative_is_that_of_a_plain_recomputation(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    network = make.make_network(session)
    measure = make.make_measure(session, network_id=network.id, counts_students=True, name="On time")
    top = make.make_team(session, network, level=Level.STATE)
    thing, every = (make.make_initiative(session, network, name=name) for name in ("Buddies", "Bells"))
    sides = {True: 120, False: 100}
    for at in range(12):
        site = make.make_site(session, network, parent=top.site, level=Level.SCHOOL)
        team = make.make_team(session, network, site=site)
        make.make_measurement(
            session, measure, team, on=date(2025, 10, 6), count=sides[at < 6], population=200
        )
        for one_of in (every, thing) if at < 6 else (every,):
            make.make_in_place(session, one_of, team)
    resum_services.rebuild(session, network.id)
    lead = make.make_user(session, top)
    make.make_network_member(session, network, lead, NetworkRole.LEAD)

    client = browse(lead)
    found = client.get("/api/v1/initiative-results").get_json()["items"]
    page = words_of(client, "/initiatives/results")

    shares = [(count + 0.5) / 201 for count in sides.values()]
    error = sqrt(sum(1e4 * share * (1 - share) / 200 / 6 for share in shares))
    buddies = next(item for item in found if item["name"] == "Buddies")
    assert (buddies["sites_with"], buddies["sites_without"], buddies["not_said"]) == (6, 6, 0)
    assert buddies["difference"] == pytest.approx(60 - 50)
    assert buddies["low"] == pytest.approx(10 - 2.228139 * error, abs=1e-3)  # t of ten degrees of freedom
    low, high = (f"+{10 + sign * 2.228139 * error:.1f}" for sign in (-1, 1))
    assert f"10.0 points higher where it is in place (from {low} to {high})" in page
