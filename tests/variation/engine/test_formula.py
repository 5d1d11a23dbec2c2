"""Formulas are read as statisticians write them, and what can't be read is refused where it stands."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.engine.problems import AnalysisError
from variation.engine.formula import Term, read_formula, written


def names(terms: tuple[Term, ...]) -> list[str]:
    """Return terms as text, the intercept as 1."""
    return [":".join(written(node) for node in term) or "1" for term in terms]


@pytest.mark.parametrize(
    ("right", "terms"),
    [
        ("1", ["1"]),
        ("x", ["1", "x"]),
        ("0 + x", ["x"]),
        ("x - 1", ["x"]),
        ("-1 + x", ["x"]),
        ("x + 0", ["x"]),
        ("a * b", ["1", "a", "b", "a:b"]),
        ("b:a + a:b + a", ["1", "a", "b:a"]),
        ("a * b * c - a:b:c", ["1", "a", "b", "c", "a:b", "a:c", "b:c"]),
        ("(a + b + c)^2", ["1", "a", "b", "c", "a:b", "a:c", "b:c"]),
        ("a / b", ["1", "a", "a:b"]),
        ("(a + b) / c", ["1", "a", "b", "a:b:c"]),
        ("b %in% a", ["1", "b:a"]),
        ("I(x^2) + log(x + 1)", ["1", "I(x^2)", "log(x + 1)"]),
        ("`free lunch` + x.1", ["1", "free lunch", "x.1"]),
        ("factor(year):x", ["1", "factor(year):x"]),
        ("(1 | g) + x", ["1", "x"]),
        ("a:b + a", ["1", "a", "a:b"]),
        ("x + f:x", ["1", "x", "x:f"]),
    ],
)
def test_terms_of_the_fixed_part(right: str, terms: list[str]) -> None:
    assert names(read_formula(f"y ~ {right}").terms) == terms


@pytest.mark.parametrize(
    ("bar", "found"),
    [
        ("(1 | g)", [(["1"], "g")]),
        ("(x | g)", [(["1", "x"], "g")]),
        ("(0 + x | g)", [(["x"], "g")]),
        ("(x || g)", [(["1"], "g"), (["x"], "g")]),
        ("(1 | a/b)", [(["1"], "b:a"), (["1"], "a")]),
        ("(1 | a/b/c)", [(["1"], "c:(b:a)"), (["1"], "b:a"), (["1"], "a")]),
        ("(1 + x | a:b)", [(["1", "x"], "a:b")]),
        ("(1 | a) + (1 | b)", [(["1"], "a"), (["1"], "b")]),
        ("((1 | g))", [(["1"], "g")]),
        ("(1 | factor(g))", [(["1"], "factor(g)")]),
    ],
)
def test_random_terms(bar: str, found: list[tuple[list[str], str]]) -> None:
    formula = read_formula(f"y ~ 1 + {bar}")

    assert [(names(each.terms), each.label) for each in formula.random] == found
    assert names(formula.terms) == ["1"]


@pytest.mark.parametrize("left", ["y", "log(y)", "cbind(y, n - y)", "I(y / 10)"])
def test_the_response(left: str) -> None:
    assert written(read_formula(f"{left} ~ 1 + (1 | g)").response).replace(" ", "") == left.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        None, 7, "", "y", "y ~", "~ x + (1 | g) ~", "y ~ (x", "y ~ x)", "y ~ x +", "y ~ 2", "y ~ x ** 2",
        "y ~ x:(1 | g)", "y ~ (1 | 2)", "y ~ (0 | g)", "y ~ ,", "y ~ x^0.5", "y ~ x^99",
        "y ~ x $ z", 'y ~ "x"',
        "y ~ " + "(" * 300 + "x" + ")" * 300, "y ~ " + "x + " * 900,
        "y ~ " + " * ".join(f"x{at}" for at in range(40)), "y ~ (a + b + c + d + e + f + g + h + i + j)^6",
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused(text: object) -> None:
    with pytest.raises(AnalysisError) as refused:
        read_formula(text)

    assert refused.value.code == "unknown_parameter"


@settings(deadline=None, max_examples=150)
@given(st.text("yxg01 ~+-*:/^()|,.%`\"'aé√\n", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(AnalysisError):
        assert read_formula(f"y ~ {text}").terms is not None
