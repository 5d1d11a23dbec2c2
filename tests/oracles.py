"""Cases of the analysis engine with the results of trusted peers, and how ours are held against them."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

OPTIONAL = {"bestbox", "cutbox"}  # a peer's experimental rules
CARRIED = {
    "run_charts": {"parts": None, "points": None},
    "shewhart": {"parts": None, "points": None},
    "shewhart_qcc": dict.fromkeys(
        ("statistics", "center", "std_dev", "lcl", "ucl", "western_electric", "nelson")
    ),
    "nhs_xmr": {"summary": None, "points": None},
}
"""What of a case's expected result ours must carry, by family."""


def cases(shared: Path, family: str) -> list[dict[str, Any]]:
    """Return the cases of a family, each with its columns."""
    found = []
    for path in sorted((shared / "oracles" / family).glob("*.json")):
        case = json.loads(path.read_text())
        case["columns"] = _columns(path.parent / case["data"], case.get("column_types") or {})
        found.append(case)
    return found


def table(shared: Path, name: str) -> list[dict[str, float]]:
    """Return a table of constants, its cells as numbers."""
    with (shared / "oracles" / name).open(newline="") as file:
        return [{key: float(cell) for key, cell in row.items()} for row in csv.DictReader(file)]


def mismatches(case: dict[str, Any], result: dict[str, Any]) -> list[str]:
    """Return where a result is not what the peer's is, within the tolerance of the case."""
    wanted = {name: case["expected"][name] for name in CARRIED[case["family"]] if name in case["expected"]}
    tolerance = case["tolerance"]
    return list(differences(wanted, result, "", tolerance["relative"], tolerance["absolute"]))


def largest_difference(wanted: Any, got: Any) -> float:
    """Return the largest relative difference of any two numbers in the same place."""
    if isinstance(wanted, dict):
        return max((largest_difference(wanted[name], got[name]) for name in wanted if name in got), default=0)
    if isinstance(wanted, list):
        return max((largest_difference(*pair) for pair in zip(wanted, got, strict=True)), default=0)
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float)) or wanted == 0:
        return 0
    return float(abs(got - wanted) / abs(wanted))


def _columns(path: Path, types: dict[str, str]) -> dict[str, list[Any]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: _cells([row[name] for row in rows], is_text=types.get(name) == "chr") for name in rows[0]}


def _cells(texts: list[str], *, is_text: bool) -> list[Any]:
    """Return a column's cells as numbers, if all of them are and it is no column of texts."""
    there: list[Any] = [None if text in {"", "NA"} else text for text in texts]
    if is_text:
        return there
    try:
        return [None if text is None else float(text) for text in there]
    except ValueError:
        return there


def differences(
    wanted: Any, got: Any, where: str = "", relative: float = 1e-9, absolute: float = 1e-9
) -> Iterator[str]:
    """Yield every place in which *got* is not what was *wanted*; more than wanted is welcome."""
    if isinstance(wanted, dict):
        for name, each in wanted.items():
            if not isinstance(got, dict) or name not in got:
                yield f"{where}.{name} is missing"
            else:
                yield from differences(each, got[name], f"{where}.{name}", relative, absolute)
    elif isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            yield f"{where} has another length"
        else:
            for at, pair in enumerate(zip(wanted, got, strict=True)):
                yield from differences(*pair, f"{where}[{at}]", relative, absolute)
    elif not _is_same(wanted, got, relative, absolute):
        yield f"{where} is {got!r}, not {wanted!r}"


def _is_same(wanted: Any, got: Any, relative: float, absolute: float) -> bool:
    if wanted is None or isinstance(wanted, (bool, str)):
        return bool(got is wanted or got == wanted)
    if isinstance(got, bool) or not isinstance(got, (int, float)):
        return False
    return math.isclose(got, wanted, rel_tol=relative, abs_tol=absolute)


def report(faults: dict[str, list[str]]) -> None:
    """Fail with the first difference of each case that has one."""
    if faults:
        pytest.fail("\n".join(f"{name}: {len(found)} off, {found[0]}" for name, found in faults.items()))
