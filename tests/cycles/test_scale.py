from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cycles.scale import (
    Degree,
    Scale,
    Size,
    advice_on,
    advise,
    belief_from,
    has_grown,
    ladder,
    next_rung,
    next_size,
    rules_table,
)

LOW, MEDIUM, HIGH = Degree.LOW, Degree.MEDIUM, Degree.HIGH
degrees = st.sampled_from(Degree)


@pytest.mark.parametrize(
    ("belief", "cost", "sizes"),
    [
        (LOW, HIGH, "very_small very_small very_small"),
        (LOW, LOW, "very_small very_small small"),
        (HIGH, HIGH, "very_small small large"),
        (HIGH, LOW, "small large implement"),
    ],
)
def test_the_table_of_the_improvement_guide(belief: Degree, cost: Degree, sizes: str) -> None:
    assert [next_size(belief, cost, ready).value for ready in Degree] == sizes.split()


@given(degrees, degrees, st.sampled_from(Scale))
def test_more_readiness_never_advises_a_smaller_size(belief: Degree, cost: Degree, rung: Scale) -> None:
    order = list(Size)
    sizes = [order.index(advise(belief, cost, ready, rung).size) for ready in Degree]
    assert sizes == sorted(sizes)


@given(st.sampled_from(Size), st.sampled_from(Scale))
def test_nobody_is_sent_up_two_rungs_at_once(size: Size, rung: Scale) -> None:
    assert next_rung(size, rung).rank <= rung.rank + 1


def test_advice_gives_its_rule() -> None:
    said = advise(HIGH, MEDIUM, HIGH, Scale.GRADE)
    assert said.rung is Scale.SCHOOL
    assert said.sentence == (
        "You can test at a larger scale: the whole school. "
        "Belief in the change is high, the cost of failure medium, readiness high."
    )


@pytest.mark.parametrize(
    ("judged", "scales", "rung"),
    [
        (("high", "low", "high"), ["", "teacher", "school"], advise(HIGH, LOW, HIGH, Scale.TEACHER).rung),
        (("high", "low", "high"), ["", "not a scale"], None),
        (("high", "low", ""), ["teacher"], None),
    ],
)
def test_advice_waits_until_all_is_judged_and_goes_on_from_the_first_known_scale(
    judged: tuple[str, str, str], scales: list[str], rung: Scale | None
) -> None:
    advice = advice_on(*judged, scales)

    assert (advice.rung if advice else None) is rung


@pytest.mark.parametrize(
    ("verdicts", "belief"),
    [
        ([], LOW),
        (["held"], LOW),
        (["held", "held"], HIGH),
        (["held", "held", "not_held"], MEDIUM),
        (["not_held", "partly"], LOW),
        (["held", "unclear", "held"], HIGH),
    ],
)
def test_belief_grows_with_what_held(verdicts: list[str], belief: Degree) -> None:
    assert belief_from(verdicts) is belief


def test_a_series_grows_by_rung_or_by_people() -> None:
    assert has_grown([("teacher", 1), ("grade", 4)])
    assert has_grown([("teachers", 2), ("teachers", 5)])
    assert not has_grown([("school", 20), ("teacher", 1)])
    assert not has_grown([("grade", None)])
    assert not has_grown([("", None), ("", None)])


def test_every_rule_of_the_advice_is_shown_and_one_is_used() -> None:
    for belief, cost, readiness in product(Degree, Degree, Degree):
        rows = rules_table(belief, cost, readiness)
        used = [row.sizes[row.used] for row in rows if row.used is not None]
        assert used == [next_size(belief, cost, readiness)]
        assert len(rows) == 4


def test_the_ladder_holds_every_cycle_and_the_advised_rung() -> None:
    rungs = ladder([(1, "teacher"), (2, "teacher"), (3, "school"), (4, "")], Scale.SCHOOLS)
    on = {rung.value: (numbers, following) for rung, numbers, following in rungs}
    assert on["teacher"] == ([1, 2], False)
    assert on["school"] == ([3], False)
    assert on["schools"] == ([], True)
    assert [rung for rung, _numbers, _following in rungs] == list(Scale)[: len(rungs)]
    assert len(ladder([], None)) == 5
