"""What is worked out for very many places is worked out once for the same numbers, and anew for others."""

from collections.abc import Iterator

import numpy as np
import pytest

from measures.engine.problems import AnalysisError
from measures.rules import MeasureType
from variation import remembered
from variation.judging import Sums


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(remembered, "FROM", 3)
    monkeypatch.setattr(remembered, "KEPT", 2)
    remembered._answers.clear()
    yield
    remembered._answers.clear()


def sums(*counts: float) -> Sums:
    y, d = np.array(counts), np.full(len(counts), 50.0)
    return Sums(np.ones(len(counts)), y, d, y * y / d)


def test_the_same_numbers_get_the_same_answer_and_others_another() -> None:
    first = remembered.judge(MeasureType.PROPORTION, sums(10, 20, 30))

    assert remembered.judge(MeasureType.PROPORTION, sums(10, 20, 30)) is first
    assert remembered.judge(MeasureType.PROPORTION, sums(10, 20, 31)).mean > first.mean
    assert remembered.judge(MeasureType.COUNT, sums(10, 20, 30)) is not first


def test_districts_are_part_of_the_question() -> None:
    some = sums(5, 6, 30, 31, 20, 22)
    one, two = np.array([1, 1, 2, 2, 3, 3]), np.array([1, 2, 3, 1, 2, 3])

    assert remembered.split(some, one, is_share=True) != remembered.split(some, two, is_share=True)
    assert remembered.split(some, one, is_share=True).sites.keys == ()


def test_why_nothing_can_be_told_is_remembered_too() -> None:
    for _time in range(2):
        with pytest.raises(AnalysisError) as told:
            remembered.spread(sums(20, 20, 20, 20), is_share=False)
        assert told.value.code == "not_estimable"


def test_only_the_latest_answers_are_kept() -> None:
    first = remembered.judge(MeasureType.PROPORTION, sums(10, 20, 30))
    for more in (40, 41):
        remembered.judge(MeasureType.PROPORTION, sums(10, 20, more))

    assert len(remembered._answers) == 2
    assert remembered.judge(MeasureType.PROPORTION, sums(10, 20, 30)) is not first
