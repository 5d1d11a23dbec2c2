"""``nic import figures`` on the command line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from measures.models import Measurement
from milestones.exchange_commands import import_commands
from nic_platform.database import session, transaction
from tests.conftest import build_app, close_app
from tests.drill import lighter_database
from tests.measures.published import made, text_of
from tests.measures.test_state_import_services import HEADER, LINES, Small

Run = Callable[..., Result]


@pytest.fixture
def own_app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database that commits for good."""
    app = build_app(database_url, tmp_path)
    with app.app_context(), transaction() as current:
        Small(current)
    yield app
    close_app(app)


def standing(app: Flask) -> int:
    with app.app_context():
        current: Session = session()
        return len(current.scalars(select(Measurement)).all())


@lighter_database
def test_a_file_is_brought_in_whole_or_not_at_all(own_app: Flask, tmp_path: Path) -> None:
    def run(*words: str) -> Result:
        return own_app.test_cli_runner().invoke(import_commands, ["figures", *words])

    file = tmp_path / "absence_2023_24.csv"
    file.write_bytes(text_of(made(HEADER, *LINES, ",,0999,CLOSED,1,30")))

    dry = run(str(file), "--dry-run", "--json")
    refused = run(str(file), "--yes")
    assert (dry.exit_code, refused.exit_code, standing(own_app)) == (1, 1, 0)
    told = json.loads(dry.stdout)
    assert (told["created"], [each["row"] for each in told["problems"]]) == (2, [7])
    assert "chronic: Chronic absence: Chronic Absent Count of Student Count" in refused.output

    done = run(str(file), "--yes", "--leave-out")
    again = run(str(file), "--yes", "--leave-out")
    assert (done.exit_code, again.exit_code, standing(own_app)) == (0, 0, 2)
    assert "0 new, 0 differ, 2 unchanged" in again.output

    own = run(str(file), "--yes", "--leave-out", "--count", "Chronic Absent Count", "--of", "Student Count",
              "--measure", "Away", "--year", "2022-23", "--map", "school_code=School Code")  # fmt: skip
    assert (own.exit_code, standing(own_app)) == (0, 4)
    wrong = (["--json"], ["--map", "a=b"], ["--count", "x"], ["--only", "none"])
    assert [run(str(file), *each).exit_code for each in wrong] == [2] * 4
