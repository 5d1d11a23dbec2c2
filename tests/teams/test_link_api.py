"""What passes on links, peers, a team's place and the graph's answers, in the API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import clock
from nic_platform.actor import Level
from teams.graph_answers import Question
from teams.models import Link
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


@pytest.fixture
def link(session: Session, world: World) -> Link:
    ends = (Link.lower_id == world.school.id, Link.upper_id == world.hub.id)
    return session.scalars(select(Link).where(*ends)).one()


def test_an_exchange_is_sent_read_corrected_and_taken_away(as_role: As, link: Link) -> None:
    client, address = as_role("member"), f"{API}/links/{link.public_id}/exchanges"
    sent: dict[str, Any] = {"kind": "message", "on": clock.today("America/Denver").isoformat()}
    made = client.post(address, json=sent | {"words": "Called"})
    assert made.status_code == 201
    one = made.get_json()
    assert (one["kind"], one["words"]) == ("message", "Called")
    own = f"{API}/exchanges/{one['id']}"
    assert client.patch(own, json={"version": one["version"], "words": "Met"}).get_json()["words"] == "Met"
    assert client.patch(own, json={"version": one["version"], "words": "No"}).status_code == 412
    rows = client.get(address).get_json()["items"]
    assert [(row["kind"], row["words"]) for row in rows] == [("message", "Met"), ("notice", "")]
    assert client.delete(own).status_code == 204
    assert as_role("observer").post(f"{own}/restore").status_code == 403
    assert client.post(f"{own}/restore").get_json()["words"] == "Met"
    assert client.post(f"{own}/restore").status_code == 404  # it is there again
    assert client.delete(own).status_code == 204
    assert [row["kind"] for row in client.get(address).get_json()["items"]] == ["notice"]
    refused = client.post(address, json=sent | {"on": "2199-01-01"})
    assert refused.status_code == 422
    assert "on" in refused.get_json()["errors"]


def test_topics_go_through_the_api(as_role: As, link: Link) -> None:
    client, address = as_role("lead"), f"{API}/links/{link.public_id}"
    sent = {"version": link.version, "topics": ["Testing", "testing"]}
    assert client.patch(address, json=sent).get_json()["topics"] == ["Testing"]
    way = client.get(f"{API}/teams/{link.lower.public_id}/way?topic=testing").get_json()
    assert (way["link_id"], way["link"]) == (str(link.public_id), "“testing” goes to Hub.")


def test_peers_are_tied_listed_and_untied(as_role: As, world: World) -> None:
    client, address = as_role("lead"), f"{API}/teams/{world.school.public_id}/peers"
    sent = {"team_id": str(world.peer.public_id), "purpose": "Exit tickets"}
    assert client.post(address, json=sent).status_code == 200
    wanted = [{"id": sent["team_id"], "name": "Peer school", "level": "school", "purpose": "Exit tickets"}]
    assert client.get(address).get_json()["items"] == wanted
    assert client.delete(f"{address}/{world.peer.public_id}").status_code == 204
    assert client.get(address).get_json()["items"] == []
    own = {"team_id": str(world.school.public_id)}
    assert client.post(address, json=own).status_code == 409


def test_a_team_moves_by_the_rules_of_its_links(session: Session, as_role: As, world: World) -> None:
    client, address = as_role("network_lead"), f"{API}/teams/{world.hub.public_id}/place"
    region = make.make_site(session, world.network, level=Level.REGION)
    sent = {"level": "region", "site_id": str(region.public_id), "version": world.hub.version}
    moved = client.put(address, json=sent)
    assert moved.get_json()["level"] == "region"
    down = sent | {"level": "practice", "site_id": str(world.school.site.public_id)}
    assert client.put(address, json=down).status_code == 412
    refused = client.put(address, json=down | {"version": moved.get_json()["version"]})
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["level"])


def test_a_team_hears_how_it_is_heard(as_role: As, world: World) -> None:
    found = as_role("member").get(f"{API}/teams/{world.school.public_id}/way").get_json()
    ids = [str(team.public_id) for team in (world.school, world.hub, world.state)]
    assert found["path"] == ids
    assert found["way"] == "Own school reaches State team in 2 steps, through Hub."
    assert set(found) == {"path", "flag", "way", "below", "loss", "rests", "link_id", "link"}


@pytest.mark.parametrize("question", list(Question))
def test_every_question_has_a_sentence_and_its_rows_page_by_page(
    as_role: As, world: World, question: Question
) -> None:
    client = as_role("analyst")
    whole = client.get(f"{API}/network/answers?question={question.value}").get_json()
    assert whole["sentence"].endswith(".")
    assert whole["total"] == len(whole["items"])
    rows = []
    for start in range(whole["total"]):
        address = f"{API}/network/answers?question={question.value}&start={start}&limit=1"
        rows += client.get(address).get_json()["items"]
    assert rows == whole["items"]


def test_links_that_nobody_carries_are_listed(as_role: As, world: World) -> None:
    found = as_role("network_lead").get(f"{API}/network/uncarried-links").get_json()["items"]
    assert ("Hub", "State team") in {(row["lower"], row["upper"]) for row in found}
    assert "Other network's school" not in {row["lower"] for row in found}
