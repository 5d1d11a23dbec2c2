"""Acts on many reports at once: which there are, and what has to be kept so that one is undone. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from feedback.rules import Change, missing_in_answer
from nic_platform.text import _, ngettext


class Many(StrEnum):
    """What can be done to many reports at once; written on the batch."""

    JOIN = "joined"
    LIFT = "lifted"
    DECLINE = "declined"
    ANSWER = "answered"
    ASSIGN = "assigned"
    MERGE = "merged"  # all of one theme into another
    SPLIT = "split"  # some of one theme into another
    CALENDAR = "calendar"  # promises moved past a break
    HAND_DOWN = "passed"  # a theme's answer, to the teams below


CHOSEN = (Many.JOIN, Many.ANSWER, Many.LIFT, Many.DECLINE, Many.ASSIGN)  # what is done to chosen reports
MOVES = frozenset(
    {Many.LIFT, Many.DECLINE, Many.ANSWER, Many.HAND_DOWN}
)  # what gives a report to another team
MOST = 200  # reports in one act

# What an act may change on an item. Whoever undoes it brings these back.
_PLAIN = (
    "state", "holder_id", "owner_id", "theme_id", "offered_to_id", "escalations", "with_network", "reminders",
    "answer_id", "lifted", "days_to_answer", "days_to_close", "highest_rank",
)  # fmt: skip
_DAYS = ("due_on", "held_on", "nudged_on")
_MOMENTS = ("answered_at", "closed_at", "reminded_at")


def snapshot(item: Any) -> dict[str, Any]:
    """Return what an item is, as JSON can hold it."""
    kept = {name: getattr(item, name) for name in _PLAIN}
    dated = {name: getattr(item, name) for name in (*_DAYS, *_MOMENTS)}
    return kept | {name: value.isoformat() if value else None for name, value in dated.items()}


def values_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what :func:`snapshot` kept, as an item holds it. What was not kept yet is left out."""
    found = {name: kept[name] for name in _PLAIN if name in kept}
    for name in _DAYS:
        if name in kept:
            found[name] = date.fromisoformat(kept[name]) if kept[name] else None
    for name in _MOMENTS:
        if name in kept:
            found[name] = datetime.fromisoformat(kept[name]) if kept[name] else None
    return found


def missing(act: Many, values: Mapping[str, Any]) -> dict[str, str]:
    """Return, field by field, what an act still needs; empty when it can be done."""
    if act is Many.ANSWER:
        change = Change(values["changes"]) if values.get("changes") else None
        return missing_in_answer(change, values.get("text") or "", values.get("why") or "")
    words = (values.get("words") or "").strip()
    if act is Many.DECLINE and not words:
        return {"words": _("Give the reason; the teams that raised these read it.")}
    if act is Many.LIFT and not words:
        return {"words": _("Say in your own words why these go further up.")}
    return {}


def done_words(act: str, many: int) -> str:
    """Return what was done to how many reports."""
    return {
        Many.JOIN: lambda: ngettext("%(count)s report filed", "%(count)s reports filed", many),
        Many.LIFT: lambda: ngettext(
            "%(count)s report lifted further", "%(count)s reports lifted further", many
        ),
        Many.DECLINE: lambda: ngettext("%(count)s report declined", "%(count)s reports declined", many),
        Many.ANSWER: lambda: ngettext("%(count)s report answered", "%(count)s reports answered", many),
        Many.ASSIGN: lambda: ngettext("%(count)s report assigned", "%(count)s reports assigned", many),
        Many.MERGE: lambda: ngettext(
            "%(count)s report joined to another theme", "%(count)s reports joined to another theme", many
        ),
        Many.HAND_DOWN: lambda: ngettext(
            "%(count)s answer handed down", "%(count)s answers handed down", many
        ),
        Many.CALENDAR: lambda: ngettext(
            "%(count)s promise moved past a break", "%(count)s promises moved past a break", many
        ),
        Many.SPLIT: lambda: ngettext("%(count)s report split off", "%(count)s reports split off", many),
    }[Many(act)]()
