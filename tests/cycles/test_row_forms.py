from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from cycles.row_forms import aligned, group_choices


def test_a_row_stands_beside_the_saved_row_of_its_id() -> None:
    sent = MultiDict({"t0_id": "b", "t0_text": "mine b", "t1_id": "new", "t1_text": "mine new", "aim": "x"})

    found = aligned(sent, {"t": ["a", "b", "c"]})

    assert found.to_dict() == {
        "t1_id": "b", "t1_text": "mine b", "t3_id": "new", "t3_text": "mine new", "aim": "x",
    }  # fmt: skip


def test_a_corrected_count_stands_beside_the_one_that_followed_it() -> None:
    sent = MultiDict({"d0_id": "old", "d0_count": "3"})

    assert aligned(sent, {"d": ["x", "next"]}, {"old": "next"}).to_dict() == {
        "d1_id": "next",
        "d1_count": "3",
    }


IDS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(IDS, IDS, st.integers(0, 3))
def test_no_row_is_lost_and_no_two_share_a_place(sent: list[str], saved: list[str], new: int) -> None:
    form: MultiDict[str, str] = MultiDict()
    for place, each in enumerate([*sent, *[""] * new]):
        form.add(f"p{place}_id", each)
        form.add(f"p{place}_question", f"words {place} {each}")

    found = aligned(form, {"p": saved})

    assert sorted(value for name, value in found.items() if name.endswith("question")) == sorted(
        value for name, value in form.items() if name.endswith("question")
    )
    for name, value in found.items():
        if name.endswith("_id") and value in saved:
            assert saved.index(value) == int(name[1 : name.index("_")])


def test_a_measure_without_groups_asks_for_none() -> None:
    assert group_choices({}) == []
    assert group_choices({"Language": ["English"]})[1] == ("Language|English", "Language: English")
