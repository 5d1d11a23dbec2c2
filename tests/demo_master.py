"""One demo network for a whole run of the tests, built once for each database and copied by whoever wants it.

Building takes ten seconds and more; a copy takes one.
"""

import json
import os
import pickle
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.drill import IS_DRILL
from tests.empty_tables import by_files, put_tables

PATIENCE = 300  # seconds that a worker waits for the other to build
RUN = "NIC_TEST_RUN"  # names this run, so that two on one server don't take each other's demo


@dataclass(frozen=True)
class Landmarks:
    """Where the tests find in the demo what they look at."""

    now: datetime
    today: Any
    network_id: int
    team_ids: dict[str, int]
    site_ids: dict[str, int]
    ids: dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """A demo of one's own: its database, its folder, its manifest."""

    url: str
    folder: Path
    facts: dict[str, Any]
    landmarks: Landmarks


@contextmanager
def demo_copy(kind: str, factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Give a copy of the run's demo on *kind* of database; it is gone afterwards."""
    master = _master(kind, _base(factory))
    folder = factory.mktemp(f"demo-{kind}") / "data"
    shutil.copytree(master, folder)
    facts = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    landmarks = pickle.loads((folder / "landmarks").read_bytes())  # written below, by this run
    if kind == "sqlite":
        yield Copy(f"sqlite:///{folder / 'demo.db'}", folder, facts, landmarks)
        return
    name = f"nic_{uuid4().hex}"
    with _admin() as admin:
        _create(admin, name, master_name())
    yield Copy(_address(name), folder, facts, landmarks)
    with _admin() as admin:
        admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def master_name() -> str:
    """Return what this run's demo is called on a PostgreSQL server."""
    return f"nic_demo_{os.environ[RUN]}"


def drop_master() -> None:
    """Take this run's demo off a server that stays."""
    with _admin() as admin:
        admin.exec_driver_sql(f"DROP DATABASE IF EXISTS {master_name()} WITH (FORCE)")


def _base(factory: pytest.TempPathFactory) -> Path:
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _master(kind: str, base: Path) -> Path:
    folder, failed = base / f"demo-master-{kind}", base / f"demo-master-{kind}-failed"
    is_done = folder / "landmarks"
    try:
        folder.mkdir()
    except FileExistsError:
        until = time.monotonic() + PATIENCE
        while not is_done.exists():
            assert not failed.exists(), "the other worker could not build the demo; see its failure"
            assert time.monotonic() < until, "the other worker did not finish building the demo"
            time.sleep(0.2)
        return folder
    try:
        if kind == "sqlite" or IS_DRILL:
            _build(kind, folder)
        else:
            _carry_over(_master("sqlite", base), folder)
    except BaseException:
        failed.touch()
        raise
    return folder


def _build(kind: str, folder: Path) -> None:
    """Build the demo as ``nic demo`` does, and note where things are."""
    import flask_migrate

    from nic_platform.app import create_app
    from nic_platform.database import db, transaction
    from nic_platform.demo import manifest
    from nic_platform.demo.build import build

    url = f"sqlite:///{folder / 'demo.db'}"
    if kind == "postgresql":
        with _admin() as admin:
            admin.exec_driver_sql(f"CREATE DATABASE {master_name()}")
        url = _address(master_name())
    if not IS_DRILL:  # that migrations make the same tables is for another test
        put_tables(url)
    app = create_app(environ={**os.environ, "NIC_DATA_DIR": str(folder), "DATABASE_URL": url})
    now = datetime.now(UTC)
    with app.app_context():
        if IS_DRILL:
            flask_migrate.upgrade()
        with transaction(at=now) as session:
            built = build(session, now=now)
            facts = manifest.facts(built, app)
        landmarks = Landmarks(
            now, built.days.today, built.network_id,
            {name: team.id for name, team in built.teams.items()},
            {name: team.site_id for name, team in built.teams.items()},
            dict(built.ids),
        )  # fmt: skip
        db.session.remove()
        db.engine.dispose()
    if kind == "postgresql":
        _leave_alone()
    (folder / "demo.json").write_text(json.dumps(facts), encoding="utf-8")
    _finish(folder, pickle.dumps(landmarks))


def _finish(folder: Path, landmarks: bytes) -> None:
    half = folder / "landmarks.half"
    half.write_bytes(landmarks)
    half.rename(folder / "landmarks")  # all at once: others wait for it


def _carry_over(built: Path, folder: Path) -> None:
    """Bring the demo built on SQLite to PostgreSQL, as a backup of one is restored into the other.

    The drill builds it there instead; what builds it, the services, is tested on both in any run.
    """
    from nic_platform import backup
    from nic_platform.storage import FolderStorage

    with _admin() as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {master_name()}")
    put_tables(_address(master_name()))
    left = shutil.ignore_patterns("landmarks*", "demo.db*")
    shutil.copytree(built, folder, dirs_exist_ok=True, ignore=left)
    files, path = FolderStorage(folder / "files"), folder / "backup.tar.gz"
    light, full = (
        sa.create_engine(url, poolclass=sa.NullPool)
        for url in (f"sqlite:///{built / 'demo.db'}", _address(master_name()))
    )
    manifest = backup.dump(light, files, path, platform="tests", secret="", key_file=None)
    backup.load(full, files, path, manifest)
    path.unlink()
    _leave_alone()
    _finish(folder, (built / "landmarks").read_bytes())


def _leave_alone() -> None:
    """End what is still connected to the demo: for each copy PostgreSQL would wait five seconds for it."""
    with _admin() as admin:
        admin.exec_driver_sql(f"ALTER DATABASE {master_name()} ALLOW_CONNECTIONS false")
        admin.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": master_name()},
        )


def _create(admin: sa.Connection, name: str, template: str) -> None:
    for _attempt in range(100):
        try:
            admin.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} {by_files(admin)}")
            return
        except sa.exc.OperationalError:  # another worker is copying it at this moment
            time.sleep(0.3)
    raise AssertionError("the demo's database could not be copied")


def _address(name: str) -> str:
    server = sa.make_url(os.environ["TEST_DATABASE_URL"])
    return server.set(database=name).render_as_string(hide_password=False)


@contextmanager
def _admin() -> Iterator[sa.Connection]:
    engine = sa.create_engine(os.environ["TEST_DATABASE_URL"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
