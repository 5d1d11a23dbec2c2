import pytest

from milestones.coach import coach
from milestones.coach.dates import When
from milestones.coach.targets import find_target


@pytest.mark.parametrize(
    ("sentence", "value", "unit"),
    [
        ("70% of teachers", 70.0, "percent"),
        ("95+% of teachers", 95.0, "percent"),
        ("ninety percent of staff", 90.0, "percent"),
        ("the rate will rise from 48% to 60%", 60.0, "percent"),
        ("increase from 91.8% to at least 94%", 94.0, "percent"),
        ("from two to four events a semester", 4.0, "count"),
        ("18 of 24 teachers", 75.0, "percent"),
        ("three out of four classrooms", 75.0, "percent"),
        ("two thirds of teams", 66.7, "percent"),
        ("all teachers will post", 100.0, "percent"),
        ("at 32 sites", 32.0, "count"),
        ("1,200 new books", 1200.0, "count"),
        ("students attending less than 80% will fall by 2%", 2.0, "percent"),
        ("ninety-two percent of students", 92.0, "percent"),
        ("three more percent of third graders", 3.0, "percent"),
        ("referrals will drop from 148 to fewer than 90", 90.0, "count"),
        ("baseline 22%, target 30%", 30.0, "percent"),
        ("ten points higher than last year's 58%", 10.0, "count"),
        ("1.25 years of growth in reading", 1.25, "count"),
        ("raise the median growth percentile to 55", 55.0, "count"),
        ("writers will average a 3.2 on the rubric", 3.2, "count"),
    ],
)
def test_the_number_that_is_promised(sentence: str, value: float, unit: str) -> None:
    target = find_target(sentence, When())

    assert target is not None
    assert (target.value, target.unit) == (value, unit)


@pytest.mark.parametrize(
    "sentence",
    [
        "tier 2 supports",
        "in grades 3-5",
        "improve reading",
        "by October 30, 2026",
        "a 1:1 meeting",
        "a third absence",
    ],
)
def test_a_number_that_names_something_is_no_target(sentence: str) -> None:
    assert coach(sentence).target is None
