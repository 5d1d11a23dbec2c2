"""The picture of a chart: what is drawn how, at any size, and that it stands by itself."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from measures.chart_drawing import Frame, chart_svg, scale_of
from measures.chart_files import as_png, file_name, standalone
from measures.charting import Chart, Mark, chart_of
from measures.drawing import Bar
from measures.figures import chart_figure
from measures.rules import Direction, MeasureType
from tests.measures.test_charting import HIGH, LOW, amounts, counts, day

FRAME = Frame(day(25), (Bar("1", day(3), day(6), "adopt"), Bar("2", day(14), day(18), "open")))


def chart(kind: str = "run", *marks: Mark) -> Chart:
    return chart_of(
        counts(LOW + HIGH), MeasureType.PROPORTION, Direction.UP, marks, kind, target=90.0, target_on=day(30)
    )


def drawn(made: Chart, *, narrow: bool = False) -> str:
    return str(chart_svg(made, FRAME, label="Exit tickets", narrow=narrow))


def test_signals_differ_by_shape_and_colour_and_left_out_points_are_hollow() -> None:
    better = drawn(chart("run", Mark("exclude", day(2), "snow")))
    worse = drawn(chart_of(counts(LOW + HIGH), MeasureType.PROPORTION, Direction.DOWN))

    assert len(re.findall(r'<path class="pt up"', better)) == 11  # the first of them lies on the median
    assert better.count('<circle class="pt off"') == 1
    assert better.count('<circle class="pt"') == 12
    assert len(re.findall(r'<rect class="pt down"', worse)) == 12


@pytest.mark.parametrize("kind", ["p", "xmr", "i"])
def test_limits_are_stairs_over_the_whole_width(kind: str) -> None:
    assert drawn(chart(kind)).count('<polyline class="lim"') == 2


def test_a_frozen_baseline_goes_on_dotted() -> None:
    picture = drawn(chart("run", Mark("freeze", day(12), "coaching")))

    assert (picture.count('class="med"'), picture.count('class="med ext"')) == (1, 1)
    assert "28% baseline" in picture


def test_each_phase_has_its_line_its_number_and_what_changed_its_letter() -> None:
    picture = drawn(
        chart("run", Mark("phase", day(13), "x"), Mark("change", day(4), "y"), Mark("story", day(9), "z"))
    )

    assert picture.count('class="med"') == 2
    assert picture.count('<line class="phase"') == 1
    assert re.findall(r"Phase \d", picture) == ["Phase 1", "Phase 2"]
    assert re.findall(r'note-t (\w+)"[^>]*>(\w)<', picture) == [("change", "A"), ("story", "B")]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_longest_label_fits_at_the_right_and_today_stands_clear_of_it(narrow: bool) -> None:
    made = chart_of(amounts([0.08333] * 12), MeasureType.CONTINUOUS, Direction.UP, target=0.0835)
    root = ElementTree.fromstring(str(chart_svg(made, Frame(day(12)), label="x", narrow=narrow)))
    labels = [each for each in root.iter() if "lab b" in each.get("class", "")]
    longest = max(len(each.text or "") for each in labels) * 7.2
    plot = max(float(each.get("x2", 0)) for each in root.iter() if each.get("class") == "tgt")

    assert [each.text for each in labels] == ["0.0833" if narrow else "0.0833 measured"]
    assert plot + longest <= 800
    words = [each for each in root.iter() if each.text == "today"]
    assert [each.get("text-anchor") for each in words] == ([] if narrow else ["end"])


def test_cycles_and_the_target_are_on_it() -> None:
    picture = drawn(chart())

    assert picture.count('class="cyc-col"') == 2
    assert 'class="tgt"' in picture
    assert "90% target" in picture
    assert "PDSA cycles" in picture
    assert "PDSA cycles" not in drawn(chart(), narrow=True)


def test_words_are_escaped() -> None:
    picture = chart_svg(chart(), FRAME, label='"><script>')
    whole = standalone(picture, "<b>", "a & b", ["<i>"])

    assert "<script>" not in whole
    assert ElementTree.fromstring(whole).tag.endswith("svg")


def test_a_scale_need_not_begin_at_nought_but_a_share_does() -> None:
    scores = chart_of(amounts([480, 485, 490, 478, 482]), MeasureType.CONTINUOUS, Direction.UP)
    few = chart_of(amounts([1, 5, 9]), MeasureType.CONTINUOUS, Direction.UP)

    assert (scale_of(scores).low, scale_of(scores).high) == (475.0, 490.0)
    assert scale_of(few).low == 0
    assert (scale_of(chart()).low, scale_of(chart()).high) == (0, 100)


def test_years_stand_under_a_long_chart() -> None:
    found = amounts([float(at % 7) for at in range(520)])
    long = chart_of(found, MeasureType.CONTINUOUS, Direction.UP)
    picture = str(chart_svg(long, Frame(found[-1].on), label="x"))

    assert re.findall(r">(20\d\d)<", picture) == [str(year) for year in range(2026, 2036)]
    assert picture.count('class="pt') == 520
    assert len(picture) < 60_000


def test_a_chart_without_points_is_drawn_too() -> None:
    empty = chart_of([], MeasureType.PROPORTION, Direction.UP)

    assert 'class="grid"' in drawn(empty)
    assert as_png(standalone(chart_svg(empty, FRAME, label=""), "", "", []))[:4] == b"\x89PNG"


def test_a_file_is_named_by_measure_and_day() -> None:
    assert file_name("Élan: 4th grade / “A”", "2026-02-24", "csv") == "lan-4th-grade-a-2026-02-24.csv"
    assert file_name("読む", "2026-02-24", "png") == "chart-2026-02-24.png"
    assert len(file_name("x" * 300, "2026-02-24", "svg")) < 80


def test_the_figure_to_point_at_says_the_same() -> None:
    made = chart_figure(chart("p", Mark("exclude", day(2), "snow"), Mark("phase", day(13), "x")), FRAME)
    shown = [each for each in made["data"] if "marker" in each]

    assert [len(each["x"]) for each in shown] == [11, 12, 1]
    assert shown[-1]["marker"]["symbol"] == ["circle-open"]
    assert any("Left out: snow" in words for words in shown[-1]["text"])
    assert sum(each["name"] == "mean" for each in made["data"]) == 2


def test_days_ahead_are_shown_only_for_a_target_soon_due() -> None:
    span = FRAME.span(chart())
    far = chart_of(counts(LOW), MeasureType.PROPORTION, Direction.UP, target=9, target_on=date(2030, 1, 1))

    assert day(30) <= span[1] < day(30) + timedelta(days=30)
    assert FRAME.span(far)[1] < date(2026, 6, 1)
