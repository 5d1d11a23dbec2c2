"""What lies in deploy/ fits the code: commands, settings and packages that exist, no root, no secret."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest

from nic_platform.cli import COMMANDS
from nic_platform.config import SETTINGS

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_a_command_that_there_is_and_not_as_root(unit: Path) -> None:
    read = configparser.RawConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names as systemd writes them
    read.read(unit)
    service = read["Service"]
    assert service["User"] == "switchback"
    assert service["NoNewPrivileges"] == "yes"
    assert set(re.findall(r"bin/nic ([a-z-]+)", service["ExecStart"])) <= set(COMMANDS)


def test_the_example_names_settings_that_there_are() -> None:
    known = {setting.name for setting in SETTINGS} | {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    named = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "environment.example").read_text(), re.MULTILINE)
    assert len(named) > 8
    assert set(named) <= known


def test_the_image_holds_every_package_runs_as_nobody_special_and_holds_no_secret() -> None:
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = {line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= copied
    assert {"templates", "migrations"} <= copied
    words = {word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]}
    assert all((ROOT / word).exists() for word in words if not word.startswith(("--", "/")))
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1] not in {"0", "root"}
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert not any(re.search(r"SECRET|PASSWORD|TOKEN|DATABASE_URL", line) for line in lines)


@pytest.mark.parametrize("name", ["nginx.conf", "haproxy.cfg", "Caddyfile"])
def test_a_balancer_hides_the_figures_and_tells_who_calls(name: str) -> None:
    said = (DEPLOY / name).read_text()
    assert "/metrics" in said
    assert "X-Forwarded-For" in said
    assert "X-Request-Id" in said
