"""An operator's day, by the commands themselves: upgrade, look over, back up, restore, verify."""

import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from nic_platform import archive, clock
from nic_platform.app import create_app
from nic_platform.cli import COMMANDS, main
from nic_platform.config import SETTINGS
from nic_platform.database import db, transaction
from nic_platform.tables import Installation
from tests import factories as make
from tests.conftest import close_app, new_database
from tests.drill import lighter_database
from tests.empty_tables import put_tables

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation with a database and a folder of its own."""
    return {"NIC_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": database_url}


def nic(place: dict[str, str], *words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=place)


def app_of(place: dict[str, str]) -> Flask:
    return create_app(environ=place)


def fill(place: dict[str, str]) -> None:
    app = app_of(place)
    with app.app_context(), transaction() as current:
        current.add(Installation(is_demo=False, created_at=clock.now()))
        make.make_cycle(current, make.make_team(current))
    close_app(app)


@pytest.fixture
def filled(place: dict[str, str]) -> dict[str, str]:
    """An installation with something in it."""
    put_tables(place["DATABASE_URL"])
    fill(place)
    return place


def test_upgrade_makes_the_tables_and_may_be_run_again(place: dict[str, str]) -> None:
    first = json.loads(nic(place, "upgrade", "--json").output)
    again = json.loads(nic(place, "upgrade", "--json").output)

    assert first["from"] == ""
    assert again == {"from": first["to"], "to": first["to"]}


def test_doctor_exits_with_1_until_all_is_well(place: dict[str, str]) -> None:
    empty = nic(place, "doctor")
    assert empty.exit_code == 1
    assert "Run nic init." in empty.output

    put_tables(place["DATABASE_URL"])
    fill(place)
    well = nic(place, "doctor", "--json")
    assert well.exit_code == 0, well.output
    assert {finding["ok"] for finding in json.loads(well.output)} == {True}


def test_serve_refuses_an_empty_database(place: dict[str, str]) -> None:
    answer = nic(place, "serve")
    assert answer.exit_code == 1
    assert "Run nic init first" in answer.output


def test_a_backup_is_restored_elsewhere_and_is_the_same(
    place: dict[str, str], database: str, tmp_path: Path
) -> None:
    assert nic(place, "upgrade").exit_code == 0  # both by migrations: columns stand in the same order
    fill(place)
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    assert nic(place, "backup", first).exit_code == 0
    (tmp_path / "elsewhere").mkdir()
    with new_database(database, tmp_path / "elsewhere") as url:
        elsewhere = {"NIC_DATA_DIR": str(tmp_path / "elsewhere"), "DATABASE_URL": url}

        restored = nic(elsewhere, "restore", first)
        assert restored.exit_code == 0, restored.output
        assert nic(elsewhere, "audit", "verify").exit_code == 0  # the key came along
        nic(elsewhere, "backup", second)

    assert nic(place, "check-backup", first, second).exit_code == 0


def test_a_backup_is_not_restored_over_other_data(filled: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    nic(filled, "backup", file)

    refused = nic(filled, "restore", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert nic(filled, "restore", "--replace", file).exit_code == 0


@lighter_database
def test_a_backup_cut_short_is_refused_before_anything_is_touched(
    filled: dict[str, str], place: dict[str, str], tmp_path: Path
) -> None:
    file, short = tmp_path / "a.tar.gz", tmp_path / "short.tar.gz"
    nic(filled, "backup", file)
    short.write_bytes(file.read_bytes()[:-2000])
    empty = {"NIC_DATA_DIR": str(tmp_path / "new"), "DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}

    answer = nic(empty, "restore", short)

    assert answer.exit_code == 1
    assert "cut short" in answer.output
    assert nic(empty, "check-backup", short).exit_code == 1
    assert json.loads(nic(empty, "upgrade", "--json").output)["from"] == ""


@lighter_database
def test_a_newer_versions_backup_is_refused(place: dict[str, str], tmp_path: Path) -> None:
    manifest = archive.Manifest("9.0", "from_the_future", "sqlite", "2030-01-01", False, "x")
    with archive.Writer(tmp_path / "new.tar.gz") as writer:
        writer.add("tables/team.jsonl", io.BytesIO(b"[]\n"), rows=0)
        writer.finish(manifest)

    answer = nic(place, "restore", tmp_path / "new.tar.gz")

    assert answer.exit_code == 1
    assert "newer version (9.0)" in answer.output


@lighter_database
def test_a_change_behind_the_platforms_back_is_found(filled: dict[str, str]) -> None:
    assert nic(filled, "audit", "verify").exit_code == 0
    app = app_of(filled)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'deleted' WHERE kind = 'cycle'"))
    close_app(app)

    answer = nic(filled, "audit", "verify", "--json")

    assert answer.exit_code == 1
    assert [fault["kind"] for fault in json.loads(answer.output)] == ["cycle"]


def test_the_guide_lists_every_setting_as_the_code_has_it() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", guide, re.MULTILINE))
    assert listed == {setting.name for setting in SETTINGS}


def test_the_guide_names_no_command_that_is_not_there() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^|&& )nic ([a-z-]+)", guide, re.MULTILINE))
    assert named - set(COMMANDS) == set()
