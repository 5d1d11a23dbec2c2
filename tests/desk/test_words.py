"""How histories and results word kinds, fields and values."""

from typing import Any

import pytest

from desk import words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "(empty)"), ("", "(empty)"), ([], "(empty)"), (True, "yes"), (False, "no"), (90.0, "90"),
        (0, "0"), (82.5, "82.5"), ("2026-02-24", "Feb 24, 2026"),
        ("2026-02-24T19:00:00+00:00", "Feb 24, 2026"), ("2026-02", "2026-02"),
        ("2026-99-99", "2026-99-99"), (["a", "b"], "a, b"),
        ({"old_key": 1}, "Old key: 1"),
    ],
)  # fmt: skip
def test_values_read_as_people_compare_them(value: Any, shown: str) -> None:
    assert words.shown(value) == shown


def test_a_long_text_is_cut_with_a_sign_of_it() -> None:
    shown = words.shown("x" * 1000)

    assert (len(shown), shown[-1]) == (words.LONGEST + 1, "…")


@pytest.mark.parametrize(
    ("field", "name"), [("due_on", "Date"), ("holder_id", "Whose turn"), ("scale_size", "Scale size")]
)
def test_fields_have_names(field: str, name: str) -> None:
    assert words.field_name(field) == name


@pytest.mark.parametrize(
    ("kind", "one", "many"),
    [
        ("cycle", "Cycle", "Cycles"),
        ("feedback_item", "Feedback", "Feedback"),
        ("school_year", "School year", "School years"),
    ],
)
def test_kinds_have_names(kind: str, one: str, many: str) -> None:
    assert (words.kind_name(kind), words.kind_name(kind, 2)) == (one, many)


def test_acts_and_stages_have_names() -> None:
    assert (words.action_name("restored"), words.stage_name("asked_back")) == ("Brought back", "Asked back")
    assert (words.action_name("exported"), words.stage_name("on_hold")) == ("Exported", "On hold")


@pytest.mark.parametrize(
    ("kind", "title", "has_page", "heading"),
    [
        ("cycle", "A timer\non the board", True, "A timer on the board"),
        ("cycle", "", True, "Cycle"),
        ("cycle_task", "Copy the tickets", False, "Task: Copy the tickets"),
        ("membership", "linking_member", False, "Membership: Linking member"),
        ("prediction", "How many? " * 20, False, f"Prediction: {'How many? ' * 8}How many?…"),
    ],
)
def test_a_history_is_headed_by_a_name_or_by_what_a_part_is(
    kind: str, title: str, has_page: bool, heading: str
) -> None:
    assert words.story_heading(kind, title, has_page=has_page) == heading
