"""Readers of single cells: each gives a value, or raises ValueError with a sentence that says the mend."""

import re
from collections.abc import Callable

from nic_platform.text import _

_FORMULA = re.compile(r'^="?(.*?)"?$')


def code(cell: str) -> str:
    """Read a code as it stands, leading zeros kept. Excel's ``="0123"`` and ``'0123`` lose their wrapping."""
    found = _FORMULA.match(cell)
    text = found.group(1) if found else cell.removeprefix("'")
    return text.strip()


def digits(length: int, what: str) -> Callable[[str], str]:
    """Return a reader of codes of exactly *length* digits, which says when leading zeros seem lost."""

    def read(cell: str) -> str:
        text = code(cell)
        if text.isascii() and text.isdigit() and len(text) == length:
            return text
        if text.removesuffix(".0").isdigit() and len(text.removesuffix(".0")) < length:
            raise ValueError(
                _(
                    "%(what)s has %(length)s digits. Its leading zeros seem lost: format the column as text.",
                    what=what,
                    length=length,
                )
            )
        raise ValueError(_("%(what)s has %(length)s digits. Correct it.", what=what, length=length))

    return read


def short(length: int) -> Callable[[str], str]:
    """Return a reader of texts of at most *length* signs."""

    def read(cell: str) -> str:
        text = " ".join(cell.split())
        if len(text) > length:
            raise ValueError(_("This is longer than %(length)s characters. Shorten it.", length=length))
        return text

    return read


_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$")


def without_thousands(text: str) -> str:
    """Return a number as typed without its thousands' commas: "1,201" is "1201".

    Raises:
        ValueError: a comma stands where none separates thousands. "12,5" is twelve and a half to many people,
            and must never become 125.
    """
    text = text.replace("\u00a0", "").strip()
    if "," in text and not _THOUSANDS.match(text):
        raise ValueError(_("Write decimals with a point, such as 12.5, and thousands as 1,200."))
    return text.replace(",", "")


UNKNOWN = frozenset(
    {"*", "- -", "--", "-", "n/a", "na", "ps", ".", "ns", "null", "†", "‡", "–", "m", "not applicable"}
)
"""How agencies write that a figure is hidden or missing. It is never zero."""


def is_unknown(cell: str) -> bool:
    """Say whether an agency's sign for a hidden or missing figure stands here."""
    return cell.strip().lower() in UNKNOWN


def whole(cell: str) -> int | None:
    """Read a whole number from 0 up; thousands separators are fine, a hidden figure is None.

    Raises:
        ValueError: it is no such number.
    """
    if is_unknown(cell):
        return None
    text = without_thousands(cell).removesuffix(".0")
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ValueError(_("A whole number from 0 up is needed here."))
    return int(text)


def percent(cell: str) -> float | None:
    """Read a percentage from 0 to 100, with or without its sign; a hidden figure is None.

    Raises:
        ValueError: it is no number, or out of range.
    """
    if is_unknown(cell):
        return None
    text = without_thousands(cell.rstrip(" %"))
    try:
        value = float(text)
    except ValueError:
        raise ValueError(_("A percentage from 0 to 100 is needed here.")) from None
    if not 0 <= value <= 100:
        raise ValueError(_("A percentage lies between 0 and 100. Correct it."))
    return value


_YES = frozenset({"y", "yes", "true", "1", "t", "x", "s", "si", "sí"})
_NO = frozenset({"n", "no", "false", "0", "f", "2"})


def yes_no(cell: str) -> bool | None:
    """Read a yes or no (also 1 and 2, as NCES writes it); a missing figure is None.

    Raises:
        ValueError: it is neither.
    """
    text = cell.strip().lower()
    if text in _YES:
        return True
    if text in _NO:
        return False
    if is_unknown(cell):
        return None
    raise ValueError(_("Write Y or N here."))


_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAMAGED = re.compile(rf"^\d{{1,2}}-{_MONTH}$|^{_MONTH}-\d{{1,2}}$", re.IGNORECASE)


def undamaged(cell: str) -> str:
    """Read a grade or grade span; Excel turns 09-12 into a date, which is refused.

    Raises:
        ValueError: Excel made a date of it.
    """
    if _DAMAGED.match(cell):
        raise ValueError(_("Excel made a date of this. Format the column as text and type it again."))
    return " ".join(cell.split())
