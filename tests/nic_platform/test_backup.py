"""What a backup holds comes back whole, in either database, or not at all."""

import io
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine, func, select

from milestones.models import Touchpoint
from nic_platform import audit_trail, backup, clock
from nic_platform.archive import Manifest, differences, read_manifest
from nic_platform.backup import BackupError
from nic_platform.database import Base, db, session, transaction
from nic_platform.storage import FolderStorage
from nic_platform.tables import Attachment, Installation
from teams.models import Site, Team
from tests import factories as make
from tests.conftest import build_app, close_app, new_database
from tests.drill import lighter_database


def fill(app: Flask) -> FolderStorage:
    """Write a little of all that is hard to carry over: moments, times, UUIDs, JSON, loops, a file."""
    files = FolderStorage(Path(app.config["STORAGE"]))
    with app.app_context(), transaction() as current:
        current.add(Installation(is_demo=True, created_at=clock.now()))
        team = make.make_team(current, functions=["pilot", "spread"], next_meeting_on=make.TODAY)
        make.make_site(current, parent=current.get_one(Site, team.site_id), attributes={"ä": [1.5, None]})
        person = make.make_user(current, team)
        make.sign_in(current, app.test_client(), person)
        milestone = make.make_milestone(current, team, target=80.25)
        make.make_prediction(current, make.make_cycle(current, team, milestone=milestone))
        current.add(
            Touchpoint(
                network_id=team.network_id, team_id=team.id, held_on=make.TODAY, starts_at=time(15, 15, 30)
            )
        )
        stored = files.put(io.BytesIO(b"a worksheet"))
        row = Attachment(
            network_id=team.network_id, team_id=team.id, object_kind="cycle", object_id=uuid4(), name="a.txt",
            content_type="text/plain", size=stored.size, sha256=stored.sha256, key=stored.key,
            created_at=clock.now(),
        )  # fmt: skip
        current.add(row)
    return files


def dump(app: Flask, files: FolderStorage, path: Path) -> Manifest:
    with app.app_context():
        return backup.dump(
            db.engine, files, path, platform="0.1.0", secret=app.config["SECRET_KEY"], key_file=None
        )


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture(params=["the same kind", "the other kind"])
def second(
    request: pytest.FixtureRequest, database: str, pytestconfig: pytest.Config, tmp_path: Path
) -> Iterator[Flask]:
    """A second, empty database, of the same kind and of the other."""
    kind = database
    if request.param == "the other kind":
        if pytestconfig.getoption("--db") != "both":
            pytest.skip("needs both databases: --db both")
        kind = "postgresql" if database == "sqlite" else "sqlite"
    folder = tmp_path / "second"
    folder.mkdir()
    with new_database(kind, folder) as url:
        app = build_app(url, folder)
        yield app
        close_app(app)


def test_everything_comes_back_in_either_database(own_app: Flask, second: Flask, tmp_path: Path) -> None:
    files = fill(own_app)
    first = dump(own_app, files, tmp_path / "first.tar.gz")
    kept = FolderStorage(tmp_path / "kept")

    backup.load(engine_of(second), kept, tmp_path / "first.tar.gz", read_manifest(tmp_path / "first.tar.gz"))

    again = dump(second, kept, tmp_path / "again.tar.gz")
    assert differences(first, again) == []
    assert first.missing == again.missing == []
    assert again.is_demo
    with second.app_context():
        assert list(audit_trail.verify(session())) == []
        with transaction() as current:  # counters go on where they were
            make.make_team(current)


def test_every_kind_of_column_can_be_carried_over() -> None:
    known = (
        sa.Boolean, sa.Date, sa.DateTime, sa.Time, sa.Integer, sa.Numeric, sa.Float, sa.String, sa.JSON,
        sa.Uuid, sa.LargeBinary,
    )  # fmt: skip
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]

    def plain(kind: object) -> object:
        return kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind

    assert [str(column) for column in columns if not isinstance(plain(column.type), known)] == []


def test_a_database_that_holds_something_is_left_alone(own_app: Flask, tmp_path: Path) -> None:
    files = fill(own_app)
    manifest = dump(own_app, files, tmp_path / "a.tar.gz")
    with own_app.app_context(), transaction() as current:
        make.make_team(current, name="Came later")

    with pytest.raises(BackupError, match="not empty"):
        backup.load(engine_of(own_app), files, tmp_path / "a.tar.gz", manifest)

    with own_app.app_context():
        assert session().scalar(select(Team.name).where(Team.name == "Came later"))


def test_replace_puts_the_backup_in_its_place(own_app: Flask, tmp_path: Path) -> None:
    files = fill(own_app)
    manifest = dump(own_app, files, tmp_path / "a.tar.gz")
    with own_app.app_context(), transaction() as current:
        make.make_team(current, name="Came later")

    backup.load(engine_of(own_app), files, tmp_path / "a.tar.gz", manifest, replace=True)

    assert differences(manifest, dump(own_app, files, tmp_path / "b.tar.gz")) == []


def test_a_restore_that_fails_changes_nothing(own_app: Flask, tmp_path: Path) -> None:
    files = fill(own_app)
    manifest = dump(own_app, files, tmp_path / "a.tar.gz")
    lying = Manifest(**{**vars(manifest), "members": [_more_rows(m) for m in manifest.members]})

    with pytest.raises(BackupError, match="rows where the list says"):
        backup.load(engine_of(own_app), files, tmp_path / "a.tar.gz", lying, replace=True)

    assert differences(manifest, dump(own_app, files, tmp_path / "b.tar.gz")) == []


def _more_rows(member: object) -> object:
    values = vars(member)
    return type(member)(**{**values, "rows": (values["rows"] or 0) + (values["name"] == "tables/team.jsonl")})


@lighter_database
def test_another_migration_is_refused(own_app: Flask, tmp_path: Path) -> None:
    manifest = dump(own_app, fill(own_app), tmp_path / "a.tar.gz")
    other = Manifest(**{**vars(manifest), "revision": "9999"})

    with pytest.raises(BackupError, match="another migration"):
        backup.load(engine_of(own_app), FolderStorage(tmp_path), tmp_path / "a.tar.gz", other, replace=True)


@lighter_database
def test_a_lost_attachment_is_named_and_does_not_stop_the_backup(own_app: Flask, tmp_path: Path) -> None:
    files = fill(own_app)
    with own_app.app_context():
        key = session().scalar(select(Attachment.key))
        assert key
        files.delete(key)

    assert dump(own_app, files, tmp_path / "a.tar.gz").missing == [key]


def test_people_write_on_while_a_backup_runs(own_app: Flask, tmp_path: Path) -> None:
    fill(own_app)
    with own_app.app_context(), backup._reading(db.engine) as connection:
        before = connection.execute(select(func.count()).select_from(Team)).scalar_one()
        with transaction() as current:
            make.make_team(current)
        after = connection.execute(select(func.count()).select_from(Team)).scalar_one()
    assert before == after


def test_an_empty_database_has_nothing_to_back_up(database_url: str, tmp_path: Path) -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(database_url)
    with pytest.raises(BackupError, match="empty"):
        backup.dump(
            engine, FolderStorage(tmp_path), tmp_path / "a.tar.gz", platform="1", secret="s", key_file=None
        )
    engine.dispose()
