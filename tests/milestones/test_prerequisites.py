from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.prerequisites import Need, StrandFacts, StrategyFacts, all_lacks, lacks_of

STRAND = StrandFacts(uuid4(), "Exit tickets", is_planned=True, dated=0)
WHOLE = StrategyFacts(uuid4(), "Embedded ELD", True, True, (STRAND,), 3)


def test_what_stands_asks_for_nothing() -> None:
    assert lacks_of(WHOLE) == ()
    assert all_lacks([WHOLE]) == {}


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({"is_focused": None}, Need.FOCUSED),
        ({"is_focused": False}, Need.FOCUSED),
        ({"is_in_control": None}, Need.IN_CONTROL),
        ({"is_in_control": False}, Need.IN_CONTROL),
        ({"steps": 0}, Need.STEPS),
        ({"strands": ()}, Need.STRANDS),
        ({"strands": (replace(STRAND, is_planned=False, dated=1),)}, Need.TIMELINE),
    ],
)
def test_each_prerequisite_is_named_with_its_mend(change: dict[str, object], need: Need) -> None:
    (lack,) = lacks_of(replace(WHOLE, **change))  # type: ignore[arg-type]  # any of its fields

    assert lack.need is need
    assert lack.sentence
    assert lack.mend
    assert lack.strategy == "Embedded ELD"


def test_a_series_of_two_dates_is_a_timeline() -> None:
    assert lacks_of(replace(WHOLE, strands=(replace(STRAND, is_planned=False, dated=2),))) == ()


def test_not_said_and_said_no_read_differently() -> None:
    unsaid, no = (lacks_of(replace(WHOLE, is_in_control=said))[0].sentence for said in (None, False))
    assert "Nobody has said" in unsaid
    assert "barrier" in no


@given(
    st.builds(
        StrategyFacts,
        st.uuids(),
        st.text(),
        st.sampled_from((None, True, False)),
        st.sampled_from((None, True, False)),
        st.lists(st.builds(StrandFacts, st.uuids(), st.text(), st.booleans(), st.integers(0, 4))).map(tuple),
        st.integers(0, 3),
    )
)
def test_every_lack_is_about_the_strategy_and_each_strand_is_named_once(strategy: StrategyFacts) -> None:
    found = lacks_of(strategy)

    assert {lack.strategy_id for lack in found} <= {strategy.id}
    strands = [lack.strand_id for lack in found if lack.need is Need.TIMELINE]
    assert strands == [strand.id for strand in strategy.strands if not strand.has_timeline]
