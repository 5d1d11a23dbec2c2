"""Single cells of an agency's table, and what numbers can't be. Pure."""

import re

from measures.state_figures import Figure
from nic_platform import cells
from nic_platform.text import _

_BLURRED = (
    r"^[<>≤≥(]", r"\b(or|and) (less|more|fewer|under|over)$", r"^(ge|le|gt|lt)\s*\d+%?$",
    r"^\d+\s*[-–]\s*\d+%?$", r"^n\s*[<≤]", r"^(fewer|less|more) than \d+%?$",
    r"^(suppressed|redacted|too few.*|ds|s|tfs|—|…)$",
)  # fmt: skip
_HIDDEN = re.compile("|".join(_BLURRED), re.IGNORECASE)
_MANGLED = re.compile(r"^(\d{1,2}-[a-z]{3}|[a-z]{3}-\d{1,2}|\d(\.\d+)?e\+\d+)$", re.IGNORECASE)


def is_hidden(cell: str) -> bool:
    """Say whether a figure is hidden, blurred or missing. It is never zero."""
    text = cell.strip()
    return not text or cells.is_unknown(text) or bool(_HIDDEN.search(text))


def is_mangled(code: str) -> bool:
    """Say whether a spreadsheet made a day or a power of ten of a code: 12-Sep, 1.87E+08."""
    return bool(_MANGLED.match(code))


def plain_number(cell: str) -> float:
    """Read a number of 0 or more with or without thousands' commas; days come in halves.

    Raises:
        ValueError: it is none, or hidden; the text says the mend.
    """
    try:
        value = float(cells.without_thousands(cell.strip().replace("_", "?")))  # 1_0 is no 10
    except ValueError:
        raise ValueError(_("Write a number, such as 1,201 or 87.5.")) from None
    if not 0 <= value <= 1e9:
        raise ValueError(_("Write a number from 0 to a billion."))
    return value


def number_fault(figure: Figure, count: float, population: float) -> str:
    """Say why so many of so many can't be; empty where they can."""
    family = figure.family
    if population <= 0:
        return _("This is out of 0: nobody was counted. Leave the row out, or correct it.")
    if count > population:
        return _(
            "%(count)s of %(population)s is more than there are. Leave the row out, or correct it.",
            count=f"{count:,.10g}",
            population=f"{population:,.10g}",
        )
    if family is not None and family.is_odd_at_zero and count == 0:
        return _("Not one in a whole year: that can’t be. Leave the row out, or correct it.")
    if figure.counts_people and (count != int(count) or population != int(population)):
        return _("People come whole. Check which column this is.")
    return ""
