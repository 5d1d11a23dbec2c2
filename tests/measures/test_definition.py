"""What may be said of a measure: breakdowns as typed, targets, what stays once others build on it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.definition import (
    Held,
    Said,
    breakdown_faults,
    breakdown_lines,
    breakdown_of,
    change_faults,
    charts_for,
    goal_words,
    lacks_balance,
    value_faults,
)
from measures.rules import Direction, MeasureKind, MeasureType

SHARE = Said(MeasureType.PROPORTION, True, {"Grade": ["6", "7", "8"]})


def test_breakdowns_are_typed_as_lines() -> None:
    found, faults = breakdown_of("Grade: 6, 7,8\n\n English learners :  yes,no \ngrade: 9, 6")

    assert faults == []
    assert found == {"Grade": ["6", "7", "8", "9"], "English learners": ["yes", "no"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("6, 7, 8", "Line 1: write a name"),
        ("Grade:", "needs two groups"),
        ("Grade: 6", "needs two groups"),
        ("G" * 61 + ": a, b", "Shorten"),
        ("Grade: " + "x" * 81 + ", b", "Shorten"),
        ("Grade: " + ", ".join(map(str, range(41))), "more than 40 groups"),
        ("\n".join(f"By {at}: a, b" for at in range(13)), "12 breakdowns"),
    ],
)
def test_what_is_no_breakdown_is_told_with_its_mend(text: str, said: str) -> None:
    assert said in " ".join(breakdown_of(text)[1])


words = (
    st.text("abcdefgh XYZ0123", min_size=1, max_size=8).map(lambda text: " ".join(text.split())).filter(bool)
)


@given(
    st.dictionaries(
        words, st.lists(words, min_size=2, max_size=5, unique_by=str.casefold), max_size=4
    ).filter(lambda found: len({name.casefold() for name in found}) == len(found))
)
def test_what_is_shown_can_be_typed_back(found: dict[str, list[str]]) -> None:
    assert breakdown_faults(found) == []
    assert breakdown_of(breakdown_lines(found)) == (found, [])


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    found, faults = breakdown_of(text)

    assert all(fault.strip() for fault in faults)
    assert faults or breakdown_faults(found) == []


def test_the_type_stays_once_something_hangs_on_it() -> None:
    count = replace(SHARE, type=MeasureType.COUNT)

    assert change_faults(SHARE, count, Held()) == {}
    assert set(change_faults(SHARE, count, Held(counts=1))) == {"type"}
    assert set(change_faults(SHARE, count, Held(uses=1))) == {"type"}


def test_groups_with_counts_stay_and_others_go() -> None:
    fewer = replace(SHARE, breakdown={"Grade": ["6"]})

    assert change_faults(SHARE, fewer, Held(9, {("Grade", "6")})) == {}
    assert "Grade: 8" in change_faults(SHARE, fewer, Held(9, {("Grade", "8")}))["breakdown"]
    both = change_faults(SHARE, replace(SHARE, breakdown={}), Held(9, {("Grade", "7"), ("Grade", "8")}))
    assert both["breakdown"] == "“Grade: 7” and 1 more have counts, so they stay."
    assert change_faults(SHARE, fewer, Held(9, {("Origin", "elsewhere")})) == {}


def test_students_stay_students_once_they_are_counted() -> None:
    adults = replace(SHARE, counts_students=False)

    assert change_faults(SHARE, adults, Held(uses=3)) == {}
    assert set(change_faults(SHARE, adults, Held(counts=1))) == {"counts_students"}
    assert change_faults(adults, SHARE, Held(counts=1)) == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(SHARE, target_on=date(2026, 5, 1)), "target"),
        (replace(SHARE, target=101.0), "target"),
        (Said(MeasureType.COUNT, False, {}, -1.0), "target"),
        (replace(SHARE, chart="t"), "chart"),
        (replace(SHARE, chart="made up"), "chart"),
    ],
)
def test_what_does_not_fit_is_refused(said: Said, field: str) -> None:
    assert set(value_faults(said)) == {field}


@pytest.mark.parametrize("kind", list(MeasureType))
def test_every_chart_that_is_offered_fits(kind: MeasureType) -> None:
    for code in charts_for(kind):
        assert value_faults(Said(kind, False, {}, chart=code)) == {}
    assert next(iter(charts_for(kind))) == ""


def test_a_target_reads_as_a_sentence() -> None:
    said = replace(SHARE, target=80.0, target_on=date(2026, 5, 1))

    assert goal_words(said, "", Direction.UP) == "80% or more by May 1, 2026"
    assert (
        goal_words(Said(MeasureType.COUNT, False, {}, 5.0), "referrals", Direction.DOWN)
        == "5 referrals or less"
    )
    assert goal_words(SHARE, "", Direction.UP) == ""


def test_a_family_with_an_outcome_wants_a_balancing_measure() -> None:
    assert lacks_balance({MeasureKind.OUTCOME, MeasureKind.PROCESS})
    assert not lacks_balance({MeasureKind.OUTCOME, MeasureKind.BALANCING})
    assert not lacks_balance({MeasureKind.PROCESS})
