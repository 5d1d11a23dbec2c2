"""Stages over time, need and fit without a total, supports with their gaps, three reports side by side."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.publishing import Place
from measures.rules import Direction, MeasureType
from measures.suppression import HIDDEN, Counts, whole
from variation import fit, line_report, stage_svg, stages, supports
from variation.fit import Judgement
from variation.line_report import MeasureFacts
from variation.stages import Step
from variation.supports import Seen

DAY = date(2026, 2, 25)


def test_a_way_knows_where_it_stands_since_when_and_that_it_went_back() -> None:
    way = stages.way_of(
        [
            Step("initial", date(2025, 11, 1), "half do it"),
            Step("exploration", date(2025, 9, 1)),
            Step("installation", date(2026, 1, 10), "coaches left"),
            Step("installation", date(2026, 2, 1), "still"),
        ]
    )

    assert (way.now, way.since) == ("installation", date(2026, 1, 10))
    assert [step.on for step in way.went_back] == [date(2026, 1, 10)]
    assert stages.sentence(way, DAY) == "Installation for 46 days. It went back once."
    assert stages.way_of(way.steps, date(2025, 12, 1)).now == "initial"


def test_what_nobody_wrote_is_said() -> None:
    assert stages.sentence(stages.way_of([]), DAY) == "No stage is written down yet."
    bare = stages.way_of([Step("initial", date(2023, 1, 1))])
    assert "look at which supports are missing" in stages.sentence(bare, DAY)
    assert "Nothing says yet how one knows." in stages.sentence(bare, DAY)


steps = st.lists(st.builds(Step, st.sampled_from(stages.STAGES), st.dates(date(2020, 1, 1), DAY)), max_size=8)


@given(st.lists(steps, max_size=5))
def test_every_site_with_a_step_is_counted_once_and_every_way_can_be_drawn(found: list[list[Step]]) -> None:
    ways = [stages.way_of(each) for each in found]
    rows = [(f"Site {at}", way) for at, way in enumerate(ways)]

    assert sum(stages.counts(ways).values()) == sum(bool(each) for each in found)
    drawn = stage_svg.ways(rows, stage_svg.span_of(rows, DAY))
    assert drawn.count("<polyline") == sum(bool(each) for each in found)
    assert "nan" not in drawn


# ---------------------------------------------------------------- need, fit, readiness


def test_a_side_tells_the_range_of_teams_and_never_a_mean() -> None:
    judged = [
        Judgement("A", "need", 2, date(2025, 9, 1)),
        Judgement("A", "need", 5, date(2026, 1, 1)),
        Judgement("B", "need", 2, date(2026, 1, 1), "our blocks are short"),
        Judgement("A", "fit", 2, date(2026, 1, 1)),
    ]

    need, other, *rest = fit.sides("fit", judged)

    assert [(one.team, one.value) for one in need.latest] == [("A", 5), ("B", 2)]
    assert need.words.startswith("From “a little” to “wholly”")
    assert need.is_apart
    assert other.words == "A little (1 team)"
    assert [side.words for side in rest] == ["Nobody has rated this."] * 4
    assert fit.fit_advice([need, other, *rest]) == [
        "Teams see need differently: ask each for its reason.",
        "All teams find fit thin: what would have to change first?",
        "Not rated yet: capacity, evidence, usability, supports.",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Nobody has said yet"),
        ({"know_how": 4, "capacity": 2, "willingness": 4}, "capacity is missing"),
        ({"know_how": 4, "capacity": 4}, "willingness was not rated"),
        ({"know_how": 4, "capacity": 4, "willingness": 3}, "Scale to a few sites more"),
    ],
)
def test_readiness_says_what_is_missing(values: dict[str, int], words: str) -> None:
    found = fit.sides("readiness", [Judgement("A", side, value, DAY) for side, value in values.items()])

    assert words in fit.readiness_advice(found)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_one_team_that_finds_a_side_thin_holds_scaling_back(values: list[int]) -> None:
    judged = [Judgement(f"T{at}", "capacity", value, DAY) for at, value in enumerate(values)]
    judged += [Judgement("T", side, 5, DAY) for side in ("know_how", "willingness")]

    ready = fit.readiness_advice(fit.sides("readiness", judged)).startswith("Know-how, capacity")

    assert ready is (min(values) >= fit.ENOUGH)


# ---------------------------------------------------------------- supports


def test_gaps_count_the_latest_of_each_support_and_say_what_to_do() -> None:
    seen = [
        Seen(1, "coaching", "missing", date(2025, 9, 1)),
        Seen(1, "coaching", "installed", date(2026, 1, 1)),
        Seen(2, "coaching", "sustained", date(2025, 9, 1)),
        Seen(2, "training", "missing", date(2025, 9, 1)),
    ]

    found = {gap.kind: gap for gap in supports.gaps([1, 2], seen)}

    assert "coaching" not in found
    assert (found["training"].missing, found["training"].untold) == ((2,), (1,))
    assert found["training"].words == "Missing at 1 site, nobody has looked at 1 site."
    assert "Plan a training" in found["training"].advice
    assert supports.is_stale(seen[0], date(2026, 9, 2))


# ---------------------------------------------------------------- side by side

FACTS = MeasureFacts("Tickets", MeasureType.PROPORTION, Direction.UP, "teachers", 90.0)


def _month(counts: Counts, *, hidden: bool = False) -> Place:
    return Place("1", HIDDEN if hidden else whole(counts), counts, counts, (), 0 if hidden else 1)


def test_months_of_too_few_people_are_left_out_and_counted() -> None:
    months = {
        date(2026, 2, 1): _month(Counts(3, 5), hidden=True),
        date(2026, 1, 1): _month(Counts(18, 24)),
    }

    line, rows = line_report.line_of("Own school", months, FACTS)

    assert (line.days, line.values, line.hidden) == ((date(2026, 1, 1),), (75.0,), 1)
    assert rows == [(date(2026, 1, 1), "75% (18 of 24 counted)")]
    assert line.when_words == "75% (18 of 24 counted) in Jan 2026"


def test_what_is_not_known_is_said_before_anything_else() -> None:
    nothing = [line_report.Report(kind, "Own school", "", None) for kind in line_report.KINDS]

    assert line_report.sentence(nothing) == "Not known here: capacity, fidelity, outcome."
    assert nothing[0].words == "No measure is chosen."
