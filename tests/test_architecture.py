"""The rules about which folder may use which, checked on the source itself."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from nic_platform.access import GUARDED
from tests.policy_table import OPEN

ROOT = Path(__file__).parents[1]
DOMAINS = [
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
MOULD = ["rules", "models", "queries", "policies", "services", "forms", "schemas"]  # then the views and jobs
COMPOSERS = {
    "views",
    "api",
    "jobs",
    "commands",
}  # above the mould; may use queries and services of any domain
TYPES = {
    "sqlalchemy.exc.IntegrityError",  # caught, to be told in a protocol's own words
    "sqlalchemy.orm.Session",
    "wtforms.fields.choices.SelectChoice",
}  # named in a view, never used to ask
SHELL = ("nic_platform.app", "nic_platform.cli", "nic_platform.demo", "nic_platform.__main__")
NAMES = "nic_platform.demo.people"  # made-up names and nothing else: the sign-in page of a demo lists them
FRAME = "nic_platform"
ONLY_IN = {
    "flask": {FRAME, "forms", "views", "api", "jobs", "commands", "page", "loading", "limits"},
    "flask_login": {FRAME, "models", "views", "api", "loading", "limits"},
    "flask_smorest": {FRAME, "api"},
    "flask_sqlalchemy": {FRAME},
    "flask_wtf": {FRAME, "forms"},
    "marshmallow": {FRAME, "schemas", "api"},
    "networkx": {"graph"},
    "plotly": {"figures"},
    "sqlalchemy": {FRAME, "models", "queries", "services", "importing", "jobs", "commands", "loading"},
    "wtforms": {FRAME, "forms"},
}
LIMIT = 400  # lines; past it a file usually has a second reason to exist
MODULES = sorted(path for folder in [FRAME, *DOMAINS] for path in (ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the dotted name under which *path* is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def roles(name: str) -> set[str]:
    """Return what a module is by its name: ``cycles.board_views`` is of cycles, and a view."""
    return {word for part in name.split(".") for word in (part, *part.split("_"))}


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Give the dotted target of every import in the file, wherever it stands."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def in_shell(name: str) -> bool:
    """Say whether the module belongs to the outermost part, which knows every domain."""
    return any(name == shell or name.startswith(f"{shell}.") for shell in SHELL)


def place(name: str) -> int | None:
    """Return how far up the mould a module stands, or ``None`` for a specialist of its own."""
    words = roles(name.partition(".")[2])
    if words & COMPOSERS:
        return len(MOULD)
    return max((MOULD.index(word) for word in words if word in MOULD), default=None)


def packages_are_used_only_where_they_belong(path: Path) -> None:
    name = module_name(path)
    for target in imports(path):
        top = target.partition(".")[0]
        if top in ONLY_IN and not (target in TYPES and roles(name) & {*COMPOSERS, "page"}):
            assert roles(name) & ONLY_IN[top], f"{name} must not use {target}"


def imports_point_down(path: Path) -> None:
    name = module_name(path)
    package = name.partition(".")[0]
    if in_shell(name):
        return
    for target in imports(path):
        top, _, rest = target.partition(".")
        assert not in_shell(target) or target.startswith(NAMES), f"{name} uses {target}, which is outermost"
        if top not in DOMAINS:
            continue
        assert package != FRAME, f"{name} is of the kernel, which knows no domain, and uses {target}"
        if top == package:
            mine, theirs = place(name), place(f"{top}.{rest.partition('.')[0]}")
            assert mine is None or theirs is None or theirs <= mine, f"{name} uses {target}"
            continue
        assert not roles(rest.partition(".")[0]) & {"forms", "views"}, f"{name} uses {target}"
        if not roles(name) & COMPOSERS:
            assert DOMAINS.index(top) < DOMAINS.index(package), f"{name} uses {target}"


def only_the_database_module_commits(path: Path) -> None:
    calls = {
        node.func.attr
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert path.name == "database.py" or "commit" not in calls


def a_file_has_one_reason_to_exist(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


RULES = (
    packages_are_used_only_where_they_belong,
    imports_point_down,
    only_the_database_module_commits,
    a_file_has_one_reason_to_exist,
)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_keeps_the_rules(path: Path) -> None:
    for rule in RULES:
        rule(path)


def test_every_view_says_who_may_reach_it(app: Flask) -> None:
    views = app.view_functions
    silent = {name for name in views if name not in OPEN and not _marked(views[name])}
    assert silent == set()


def _marked(view: object) -> bool:
    """Say whether the view, or every method of a view class, carries an access mark."""
    holder = getattr(view, "view_class", None)
    if holder is None:
        return hasattr(view, GUARDED)
    return hasattr(view, GUARDED) or all(
        hasattr(getattr(holder, method.lower()), GUARDED) for method in holder.methods
    )


def test_the_wheel_takes_every_domain_along() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(wheel["packages"]) == sorted([FRAME, *DOMAINS])


def test_no_migration_imports_the_application() -> None:
    for path in (ROOT / "migrations").rglob("*.py"):
        used = {target.partition(".")[0] for target in imports(path)}
        assert not used & {FRAME, *DOMAINS}, path.name
