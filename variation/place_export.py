"""The rows of a comparison of places as people take them away: what the page shows, no more."""

from measures.school_years import name_of
from nic_platform.exporting import Cell as Value
from nic_platform.text import _
from variation import place_words
from variation.place_page import PlacesPage, Unit


def header(page: PlacesPage) -> list[str]:
    """Return the names of the columns."""
    return [
        _("Place"), _("Lies in"), _("Measure"), _("School year"), _("Count"), _("Of"), _("Figure"),
        _("Shown as"), _("Schools in it"), _("Schools"), _("Funnel"), _("Best estimate"), _("Low"), _("High"),
    ]  # fmt: skip


def rows(page: PlacesPage) -> list[list[Value]]:
    """Return one row a place, and one of all that is shown together; hidden ones say why."""
    if page.measure is None or page.judged is None:
        return []
    start: list[Value] = [page.measure.name, name_of(page.year)]
    found = [_row(page, unit, start) for unit in page.units]
    pooled = place_words.figure(page, page.judged.mean)
    whole: list[Value] = [
        None,
        None,
        _fine(page.judged.mean),
        pooled,
        page.leaves,
        None,
        "",
        None,
        None,
        None,
    ]
    return [*found, [_("All shown together"), "", *start, *whole]]


def _row(page: PlacesPage, unit: Unit, start: list[Value]) -> list[Value]:
    counted = [unit.count, unit.size, _fine(unit.value)] if unit.is_shown else [None, None, None]
    ends: list[Value] = [_fine(each) for each in (unit.estimate, unit.low, unit.high)]
    said = place_words.counted(page, unit)
    return [
        unit.name,
        unit.around,
        *start,
        *counted,
        said,
        unit.places,
        unit.of,
        place_words.flag(unit.zone),
        *ends,
    ]


def _fine(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
