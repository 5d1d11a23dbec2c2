import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import charts

OPTIONAL = {"bestbox", "cutbox"}


def _cell(text: str, is_text: bool) -> Any:
    if text in {"", "NA"}:
        return None
    try:
        return text if is_text else float(text)
    except ValueError:
        return text


def _columns(path: Path, types: dict[str, str]) -> dict[str, list[Any]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [_cell(row[name], types.get(name) == "chr") for row in rows] for name in rows[0]}


def _facets(columns: dict[str, list[Any]], names: list[str]) -> list[list[int]]:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for row in range(len(next(iter(columns.values())))):
        groups.setdefault(tuple(columns[name][row] for name in names), []).append(row)
    return [groups[key] for key in sorted(groups)]


def _splits(params: dict[str, Any], columns: dict[str, list[Any]], rows: list[int]) -> list[int]:
    part = params.get("part", [])
    if part and isinstance(part[0], str):
        phases = [columns[part[0]][row] for row in rows]
        return [i for i in range(1, len(phases)) if phases[i] != phases[i - 1]]
    return list(part)


def _analysed(case: dict[str, Any], columns: dict[str, list[Any]]) -> list[charts.RunChart]:
    params = case["params"]
    made = []
    for rows in _facets(columns, params.get("facets", [])):
        pick = {name: [column[row] for row in rows] for name, column in columns.items()}
        base = pick[params["n"]] if "n" in params else None
        _xs, values = charts.gather(pick[params["x"]], pick[params["y"]], base, params.get("agg_fun", "mean"))
        made.append(
            charts.run_chart(
                values,
                freeze=params.get("freeze"),
                splits=_splits(params, columns, rows),
                exclude=params.get("exclude", []),
                centre=params.get("cl"),
                is_ordered=case.get("column_types", {}).get(params["x"]) != "chr",
            )
        )
    return made


def _close(got: float | None, wanted: float | None) -> bool:
    if got is None or wanted is None:
        return got is wanted
    return got == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def _mismatches(case: dict[str, Any], made: list[charts.RunChart]) -> list[str]:
    scale = case["params"].get("multiply", 1)
    parts = [part for chart in made for part in chart.parts]
    centres = [None if line is None else line * scale for chart in made for line in chart.centre]
    expected = case["expected"]
    wrong = [] if len(parts) == len(expected["parts"]) else ["number of parts"]
    for part, wanted in zip(parts, expected["parts"], strict=False):
        line = None if part.centre is None else part.centre * scale
        counts = [
            part.part, part.first, part.last, part.n_obs, part.n_useful, part.longest_run,
            part.longest_run_max, part.n_crossings, part.n_crossings_min, part.is_signal,
        ]  # fmt: skip
        names = [
            "part", "first_point", "last_point", "n_obs", "n_useful", "longest_run", "longest_run_max",
            "n_crossings", "n_crossings_min", "runs_signal",
        ]  # fmt: skip
        wrong += [name for name, got in zip(names, counts, strict=True) if got != wanted[name]]
        wrong += [] if _close(line, wanted["cl"]) else ["cl"]
    flat = zip(centres, expected["points"]["cl"], strict=True)
    wrong += [] if all(_close(got, wanted) for got, wanted in flat) else ["points.cl"]
    if [p for chart in made for p in chart.part] != expected["points"]["part"]:
        wrong.append("points.part")
    return wrong


def test_every_oracle_of_a_trusted_peer_comes_out_the_same(shared: Path) -> None:
    faults, tried = {}, 0
    for path in sorted((shared / "oracles" / "run_charts").glob("*.json")):
        case = json.loads(path.read_text())
        if case["params"].get("method") in OPTIONAL:
            continue
        tried += 1
        columns = _columns(path.parent / case["data"], case.get("column_types") or {})
        if wrong := _mismatches(case, _analysed(case, columns)):
            faults[case["id"]] = wrong
    assert faults == {}
    assert tried == 45


def test_limits_are_those_of_the_published_table(shared: Path) -> None:
    with (shared / "oracles" / "run_charts" / "limits_table.csv").open(newline="") as file:
        rows = [[int(cell) for cell in row.values()] for row in csv.DictReader(file)]
    assert [[n, charts.longest_run_limit(n), charts.crossings_limit(n)] for n in range(1, 501)] == rows


def test_too_few_points_leave_the_median_provisional() -> None:
    assert charts.run_chart([1.0] * 9).is_provisional
    assert not charts.run_chart([1.0] * 10).is_provisional


def test_an_empty_chart_has_no_signal() -> None:
    chart = charts.run_chart([])

    assert chart.is_provisional
    assert not chart.is_signal
    assert charts.signal_span(chart) is None
    assert charts.last_run(chart) == 0


def test_the_latest_long_run_carries_the_signal() -> None:
    chart = charts.run_chart([1.0] * 9 + [3.0] * 9 + [2.0])

    assert charts.signal_span(chart) == (10, 18)
    assert charts.last_run(chart) == 9


def test_few_crossings_point_to_the_longest_run() -> None:
    chart = charts.run_chart([10.0, 12.0, 11.0, 13.0, 20.0, 14.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0])

    assert chart.parts[0].longest_run == 6
    assert chart.is_signal
    assert charts.signal_span(chart) == (7, 12)


CLIMB = [38.0, 54.0, 58.0, 67.0, 75.0, 75.0, 83.0, 83.0, 88.0, 96.0, 96.0, 96.0, 96.0]


def test_a_low_start_that_was_left_behind_is_a_climb_though_it_is_the_longest_run() -> None:
    chart = charts.run_chart(CLIMB)

    assert (chart.parts[0].centre, chart.parts[0].longest_run, chart.is_signal) == (83.0, 6, True)
    assert charts.rises(chart)
    assert charts.signal_span(chart) == (9, 13)
    assert not charts.rises(charts.run_chart([-value for value in CLIMB]))


def test_a_long_run_that_has_ended_is_set_beside_what_came_after() -> None:
    low_first = charts.run_chart([1.0] * 9 + [3.0] * 4 + [1.0] + [3.0] * 6)

    assert charts.signal_span(low_first) == (1, 9)
    assert charts.rises(low_first)


def test_a_long_run_that_goes_on_tells_by_its_side() -> None:
    chart = charts.run_chart([3.0] * 2 + [1.0] + [3.0] * 4 + [1.0] + [3.0] * 4 + [1.0] * 8)

    assert charts.signal_span(chart) == (13, 20)
    assert not charts.rises(chart)


@given(st.lists(st.one_of(st.none(), st.integers(0, 20).map(float)), max_size=40))
def test_turning_a_chart_upside_down_changes_no_count(values: list[float | None]) -> None:
    mirrored = [None if value is None else -value for value in values]

    up, down = charts.run_chart(values).parts[0], charts.run_chart(mirrored).parts[0]

    assert (up.n_useful, up.longest_run, up.n_crossings, up.is_signal) == (
        down.n_useful, down.longest_run, down.n_crossings, down.is_signal
    )  # fmt: skip


@given(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2025, 3, 1)), st.integers(0, 9))))
def test_gathering_keeps_one_point_a_day_in_order(rows: list[tuple[date, int]]) -> None:
    days, sums = charts.gather([day for day, _ in rows], [float(y) for _, y in rows], how="sum")

    assert days == sorted({day for day, _ in rows})
    assert sum(s or 0 for s in sums) == sum(y for _, y in rows)
