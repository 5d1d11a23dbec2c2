"""One chart of a measure: which kind, its phases, baselines, points left out, and what stands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import chart_reading
from measures.charting import KINDS, Chart, Mark, assurance, chart_of, offered, places_of
from measures.definition import charts_for
from measures.reading import Kind
from measures.rules import Direction, MeasureType, value_of
from measures.words import chart_kind_words

START = date(2025, 9, 1)
P, C = MeasureType.PROPORTION, MeasureType.CONTINUOUS


@dataclass(frozen=True)
class Seen:
    on: date
    count: float | None = None
    population: float | None = None
    amount: float | None = None
    note: str = ""

    def value(self, kind: MeasureType) -> float | None:
        return value_of(kind, self.count, self.population, self.amount)


def day(at: int) -> date:
    """The day of the point at a position, from 1: one a week."""
    return START + timedelta(weeks=at - 1)


def counts(values: Sequence[float], population: float = 20) -> list[Seen]:
    return [Seen(day(at), value, population) for at, value in enumerate(values, 1)]


def amounts(values: Sequence[float]) -> list[Seen]:
    return [Seen(day(at), amount=value) for at, value in enumerate(values, 1)]


LOW = [4, 6, 5, 7, 4, 6, 5, 7, 4, 6, 5, 7]
HIGH = [14, 15, 16, 14, 15, 16, 14, 15, 16, 14, 15, 16]


def rules(chart: Chart) -> list[str]:
    return [point.rule for point in chart.points]


def test_a_run_chart_is_the_default_and_names_its_rules() -> None:
    chart = chart_of(counts(LOW + HIGH), P, Direction.UP)

    assert chart.kind == "run"
    assert [point.value for point in chart.points[:2]] == [20.0, 30.0]
    assert all(point.upper is None for point in chart.points)
    assert "No trend rule" in chart_reading.rules_words(chart)
    assert rules(chart) == [""] * 12 + ["run"] * 12
    assert {point.tone for point in chart.points[12:]} == {"up"}


def test_the_sentence_says_what_since_when_and_why() -> None:
    read = chart_reading.read(chart_of(counts(LOW + HIGH), P, Direction.UP))

    assert read.kind is Kind.IMPROVING
    assert read.sentence == (
        "Since Nov 24 the last 12 points are above the median of 53%: that is unlikely to be chance, which "
        "rarely gives more than 8 in a row."
    )
    assert (read.first, read.last) == (13, 24)


def test_the_same_points_are_a_concern_where_lower_is_better() -> None:
    chart = chart_of(counts(LOW + HIGH), P, Direction.DOWN)

    assert chart_reading.read(chart).title == "Getting worse, not chance."
    assert chart.points[-1].tone == "down"


def test_a_point_outside_that_others_inside_followed_is_told_without_a_direction() -> None:
    steady = [10, 12, 11, 10, 12, 11, 10, 12, 11, 10, 12]
    last = chart_reading.read(chart_of(counts([*steady, 0]), P, Direction.UP, kind="i"))
    past = chart_reading.read(chart_of(counts([*steady, 0, 11]), P, Direction.UP, kind="i"))

    assert (last.kind, past.kind) == (Kind.CONCERN, Kind.UNUSUAL)
    assert past.sentence.startswith("The point of Nov 17, 0%, lies below its lower limit")
    assert past.title == "Something unusual, not chance."


def test_large_numbers_are_told_in_full() -> None:
    chart = chart_of(amounts([12345.6] * 12), MeasureType.CONTINUOUS, Direction.UP)

    assert chart_reading.value_words(chart, 12345.6) == "12,346"
    assert chart_reading.value_words(chart, 3.14159) == "3.142"


@pytest.mark.parametrize("kind", ["run", "p", "pp", "i", "mr"])
def test_no_signal_from_fewer_than_ten(kind: str) -> None:
    chart = chart_of(counts([1, 1, 1, 1, 1, 20, 20, 20, 20]), P, Direction.UP, kind=kind)
    read = chart_reading.read(chart)

    assert (chart.kind, set(rules(chart)), chart.phases[0].is_provisional) == (kind, {""}, True)
    assert (read.title, "9 of 10 points" in read.sentence) == ("No signal yet.", True)


def test_nhs_flags_only_from_thirteen_points() -> None:
    twelve = chart_of(counts(LOW), P, Direction.UP, kind="xmr")
    thirteen = chart_of(counts([*LOW, 20]), P, Direction.UP, kind="xmr")

    assert twelve.kind == "run"
    assert chart_reading.lack_words(twelve.lack) == (  # type: ignore[arg-type]  # it lacks points
        "XmR chart with NHS flags can’t be drawn. It needs 13 points; there are 12. The run chart is shown."
    )
    assert (thirteen.kind, thirteen.lack, thirteen.points[-1].rule) == ("xmr", None, "outside")


def test_an_xmr_chart_knows_shift_trend_and_two_of_three() -> None:
    flat = [5, 6, 4, 5, 6, 4, 5]
    trend = chart_of(amounts([*flat, 1, 2, 3, 4, 5, 6, 7, 8]), C, Direction.UP, kind="xmr")
    shift = chart_of(amounts([*flat, *flat, 7, 6.5, 7, 6.5, 7, 6.5, 7, 6.5]), C, Direction.UP, kind="xmr")

    assert trend.points[-1].rule == "trend"
    assert "rise one after the other: a trend of 7" in chart_reading.read(trend).sentence
    assert {"shift"} <= set(rules(shift))
    assert chart_reading.read(shift).kind is Kind.IMPROVING


def test_a_run_chart_never_uses_the_trend() -> None:
    steps = [5, 6, 4, 5, 6, 4, 5, 1, 2, 3, 4, 5, 6, 7, 8]

    assert set(rules(chart_of(amounts(steps), C, Direction.UP))) == {""}


def test_each_phase_has_a_line_of_its_own_and_its_reason() -> None:
    mark = Mark("phase", day(13), "Coaching began")
    chart = chart_of(counts(LOW + HIGH), P, Direction.UP, [mark])

    assert [(each.first, each.last, each.centre, each.why) for each in chart.phases] == [
        (1, 12, 27.5, ""),
        (13, 24, 75.0, "Coaching began"),
    ]
    assert set(rules(chart)) == {""}
    assert chart_reading.phase_words(chart, chart.phases[1]) == "From Nov 24: median 75% of 12 points."


def test_a_signal_does_not_reach_into_a_phase_that_is_too_short() -> None:
    chart = chart_of(counts(LOW + HIGH), P, Direction.UP, [Mark("phase", day(21), "New schedule")])

    assert chart.phases[0].span == (13, 20)
    assert rules(chart)[20:] == [""] * 4
    assert chart_reading.read(chart).title == "No signal yet."
    assert "From Nov 24 to Jan 12, 8 points in a row" in chart_reading.phase_words(chart, chart.phases[0])


def test_a_baseline_is_frozen_from_ten_points() -> None:
    nine = chart_of(counts(LOW + HIGH), P, Direction.UP, [Mark("freeze", day(9), "x")])
    ten = chart_of(counts(LOW + HIGH), P, Direction.UP, [Mark("freeze", day(10), "x")])

    assert (nine.phases[0].baseline, [mark.kind for mark in nine.idle]) == (None, ["freeze"])
    assert (ten.phases[0].baseline, ten.phases[0].centre, ten.idle) == (10, 27.5, ())
    assert [point.is_baseline for point in ten.points] == [True] * 10 + [False] * 14
    assert "fewer than 10 points" in chart_reading.idle_words(nine)[0]


def test_a_frozen_baseline_holds_its_limits_for_what_follows() -> None:
    frozen = chart_of(counts(LOW + HIGH), P, Direction.UP, [Mark("freeze", day(12), "x")], "p")
    free = chart_of(counts(LOW + HIGH), P, Direction.UP, kind="p")

    assert frozen.phases[0].centre == pytest.approx(27.5)
    assert {point.rule for point in frozen.points[12:]} == {"beyond"}
    assert free.phases[0].centre == pytest.approx(51.25)


def test_a_point_that_is_left_out_feeds_neither_line_nor_signal() -> None:
    values = [5, 6, 4, 5, 6, 4, 20, 5, 6, 4, 5, 6, 4]
    mark = Mark("exclude", day(7), "Fire drill")
    whole = chart_of(counts(values), P, Direction.UP, kind="i")
    without = chart_of(counts(values), P, Direction.UP, [mark], "i")

    assert whole.points[6].rule == "beyond"
    assert (without.points[6].rule, without.points[6].why) == ("", "Fire drill")
    assert without.points[6].value == 100.0
    assert without.phases[0].centre == pytest.approx(25.0)
    assert chart_reading.rule_words(without, without.points[6]) == "Left out: Fire drill"


def test_marks_without_a_point_change_nothing_and_say_so() -> None:
    marks = [Mark("phase", day(60), "later"), Mark("exclude", day(2) + timedelta(days=1), "none")]
    chart = chart_of(counts(LOW), P, Direction.UP, marks)

    assert (len(chart.phases), len(chart.idle)) == (1, 2)
    assert any("no point has come since" in words for words in chart_reading.idle_words(chart))


def test_counts_of_one_day_are_one_point_and_values_a_subgroup() -> None:
    pooled = chart_of([Seen(START, 3, 10), Seen(START, 9, 10)], P, Direction.UP)
    values = [Seen(day(at), amount=v) for at in range(1, 13) for v in (4.0 + at % 2, 6.0, 8.0)]
    means = chart_of(values, C, Direction.UP, kind="xbar")

    assert [(p.value, p.count, p.population) for p in pooled.points] == [(60.0, 12, 20)]
    assert (means.kind, means.points[0].value, means.points[0].size) == ("xbar", pytest.approx(19 / 3), 3)
    assert means.points[0].upper is not None


def test_times_between_events_are_a_point_each() -> None:
    chart = chart_of([Seen(START, amount=3), Seen(START, amount=5)], MeasureType.TIME_BETWEEN, Direction.UP)

    assert [point.value for point in chart.points] == [3, 5]


@pytest.mark.parametrize(
    ("found", "type_", "kind", "code"),
    [
        (counts(LOW), P, "c", "type"),
        (amounts([1.0]), C, "i", "points"),
        ([Seen(day(at), amount=2.0) for at in range(1, 12)], MeasureType.RATE, "u", "base"),
        (amounts([1.0, 2.0]), C, "xbar", "values"),
        (amounts([0.0, 2.0]), MeasureType.TIME_BETWEEN, "t", "zero"),
    ],
)
def test_what_can_not_be_drawn_is_a_run_chart_that_says_why(
    found: list[Seen], type_: MeasureType, kind: str, code: str
) -> None:
    chart = chart_of(found, type_, Direction.UP, kind=kind)

    assert chart.lack is not None
    assert (chart.kind, chart.lack.code) == ("run", code)
    assert "The run chart is shown." in chart_reading.lack_words(chart.lack)


@pytest.mark.parametrize(
    ("target", "direction", "told"),
    [
        (90.0, Direction.UP, "fail"), (5.0, Direction.UP, "pass"), (28.0, Direction.UP, "inconsistent"),
        (90.0, Direction.DOWN, "pass"), (5.0, Direction.DOWN, "fail"),
    ],
)  # fmt: skip
def test_assurance_is_where_the_target_lies_to_the_limits(
    target: float, direction: Direction, told: str
) -> None:
    chart = chart_of(counts([6, 6, 5, 6, 5, 6, 5, 5, 6, 5, 6, 5, 6]), P, direction, kind="xmr", target=target)
    read = chart_reading.target_words(chart)

    assert assurance(chart) == told
    assert read is not None
    assert chart_reading.assurance_words(chart) in read.sentence


def test_only_an_xmr_chart_promises_anything_of_the_target() -> None:
    chart = chart_of(counts(LOW), P, Direction.UP, target=90.0)

    assert (assurance(chart), chart_reading.assurance_words(chart)) == ("", "")
    assert chart_reading.target_words(chart).title == "Not reached yet."


def test_nothing_counted_is_said_so() -> None:
    chart = chart_of([], P, Direction.UP, [Mark("phase", START, "x")], "p")

    assert chart_reading.read(chart).title == "No counts yet."
    assert chart.points == chart.phases == ()


def test_every_kind_offered_has_its_words() -> None:
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(chart_kind_words())
    assert {code for code in charts_for() if code} | {"run"} == set(chart_kind_words())
    assert all(offered(each)[0] == "run" for each in MeasureType)


numbers = st.lists(st.integers(0, 20), min_size=1, max_size=40)
some_marks = st.lists(
    st.builds(
        Mark,
        st.sampled_from(["freeze", "phase", "exclude", "change", "story"]),
        st.integers(-2, 44).map(lambda at: day(at)),
        st.just("why"),
    ),
    max_size=5,
)


@given(numbers, some_marks, st.sampled_from(KINDS[P]))
def test_any_marks_leave_every_point_on_the_chart(values: list[int], marks: list[Mark], kind: str) -> None:
    chart = chart_of(counts(values), P, Direction.UP, marks, kind)

    assert [point.on for point in chart.points] == [day(at) for at in range(1, len(values) + 1)]
    assert [point.phase for point in chart.points] == sorted(point.phase for point in chart.points)
    assert [each.first for each in chart.phases[1:]] == [each.last + 1 for each in chart.phases[:-1]]
    for point in chart.points:
        phase = chart.phases[point.phase - 1]
        assert not (point.rule and (phase.is_provisional or point.is_excluded))
    read = chart_reading.read(chart)
    assert "%(" not in read.sentence + "".join(chart_reading.phase_words(chart, p) for p in chart.phases)
    assert (read.tone == "") or chart.phases[-1].there >= 10


@given(numbers, some_marks)
def test_a_milestone_takes_the_same_places(values: list[int], marks: list[Mark]) -> None:
    chart = chart_of(counts(values), P, Direction.UP, marks)
    places = places_of([day(at) for at in range(1, len(values) + 1)], marks)

    assert places.splits == tuple(phase.last for phase in chart.phases[:-1])
    assert places.exclude == tuple(point.at for point in chart.points if point.is_excluded)
    if len(chart.phases) == 1:
        assert places.freeze == chart.phases[0].baseline
