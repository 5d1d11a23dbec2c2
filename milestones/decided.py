"""Decisions in words: what was suggested, what the team made of it, and what became of it since. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from measures.rules import Direction, MeasureType
from milestones.advice import Course, Move, Moved, moved
from milestones.board import number_words
from milestones.course import cell_name
from milestones.rules import Reading, Standing
from nic_platform.svg import day as day_words
from nic_platform.text import _


def choice_words(choice: str, suggestion: str = "any") -> str:
    """Return what a team made of a suggestion, as a heading; of none it simply decided."""
    if not suggestion:
        return _("Decided")
    return {
        "accept": _("Accepted"), "adapt": _("Done differently"), "decline": _("Declined"),
    }.get(choice, choice)  # fmt: skip


def suggestion_words(suggestion: str) -> str:
    """Return what had been suggested, in a few words; empty where nothing was."""
    moves = {
        Move.COACH: _("Coaching touchpoints"), Move.TRAIN: _("Whole-staff professional development"),
        Move.RECOMMIT: _("Recommit or retrain"), Move.BRING_FORWARD: _("Bring the series forward"),
        Move.STEP_BACK: _("Step back as a team"), Move.MEASURE: _("Count first"),
    }  # fmt: skip
    if suggestion in set(Move):
        return moves[Move(suggestion)]
    return cell_name(Course(suggestion)) if suggestion in set(Course) else suggestion


def reading_then(details: Mapping[str, Any]) -> Reading | None:
    """Return the measurement that a decision about a milestone rested on; none where there was none."""
    on, value = details.get("on"), details.get("value")
    if not isinstance(on, str) or not isinstance(value, int | float):
        return None
    when = date.fromisoformat(on)
    return Reading(when, float(value), when)


def moved_words(
    then: Reading | None, standing: Standing, kind: MeasureType, direction: Direction, unit: str = ""
) -> str:
    """Return what became of a milestone since a decision about it, in a sentence."""
    now = standing.latest
    found = moved(then, now, direction)
    if found is Moved.UNCOUNTED or then is None or now is None:
        return _("Not counted since.")
    values = {"old": number_words(then.value, kind, unit), "new": number_words(now.value, kind, unit)}
    if found is Moved.SAME:
        return _("No change since: %(new)s on %(day)s.", new=values["new"], day=day_words(now.on))
    if found is Moved.WORSE:
        return _("Further off since: from %(old)s to %(new)s.", **values)
    if standing.reached_on is not None and standing.short <= 0:
        return _("Moved since, and reached: from %(old)s to %(new)s.", **values)
    return _("Moved since: from %(old)s to %(new)s.", **values)
