"""Questions between teams as a table to take away: what both teams read, no more. Pure."""

from collections.abc import Collection, Sequence
from typing import Any

from nic_platform.exporting import Cell
from nic_platform.text import _, pgettext


def header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("Direction"), _("Asked on"), _("From"), _("To"), _("About"), _("Change idea"), _("Measure"),
        _("Question"), _("State"), _("Answer"), _("Answered on"), _("Shared with the network"),
    ]  # fmt: skip


def rows(askings: Sequence[Any], own: Collection[int]) -> list[list[Cell]]:
    """Return a row a question.

    Args:
        askings: questions as the reader may read them; without a name where a team stays unnamed.
        own: numbers of the reader's teams.
    """
    states = {
        "waiting": _("Waiting"), "answered": _("Answered"), "declined": _("Declined"),
        "withdrawn": pgettext("question", "Taken back"),
    }  # fmt: skip
    return [
        [
            _("asked") if row.from_id in own else _("received"), row.asked_at.date(), row.asker,
            row.other or _("Unnamed"), row.about, row.idea, row.measure, row.words, states[row.state],
            row.answer if row.state == "answered" else "",
            row.answered_at.date() if row.state == "answered" and row.answered_at else None,
            _("Yes") if row.is_shared else _("No"),
        ]
        for row in askings
    ]  # fmt: skip
