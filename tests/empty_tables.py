"""Empty tables at the newest migration: made once for each worker and database, copied by whoever wants them.

Making them takes seconds, a copy a fraction of one.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa


def put_tables(url: str) -> None:
    """Put the tables into the empty database at *url*."""
    found = sa.make_url(url)
    if found.drivername.startswith("sqlite"):
        shutil.copyfile(_made_file(), str(found.database))
        return
    server = found.set(database="postgres")
    with _admin(server) as admin:
        admin.exec_driver_sql(f"DROP DATABASE {found.database} WITH (FORCE)")
        admin.exec_driver_sql(
            f"CREATE DATABASE {found.database} TEMPLATE {_made_database(server)} {by_files(admin)}"
        )


def by_files(server: sa.Connection) -> str:
    """Return the words with which a database is copied in half the time, where the server knows them."""
    return "STRATEGY FILE_COPY" if (server.dialect.server_version_info or ()) >= (15,) else ""


@cache
def _made_file() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _make(sa.create_engine(f"sqlite:///{folder / 'tables.db'}"))
    return folder / "tables.db"


@cache
def _made_database(server: sa.URL) -> str:
    name = f"nic_tables_{uuid4().hex}"
    with _admin(server) as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {name}")
    _make(sa.create_engine(server.set(database=name)))
    atexit.register(_drop, server, name)
    return name


def _drop(server: sa.URL, name: str) -> None:
    try:
        with _admin(server) as admin:
            admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    except sa.exc.OperationalError:
        pass  # the server of this run is gone, and everything on it


def _make(engine: sa.Engine) -> None:
    import nic_platform.app  # noqa: F401  # brings every model along
    from nic_platform import doctor
    from nic_platform.database import Base

    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{doctor.head()}')")
    engine.dispose()


def _admin(server: sa.URL) -> sa.Connection:
    return sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect()
