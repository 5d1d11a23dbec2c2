"""The queue as tables to take away. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedback.triage import Clock, Panel
from nic_platform.exporting import Cell
from nic_platform.text import _


def themes(
    found: Sequence[Panel], known: Mapping[int, Any], sites: Mapping[int, int]
) -> tuple[list[str], list[list[Cell]]]:
    """Return header and rows of the themes that reports wait in, the oldest promise first."""
    header = [
        _("Theme"), _("Title"), _("Owner"), _("In whose power"), _("Reports"), _("Sites"), _("Districts"),
        _("Past promise"), _("Oldest, days"), _("Promise, days"), _("Nearest promise"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for panel in found:
        theme = known.get(panel.theme_id)
        if theme is not None:
            rows.append([
                f"T-{theme.number}", theme.title, theme.owner, theme.power, panel.items,
                sites.get(theme.id, 0), panel.districts, panel.late, panel.oldest, panel.promise,
                panel.due_on,
            ])  # fmt: skip
    return header, rows


def reports(found: Sequence[tuple[Any, Clock]]) -> tuple[list[str], list[list[Cell]]]:
    """Return header and rows of all reports that wait, the nearest promise first."""
    header = [
        _("Report"), _("Kind"), _("Title"), _("What happens"), _("Severity"), _("Raised by"), _("District"),
        _("Through"), _("Sent on"), _("Here since"), _("Promised for"), _("Days here"), _("Days late"),
        _("Theme"), _("Title of the theme"), _("Owner"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            f"F-{row.number}", row.kind, row.title, row.happens, row.severity, row.team, row.district,
            row.through, row.sent_on, row.held_on, row.due_on, when.age, when.late,
            f"T-{row.theme_number}" if row.theme_number else None, row.theme, row.owner,
        ]
        for row, when in found
    ]  # fmt: skip
    return header, rows
