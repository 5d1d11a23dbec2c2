"""The words of measures: every choice has its own."""

from collections.abc import Mapping
from enum import Enum

import pytest

from measures import words
from measures.rules import MeasureKind, MeasureType, Rhythm


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        (words.kind_words(), MeasureKind),
        (words.type_words(), MeasureType),
        (words.rhythm_words(), Rhythm),
    ],
)
def test_every_choice_is_told_by_words_of_its_own(said: Mapping[str, str], choices: type[Enum]) -> None:
    assert set(said) == set(choices)
    assert len(set(said.values())) == len(said)
