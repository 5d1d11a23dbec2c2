"""Fixtures that every test may use.

A test that takes ``app``, ``session`` or ``browse`` runs once on SQLite and once on PostgreSQL; ``--db``
chooses. No application context stays open around a request: it would make requests share ``flask.g``, and
with it whoever was signed in last.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session
from werkzeug.test import Cookie

from tests import demo_master
from tests.drill import IS_DRILL, is_left_out, takes_long
from tests.empty_tables import put_tables
from tests.pg import PostgresMissingError, Server

# A busy machine makes drawing examples slow; that says nothing of the code. Each run draws others.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=500 if IS_DRILL else 60
)
settings.load_profile("suite")

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("NIC_SHARED", ROOT.parent / "shared"))
STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_server: list[Server] = []
_compiled: list[BytecodeCache] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=("sqlite", "postgresql", "both"),
        default="both",
        help="which database to run the tests on (default: both)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let the controller start one PostgreSQL; xdist's workers inherit its address."""
    gc.disable()  # while some two thousand modules are read; see pytest_collection_finish
    os.environ.setdefault(demo_master.RUN, uuid4().hex[:12])
    wanted = config.getoption("--db") != "sqlite" and not config.getoption("collectonly")
    if not wanted or "TEST_DATABASE_URL" in os.environ or hasattr(config, "workerinput"):
        return
    try:
        _server.append(Server())
    except PostgresMissingError as missing:
        raise pytest.UsageError(str(missing)) from None
    os.environ["TEST_DATABASE_URL"] = _server[0].url


def pytest_unconfigure(config: pytest.Config) -> None:
    if "TEST_DATABASE_URL" in os.environ and not _server and not hasattr(config, "workerinput"):
        demo_master.drop_master()
    while _server:
        _server.pop().stop()
        os.environ.pop("TEST_DATABASE_URL", None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database once on each of those asked for."""
    if "database" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--db")
        names = ["sqlite", "postgresql"] if asked == "both" else [asked]
        metafunc.parametrize("database", names, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what only the drill runs out of a plain run, and begin with what takes long.

    Who has a long test left at the end works alone.
    """
    waiting = {item for item in items if is_left_out(item)}
    if waiting:
        config.hook.pytest_deselected(items=list(waiting))
    items[:] = sorted((item for item in items if item not in waiting), key=lambda item: not takes_long(item))


def pytest_collection_finish() -> None:
    """Look for garbage in what tests leave, not again and again through modules and tests, which stay."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database that nobody else uses; it is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{uuid4().hex}.db'}"
        return
    server = sa.make_url(os.environ["TEST_DATABASE_URL"])
    name = f"nic_{uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this run of the test is about: ``sqlite`` or ``postgresql``."""
    return cast(str, request.param)


@pytest.fixture
def database_url(database: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of this test's own, for what commits, migrates or starts other programs."""
    with new_database(database, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def app(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over empty tables, built once for each database."""
    from nic_platform.database import db

    folder = tmp_path_factory.mktemp(database)
    with new_database(database, folder) as url:
        built = build_app(url, folder)
        with built.app_context():
            db.session.configure(join_transaction_mode="create_savepoint")
            let_go_of_savepoints(db.engine)
        yield built
        with built.app_context():
            db.session.remove()
            db.engine.dispose()


def let_go_of_savepoints(engine: Engine) -> None:
    """Let a rollback to a savepoint end it as well.

    Otherwise it stays, and the next one opens inside it: a test that undoes thousands of requests in its one
    transaction goes on until PostgreSQL has no room left for the lock that each of them holds.
    """
    dialect = engine.dialect
    go_back = dialect.do_rollback_to_savepoint

    def go_back_and_end(connection: sa.Connection, name: str) -> None:
        go_back(connection, name)
        dialect.do_release_savepoint(connection, name)

    vars(dialect)["do_rollback_to_savepoint"] = go_back_and_end


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep compiled templates for this run: each worker needs them all, in every application it builds."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "templates"
    folder.mkdir(exist_ok=True)
    _compiled[:] = [FileSystemBytecodeCache(str(folder))]


def new_app(url: str, folder: Path) -> Flask:
    """Return an application over a database, which compiles no template that this run has compiled before."""
    from nic_platform.app import create_app

    built = create_app(settings_for(url, folder))
    built.jinja_env.bytecode_cache = _compiled[0] if _compiled else None
    return built


def settings_for(url: str, folder: Path) -> dict[str, object]:
    """Return the settings under which the tests run the application."""
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": url,
        "DATA_DIR": str(folder),
        "STORAGE": str(folder / "files"),
        "QUEUE_URL": str(folder / "queue.db") if url.startswith("sqlite") else url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"query_cache_size": 3000, "hide_parameters": True},
        "SECRET_KEY": "only for tests, and long enough to be accepted as one",
        "WTF_CSRF_ENABLED": False,
        "SECOND_FACTOR": "offered",
        "API_PER_MINUTE": 0,
    }


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session to arrange and check with; whatever the test does is undone after it."""
    from nic_platform.database import db
    from teams.graph_queries import PICTURES

    PICTURES.is_on = False  # a test's transaction is never committed: what is seen in it must not be kept
    with app.app_context():
        engine = db.engine
        engines = cast(dict[str | None, object], db.engines)
    with engine.connect() as connection, connection.begin() as outer:
        engines[None] = connection  # so that requests take part in this transaction
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        engines[None] = engine
        outer.rollback()
    PICTURES.is_on = True


@pytest.fixture
def browse(app: Flask, session: Session) -> Callable[..., FlaskClient]:
    """Return a function that gives a browser in which someone has signed in: ``browse(user)``."""
    from tests.factories import sign_in

    def as_user(user: object | None = None) -> FlaskClient:
        client = app.test_client()
        if user is not None:
            sign_in(session, client, user)
        return client

    return as_user


@pytest.fixture
def browse_again(app: Flask, browse: Callable[..., FlaskClient]) -> Callable[..., FlaskClient]:
    """Return what :func:`browse` does, for those who open hundreds of pages: each signs in once.

    Every call gives a fresh browser, which holds nothing but the cookie of that sign-in.
    """
    name = app.session_interface.get_cookie_name(app)
    cookies: dict[int, str] = {}

    def as_user(user: Any = None) -> FlaskClient:
        client = app.test_client()
        if user is not None:
            key = sa.inspect(user).identity[0]
            if key not in cookies:
                cookies[key] = cast(Cookie, browse(user).get_cookie(name)).value
            client.set_cookie(name, cookies[key])
        return client

    return as_user


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context manager that collects the SQL run inside its block, up to each answer.

    The note of who looked at students' figures is written after the answer, and tried in test_looking.
    """

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(
            _connection: object, _cursor: object, statement: str, _sent: object, context: Any, _many: bool
        ) -> None:
            is_after = context is not None and context.execution_options.get("after_answer")
            if statement.lstrip().upper().startswith(STATEMENTS) and not is_after:
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of oracles and public data files beside the checkout; a clone may not have it."""
    if not SHARED.is_dir():
        pytest.skip("the folder of shared test data is not beside this checkout")
    return SHARED


@pytest.fixture
def own_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database of this test's own, for what commits or starts other processes."""
    app = build_app(database_url, tmp_path)
    yield app
    close_app(app)


def build_app(url: str, folder: Path) -> Flask:
    """Return an application over freshly made tables, at the newest migration."""
    put_tables(url)
    return new_app(url, folder)


def close_app(app: Flask) -> None:
    """Let go of the application's connections."""
    from nic_platform import jobs
    from nic_platform.database import db

    if app.extensions[jobs.BOUND]:
        jobs.queue.storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
