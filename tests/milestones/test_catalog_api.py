"""Observation tools, templates and common milestones read and changed in the API; a plan as a workbook."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.world import World, make_world

API = "/api/v1"
Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_tool_is_listed_changed_deleted_and_brought_back(world: World, browse: Browse) -> None:
    member, own = browse(world.people["member"]), f"{API}/tools/{world.ids['tool_id']}"
    read = member.get(own)

    assert read.json in member.get(f"{API}/tools").json["items"]
    changed = member.patch(
        own, json={"counts_when": "Seen twice"}, headers={"If-Match": read.headers["ETag"]}
    )
    assert (changed.status_code, changed.json["counts_when"]) == (200, "Seen twice")
    assert member.patch(own, json={"name": "x", "version": read.json["version"]}).status_code == 412
    assert member.delete(own).status_code == 204
    assert read.json["id"] not in {row["id"] for row in member.get(f"{API}/tools").json["items"]}
    assert browse(world.people["coach"]).post(f"{own}/restore").status_code == 403
    assert member.post(f"{own}/restore").json["counts_when"] == "Seen twice"


def test_a_template_and_its_milestone_are_read_and_changed_by_who_offers_them(
    world: World, browse: Browse
) -> None:
    lead, member = browse(world.people["network_lead"]), browse(world.people["member"])
    own, common = (
        f"{API}/templates/{world.ids['template_id']}",
        f"{API}/common-milestones/{world.ids['common_id']}",
    )
    read, one = lead.get(own).json, lead.get(common).json

    assert one["id"] in {row["id"] for row in lead.get(f"{own}/milestones").json["items"]}
    assert member.get(own).json["id"] == read["id"]
    assert member.patch(own, json={"name": "Mine", "version": read["version"]}).status_code == 403
    changed = lead.patch(own, json={"name": "Talk first", "version": read["version"]})
    assert changed.json["name"] == "Talk first"
    assert lead.patch(own, json={"name": "x"}).status_code == 428
    assert lead.patch(own, json={"name": "x", "version": read["version"]}).status_code == 412


def test_a_plan_is_taken_out_as_a_workbook_by_who_reads_it(world: World, browse: Browse) -> None:
    address = f"{API}/plans/{world.ids['plan_id']}/export.xlsx"
    given = browse(world.people["hub"]).get(address)

    assert "spreadsheetml" in given.content_type
    with ZipFile(BytesIO(given.data)) as book:
        assert "xl/workbook.xml" in book.namelist()
    assert browse(world.people["peer"]).get(address).status_code == 404
