"""The minutes of a meeting in words: who does what by when, and where each thing stands. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from nic_platform.svg import day as day_words
from nic_platform.text import _, ngettext


class Kept(Protocol):
    """What has to be known of a decision in minutes."""

    @property
    def text(self) -> str:
        """What was decided."""

    @property
    def owner(self) -> str:
        """Who sees to it."""

    @property
    def due_on(self) -> date | None:
        """By when."""

    @property
    def about(self) -> str:
        """What it is about."""


def subject(on: date, team: str) -> str:
    """Return the subject of the mail that brings the minutes."""
    return _("Minutes of %(team)s, %(day)s", team=team, day=day_words(on, year=True))


def who_words(decision: Kept) -> str:
    """Return "Rosa, by Mar 5"; empty where neither was said."""
    by = _("by %(day)s", day=day_words(decision.due_on)) if decision.due_on else ""
    return ", ".join(part for part in (decision.owner, by) if part)


def mail_lines(decided: Sequence[Kept]) -> list[str]:
    """Return the minutes as lines of a mail: what was decided, about what, who, by when."""
    lines = [lede(decided)]
    for each in decided:
        about = f"{each.about}: " if each.about else ""
        who = who_words(each)
        lines.append(f"- {about}{each.text}{f' ({who})' if who else ''}")
    return lines


def lede(decided: Sequence[Kept]) -> str:
    """Return the finding that minutes open with."""
    if not decided:
        return _("Nothing was decided.")
    words = ngettext("%(count)s decision was made.", "%(count)s decisions were made.", len(decided))
    loose = sum(not each.owner or each.due_on is None for each in decided)
    if loose == len(decided):
        return _("%(words)s None has an owner and a day yet.", words=words) if loose > 1 else words
    if loose:
        more = ngettext("%(count)s has no owner or no day.", "%(count)s have no owner or no day.", loose)
        return f"{words} {more}"
    return _("%(words)s Each has an owner and a day.", words=words) if len(decided) > 1 else words


def way_of(kind: str, thing_id: UUID | None) -> tuple[str, dict[str, UUID]] | None:
    """Return the endpoint of a thing's page with its values; none for what has no page."""
    ways = {
        "milestone": ("milestones.milestone", "milestone_id"),
        "adjust": ("milestones.milestone", "milestone_id"),
        "cycle": ("cycles.show", "cycle_id"),
        "feedback_item": ("feedback.show", "item_id"),
        "touchpoint": ("milestones.touchpoint", "touchpoint_id"),
    }
    if kind not in ways or thing_id is None:
        return None
    endpoint, name = ways[kind]
    return endpoint, {name: thing_id}


def follow_name(kind: str) -> str:
    """Return what came of a decision, in a word or two; empty where nothing did."""
    return {
        "step": _("Action step"),
        "touchpoint": _("Touchpoint planned"),
        "feedback_item": _("Barrier drafted"),
        "adjust": _("Milestone to be adjusted"),
        "cycle": _("Test begun"),
        "cycle_note": _("Noted on the cycle"),
        "message": _("Written to the item"),
    }.get(kind, "")
