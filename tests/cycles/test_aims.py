import pytest

from cycles.aims import read


@pytest.mark.parametrize(
    ("aim", "how_much", "by_when"),
    [
        (
            "60% of students who began below grade level are proficient in reading by May 22",
            "60%",
            "by May 22",
        ),
        ("Halve chronic absence by 2027", "Halve", "by 2027"),
        ("Every student reads by the end of grade 3", "Every", "by the end of grade 3"),
        ("Reduce suspensions by 30 percent within two years", "30 percent", "within two years"),
        ("Increase algebra pass rates to two thirds", "two thirds", ""),
        ("No student is lost within three years", "No", "within three years"),
    ],
)
def test_an_aim_says_how_much_and_by_when(aim: str, how_much: str, by_when: str) -> None:
    found = read(aim)
    assert (found.how_much, found.by_when) == (how_much, by_when)
    assert found.is_whole is bool(how_much and by_when)


@pytest.mark.parametrize(
    "aim", ["", "  ", "Improve reading", "Better attendance each year", "Raise reading in grade 3"]
)
def test_a_wish_is_no_aim(aim: str) -> None:
    assert not read(aim).how_much
    assert not read(aim).by_when


def test_a_grade_is_no_amount() -> None:
    assert read("Raise reading in grade 3 by 2027").how_much == ""
