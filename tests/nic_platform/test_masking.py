"""No log holds the secret of a calendar's address."""

import logging

import pytest

from nic_platform import masking


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"GET /calendar/abc_-123.ics HTTP/1.1" 200', '"GET /calendar/….ics HTTP/1.1" 200'),
        ("/calendar/abc%2Eics?x=1", "/calendar/…%2Eics?x=1"),
        ("/touchpoints/calendar", "/touchpoints/calendar"),
    ],
)
def test_the_secret_is_three_dots(line: str, said: str) -> None:
    assert masking.masked(line) == said


def test_a_logger_gets_one_mask_however_often_the_application_is_built() -> None:
    masking.init("test.masking")
    masking.init("test.masking")

    assert sum(isinstance(each, masking.Mask) for each in logging.getLogger("test.masking").filters) == 1
