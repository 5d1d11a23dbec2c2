"""Whom a name in words stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.same_names import Fit, also_fits, fit, replaced

ROSA, TOM, ROSA_LEE = "Rosa Delgado", "Tom Lee", "Rosa Lee"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Rosa Delgado", Fit.SURE),
        ("  rosa   DELGADO ", Fit.SURE),
        ("rosa", Fit.SURE),
        ("Rosa.", Fit.SURE),
        ("R. Delgado", Fit.PERHAPS),
        ("Rosa D.", Fit.PERHAPS),
        ("Ms. Delgado", Fit.PERHAPS),
        ("Delgado", Fit.PERHAPS),
        ("Rosa M. Delgado", Fit.PERHAPS),
        ("Delgado, Rosa", Fit.PERHAPS),
        ("Rosa and Tom", Fit.PERHAPS),
        ("Tom Lee / Rosa Delgado", Fit.PERHAPS),
        ("Tom Lee", None),
        ("Rosalind", None),
        ("Rosario Delgado", None),
        ("the whole team", None),
        ("", None),
    ],
)
def test_words_fit_a_person_surely_perhaps_or_not(words: str, found: Fit | None) -> None:
    assert fit(words, ROSA, [TOM]) is found


def test_words_that_fit_two_people_fit_none_surely() -> None:
    assert fit("Rosa", ROSA, [TOM, ROSA_LEE]) is Fit.PERHAPS
    assert fit("Rosa Delgado", ROSA, ["ROSA  delgado"]) is Fit.PERHAPS
    assert fit("Rosa Lee", ROSA, [ROSA_LEE]) is None
    assert also_fits("Rosa", [TOM, ROSA_LEE]) == (ROSA_LEE,)


@pytest.mark.parametrize(
    ("words", "name"), [("Jose Nunez", "José Núñez"), ("Ann Marie Hill", "Ann-Marie Hill")]
)
def test_accents_and_hyphens_are_asked_about(words: str, name: str) -> None:
    assert fit(words, name) is Fit.PERHAPS


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("rosa", "Ana Ruiz"),
        ("R. Delgado", "Ana Ruiz"),
        ("Tom Lee and Rosa", "Tom Lee and Ana Ruiz"),
        ("Rosa Delgado; Tom Lee", "Ana Ruiz; Tom Lee"),
    ],
)
def test_who_else_is_named_stays(words: str, after: str) -> None:
    assert replaced(words, ROSA, "Ana Ruiz") == after


@given(st.text(max_size=12), st.text(max_size=12), st.lists(st.text(max_size=6), max_size=2))
def test_no_words_are_too_odd_and_more_people_make_nothing_surer(
    words: str, name: str, others: list[str]
) -> None:
    alone, among = fit(words, name), fit(words, name, others)

    assert not (among is Fit.SURE and alone is not Fit.SURE)
    assert (among is None) or (alone is not None)
    if alone is not None:
        assert isinstance(replaced(words, name, "Ana"), str)
