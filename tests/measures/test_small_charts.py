"""Small charts: what they say is what the full chart says, and they never draw what is not there."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from measures import charts
from measures.charting import Mark
from measures.reading import Kind, variation
from measures.rules import Direction, MeasureType
from measures.small_charts import Line, SmallChart, draw, read, shared_scale, span_of

MONDAY = date(2026, 1, 5)
YEAR = (date(2025, 8, 1), date(2026, 6, 1))


def line(*values: float, **facts: object) -> Line:
    days = tuple(MONDAY + timedelta(weeks=at) for at in range(len(values)))
    told: dict[str, object] = {"name": "Exit tickets", "days": days, "values": values, **facts}
    return Line(**told)  # type: ignore[arg-type]  # any fact of a line


RISEN = (10.0,) * 6 + (11.0, 9.0, 12.0) + (60.0, 62.0, 61.0, 63.0, 60.0, 65.0, 66.0, 61.0, 64.0)


def test_nothing_counted_is_no_picture() -> None:
    [empty] = draw([line()], YEAR)

    assert empty.picture is None
    assert empty.reading.kind is Kind.NOTHING


def test_few_counts_are_no_signal_yet() -> None:
    [young] = draw([line(10, 20, 30)], YEAR)

    assert young.reading.title == "No signal yet."
    assert "ln up" not in str(young.picture)
    assert "latest 30% on Jan 19. No signal yet." in str(young.picture)


def test_only_a_signal_that_lasts_takes_colour() -> None:
    [risen, fallen] = draw([line(*RISEN), line(*RISEN, direction=Direction.DOWN)], YEAR)

    assert (risen.reading.kind, fallen.reading.kind) == (Kind.IMPROVING, Kind.CONCERN)
    assert "ln up" in str(risen.picture)
    assert "ln down" in str(fallen.picture)


def test_a_point_left_out_is_no_point_of_the_line() -> None:
    marks = (Mark("exclude", MONDAY + timedelta(weeks=2)),)
    with_dip, without = line(50, 52, 3, 51, 53, marks=marks), line(50, 52, 3, 51, 53)
    [left_out, plain] = draw([with_dip, without], YEAR)
    every = tuple(Mark("exclude", MONDAY + timedelta(weeks=at)) for at in range(2))

    def lowest(chart: SmallChart) -> float:
        points = re.findall(r'points="([^"]+)"', str(chart.picture))
        return max(float(pair.split(",")[1]) for pair in " ".join(points).split())

    assert lowest(left_out) < lowest(plain)
    assert draw([line(50, 52, marks=every)], YEAR)[0].picture is not None


def test_the_target_is_a_reading_of_its_own() -> None:
    said = [
        draw([each], YEAR)[0].to_target
        for each in (
            line(60, target=80.0), line(79.6, target=80.0), line(80, target=80.0), line(60),
            line(9, type=MeasureType.COUNT, direction=Direction.DOWN, target=5.0),
        )
    ]  # fmt: skip

    assert said == [
        "20 points from the target of 80%", "1 point from the target of 80%", "Target of 80% reached", "",
        "4 from the target of 5",
    ]  # fmt: skip


def test_a_new_phase_speaks_for_itself() -> None:
    began = MONDAY + timedelta(weeks=9)
    [plain, split] = read([line(*RISEN), line(*RISEN, marks=(Mark("phase", began),))])

    assert plain.kind is Kind.IMPROVING
    assert split.kind is Kind.TOO_EARLY


def test_a_signal_within_a_phase_is_told_at_its_place_on_the_chart() -> None:
    values = (50.0, 52.0) * 3 + RISEN
    [split] = read([line(*values, marks=(Mark("phase", MONDAY + timedelta(weeks=6)),))])
    [alone] = read([line(*RISEN)])

    assert (split.first, split.last) == (alone.first + 6, alone.last + 6)


def test_points_left_out_carry_no_signal() -> None:
    out = tuple(Mark("exclude", MONDAY + timedelta(weeks=at)) for at in range(9, 18))
    [reading] = read([line(*RISEN, marks=out)])

    assert reading.tone == ""


@given(
    st.lists(st.lists(st.floats(0, 100), max_size=30), min_size=1, max_size=6),
    st.sampled_from(list(Direction)),
)
def test_read_together_they_say_what_each_says_alone(many: list[list[float]], direction: Direction) -> None:
    lines = [line(*values, direction=direction) for values in many]
    alone = [variation(charts.run_chart(each.values), each.days, direction) for each in lines]

    assert read(lines) == alone
    for chart, each in zip(draw(lines, YEAR), lines, strict=True):
        assert (chart.picture is None) is (not each.values)
        assert "nan" not in str(chart.picture).lower()


def test_pictures_side_by_side_share_days_and_scale() -> None:
    early, late = line(1, 2, type=MeasureType.COUNT), line(40, type=MeasureType.COUNT)

    assert span_of([early, late], *YEAR) == (MONDAY, YEAR[1])
    assert span_of([line()], *YEAR) == YEAR
    assert shared_scale([early, late]).high >= 40
    assert shared_scale([]).high == 100
