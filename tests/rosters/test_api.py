"""Sources of rosters in the API: set up, listed, their files and groups, taken away; a large one in peace."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.tables import Job
from rosters import import_services
from rosters.models import RosterSource
from tests.rosters.conftest import make_source, packed
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
ROSTERS = "/api/v1/rosters"
USERS = (
    "sourcedId,orgSourcedIds,role,givenName,familyName,email\nt1,s1,teacher,Ada,Lind,ada@district.example\n"
)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["network_lead"])


def test_a_directory_is_set_up_its_groups_mapped_and_taken_away(
    session: Session, world: World, lead: FlaskClient, browse: Browse
) -> None:
    sent = {"name": "Directory", "kind": "scim", "domains": ["@Staff2.example"]}
    made = lead.post(ROSTERS, json=sent)
    own = f"{ROSTERS}/{made.json['id']}"

    assert (made.status_code, made.json["domains"], made.json["columns"]) == (201, ["staff2.example"], {})
    assert [list(lead.post(ROSTERS, json=wrong).json["errors"]) for wrong in (
        sent, sent | {"name": "B", "domains": []}, sent | {"name": "B", "kind": "fax"},
    )] == [["name"], ["domains"], ["kind"]]  # fmt: skip
    assert {row["name"] for row in lead.get(ROSTERS).json["items"]} == {"Staff", "Directory"}
    staff = f"{ROSTERS}/{world.ids['roster_id']}"
    group = lead.get(f"{staff}/groups").json["items"][0]
    team = str(world.school.public_id)
    mapped = lead.put(f"{staff}/groups/{group['id']}", json={"team_id": team, "role": "member"}).json
    assert (mapped["name"], mapped["team_id"], mapped["role"]) == ("Office", team, "member")
    assert lead.put(f"{staff}/groups/{group['id']}", json={"team_id": team}).status_code == 422
    assert browse(world.people["lead"]).get(own).status_code == 403
    assert lead.delete(own).status_code == 204
    assert lead.get(own).status_code == 404


def test_files_are_listed_read_again_and_a_large_one_is_written_in_the_background(
    session: Session, world: World, lead: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_services, "LARGE", 0)
    source: RosterSource = make_source(session, world.network)
    files = f"{ROSTERS}/{source.public_id}/files"
    sent = lead.post(files, data={"file": (packed({"users.csv": USERS}), "a.zip"), "mode": "delta"})
    assert sent.status_code == 201, sent.json
    run = f"/api/v1/roster-files/{sent.json['id']}"

    assert lead.get(run).json == lead.get(files).json["items"][0] == sent.json
    begun = lead.post(f"{run}/write", json={})
    jobs = session.scalars(select(Job.name).where(Job.name == "write roster")).all()
    assert (begun.json["state"], jobs) == ("running", ["write roster"])
    assert lead.post(f"{run}/write", json={}).json["state"] == "running"  # asked twice, begun once
    assert len(session.scalars(select(Job.name).where(Job.name == "write roster")).all()) == 1
    assert lead.post(files, data={"mode": "delta"}).json["errors"] == {"file": "Choose a file."}
