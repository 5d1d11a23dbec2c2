"""The checkers: each has to find nothing in the whole project."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.drill import IS_DRILL

ROOT = Path(__file__).parents[1]
PACKAGES = [
    "nic_platform",
    "accounts",
    "teams",
    "measures",
    "milestones",
    "cycles",
    "feedback",
    "variation",
    "desk",
    "rosters",
    "interchange",
]
CHECKS = {
    "layout": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"] if IS_DRILL else ["mypy", *PACKAGES],  # the types of tests wait for the drill
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "imports": ["lint-imports", "--no-logo"],
}
if IS_DRILL:  # ruff has asked the same rules already
    CHECKS["security"] = ["bandit", "-q", "-ll", "-c", "pyproject.toml", "-r", *PACKAGES]


@pytest.mark.tools
@pytest.mark.parametrize("check", CHECKS)
def test_checker_finds_nothing(check: str) -> None:
    program, *arguments = CHECKS[check]
    command = [str(Path(sys.executable).parent / program), *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_pins_name_no_host() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [pin for pin in pins if "==" not in pin or "://" in pin] == []
