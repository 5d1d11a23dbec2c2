"""Change ideas in the API: read, add, change, by the rules of their page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from cycles.models import ChangeIdea
from measures import queries as measure_queries
from tests import factories as make
from tests.world import World, make_world

IDEAS = "/api/v1/ideas"
Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_member_adds_a_teams_idea_and_a_network_lead_the_networks(
    session: Session, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    common = make.make_measure(session, network_id=world.network.id, name="Exit tickets")
    own = make.make_measure(session, world.school)
    sent = {"title": " A timer ", "core_parts": "Two minutes", "measure_id": str(common.public_id)}
    member = browse(world.people["member"])
    made = member.post(IDEAS, json=sent)
    named = browse(world.people["network_lead"]).post(IDEAS, json={"title": "Exit tickets"})

    assert (made.status_code, named.status_code) == (201, 201)
    assert (made.json["title"], made.json["measure_id"]) == ("A timer", str(common.public_id))
    assert member.get(f"{IDEAS}/{made.json['id']}").json == made.json
    homes = {idea.title: idea.team_id for idea in session.scalars(select(ChangeIdea))}
    assert (homes["A timer"], homes["Exit tickets"]) == (world.school.id, None)
    # Of very many common measures the page's list shows the first: another one is taken and kept, too.
    monkeypatch.setattr(measure_queries, "common_measures", lambda *_: [])
    assert member.post(IDEAS, json=sent | {"title": "Another"}).json["measure_id"] == str(common.public_id)
    page = f"/ideas/{made.json['id']}/edit"
    assert f'selected value="{common.public_id}"' in member.get(page).text
    form = {"title": "A timer", "measure": str(common.public_id), "version": made.json["version"]}
    assert member.post(page, data=form).status_code == 303
    assert member.get(f"{IDEAS}/{made.json['id']}").json["measure_id"] == str(common.public_id)
    wrong = [member.post(IDEAS, json=each) for each in (
        {"title": " "}, {"title": "A", "measure_id": str(own.public_id)}, {"title": "A", "team_id": "x"},
    )]  # fmt: skip
    assert [(each.status_code, list(each.json["errors"])) for each in wrong] == [
        (422, ["title"]), (422, ["measure_id"]), (422, ["team_id"]),
    ]  # fmt: skip


def test_whose_it_is_changes_it_from_the_version_they_read(world: World, browse: Browse) -> None:
    own, member = f"{IDEAS}/{world.ids['idea_id']}", browse(world.people["member"])
    read = member.get(own)
    changed = member.patch(own, json={"adapted": "Paper"}, headers={"If-Match": read.headers["ETag"]})

    assert (changed.status_code, changed.json["adapted"], changed.json["title"]) == (
        200, "Paper", read.json["title"],
    )  # fmt: skip
    assert member.patch(own, json={"adapted": "x", "version": read.json["version"]}).status_code == 412
    assert member.patch(own, json={"adapted": "x"}).status_code == 428
    assert browse(world.people["observer"]).patch(own, json={"version": 9}).status_code == 403
    assert browse(world.people["peer"]).get(own).status_code == 404  # not shared
    shared = member.patch(own, json={"is_shared": True, "version": changed.json["version"]})
    assert shared.json["is_shared"] is True
    assert browse(world.people["peer"]).get(own).json["adapted"] == "Paper"
