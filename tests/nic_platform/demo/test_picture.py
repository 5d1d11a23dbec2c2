"""The demo's photo is a picture that the platform itself would take, and the same each time."""

from desk.attachment_rules import LARGEST_SHOWN
from desk.pictures import size_of, without_traces
from nic_platform.demo.picture import HEIGHT, WIDTH, exit_tickets


def test_the_photo_is_a_png_without_traces_and_small_enough_to_be_shown() -> None:
    drawn = exit_tickets()
    assert size_of(drawn) == ("png", WIDTH, HEIGHT)
    assert without_traces(drawn) == drawn == exit_tickets()
    assert len(drawn) < LARGEST_SHOWN
