"""The server is killed in the middle of writes: each acknowledged one is there, none is there twice."""

from pathlib import Path

import pytest
from flask import Flask

from tests.drill import IS_DRILL, lighter_database
from tests.running import Served, killed_in_the_middle

TOTAL, KILLS = (10_000, 5) if IS_DRILL else (300, 1)


@lighter_database
def test_every_acknowledged_write_is_there_once(
    own_app: Flask, database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served = Served(
        str(own_app.config["SQLALCHEMY_DATABASE_URI"]), tmp_path,
        options=("--no-worker",) if database == "sqlite" else ("--production", "--processes", "2"),
    )  # fmt: skip

    told, found = killed_in_the_middle(own_app, served, total=TOTAL, kills=KILLS)

    assert len(told.acknowledged) == TOTAL
    assert found == {"there": TOTAL, "lost": 0, "twice": 0, "other": 0, "half": 0, "unasked": 0}
    assert set(told.refused) <= {0}, "nothing but broken connections"
