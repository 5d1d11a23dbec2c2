from uuid import UUID

import pytest

from feedback.mentions import Person, named, once

ROSA, ROSALIND, ANN, OTHER_ANN = (
    Person(key, UUID(int=key), name, 1, "Hub")
    for key, name in enumerate(("Rosa Delgado", "Rosa Delgado-Ruiz", "Ann Lee", "Ann Berg"), 1)
)
PEOPLE = [ROSA, ROSALIND, ANN, OTHER_ANN]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("@Rosa Delgado, can you?", {1}),
        ("Ask @rosa delgado-ruiz and @Ann Lee", {2, 3}),
        ("@Ann, which one?", set()),
        ("@Anna or a@Ann Lee.example", set()),
        ("Rosa Delgado knows", set()),
    ],
)
def test_who_is_named(text: str, keys: set[int]) -> None:
    assert named(text, PEOPLE) == keys


def test_a_first_name_is_enough_where_one_alone_bears_it() -> None:
    assert named("thanks @ann", [ROSA, ANN]) == {3}


def test_everyone_of_one_full_name_is_told() -> None:
    twin = Person(7, UUID(int=7), "Ann Lee", 2, "State")

    assert named("@Ann Lee", [*PEOPLE, twin]) == {3, 7}


def test_somebody_in_two_teams_is_listed_once() -> None:
    again = Person(3, ANN.id, "Ann Lee", 2, "State")

    assert once([ROSA, ANN, again]) == [ANN, ROSA]
