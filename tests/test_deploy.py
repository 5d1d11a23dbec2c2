"""What lies in deploy/ fits the code: commands, settings and packages that exist, no root, no secret."""

import configparser
import re
import shutil
import subprocess
import sys
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


def test_the_socket_is_where_the_balancers_look_and_the_service_takes_it() -> None:
    said = {path.suffix: path.read_text() for path in (DEPLOY / "systemd").glob("switchback.*")}
    address = re.search(r"^ListenStream=(.+)$", said[".socket"], re.MULTILINE)
    assert address
    places = (ROOT / "nic_platform" / "gunicorn_conf.py", DEPLOY / "nginx.conf", DEPLOY / "Caddyfile")
    assert all(address[1] in place.read_text() for place in places)
    assert "Requires=switchback.socket" in said[".service"]
    assert "ExecReload" not in said[".service"], "a preloaded application takes no new code that way"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for path in (DEPLOY / "systemd").iterdir():
        here = path.read_text().replace("/opt/switchback/.venv/bin/nic", sys.executable)
        (tmp_path / path.name).write_text(here)
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "switchback" in line] == []


def test_nic_runs_with_the_settings_as_systemd_reads_them_and_as_the_services_user(tmp_path: Path) -> None:
    settings = tmp_path / "environment"
    settings.write_text(
        "# not this\nNIC_DATA_DIR=/data\nDATABASE_URL=postgresql://a@b/c?x=1&y=$2\nNIC_LOG=json"
    )
    for name, does in (("runuser", 'echo "$@"; env'), ("id", "echo 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    said = subprocess.run(
        [str(DEPLOY / "nic"), "jobs", "list"], capture_output=True, text=True, check=True, timeout=20,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SWITCHBACK_ENVIRONMENT": str(settings)},
    ).stdout.splitlines()  # fmt: skip
    assert said[0] == "-u switchback -- /opt/switchback/.venv/bin/nic jobs list"
    told = {"DATABASE_URL=postgresql://a@b/c?x=1&y=$2", "NIC_LOG=json", "NIC_DATA_DIR=/data", "HOME=/data"}
    assert told <= set(said)


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
