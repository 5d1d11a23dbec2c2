"""The rows of a comparison as people take them away: what the page shows, no more."""

from measures.suppression import Cell, Who, words
from nic_platform.exporting import Cell as Value
from nic_platform.text import _
from variation.page import Page

TITLES = {
    "in": "",
    "high": "above 99.8%",
    "low": "below 99.8%",
    "high-watch": "above 95%",
    "low-watch": "below 95%",
}


def header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("School"), _("Measure"), _("Day"), _("Count"), _("Of"), _("Percent"), _("Shown as"), _("Funnel"),
        _("Best estimate"), _("Low"), _("High"),
    ]  # fmt: skip


def rows(page: Page, minimum: int) -> list[list[Value]]:
    """Return one row a school; hidden ones say why and hold no number."""
    if page.measure is None:
        return []
    who = Who.STUDENTS if page.measure.counts_students else Who.ADULTS
    found: list[list[Value]] = []
    for line in page.found.lines:
        told = _numbers(line.cell) if line.on else [None, None, None]
        said = (
            words(line.cell, who, minimum)
            if line.on or not line.is_shown
            else _("Nothing counted in four weeks")
        )
        estimates: list[Value] = [_tenth(value) for value in (line.estimate, line.low, line.high)]
        found.append(
            [line.name, page.measure.name, line.on, *told, said, TITLES[line.zone.value], *estimates]
        )
    if page.found.pooled:
        last = page.found.pooled[-1]
        share = _tenth(100 * last.count / last.population)
        name = _("All schools shown together")
        found.append(
            [name, page.measure.name, last.on, last.count, last.population, share, "", "", None, None, None]
        )
    return found


def _numbers(cell: Cell) -> list[Value]:
    return [cell.count, cell.population, _tenth(cell.percent)] if cell.is_shown else [None, None, None]


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
