from datetime import date, timedelta

import plotly.graph_objects as go
import pytest

from measures import charts, figures, svg

TODAY = date(2026, 2, 24)
DOTS = [svg.Dot(date(2025, 10, 6) + timedelta(weeks=i), 10.0 + 4 * i) for i in range(18)]
TARGETS = [svg.Target(date(2025, 12, 15), 40, "met", "met"), svg.Target(date(2026, 4, 30), 90)]
CYCLES = [svg.Bar("1", date(2025, 11, 3), date(2025, 11, 3), "adapt")]
NAMES = {
    "paper", "wash", "sheet", "ink", "ink-2", "ink-3", "rule", "edge", "brand", "hi", "hi-ink", "up",
    "up-wash",
    "down", "down-wash", "plain", "ci", "area",
}  # fmt: skip


def made(dots: list[svg.Dot], targets: list[svg.Target]) -> figures.Figure:
    chart = charts.run_chart([dot.value for dot in dots])
    return figures.run_figure(dots, chart, targets, TODAY, scale=svg.PERCENT, cycles=CYCLES)


def colours(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(colours(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(set(), *(colours(each) for each in value))
    return {value[2:]} if isinstance(value, str) and value.startswith("--") else set()


def painted(value: object) -> object:
    if isinstance(value, dict):
        return {key: painted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [painted(each) for each in value]
    return "#888888" if isinstance(value, str) and value.startswith("--") else value


@pytest.mark.parametrize(("dots", "targets"), [(DOTS, TARGETS), (DOTS, []), ([], TARGETS), ([], [])])
def test_every_figure_is_one_that_plotly_takes(dots: list[svg.Dot], targets: list[svg.Target]) -> None:
    assert go.Figure(painted(made(dots, targets)))


def test_colours_are_names_of_the_palette() -> None:
    assert colours(made(DOTS, TARGETS)) <= NAMES


def test_the_points_of_the_signal_alone_take_colour() -> None:
    found = made(DOTS, TARGETS)["data"][1]["marker"]["color"]

    assert found == ["--plain"] * 9 + ["--up"] * 9


def test_the_path_steps_after_each_date() -> None:
    path = made(DOTS, TARGETS)["data"][0]

    assert path["line"]["shape"] == "vh"
    assert path["y"] == [40, 40, 90, 90]
