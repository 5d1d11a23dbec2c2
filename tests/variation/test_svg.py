"""Drawings hold what they should, escape what they are given, and figures are what Plotly takes."""

from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from variation import figures, svg
from variation.funnel import Zone
from variation.svg import Dot

DOTS = [
    Dot("Bristlecone", 31, 96.8, Zone.HIGH),
    Dot("Eagle <Bend>", 38, 47.4, Zone.LOW),
    Dot("Kestrel", 34, 58.8, Zone.LOW_WATCH),
    Dot("Alder Creek", 24, 83.3, Zone.INSIDE),
]


def classes(drawing: str) -> list[str]:
    return [each.get("class", "") for each in ElementTree.fromstring(drawing).iter()]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("tau2", [0.0, 0.004])
def test_a_funnel_has_four_limits_and_a_mark_for_every_site(narrow: bool, tau2: float) -> None:
    drawing = svg.funnel(DOTS, 74.4, unit="Teachers", label="A funnel", narrow=narrow, tau2=tau2)

    found = classes(drawing)
    assert found.count("lim") == found.count("lim out") == 2
    assert [found.count(css) for css in ("pt", "pt up", "pt down", "pt down open")] == [1, 1, 1, 1]
    assert 'aria-label="A funnel"' in drawing


def test_names_are_escaped_and_those_outside_are_always_there() -> None:
    drawing = svg.funnel(DOTS, 74.4, unit="Teachers", label="", narrow=True)

    assert "Eagle &lt;Bend&gt;" in drawing
    assert "Bristlecone" in drawing
    assert "Alder Creek" not in drawing


def test_limits_are_wider_where_a_spread_is_allowed_for() -> None:
    _, chance = svg.limit_lines(74.4, 0.0, 46)
    sizes, spread = svg.limit_lines(74.4, 0.01, 46)

    assert sizes == sorted(sizes)
    assert (spread.ul95[5:] >= chance.ul95[5:] - 2).all()
    assert spread.ll95[-1] < chance.ll95[-1]


def test_an_interval_row_stays_inside_its_span() -> None:
    drawing = svg.interval(20, 50, 130, (0, 100), 74, label="Between", raw=40, ticks=(0, 50, 100))

    xs = [float(each.get("x2", 0)) for each in ElementTree.fromstring(drawing).iter() if each.get("x2")]
    assert max(xs) <= 260
    assert classes(drawing).count("raw") == 1


def test_an_axis_says_nothing_to_those_who_hear_the_rows() -> None:
    drawing = svg.axis_row((-10, 30), (-10, 0, 30), unit="", plus=True)

    assert 'aria-hidden="true"' in drawing
    assert "+30" in drawing
    assert "−10" in drawing


def test_a_bar_of_decisions_shares_its_width() -> None:
    drawing = svg.decision_bar(3, 1, 0, label="3 adopted")

    assert classes(drawing)[1:] == ["d-adopt", "d-adapt"]


def test_the_full_figure_is_one_that_plotly_takes() -> None:
    figure = figures.funnel(DOTS, 74.4, unit="Teachers")
    marks = figure["data"][-1]

    plain = {
        **figure,
        "data": [{**t, "marker": {}, "line": {}} for t in figure["data"]],
        "layout": {"height": 480},
    }
    assert len(go.Figure(plain).data) == 5
    assert marks["marker"]["symbol"] == ["triangle-up", "diamond", "diamond-open", "circle"]
    assert set(marks["marker"]["color"]) == {"--up", "--down", "--plain"}


def test_only_those_outside_the_limits_are_named_beside_their_mark() -> None:
    marks = figures.funnel(DOTS, 74.4, unit="Teachers")["data"][-1]

    assert marks["text"] == ["Bristlecone", "Eagle <Bend>", "Kestrel", ""]
    assert marks["customdata"][3] == "Alder Creek"


def test_a_name_at_the_right_edge_stands_to_the_left_of_its_dot() -> None:
    far = Dot("Cactus Hill", 45, 90.0, Zone.HIGH)
    near = Dot("Prairie Street", 18, 95.0, Zone.HIGH)

    marks = figures.funnel([near, far], 67.0, unit="Teachers")["data"][-1]

    assert marks["textposition"] == ["middle right", "middle left"]
