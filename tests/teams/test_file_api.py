"""Tables of places and of teams brought in by programs: what they would do, problems by row, write, undo."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Attempt
from accounts.rules import upload_tries
from nic_platform.actor import Level, NetworkRole
from nic_platform.tables import ImportRun, Job
from teams import import_services
from teams.models import Network, Site, Team
from tests import factories as make
from tests.world import World, make_world

SITES, TEAMS = "/api/v1/site-files", "/api/v1/team-files"
SCHOOLS = "School Name,School ID - NCES Assigned,Agency Name,LEAID,State\nOak,080000100002,D,0800001,CO\n"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def lead(browse: Callable[..., FlaskClient], world: World) -> FlaskClient:
    return browse(world.people["network_lead"])


def send(client: FlaskClient, address: str, table: str, **more: Any) -> Any:
    answer = client.post(address, json={"file_name": "a.csv", "table": table, **more})
    assert answer.status_code == 201, answer.json
    return answer.json


def oak(session: Session) -> Site | None:
    return session.scalar(select(Site).where(Site.name == "Oak", Site.deleted_at.is_(None)))


def test_places_are_looked_at_written_and_taken_back(session: Session, lead: FlaskClient) -> None:
    sent = send(lead, SITES, SCHOOLS, state="CO")
    one = f"{SITES}/{sent['id']}"

    assert (sent["state"], sent["state_of_places"], sent["schools"], sent["problems"]) == (
        "preview",
        "CO",
        1,
        [],
    )
    assert sent["columns"]["school_name"] == "School Name"
    assert oak(session) is None
    assert lead.get(one).json == sent
    assert lead.get(SITES).json["items"][0] == sent
    done = lead.post(f"{one}/write", json={}).json
    assert (done["state"], done["created"], done["job_id"]) == ("done", sent["created"], None)
    assert oak(session) is not None
    assert lead.post(f"{one}/write", json={}).status_code == 409
    assert lead.put(one, json={"columns": {}}).status_code == 409
    assert lead.post(f"{one}/undo").json["state"] == "undone"
    assert oak(session) is None
    assert lead.post(f"{one}/undo").status_code == 409


def test_problems_come_by_row_and_column_and_columns_are_matched_by_hand(lead: FlaskClient) -> None:
    sent = send(
        lead, SITES, SCHOOLS.replace("080000100002", "80000100002x") + "Elm,080000100003,D,0800001,CO\n"
    )
    one = f"{SITES}/{sent['id']}"

    assert [(each["row"], each["column"], each["value"]) for each in sent["problems"]] == [
        (2, "School ID - NCES Assigned", "80000100002x"),
    ]  # fmt: skip
    assert lead.post(f"{one}/write", json={}).status_code == 409
    unknown = lead.put(one, json={"columns": {"shoe": "School Name"}})
    assert unknown.status_code == 422
    gone = lead.put(one, json={"columns": {"school_name": "Nothing"}}).json
    assert any("Nothing" in each["sentence"] for each in gone["problems"])
    lead.put(one, json={"columns": sent["columns"]})
    done = lead.post(f"{one}/write", json={"leave_out": True}).json
    assert (done["state"], lead.post(f"{one}/undo").json["state"]) == ("done", "undone")


def test_a_large_table_goes_on_in_the_background(
    session: Session, lead: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_services, "LARGE", 0)
    sent = send(lead, SITES, SCHOOLS)
    begun = lead.post(f"{SITES}/{sent['id']}/write", json={}).json
    job = session.scalars(select(Job).order_by(Job.id.desc())).first()

    assert job is not None
    assert (begun["state"], begun["job_id"], job.name) == ("running", str(job.public_id), "import sites")
    run = session.get_one(ImportRun, job.payload["run_id"])
    assert (str(run.public_id), run.state) == (begun["id"], "running")
    assert lead.post(f"{SITES}/{sent['id']}/write", json={}).json == begun  # asked twice, begun once
    assert session.scalars(select(Job.id).order_by(Job.id.desc())).first() == job.id


def test_teams_and_links_come_in_and_go(session: Session, world: World, lead: FlaskClient) -> None:
    site = make.make_site(session, parent=world.hub.site, level=Level.SCHOOL, nces_id="080000000077")
    row = f"New school,school,{site.nces_id},Hub,Every child reads\n"
    sent = send(lead, TEAMS, "Team,Level,Place,Lifts to,Purpose\n" + row)
    one = f"{TEAMS}/{sent['id']}"

    assert (sent["new_teams"], sent["new_links"], sent["problems"]) == (1, 1, [])
    unlinked = {name: column for name, column in sent["columns"].items() if name != "upper"}
    alone = lead.put(one, json={"columns": unlinked}).json
    assert lead.get(one).json == alone
    assert (alone["new_teams"], alone["new_links"]) == (1, 0)
    assert lead.put(one, json={"columns": sent["columns"]}).json == sent
    assert lead.post(f"{one}/write").json["state"] == "done"
    made = session.scalars(select(Team).where(Team.name == "New school")).one()
    assert made.purpose == "Every child reads"
    assert lead.post(f"{one}/undo").json["state"] == "undone"
    session.refresh(made)
    assert made.deleted_at is not None
    bad = send(lead, TEAMS, "Team,Level,Place\nNew school,school,nowhere\n")
    assert [each["row"] for each in bad["problems"]] == [2]


def test_a_table_counts_as_a_file_sent_in(session: Session, world: World, lead: FlaskClient) -> None:
    wanted = upload_tries(world.people["network_lead"].id)[0].subject
    send(lead, TEAMS, "Team,Level,Place\nA,school,B\n")

    assert session.scalars(select(Attempt.count).where(Attempt.subject == wanted)).all() == [1]


def test_only_network_leads_of_its_own_network(
    session: Session, world: World, lead: FlaskClient, browse: Callable[..., FlaskClient]
) -> None:
    other = browse(world.people["other_network"])
    network = session.get_one(Network, world.stranger.network_id)
    make.make_network_member(session, network, world.people["other_network"], NetworkRole.LEAD)
    for address, table in ((SITES, SCHOOLS), (TEAMS, "Team,Level,Place\nA,school,B\n")):
        sent = send(lead, address, table)
        assert browse(world.people["lead"]).get(f"{address}/{sent['id']}").status_code == 403
        assert other.get(f"{address}/{sent['id']}").status_code == 404
        assert other.get(address).json["items"] == []
        wrong = lead.post(address, json={"file_name": "a.csv", "table": " "})
        assert wrong.status_code == 422
