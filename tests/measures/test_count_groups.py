"""Which group a table means, held against the measure's breakdown."""

import pytest

from measures.count_groups import group_named

SETS = {"Grade": ["03", "04", "3-5"], "Language": ["English learners", "Others"], "Meals": ["Others"]}


def named(name: str, said_set: str = "") -> tuple[str, str]:
    return group_named(SETS, said_set, name, title="Exit tickets")


@pytest.mark.parametrize("name", ["", "All", "everybody", "Whole group"])
def test_everybody_goes_by_several_names(name: str) -> None:
    assert named(name) == ("", "")


def test_a_group_is_known_without_case_and_signs_and_brings_its_breakdown() -> None:
    assert named("english-learners") == ("Language", "English learners")
    assert named("others", "meals") == ("Meals", "Others")


@pytest.mark.parametrize(
    ("name", "said_set", "sentence"),
    [
        ("3", "", "leading zeros seem lost. Write “03”"),
        ("5-Mar", "", "Excel made a date of this"),
        ("English lerners", "", "Did you mean “English learners”?"),
        ("Staff", "Language", "It has: English learners, Others"),
        ("Others", "", "Language, Meals"),
        ("03", "Sex", "broken down by Grade, Language, Meals"),
    ],
)
def test_what_the_breakdown_does_not_know_is_told_with_its_mend(
    name: str, said_set: str, sentence: str
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its sentence is looked at below
        named(name, said_set)

    assert sentence in str(refused.value)


def test_without_a_breakdown_a_group_is_taken_as_written() -> None:
    assert group_named({}, "", "Grade 4", title="X") == ("", "Grade 4")
    assert group_named({}, "", "Grade 4", title="X", there={"Grade"}) == ("Grade", "Grade 4")
