"""When an answer is looked at again: on the day it named. Pure."""

from datetime import date, timedelta

from nic_platform.text import _

AGAIN = timedelta(days=7)  # after the first asking the second, which is the last


def wants_look(look_on: date | None, looked_on: date | None, today: date) -> bool:
    """Say whether an answer waits to be looked at again: its day has come, and nobody has since."""
    return look_on is not None and look_on <= today and (looked_on is None or looked_on < look_on)


def wants_asking(look_on: date | None, asked_on: date | None, looked_on: date | None, today: date) -> bool:
    """Say whether the team that answered is to be asked today: on the day itself, and once a week later."""
    if look_on is None or not wants_look(look_on, looked_on, today):
        return False
    if asked_on is None or asked_on < look_on:
        return True
    return asked_on < look_on + AGAIN <= today


def faults(found: str, next_on: date | None, today: date) -> dict[str, str]:
    """Return what is missing in what was found, by field."""
    wrong = {}
    if not found.strip():
        wrong["found"] = _("Say what you found: does it hold, for whom, and what changes now.")
    if next_on is not None and next_on <= today:
        wrong["look_again_on"] = _("Choose a day after today, or leave this empty.")
    return wrong
