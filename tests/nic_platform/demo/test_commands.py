"""``nic demo``: builds once, hands out the manifest again, and leaves a database that is no demo alone."""

import json
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from click.testing import CliRunner, Result

from nic_platform import clock
from nic_platform.demo import commands
from nic_platform.tables import Installation


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs the command in a folder of its own, with a build that takes no time."""
    from nic_platform.database import db

    built: list[int] = []

    def build(session: Any, *, now: Any, seed: int, step: Any) -> None:
        built.append(seed)
        session.add(Installation(is_demo=True, created_at=now))
        step("everything", 100)

    monkeypatch.setenv("NIC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(flask_migrate, "upgrade", lambda: db.create_all())
    monkeypatch.setattr(commands, "build", build)
    monkeypatch.setattr("nic_platform.demo.manifest.facts", lambda _built, _app: {"version": 1})

    def invoke(*words: str) -> tuple[Result, list[int]]:
        return CliRunner().invoke(commands.demo, ["--no-serve", *words]), built

    return invoke


def test_it_says_who_can_sign_in(run: Any) -> None:
    result, _ = run()

    assert result.exit_code == 0
    assert "rosa@altamont.example" in result.output
    assert "helen@altamont.example" in result.output


def test_the_second_start_builds_nothing(run: Any) -> None:
    run()
    result, built = run()

    assert result.exit_code == 0
    assert len(built) == 1


def test_rebuilding_throws_the_first_away(run: Any) -> None:
    run()
    result, built = run("--rebuild", "--seed", "7")

    assert result.exit_code == 0
    assert built[-1] == 7
    assert len(built) == 2


def test_the_manifest_is_handed_out_at_any_start(run: Any, tmp_path: Path) -> None:
    run()
    run("--manifest", str(tmp_path / "m.json"))

    assert json.loads((tmp_path / "m.json").read_text()) == {"version": 1}


def test_a_lost_manifest_is_said_with_the_mend(run: Any, tmp_path: Path) -> None:
    run()
    (tmp_path / "data" / "demo.json").unlink()

    result, _ = run("--manifest", str(tmp_path / "m.json"))

    assert result.exit_code == 1
    assert "--rebuild" in result.output


def test_a_database_that_is_no_demo_is_left_alone(run: Any) -> None:
    from nic_platform.database import db, transaction

    app = commands._make_app()
    with app.app_context():
        db.create_all()
        with transaction() as session:
            session.add(Installation(is_demo=False, created_at=clock.now()))
        db.session.remove()

    for words in ((), ("--rebuild",)):
        result, built = run(*words)
        assert result.exit_code == 1
        assert "isn't a demo" in result.output
        assert built == []
