"""The change library as a table to take away: the same numbers as on its pages. Pure."""

from collections.abc import Sequence

from nic_platform.exporting import Cell
from nic_platform.text import _
from variation import library_wording as wording
from variation.evidence_rows import Found
from variation.library_rows import IdeaRow


def header() -> list[str]:
    """Return the names of the columns."""
    return [
        _("Change idea"), _("Drivers (strong)"), _("Drivers (weak)"), _("Teams"), _("Cycles"),
        _("Teams that adopted"), _("Teams that adapted"), _("Teams that abandoned"), _("Evidence"),
        _("Measure"), _("Teams estimated"), _("Change seen after"), _("Low (95%)"), _("High (95%)"),
        _("Next team low"), _("Next team high"), _("Tau²"), _("I² (%)"), _("Beyond comparable teams"),
        _("Beyond: low"), _("Beyond: high"),
    ]  # fmt: skip


def rows(ideas: Sequence[IdeaRow]) -> list[list[Cell]]:
    """Return a row an idea."""
    return [_row(idea) for idea in ideas]


def _row(idea: IdeaRow) -> list[Cell]:
    told = idea.found.tally
    strong = "; ".join(driver.name for driver in idea.drivers if driver.is_strong)
    weak = "; ".join(driver.name for driver in idea.drivers if not driver.is_strong)
    return [
        idea.title, strong, weak, told.teams, told.cycles, told.adopted, told.adapted, told.abandoned,
        wording.rung_words(idea.found), *numbers(idea.found),
    ]  # fmt: skip


def numbers(found: Found) -> list[Cell]:
    """Return the pooled change with all that belongs to it; empty cells where there are under five teams."""
    name = found.judged.name if found.judged else ""
    pooled, extra = found.pooled, found.beside.pooled if found.beside else None
    if pooled is None:
        return [name, found.known, *[None] * 10]
    ahead = pooled.next_site
    cells: list[Cell] = [name, found.known]
    cells += [_short(each) for each in (pooled.mean.value, pooled.mean.low, pooled.mean.high)]
    cells += [_short(ahead.low), _short(ahead.high)] if ahead else [None, None]
    cells += [_short(pooled.tau2.value), _short(pooled.i2)]
    cells += (
        [_short(each) for each in (extra.mean.value, extra.mean.low, extra.mean.high)]
        if extra
        else [None] * 3
    )
    return cells


def _short(value: float) -> float:
    return round(value, 3)
