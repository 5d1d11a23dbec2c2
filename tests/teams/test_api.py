"""The API of the teams domain: what the pages do, under the same policies."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories as make
from tests.world import World, make_world

API = "/api/v1"
As = Callable[[str], FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def as_role(browse: Callable[..., FlaskClient], world: World) -> As:
    return lambda role: browse(world.people[role])


def test_teams_are_paged_by_key(world: World, as_role: As) -> None:
    client, seen = as_role("member"), []
    address = f"{API}/teams?limit=2"
    while True:
        page = client.get(address).get_json()
        seen += [team["name"] for team in page["items"]]
        if page["next"] is None:
            break
        address = f"{API}/teams?limit=2&after={page['next']}"
    assert seen[:2] == ["State team", "Hub"]
    assert {"Own school", "Peer school"} <= set(seen)
    assert len(seen) == len(set(seen))
    assert "Other network's school" not in seen


def test_each_network_lists_its_own_teams_in_turn(world: World, as_role: As) -> None:
    """The statement is kept for all who ask alike; who asks comes in anew."""

    def listed(role: str, more: str) -> set[str]:
        return {team["name"] for team in as_role(role).get(f"{API}/teams{more}").get_json()["items"]}

    asked = ("member", "other_network", "hub", "member")
    found = [[listed(role, more) for role in asked] for more in ("", "?level=school")]

    for own, other, hub, again in found:
        assert own == hub == again
        assert own >= {"Own school", "Peer school"}
        assert "Other network's school" in other
        assert not own & other


def test_a_charter_is_changed_from_the_version_it_was_read_at(
    session: Session, world: World, as_role: As
) -> None:
    address = f"{API}/teams/{world.school.public_id}"
    client = as_role("lead")
    read = client.get(address).get_json()
    sent = {"version": read["version"], "purpose": "Embedded ELD", "functions": ["equity"]}
    changed = client.patch(address, json=sent)
    assert changed.status_code == 200
    assert changed.get_json()["purpose"] == "Embedded ELD"
    late = client.patch(address, json=sent | {"purpose": "Another"})
    assert late.status_code == 412
    session.refresh(world.school)
    assert world.school.purpose == "Embedded ELD"


@pytest.mark.parametrize(
    ("role", "status"), [("member", 403), ("hub", 403), ("analyst", 403), ("other_network", 404)]
)
def test_who_may_not_change_a_team_changes_nothing(
    session: Session, world: World, as_role: As, role: str, status: int
) -> None:
    sent = {"version": 1, "purpose": "Mine"}
    assert as_role(role).patch(f"{API}/teams/{world.school.public_id}", json=sent).status_code == status
    session.refresh(world.school)
    assert world.school.purpose == ""


@pytest.mark.parametrize(
    "sent", [{"rank": 4}, {"functions": ["reign"]}, {"network_id": 1}, {"rhythm_days": 0}]
)
def test_unknown_and_unfit_fields_are_refused(world: World, as_role: As, sent: dict[str, Any]) -> None:
    answer = as_role("lead").patch(f"{API}/teams/{world.school.public_id}", json={"version": 1, **sent})
    assert answer.status_code == 422


def test_a_network_lead_adds_teams_and_links(session: Session, world: World, as_role: As) -> None:
    client = as_role("network_lead")
    made = client.post(
        f"{API}/teams",
        json={"name": "New hub", "level": "district", "site_id": str(world.hub.site.public_id)},
    )
    assert made.status_code == 201
    sent = {"lower_id": made.get_json()["id"], "upper_id": str(world.state.public_id), "promised_days": 21}
    link = client.post(f"{API}/links", json=sent)
    assert link.status_code == 201
    assert link.get_json()["promised_days"] == 21
    assert client.post(f"{API}/links", json=sent).status_code == 409
    down = {"lower_id": sent["upper_id"], "upper_id": sent["lower_id"]}
    refused = client.post(f"{API}/links", json=down)
    assert refused.status_code == 409
    assert "A link leads upward" in refused.get_json()["detail"]
    address = f"{API}/links/{link.get_json()['id']}"
    version = link.get_json()["version"]
    assert (
        client.patch(address, json={"version": version, "why": "To be heard"}).get_json()["why"]
        == "To be heard"
    )
    assert client.patch(address, json={"version": version, "why": "Late"}).status_code == 412
    assert as_role("member").delete(address).status_code == 403
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert (
        as_role("lead")
        .post(
            f"{API}/teams", json={"name": "X", "level": "school", "site_id": str(world.school.site.public_id)}
        )
        .status_code
        == 403
    )


def test_links_are_listed(world: World, as_role: As) -> None:
    page = as_role("analyst").get(f"{API}/links?limit=200").get_json()
    assert ("Own school", "Hub") in [(link["lower"], link["upper"]) for link in page["items"]]


def test_places_are_read_added_and_changed(session: Session, world: World, as_role: As) -> None:
    client = as_role("network_lead")
    sent = {
        "name": "Cañon Vista",
        "level": "school",
        "parent_id": str(world.hub.site.public_id),
        "nces_id": "080000100214",
    }
    made = client.post(f"{API}/sites", json=sent)
    assert made.status_code == 201
    address = f"{API}/sites/{made.get_json()['id']}"
    assert client.get(address).get_json()["nces_id"] == "080000100214"
    found = client.get(f"{API}/sites?find=Cañon").get_json()["items"]
    assert [site["name"] for site in found] == ["Cañon Vista"]
    version = made.get_json()["version"]
    assert client.patch(address, json={"version": version, "enrolment": 400}).get_json()["enrolment"] == 400
    assert client.patch(address, json={"version": version, "enrolment": 1}).status_code == 412
    assert client.post(f"{API}/sites", json=sent).status_code == 422
    assert as_role("lead").patch(address, json={"version": version, "enrolment": 1}).status_code == 403


def test_the_network_is_read_and_changed(session: Session, world: World, as_role: As) -> None:
    client = as_role("network_lead")
    read = client.get(f"{API}/network").get_json()
    assert (
        client.patch(
            f"{API}/network", json={"version": read["version"], "aim": "More", "why": "Voted"}
        ).get_json()["aim"]
        == "More"
    )
    assert client.patch(f"{API}/network", json={"version": read["version"], "aim": "Late"}).status_code == 412
    assert (
        client.patch(f"{API}/network", json={"version": read["version"] + 1, "minimum_cell": 5}).status_code
        == 422
    )
    assert as_role("reviewer").patch(f"{API}/network", json={"version": 1}).status_code == 403


def test_the_graph_tells_ways_up_and_what_to_mend(world: World, as_role: As) -> None:
    client = as_role("reviewer")
    graph = client.get(f"{API}/network/graph?limit=200").get_json()
    teams = {team["name"]: team for team in graph["teams"]}
    assert teams["Own school"]["path"] == [
        str(team.public_id) for team in (world.school, world.hub, world.state)
    ]
    assert teams["Peer school"]["flag"] == "solo"
    assert any("Peer school rests on one person" in sentence for sentence in graph["mend"])
    first = client.get(f"{API}/network/graph?limit=1").get_json()
    second = client.get(f"{API}/network/graph?limit=1&after={first['next']}").get_json()
    assert [len(first["teams"]), second["teams"][0]["name"]] == [1, "Hub"]


def test_lists_take_as_many_statements_for_more_rows(
    session: Session,
    world: World,
    as_role: As,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client = as_role("member")

    def counts() -> list[int]:
        found = []
        for name in ("teams", "links", "sites", "network/graph"):
            with count_queries() as seen:
                assert client.get(f"{API}/{name}?limit=200").status_code == 200
            found.append(len(seen))
        return found

    before = counts()
    for number in range(20):
        team = make.make_team(
            session, site=make.make_site(session, parent=world.hub.site), name=f"More {number}"
        )
        make.make_link(session, team, world.hub)
    assert counts() == before
    assert max(before) <= 12


def test_nobody_reads_without_signing_in(world: World, browse: Callable[..., FlaskClient]) -> None:
    for name in ("teams", "links", "sites", "network", "network/graph", f"teams/{world.school.public_id}"):
        assert browse().get(f"{API}/{name}").status_code == 401
