"""Words for where results differ."""

import numpy as np
import pytest

from variation import level_words, levels


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.27, "27%"),
        (0.065, "6.5%"),
        (0.935, "93.5%"),
        (0.0004, "under 0.1%"),
        (0.9996, "over 99.9%"),
        (1.0, "100%"),
    ],
)
def test_what_is_left_is_told_as_exactly_as_the_part(share: float, words: str) -> None:
    assert level_words.share_words(share) == words


@pytest.mark.parametrize(
    ("low", "title"),
    [
        (0.8, "Most of the difference lies within schools"),
        (0.1, "Most of the difference seems to lie within schools, but the interval is wide"),
    ],
)
def test_the_title_claims_no_more_than_the_interval_holds(low: float, title: str) -> None:
    parts = (
        levels.Part(levels.Level.SCHOOL, 1.0, 0.07, 0.0, 1 - low),
        levels.Part(levels.Level.WITHIN, 13.0, 0.93, low, 1.0),
    )
    nobody = np.empty(0)
    none = levels.Estimates((), nobody, nobody, nobody, nobody)
    told = levels.Levels(0.5, 0.4, 0.6, parts, none, none, None, frozenset())

    assert level_words.split(told, "", is_share=True).title == title
