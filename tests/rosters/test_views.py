"""The pages, API, folder, job and command of rosters: who may, what is shown, what it costs."""

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import User
from nic_platform import clock
from nic_platform.tables import ImportRun, Notice
from rosters import folder_services, import_services, jobs, rules
from rosters.commands import import_commands
from rosters.models import RosterGroup, RosterPerson, RosterSource
from teams.models import Network, SchoolYear
from tests.rosters.conftest import make_directory, make_source, manifest, packed
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
Count = Callable[[], AbstractContextManager[list[str]]]
USERS = "sourcedId,orgSourcedIds,role,givenName,familyName,email\n"
ADA = "t1,s1,teacher,Ada,Lind,ada@district.example\n"
SESSIONS = (
    "sourcedId,title,type,startDate,endDate,schoolYear\ny1,2031,schoolYear,2031-08-18,2032-05-28,2032\n"
    "q1,First,gradingPeriod,2031-08-18,2031-10-17,2032\n"
)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def source(session: Session, world: World) -> RosterSource:
    return make_source(session, world.network)


def roster(*people: str, mode: str = "bulk", sessions: str = SESSIONS) -> dict[str, str | bytes]:
    files = {
        "manifest.csv": manifest(mode),
        "users.csv": USERS + "".join(people),
        "academicSessions.csv": sessions,
    }
    return {**files}


def send(client: FlaskClient, source: RosterSource, files: dict[str, str | bytes]) -> str:
    data = {"file": (packed(files), "staff.zip"), "mode": "delta"}
    answer = client.post(f"/network/rosters/{source.public_id}/file", data=data)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_from_the_first_page_to_undo(
    browse: Browse, session: Session, world: World, source: RosterSource
) -> None:
    client = browse(world.people["network_lead"])
    assert source.name in client.get("/network/rosters").text
    where = send(client, source, roster(ADA, "k1,s1,student,Kim,Pupil,kim@district.example\n"))
    page = client.get(where).text
    assert "one student" in page
    assert "Pupil" not in page

    client.post(f"{where}/write", data={})
    user = session.scalars(select(User).where(User.email == "ada@district.example")).one()
    assert "Ada Lind" in client.get(f"/network/rosters/{source.public_id}").text
    client.post(f"{where}/calendar")
    year = session.scalars(select(SchoolYear).where(SchoolYear.name == "2031-32")).one()
    assert "Take this import back" in client.get(where).text
    client.post(f"{where}/undo")
    session.expire_all()
    assert (user.is_active, year.deleted_at is not None) == (False, True)


def test_a_damaged_file_is_told_beside_the_field(browse: Browse, world: World, source: RosterSource) -> None:
    client = browse(world.people["network_lead"])
    data = {"file": (packed({"a.zip": b"x", "users.csv": USERS}), "staff.zip")}
    answer = client.post(f"/network/rosters/{source.public_id}/file", data=data)
    assert answer.status_code == 422
    assert "another packed file" in answer.text


def test_setting_up_changing_and_taking_away(browse: Browse, session: Session, world: World) -> None:
    client = browse(world.people["network_lead"])
    form = {
        "kind": "oneroster",
        "name": "Valley",
        "domains": "@Valley.example",
        "role_teacher": "member",
        "role_principal": "",
    }
    assert client.post("/network/rosters/new", data=form).status_code == 303
    made = session.scalars(select(RosterSource).where(RosterSource.name == "Valley")).one()
    assert (made.domains, made.roles, made.ends_access) == (["valley.example"], {"teacher": "member"}, False)
    for wrong in (
        {"domains": ""},
        {"domains": "no domain"},
        {"name": ""},
        {"site": "nowhere"},
        {"kind": "x"},
    ):
        assert client.post("/network/rosters/new", data=form | {"name": "B"} | wrong).status_code == 422
    address = f"/network/rosters/{made.public_id}"
    changed = client.post(f"{address}/edit", data=form | {"name": "Vale", "version": made.version})
    assert changed.status_code == 303
    client.post(f"{address}/remove")
    assert client.get(address).status_code == 404


def test_a_directorys_token_is_shown_once_and_asks_for_the_password(
    browse: Browse, session: Session, world: World
) -> None:
    lead = world.people["network_lead"]
    lead.password_hash = passwords.hash_password("climbs in steps")
    directory = make_directory(session, world.network)
    old, client = directory.token_hash, browse(lead)
    address = f"/network/rosters/{directory.public_id}"
    assert client.post(f"{address}/token", data={"confirm": "wrong"}).status_code == 422
    assert session.get_one(RosterSource, directory.id).token_hash == old
    made = client.post(f"{address}/token", data={"confirm": "climbs in steps"})
    assert (made.status_code, "It is not shown again" in made.text) == (201, True)
    session.expire_all()
    assert directory.token_hash not in {old, None}
    assert "It is not shown again" not in client.get(address).text


def test_a_group_stands_for_a_team_of_the_network_alone(
    browse: Browse, session: Session, world: World
) -> None:
    directory = make_directory(session, world.network)
    now = clock.now()
    group = RosterGroup(
        network_id=world.network.id, source_id=directory.id, name="Staff", created_at=now, changed_at=now
    )
    session.add(group)
    session.flush()
    client = browse(world.people["network_lead"])
    address = f"/network/rosters/{directory.public_id}/groups/{group.public_id}"
    assert client.post(address, data={"team": world.stranger.public_id, "role": "member"}).status_code == 422
    assert client.post(address, data={"team": world.school.public_id, "role": "member"}).status_code == 303
    session.expire_all()
    assert (group.team_id, group.role) == (world.school.id, "member")


def test_the_api_does_what_the_pages_do(
    browse: Browse, session: Session, world: World, source: RosterSource
) -> None:
    client, api = browse(world.people["network_lead"]), f"/api/v1/rosters/{source.public_id}"
    sent = client.post(f"{api}/files", data={"file": (packed(roster(ADA)), "a.zip")})
    assert (sent.status_code, sent.json["new_accounts"]) == (201, 1)
    run = f"/api/v1/roster-files/{sent.json['id']}"
    assert [(year["name"], len(year["parts"])) for year in sent.json["school_years"]] == [("2031-32", 1)]
    assert client.post(f"{run}/calendar").json["calendar_is_taken"] is True
    assert client.post(f"{run}/calendar").status_code == 409
    kept = {"users": {"email": sent.json["headers"]["users"][-1]}}
    assert client.put(f"{run}/columns", json={"columns": kept}).json["columns"] == kept
    wrong = {"users": {"email": "post", "shoe": "email"}, "pets": {"id": "x"}}
    refused = client.put(f"{run}/columns", json={"columns": wrong})
    assert set(refused.json["errors"]) == {"columns.users.email", "columns.users.shoe", "columns.pets"}
    assert client.get(api).json["columns"] == kept
    assert client.post(f"{run}/write", json={}).json["state"] == "done"
    assert client.post(f"{run}/undo", json={}).json["state"] == "undone"
    changed = client.patch(api, json={"name": "Renamed", "version": client.get(api).json["version"]})
    assert changed.json["name"] == "Renamed"
    history = client.get("/api/v1/imports?kind=roster").json["items"]
    assert [(each["file_name"], each["state"]) for each in history][:1] == [("a.zip", "undone")]


@pytest.mark.parametrize("path", ["", "/{source}", "/imports/{run}"])
def test_pages_cost_the_same_however_many_people_there_are(
    browse: Browse, session: Session, world: World, source: RosterSource, count_queries: Count, path: str
) -> None:
    client = browse(world.people["network_lead"])
    run = send(client, source, roster(ADA)).rpartition("/")[2]
    address = "/network/rosters" + path.format(source=source.public_id, run=run)
    client.get(address)
    with count_queries() as first:
        client.get(address)
    for number in range(5):
        session.add(
            RosterPerson(
                network_id=world.network.id, source_id=source.id, external_id=f"x{number}", values={},
                created_at=clock.now(), changed_at=clock.now(),
            )
        )  # fmt: skip
    make_source(session, world.network, name="Second")
    session.expire_all()
    with count_queries() as second:
        client.get(address)
    assert len(first) == len(second) <= 12


# ---------------------------------------------------------------- the folder, at night


@pytest.fixture
def folder(app: Flask, source: RosterSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / str(source.public_id)
    own.mkdir()
    monkeypatch.setitem(app.config, "ROSTER_DIR", str(tmp_path))
    return own


def drop(folder: Path, name: str, files: dict[str, str | bytes], *, age: int = 3600) -> None:
    path = folder / name
    path.write_bytes(packed(files).getvalue())
    when = clock.now().timestamp() - age
    os.utime(path, (when, when))


def night(app: Flask, session: Session) -> dict[str, object]:
    with app.app_context():
        told = jobs.read_folders({}, lambda _done: None)
    session.expire_all()
    return dict(told or {})


def test_what_lies_in_the_folder_is_read_once(
    app: Flask, session: Session, source: RosterSource, folder: Path
) -> None:
    drop(folder, "a.zip", roster(ADA))
    assert night(app, session)["read"] == 1
    assert session.scalars(select(User).where(User.email == "ada@district.example")).one().is_active
    assert night(app, session) == {"read": 0, "waiting": 0, "failed": 0}


def test_a_round_that_broke_off_is_begun_anew_and_holds_up_no_other_source(
    app: Flask, session: Session, world: World, source: RosterSource, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = make_source(session, world.network, name="Second", domains=["second.example"])
    beside = folder.parent / str(other.public_id)
    beside.mkdir()
    drop(folder, "a.zip", roster(ADA))
    drop(beside, "b.zip", roster(ADA.replace("ada@district.example", "bo@second.example")))
    write = import_services.write

    def broken(current: Session, of: RosterSource, *args: Any, **kwargs: Any) -> None:
        if of.id == source.id:
            raise OSError("the disk is gone")
        write(current, of, *args, **kwargs)

    monkeypatch.setattr(import_services, "write", broken)
    for _hour in range(2):
        with pytest.raises(OSError, match="disk"):
            night(app, session)
        session.expire_all()
    left = select(ImportRun.file_name, ImportRun.state).where(ImportRun.kind == rules.KIND)
    assert [tuple(row) for row in session.execute(left.where(ImportRun.file_name == "a.zip"))] == [
        ("a.zip", "preview")
    ]
    here = select(User.email).where(User.email.in_(["ada@district.example", "bo@second.example"]))
    assert list(session.scalars(here)) == ["bo@second.example"]
    monkeypatch.undo()
    monkeypatch.setitem(app.config, "ROSTER_DIR", str(folder.parent))
    assert night(app, session)["read"] == 1
    assert len(list(session.scalars(here))) == 2


def test_one_bad_row_holds_up_nobodys_leaving(
    app: Flask, session: Session, source: RosterSource, folder: Path
) -> None:
    bo = ADA.replace("t1", "t2").replace("ada@", "bo@")
    drop(folder, "a.zip", roster(ADA, bo, ADA.replace("t1", "t3").replace("ada@", "cy@")))
    night(app, session)
    drop(folder, "b.zip", roster(ADA.replace("ada@district.example", "not an address"), bo), age=120)
    assert night(app, session)["read"] == 1
    active = select(User.email).where(User.email.like("%@district.example"), User.disabled_at.is_(None))
    assert sorted(session.scalars(active)) == ["ada@district.example", "bo@district.example"]


def test_much_access_waits_and_the_network_lead_is_told(
    app: Flask, session: Session, world: World, source: RosterSource, folder: Path
) -> None:
    people = [ADA.replace("t1", f"t{n}").replace("ada@", f"p{n}@") for n in range(8)]
    drop(folder, "a.zip", roster(*people))
    night(app, session)
    drop(folder, "b.zip", roster(*people[:2]), age=120)
    assert night(app, session)["waiting"] == 1
    run = session.scalars(select(ImportRun).where(ImportRun.file_name == "b.zip")).one()
    assert run.state == "preview"
    told = select(Notice.subject).where(Notice.user_id == world.people["network_lead"].id)
    assert f"{source.name} waits for you" in list(session.scalars(told))


def test_a_damaged_drop_and_one_still_being_copied(
    app: Flask, session: Session, source: RosterSource, folder: Path
) -> None:
    drop(folder, "a.zip", roster(ADA), age=0)
    assert folder_services.newest(folder) is None
    drop(folder, "a.zip", {"users.csv": b"\x00\x00"})
    assert night(app, session)["failed"] == 1
    (folder / "link.zip").symlink_to("/etc/passwd")
    assert folder_services.newest(folder) == folder / "a.zip"


def test_a_large_one_is_written_by_the_worker(
    app: Flask,
    browse: Browse,
    session: Session,
    world: World,
    source: RosterSource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rosters.import_services.LARGE", 0)
    client = browse(world.people["network_lead"])
    where = send(client, source, roster(ADA))
    client.post(f"{where}/write", data={})
    run = session.scalars(
        select(ImportRun).where(ImportRun.file_name == "staff.zip", ImportRun.state == "running")
    ).one()
    payload = {"run_id": run.id, "agreed": False, "leave_out": False, "user_id": None}
    with app.app_context():
        assert jobs.write(payload, lambda _done: None) == {"done": 1, "changed": 0}
        assert jobs.write(payload, lambda _done: None) == {"done": 1}


def test_the_command_reads_a_zip(app: Flask, session: Session, source: RosterSource, tmp_path: Path) -> None:
    file = tmp_path / "staff.zip"
    file.write_bytes(packed(roster(ADA)).getvalue())
    network = str(session.get_one(Network, source.network_id).public_id)
    asked = ["roster", str(file), "--source", source.name, "--network", network]
    dry = app.test_cli_runner().invoke(import_commands, [*asked, "--dry-run", "--json"])
    assert json.loads(dry.output)["made"] == 1
    done = app.test_cli_runner().invoke(import_commands, [*asked, "--yes"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "Imported.")
    wrong = app.test_cli_runner().invoke(
        import_commands, ["roster", str(file), "--source", "Nothing", *asked[4:]]
    )
    assert wrong.exit_code == 2


def test_its_page_tells_who_changed_what_of_it_and_no_token(
    browse: Browse, session: Session, world: World
) -> None:
    lead = world.people["network_lead"]
    source = make_directory(session, world.network)
    session.info["user_id"] = lead.id
    source.name, source.token_hash = "Other name", "0" * 64
    session.flush()
    source.last_digest = "1" * 64
    session.flush()
    session.info.pop("user_id")

    told = browse(lead).get(f"/network/rosters/{source.public_id}").text.split("What was changed", 1)[1]

    assert "<ins>Other name</ins>" in told
    assert lead.name in told
    assert "<dt>Token</dt>" in told
    assert "0" * 64 not in told
    assert told.count("Changed") == 1, "what the nightly run notes for itself is nobody's act"
