"""An upgrade runs while the version before still serves: a migration adds, and takes away one version later.

From the sixth step on a migration may add tables, indexes, columns that may be empty or have a default, and
widen what is there. What the version before writes and reads has to stay as it was.
"""

import ast
from pathlib import Path

import pytest

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
