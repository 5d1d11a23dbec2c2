"""A network's archive holds everything and comes back whole, in either database, or not at all."""

import io
import json
import os
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from accounts.models import User
from interchange import archive_import_services as taking_in
from interchange import archive_queries, archive_services, data_classes
from interchange.archive_file import ArchiveError, Reader, reading
from interchange.archive_steps import Step, brought_up
from interchange.archive_tables import BLANK, INSIDE, LEFT_OUT, PEOPLE, SOFT, belongs
from nic_platform import audit, audit_trail
from nic_platform.database import Base, db, transaction
from nic_platform.storage import FolderStorage
from nic_platform.tables import Attachment, AuditEntry
from teams.models import Network
from tests import factories as make
from tests.conftest import build_app, close_app, new_database
from tests.drill import lighter_database
from tests.world import World, make_world

UNLIKE = ("audit_head", "digest", "digests")  # keyed: each installation has its own


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def files_of(app: Flask) -> FolderStorage:
    return FolderStorage(Path(app.config["STORAGE"]))


def archived(app: Flask, session: Session, network_id: int, path: Path) -> Path:
    with path.open("wb") as out:
        archive_services.write_from(session.connection(), files_of(app), network_id, out)
    return path


def parts(path: Path) -> dict[str, Any]:
    """Return what two archives of one network have alike, row for row."""
    found: dict[str, Any] = {}
    with reading(path) as reader:
        for name in reader.manifest.rows():
            rows = [{key: row[key] for key in row if key not in UNLIKE} for row in reader.rows(name)]
            found[name] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    return found


@pytest.fixture
def elsewhere(app: Flask, database: str, tmp_path: Path) -> Iterator[Flask]:
    """Another installation, with another key, on the other kind of database where there is one."""
    other = "sqlite"
    if database == "sqlite" and "TEST_DATABASE_URL" in os.environ:
        other = "postgresql"
    with new_database(other, tmp_path) as url:
        there = build_app(url, tmp_path / "there")
        yield there
        close_app(there)


def take(there: Flask, path: Path) -> taking_in.Done:
    with there.app_context(), reading(path) as reader, transaction(at=make.NOON) as current:
        found = taking_in.look(current, reader, reader.manifest.revision)
        assert found.problems == []
        return taking_in.write(current, files_of(there), reader, at=make.NOON)


def test_every_table_is_of_a_network_or_left_out_for_a_reason(app: Flask) -> None:
    for table in Base.metadata.sorted_tables:
        columns = frozenset(table.c.keys())
        own = belongs(table.name, columns)
        assert own or table.name == PEOPLE or LEFT_OUT[table.name], table.name
        if not own:
            continue
        for key in table.foreign_keys:
            assert key.column.table.name not in LEFT_OUT, f"{table.name}.{key.parent.name}"
        for column in table.c:
            if isinstance(column.type, Integer) and column.name.endswith("_id"):
                assert column.name in archive_queries.references(table), f"{table.name}.{column.name}"


def test_what_is_said_of_columns_is_said_of_columns_that_are_there(app: Flask) -> None:
    named = {*SOFT, *INSIDE, *BLANK}

    assert [each for each in named if each[1] not in Base.metadata.tables[each[0]].c] == []
    assert sorted(LEFT_OUT.keys() - Base.metadata.tables.keys()) == []


@lighter_database
def test_every_column_is_classified(app: Flask) -> None:
    here = {
        table.name: frozenset(table.c.keys()) - data_classes.SHARED.keys()
        for table in Base.metadata.sorted_tables
    }

    assert dict(data_classes.named()) == here
    for table, columns in here.items():
        assert data_classes.group_of(table) in data_classes.PURPOSES
        assert {data_classes.class_of(table, column) for column in columns} <= data_classes.CLASSES.keys()


def test_an_archive_comes_back_row_for_row(
    app: Flask,
    session: Session,
    world: World,
    elsewhere: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking_in, "FEW", 2)  # most tables as large ones are taken in
    stored = files_of(app).put(io.BytesIO(b"what is attached"))
    file = session.scalars(select(Attachment).where(Attachment.network_id == world.network.id).limit(1)).one()
    file.key, file.sha256, file.size = stored.key, stored.sha256, stored.size
    session.flush()
    first = archived(app, session, world.network.id, tmp_path / "first.zip")

    with elsewhere.app_context():
        audit.use_key("another key, as another installation has it")
        try:
            done = take(elsewhere, first)
            faults = list(audit_trail.verify(db.session()))
            second = archived(elsewhere, db.session(), done.network_id, tmp_path / "second.zip")
            kept = db.session.scalars(select(Attachment).where(Attachment.public_id == file.public_id)).one()
            with files_of(elsewhere).open(kept.key) as stream:
                assert stream.read() == b"what is attached"
        finally:
            audit.use_key(str(app.config["SECRET_KEY"]))

    assert faults == []
    before, after = parts(first), parts(second)
    told = [json.loads(row) for row in set(after["audit_entry"]) - set(before["audit_entry"])]
    assert [(row["kind"], row["action"]) for row in told] == [("network", "imported")]
    after["audit_entry"] = [row for row in after["audit_entry"] if row in set(before["audit_entry"])]
    network = {**json.loads(after["network"][0]), "audit_seq": json.loads(before["network"][0])["audit_seq"]}
    after["network"] = [json.dumps(network, sort_keys=True)]
    assert after == before
    assert len(before[PEOPLE]) > 5


@lighter_database
def test_an_archive_holds_no_secret_and_explains_itself(
    app: Flask, session: Session, world: World, tmp_path: Path
) -> None:
    path = archived(app, session, world.network.id, tmp_path / "a.zip")
    secrets = {column for columns in data_classes.named().values() for column in columns}
    secrets = {column for column in secrets if "hash" in column or "secret" in column}

    with reading(path) as reader, zipfile.ZipFile(path) as packed:
        schema = json.loads(packed.read("schema.json"))
        readme = packed.read("README.md").decode()
        for table, rows in reader.manifest.rows().items():
            assert f"### {table} ({rows:,})" in readme
            columns = set(schema["$defs"][table]["properties"])
            for row in reader.rows(table):
                assert set(row) == columns
                assert not [name for name in secrets & set(row) if row[name]]
        hashes = [user.password_hash for user in session.scalars(select(User)) if user.password_hash]
        every = b"".join(packed.read(name) for name in packed.namelist()).decode(errors="ignore")
    assert not [each for each in hashes if each in every]
    assert "in lower case" in schema["$defs"][PEOPLE]["description"]
    assert schema["$defs"]["membership"]["properties"]["interim_until"]["description"].startswith(
        "leads for now"
    )


@lighter_database
def test_nothing_is_written_over_what_is_here(
    app: Flask, session: Session, world: World, tmp_path: Path
) -> None:
    path = archived(app, session, world.network.id, tmp_path / "a.zip")

    with reading(path) as reader:
        found = taking_in.look(session, reader, reader.manifest.revision)
        reader.manifest = replace(reader.manifest, revision="9999")
        later = taking_in.look(session, reader, "0006")

    assert found.problems[0] == "This network is here already. Nothing is written over it."
    assert any(problem.startswith("team: ") for problem in found.problems)
    assert found.new == []
    assert world.people["lead"].email in found.known
    assert "Upgrade first" in later.problems[0]


@lighter_database
def test_people_are_found_by_address_and_made_without_a_password(
    app: Flask, session: Session, world: World, elsewhere: Flask, tmp_path: Path
) -> None:
    known, other = world.people["lead"], world.people["member"]
    path = archived(app, session, world.network.id, tmp_path / "a.zip")
    with elsewhere.app_context():
        with transaction(at=make.NOON) as current:
            here = User(email=known.email, name="Called otherwise here")
            current.add(here)
        take(elsewhere, path)
        people = {user.email: user for user in db.session.scalars(select(User))}

        assert people[known.email].name == "Called otherwise here"
        assert people[known.email].public_id == here.public_id
        assert people[other.email].password_hash is None
        assert not people[other.email].is_admin
        assert people[other.email].public_id == other.public_id


@lighter_database
def test_an_archive_that_was_changed_or_cut_short_is_refused(
    app: Flask, session: Session, world: World, tmp_path: Path
) -> None:
    path = archived(app, session, world.network.id, tmp_path / "a.zip")
    whole = path.read_bytes()
    short, changed, none = tmp_path / "short.zip", tmp_path / "changed.zip", tmp_path / "none.zip"
    short.write_bytes(whole[: len(whole) // 2])
    none.write_bytes(b"a text")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data + b" " if name == "tables/team.jsonl" else data)

    for bad in (short, changed, none, *_hostile(path, tmp_path)):
        with pytest.raises(ArchiveError, match=bad.name), reading(bad):
            pass


_NO_PART = {"size": "big", "sha256": "", "rows": None}


def _said(listed: dict[str, Any], **changed: Any) -> bytes:
    return json.dumps({**listed, **changed}).encode()


def _hostile(path: Path, folder: Path) -> Iterator[Path]:
    """Yield archives that unfold to more than they say, hold more than they list, or list what is no list."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    listed = json.loads(parts["manifest.json"])
    first = next(iter(listed["parts"]))
    for name, changed in (
        ("bomb.zip", {"tables/team.jsonl": b" " * 80_000_000}),
        ("more.zip", {"tables/../../etc.jsonl": b"{}"}),
        ("other.zip", {"manifest.json": b"[1, 2]"}),
        ("deep.zip", {"manifest.json": b"[" * 100_000}),
        ("sizes.zip", {"manifest.json": _said(listed, parts={first: "big"})}),
        ("words.zip", {"manifest.json": _said(listed, parts={**listed["parts"], first: _NO_PART})}),
        ("nameless.zip", {"manifest.json": _said(listed, network={"id": 7})}),
        ("later.zip", {"manifest.json": _said(listed, format=2)}),
    ):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as new:
            for part, data in {**parts, **changed}.items():
                new.writestr(part, data)
        yield folder / name
    twice = folder / "twice.zip"
    with zipfile.ZipFile(twice, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for part, data in [*parts.items(), ("tables/team.jsonl", b"{}")]:
            new.writestr(part, data)
    yield twice


@lighter_database
def test_a_fault_in_the_middle_leaves_nothing(
    app: Flask,
    session: Session,
    world: World,
    elsewhere: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = archived(app, session, world.network.id, tmp_path / "a.zip")
    real = Reader.rows

    def broken(self: Reader, table: str) -> Iterator[dict[str, Any]]:
        for row in real(self, table):
            yield {**row, "team_id": "00000000-0000-4000-8000-000000000000"} if table == "plan" else row

    monkeypatch.setattr(Reader, "rows", broken)
    with pytest.raises(ArchiveError, match="which the archive does not hold"):
        take(elsewhere, path)
    with elsewhere.app_context():
        left = [db.session.scalar(select(func.count()).select_from(m)) for m in (Network, User, AuditEntry)]
        assert left == [0, 0, 0]


def test_rows_of_an_older_archive_are_brought_up() -> None:
    steps = [
        Step("0009", "team", lambda row: {**row, "third": row["second"] + 1}),
        Step("0008", "team", lambda row: {"second": row["first"] + 1}),
        Step("0007", "team", lambda row: {"never": 0}),
    ]

    assert list(brought_up("0007", "team", [{"first": 1}], steps)) == [{"second": 2, "third": 3}]
    assert list(brought_up("0009", "team", [{"third": 3}], steps)) == [{"third": 3}]
    assert list(brought_up("0007", "plan", [{"first": 1}], steps)) == [{"first": 1}]


@lighter_database
def test_a_column_that_came_since_gets_its_default(
    app: Flask,
    session: Session,
    world: World,
    elsewhere: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = archived(app, session, world.network.id, tmp_path / "a.zip")
    real = Reader.rows

    def older(self: Reader, table: str) -> Iterator[dict[str, Any]]:
        for row in real(self, table):
            yield {key: row[key] for key in row if (table, key) != ("network", "fiscal_month")}

    monkeypatch.setattr(Reader, "rows", older)
    done = take(elsewhere, path)
    with elsewhere.app_context():
        assert db.session.get_one(Network, done.network_id).fiscal_month == 7
