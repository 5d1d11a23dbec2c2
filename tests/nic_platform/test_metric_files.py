"""Figures of several processes: added up, kept when one ends, without what it held at the time."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from nic_platform import metric_files, metrics
from tests.drill import small_form
from tests.running import Served

ROOT = Path(__file__).parents[2]
HELD = "nic_database_connections"
COUNTS = """
import sys
from nic_platform import metrics
for _ in range(int(sys.argv[1])):
    metrics.count_request("a.page", "GET", 200, 0.03)
metrics.instruments().connections.inc(3)
"""


def count(kept: Path, many: int) -> int:
    """Let a process of its own count, and return its number."""
    done = subprocess.Popen(
        [sys.executable, "-c", COUNTS, str(many)], cwd=ROOT,
        env={**os.environ, metric_files.VARIABLE: str(kept)},
    )  # fmt: skip
    assert done.wait(30) == 0
    return done.pid


def test_what_ended_processes_counted_stays_in_one_file_and_what_they_held_goes(tmp_path: Path) -> None:
    kept = tmp_path / "made" / "by the first"
    first, second = count(kept, 5), count(kept, 7)
    before = metric_files.read(kept).decode()
    metric_files.fold(kept, first)
    between = metric_files.read(kept).decode()
    metric_files.fold(kept, second)
    metric_files.fold(kept, second)
    after = metric_files.read(kept).decode()

    for said in (before, between, after):
        assert 'nic_requests_total{endpoint="a.page",method="GET",status="200"} 12.0' in said
        assert 'nic_request_seconds_bucket{endpoint="a.page",le="0.05"} 12.0' in said
        assert 'nic_request_seconds_bucket{endpoint="a.page",le="0.025"} 0.0' in said
    assert [f"{HELD} 6.0" in before, f"{HELD} 3.0" in between, HELD in after] == [True, True, False]
    assert sorted(path.name for path in kept.glob("*.db")) == ["counter_ended.db", "histogram_ended.db"]


def test_a_fold_that_fails_does_not_end_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(_pid: int) -> None:
        raise RuntimeError("corrupted")

    monkeypatch.setenv(metric_files.VARIABLE, str(tmp_path))  # it is set on import, where it is not yet
    from nic_platform import gunicorn_conf

    monkeypatch.setattr(metrics, "forget_process", broken)
    gunicorn_conf.child_exit(None, type("Ended", (), {"pid": 1}))


@small_form(lambda _params: False)
def test_two_processes_are_read_as_one_and_a_killed_ones_answers_stay_counted(
    own_app: Flask, tmp_path: Path
) -> None:
    figures = tmp_path / "figures"
    served = Served(
        str(own_app.config["SQLALCHEMY_DATABASE_URI"]), tmp_path,
        options=("--production", "--processes", "2"), environ={metric_files.VARIABLE: str(figures)},
    )  # fmt: skip

    def processes() -> list[int]:
        return [int(path.stem.split("_")[1]) for path in figures.glob("counter_[0-9]*.db")]

    def told() -> int:
        said = served.ask("/metrics")[1]
        found = re.search(r'nic_requests_total\{endpoint="none",method="GET",status="404"\} ([0-9.]+)', said)
        assert "nic_database_up 1.0" in said
        return int(float(found[1])) if found else 0

    def until(holds: Callable[[], bool]) -> None:
        patience = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < patience, (served.folder / "served.log").read_text()
            time.sleep(0.05)

    asked = 0
    served.start()
    try:
        while len(processes()) < 2 or asked < 20:
            assert served.ask(f"/nowhere-{asked}")[0] == 404
            asked += 1
            assert asked < 2000, "one process answers everything"
        assert told() == asked
        killed = processes()[0]
        os.kill(killed, signal.SIGKILL)
        until(lambda: (figures / "counter_ended.db").exists() and killed not in processes())

        until(lambda: told() == asked)
        assert not list(figures.glob(f"*_{killed}.db"))
        assert served.ask("/nowhere")[0] == 404
        assert told() == asked + 1
    finally:
        served.kill()
