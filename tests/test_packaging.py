"""What is installed from a wheel has to find all it needs, far from any checkout."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.test_tools import PACKAGES

ROOT = Path(__file__).parents[1]
PROBE = """
import sys
from pathlib import Path
from nic_platform import paths
from nic_platform.app import create_app
from flask_migrate import upgrade

target = Path(sys.argv[1])
for name in ("templates", "migrations", "static"):
    folder = paths.resource(name)
    assert folder.is_relative_to(target), folder
    assert any(folder.rglob("*.*")), folder
app = create_app()
with app.app_context():
    upgrade()
client = app.test_client()
page = client.get("/", follow_redirects=True)
assert page.status_code == 200, page.status
assert b'type="password"' in page.data, "the page with the sign-in form"
sheet = next(paths.resource("static").rglob("*.css"))
heavy = {"plotly", "pandas", "scipy.special", "sklearn", "weasyprint", "xlsxwriter"} & sys.modules.keys()
assert not heavy, f"read with the application, and kept in each process: {heavy}"
served = client.get("/static/" + sheet.relative_to(paths.resource("static")).as_posix())
assert served.status_code == 200, served.status
catalogue = target / "nic_platform/translations/es/LC_MESSAGES/messages.mo"
assert catalogue.stat().st_size > 100_000, "compiled when the wheel was built"
spanish = client.get("/sign-in", headers={"Accept-Language": "es"})
assert "Iniciar sesión" in spanish.text, "the texts of a wheel"
print("found all")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_what_is_not_python(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "migrations", "static"):
        here = ROOT / folder if (ROOT / folder).is_dir() else ROOT / "nic_platform" / folder
        expected = {
            f"nic_platform/{folder}/{path.relative_to(here).as_posix()}"
            for path in here.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert expected, folder
        assert expected - set(names) == set()


def test_wheel_puts_nothing_generic_beside_itself(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert not tops & {"templates", "migrations", "static", "tests", "docs", "benchmarks"}


def test_installed_wheel_serves_a_page_of_its_own(wheel: Path, tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(target)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(target),
        "NIC_DATA_DIR": str(tmp_path / "data"),
        "NIC_SECRET_KEY": "only for this test, and long enough to be accepted",
    }
    probe = [sys.executable, "-c", PROBE, str(target)]
    ran = subprocess.run(probe, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.strip().endswith("found all"), ran.stdout + ran.stderr


NOT_IMPORTED = {
    "gunicorn",  # a server that an operator starts by its own name
    "plotly",  # its JavaScript is served out of its package
    "psycopg",  # SQLAlchemy's driver, named in an address
}
OTHER_NAMES = {"argon2-cffi": "argon2", "python-calamine": "python_calamine"}


def declared() -> set[str]:
    """Return the names of the packages that the project asks for at run time."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[<>=;]", line)[0] for line in project["dependencies"]}


def test_every_dependency_is_used() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")
    )
    unused = {
        name
        for name in declared() - NOT_IMPORTED
        if not re.search(
            rf"^\s*(?:from|import) {OTHER_NAMES.get(name, name.replace('-', '_'))}\b", source, re.M
        )
    }
    assert unused == set()


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").partition("## For tests")[0]
    named = {
        name
        for line in reasons.splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| Package"))
        for name in re.split(r"[,\s]+", line.split("|")[1].replace("[binary]", "").strip())
    }
    assert named == declared()
