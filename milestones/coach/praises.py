"""What is good about a sentence, after the federal deck on milestones in performance management. Pure."""

import re
from collections.abc import Collection, Iterator

from nic_platform.text import _

_IMPACT = re.compile(
    r"\b(?:leading to|resulting in|which will|so that|that will|with the goal of|to (?:increase|reduce|cut"
    r"|raise|improve|eliminate))\b"
)
_CONCISE = 26  # words


def find_praises(text: str, parts: Collection[str], problems: Collection[str]) -> tuple[str, ...]:
    """Return sentences of praise for a sentence made plain that is told to be a milestone or a target."""
    return tuple(_praises(text, parts, problems))


def _praises(text: str, parts: Collection[str], problems: Collection[str]) -> Iterator[str]:
    if {"when", "target", "how"} <= set(parts):
        yield _("Date, number and tool are all there: anyone could check this.")
    if "in order to" in text:
        yield _("“In order to” says what it is for.")
    elif "purpose" in parts and _IMPACT.search(text):
        yield _("It says what should come of it.")
    if len(text.split()) <= _CONCISE and "jargon" not in problems and {"when", "target"} <= set(parts):
        yield _("Short and plain: one reading is enough.")
