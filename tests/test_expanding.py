"""An upgrade runs while the version before still serves: a migration adds, and takes away one version later.

From the sixth step on a migration may add tables, indexes, columns that may be empty or have a default, and
widen what is there. What the version before writes and reads has to stay as it was.
"""

import ast
import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from nic_platform.app import create_app
from tests.conftest import close_app, new_database, settings_for
from tests.drill import small_form
from tests.running import KEY, Served, Writers, check

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
FIRST = 6
GIVES_WAY = frozenset({
    "drop_column", "drop_table", "rename_table", "drop_constraint", "create_unique_constraint",
    "create_check_constraint", "alter_column",
})  # fmt: skip
# What was looked at by a person, and why the version before goes on all the same.
_SIXTH = "0006_ready_for_a_state"
REVIEWED: dict[tuple[str, str], str] = {
    (_SIXTH, "drop_constraint batch_op.f('uq_initiative_pair_site_id_first_id_second_id')"): "made wider",
    (
        _SIXTH,
        "create_unique_constraint batch_op.f('uq_initiative_pair_site_id_first_id_second_id_team_id')",
    ): "the wider one: what the narrower took it takes too",
    (_SIXTH, "create_unique_constraint batch_op.f('uq_job_once')"): "of a new column, empty in old rows",
}


def steps() -> list[Path]:
    return [path for path in sorted(VERSIONS.glob("0*.py")) if int(path.name[:4]) >= FIRST]


def calls(path: Path, function: str) -> list[ast.Call]:
    tree = ast.parse(path.read_text())
    found = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    return [node for node in ast.walk(found) if isinstance(node, ast.Call)]


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def is_true(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def contracting(path: Path) -> set[str]:
    """Return what a step does that the version before would stumble over."""
    found = set()
    for call in calls(path, "upgrade"):
        kind = name_of(call)
        target = ast.unparse(call.args[0]) if call.args else ""
        if kind == "add_column":
            column = next(each for each in call.args if isinstance(each, ast.Call))
            optional = is_true(keyword(column, "nullable")) or keyword(column, "server_default") is not None
            if not optional:
                found.add(f"add_column {ast.unparse(column.args[0])}: must be filled, without a default")
        elif kind == "alter_column" and is_true(keyword(call, "nullable")):
            continue  # what had to be filled may now be empty
        elif kind in GIVES_WAY:
            found.add(f"{kind} {target}")
    return found


@pytest.mark.parametrize("path", steps(), ids=lambda path: path.stem)
def test_a_step_takes_nothing_away_that_the_version_before_uses(path: Path) -> None:
    assert {each for each in contracting(path) if (path.stem, each) not in REVIEWED} == set()


def test_a_step_that_takes_away_would_be_found(tmp_path: Path) -> None:
    step = tmp_path / "0099_bad.py"
    step.write_text(
        "def upgrade():\n"
        "    op.drop_column('team', 'name')\n"
        "    op.add_column('team', sa.Column('must', sa.Integer(), nullable=False))\n"
        "    op.add_column('team', sa.Column('may', sa.Integer(), nullable=True))\n"
        "    op.add_column('team', sa.Column('has', sa.Integer(), nullable=False, server_default='0'))\n"
        "    op.create_table('new', sa.Column('id', sa.Integer(), nullable=False))\n"
    )
    assert contracting(step) == {
        "drop_column 'team'", "add_column 'must': must be filled, without a default",
    }  # fmt: skip


MAKE_WRITERS = """
import json, sys
from pathlib import Path
from tests.conftest import build_app
from tests.running import make_writers
print(json.dumps(make_writers(build_app(sys.argv[1], Path(sys.argv[2])), 4)))
"""


def version_before(newest: Path, into: Path) -> Path:
    """Return the code as it was before the newest step came, taken out of the history."""
    here = newest.parents[2]

    def git(*words: str) -> bytes:
        return subprocess.run(["git", *words], cwd=here, check=True, capture_output=True).stdout

    try:
        added = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).split()
        packed = git("archive", f"{added[-1].decode()}^")
    except (OSError, IndexError, subprocess.CalledProcessError):
        pytest.skip("the history does not reach back to the version before")
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(into, filter="data")
    return into


def starts_on_later_tables(code: Path) -> bool:
    """Say whether a version of the code does so; those before the seventh step came refused to."""
    return "of an earlier version" in (code / "nic_platform" / "operations.py").read_text()


@small_form(lambda _params: False)
def test_the_version_before_serves_while_and_after_its_database_is_upgraded(tmp_path: Path) -> None:
    before = version_before(steps()[-1], tmp_path / "before")
    folders = [tmp_path / name for name in ("old", "new", "checks")]
    for folder in folders:
        folder.mkdir()
    with new_database("postgresql", tmp_path) as url:

        def run(root: Path, *words: str) -> str:
            environ = {**os.environ, "PYTHONPATH": str(root), "DATABASE_URL": url, "NIC_SECRET_KEY": KEY}
            environ["NIC_DATA_DIR"] = str(folders[2])
            command = [sys.executable, *words]
            done = subprocess.run(command, cwd=root, env=environ, check=False, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout

        tokens = json.loads(run(before, "-c", MAKE_WRITERS, url, str(folders[0])).splitlines()[-1])
        old = Served(url, folders[0], root=before).start()
        new, app = Served(url, folders[1]), create_app(settings_for(url, folders[2]))
        try:
            servers = [old]
            work = Writers(servers, tokens, 300).start()
            work.wait_for(100)
            upgraded = json.loads(run(Path.cwd(), "-m", "nic_platform", "upgrade", "--json"))
            work.wait_for(170)
            ready = old.ask("/readyz")
            servers.append(new.start())
            work.wait_for(200)
            old.kill()
            if starts_on_later_tables(before):
                old.start()  # one of the version before may have to start again meanwhile
            told = work.finish()
        finally:
            old.kill()
            new.kill()
        found = check(app, work, 300)
        close_app(app)

    assert upgraded["from"] != upgraded["to"]
    assert ready[0] == 200
    assert set(told.refused) <= {0, 409}, "nothing but what the killed one left open"
    assert found == {"there": 300, "lost": 0, "twice": 0, "other": 0, "half": 0, "unasked": 0}
