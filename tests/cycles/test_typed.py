"""Rows of a form are known by their ids, wherever they stand."""

from hypothesis import given
from hypothesis import strategies as st

from cycles.typed import Row, match_rows, renamed, row_ids


def rows(**ids: str) -> dict[Row, str]:
    return row_ids({f"{name}_id": value for name, value in ids.items()})


def test_rows_keep_their_ids_and_new_ones_follow_each_other() -> None:
    page, saved = rows(p0="", p1="x", p2=""), rows(p0="x", p1="", p2="")

    assert match_rows(page, saved) == {("p", 1): ("p", 0), ("p", 0): ("p", 1), ("p", 2): ("p", 2)}


def test_a_row_whose_answer_was_lost_is_found_again() -> None:
    assert match_rows(rows(p0="", p1=""), rows(p0="x", p1=""), adopt=True)["p", 0] == ("p", 0)
    assert match_rows(rows(p0="", p1=""), rows(p0="x", p1=""))["p", 0] == ("p", 1)


def test_letters_do_not_mix_and_other_fields_keep_their_names() -> None:
    matched = match_rows(rows(p0="x", t0="x"), rows(t0="x"))

    assert matched == {("t", 0): ("t", 0)}
    assert renamed("p0_question", matched) is None
    assert renamed("t0_text", matched) == "t0_text"
    assert renamed("aim", matched) == "aim"


_ROWS = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=6).filter(
    lambda ids: len([each for each in ids if each]) == len({each for each in ids if each})
)


@given(_ROWS, _ROWS, st.booleans())
def test_no_row_is_taken_twice_and_ids_always_win(one: list[str], other: list[str], adopt: bool) -> None:
    first = {("p", place): value for place, value in enumerate(one)}
    second = {("p", place): value for place, value in enumerate(other)}
    found = match_rows(first, second, adopt=adopt)

    assert len(set(found.values())) == len(found)
    for row, value in first.items():
        if value and value in other:
            assert second[found[row]] == value
        elif value:
            assert row not in found
