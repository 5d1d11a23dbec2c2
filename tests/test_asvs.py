"""What security asks for is listed in docs/asvs.md with tests that are there; nothing is missing from it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "docs" / "asvs.md"
ROWS = TESTS / "asvs_rows.txt"
_TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> Iterator[tuple[list[str], str]]:
    """Yield what each row of the page is about, and its last cell."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in {"Requirement", "---"}:
            names = cells[0].removesuffix("(L3)").removesuffix("(OAuth)")
            yield [name.strip() for name in names.split(",")], cells[-1]


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the tests of a file, as it is written."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return frozenset(name for name in functions if name.startswith("test_"))


def test_every_requirement_stands_in_one_row() -> None:
    listed = [name for names, _tests in rows() for name in names]
    lines = ROWS.read_text(encoding="utf-8").splitlines()
    required = [line for line in lines if line and not line.startswith("#")]

    assert sorted(set(required) - set(listed)) == []
    assert sorted({name for name in listed if listed.count(name) > 1}) == []
    assert sorted(set(listed) - set(required)) == ["10"]  # what sign-in of organisations needs beside


def test_every_row_names_tests_that_are_there() -> None:
    missing, bare = [], []
    for names, tests in rows():
        found = _TEST.findall(tests)
        bare += [] if found else names
        for file, test in found:
            path = TESTS / file
            if not path.exists() or test not in names_in(path):
                missing.append(f"{', '.join(names)}: {file}::{test}")

    assert bare == []
    assert missing == []


def test_every_threat_names_a_test_that_is_there() -> None:
    page = PAGE.with_name("threat-model.md").read_text(encoding="utf-8")
    named = _TEST.findall(page)
    table = page.partition("| Threat | Control | Test |")[2].partition("## What is accepted")[0]
    threats = [
        line
        for line in table.splitlines()
        if line.startswith("| ") and "**" not in line and "---" not in line
    ]

    assert [line for line in threats if not _TEST.search(line)] == []
    assert [name for name in named if name[1] not in names_in(TESTS / name[0])] == []
    assert len(threats) > 25


def test_a_test_that_is_gone_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "asvs.md"
    page.write_text(
        "| 8.1.1 | x | `test_asvs.py::test_that_never_was` |\n| 8.2.1 | y | |\n", encoding="utf-8"
    )
    monkeypatch.setitem(globals(), "PAGE", page)

    with pytest.raises(AssertionError, match=r"8\.2\.1"):
        test_every_row_names_tests_that_are_there()
    page.write_text("| 8.1.1 | x | `test_asvs.py::test_that_never_was` |\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="never_was"):
        test_every_row_names_tests_that_are_there()
    with pytest.raises(AssertionError, match=r"1\.2\.1"):
        test_every_requirement_stands_in_one_row()
