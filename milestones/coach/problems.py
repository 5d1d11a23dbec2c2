"""What could be better in a sentence, asked and not scolded; and what is good about it. Pure."""

import re

from milestones.coach.reading import Problem
from nic_platform.text import _

CONTINUING = re.compile(r"\b(?:continue|continues|continuing|keep on|ongoing effort)\b")


def find_problems(text: str) -> tuple[Problem, ...]:
    """Return what could be better in a sentence made plain, most important first."""
    found = []
    match = CONTINUING.search(text)
    if match:
        found.append(
            Problem(
                "continuing",
                _("What will be different at that date from today? Name the next level to be reached."),
                match[0],
            )
        )
    return tuple(found)
