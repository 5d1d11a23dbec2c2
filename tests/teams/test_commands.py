"""``nic import sites`` on the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from nic_platform.database import db, transaction
from teams.commands import import_commands
from teams.models import Network, Site
from tests.conftest import build_app, close_app

TABLE = "District Code,District Name,School Code,School Name\n0010,Mapleton 1,0187,Alder Creek\n"
Run = Callable[..., Result]


@pytest.fixture
def own_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database that commits for good."""
    app = build_app(database_url, tmp_path)
    with app.app_context(), transaction() as current:
        current.add(Network(name="Altamont"))
    yield app
    close_app(app)


@pytest.fixture
def run(own_app: Flask) -> Run:
    return lambda *words, **more: own_app.test_cli_runner().invoke(import_commands, ["sites", *words], **more)


@pytest.fixture
def schools(tmp_path: Path) -> str:
    path = tmp_path / "schools.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def count(app: Flask) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Site)) or 0
        db.session.remove()
    return found


def test_a_file_is_imported_and_a_second_time_changes_nothing(own_app: Flask, run: Run, schools: str) -> None:
    first = run(schools, "--yes")
    assert first.exit_code == 0, first.output
    assert "2 new, 0 changed, 0 unchanged (1 districts, 1 schools)" in first.output
    assert count(own_app) == 2
    second = run(schools, "--yes", "--json")
    assert second.exit_code == 0, (second.output, second.exception)
    again = json.loads(second.stdout)
    assert (again["created"], again["changed"], again["unchanged"], again["written"]) == (0, 0, 2, True)


def test_a_dry_run_writes_nothing(own_app: Flask, run: Run, schools: str) -> None:
    result = run(schools, "--dry-run", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["created"] == 2
    assert count(own_app) == 0


def test_without_yes_it_asks(own_app: Flask, run: Run, schools: str) -> None:
    assert run(schools, input="n\n").exit_code == 1
    assert count(own_app) == 0
    assert run(schools, input="y\n").exit_code == 0
    assert count(own_app) == 2


def test_problems_stop_it_and_are_told_by_row_and_column(own_app: Flask, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(TABLE + "0010,Mapleton 1,0212,\n", encoding="utf-8")
    result = run(str(path), "--yes")
    assert result.exit_code == 1
    assert "row 3, School Name: School is missing" in result.output
    assert count(own_app) == 0
    assert run(str(path), "--yes", "--leave-out").exit_code == 0
    assert count(own_app) == 2


def test_columns_can_be_named(own_app: Flask, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("Nr,Titel\n0187,Alder Creek\n", encoding="utf-8")
    words = ("--map", "school_code=Nr", "--map", "school_name=Titel", "--state", "co", "--yes")
    assert run(str(path), *words).exit_code == 0
    assert count(own_app) == 2
    assert run(str(path), "--map", "nonsense=Nr", "--yes").exit_code == 2


def test_wrong_usage_is_told(own_app: Flask, run: Run, schools: str, tmp_path: Path) -> None:
    assert run(schools, "--network", "Nowhere", "--yes").exit_code == 2
    assert run(schools, "--json").exit_code == 2
    assert run(str(tmp_path / "none.csv")).exit_code == 2
    with own_app.app_context(), transaction() as current:
        current.add(Network(name="Another"))
    several = run(schools, "--yes")
    assert several.exit_code == 2
    assert "Altamont" in several.output
    assert run(schools, "--network", "Another", "--yes").exit_code == 0


def test_a_file_that_is_no_table_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\x00\x00")
    result = run(str(path), "--yes")
    assert result.exit_code == 1
    assert "not a table" in result.output
