"""Cells that figures are typed into, many at once: what each holds, what was typed, what is to be done. Pure.

A cell knows which measurement it showed. Measurements never change, a correction is a new one; so whether
somebody else saved the cell meanwhile is told by which measurement stands there now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from urllib.parse import quote, unquote

from measures import checks
from measures.checks import Known
from measures.count_table import counts, number
from measures.rules import COUNTED, Entry, MeasureType, entry_faults
from nic_platform.text import _

Place = tuple[int, date, str, str]  # measure, day, breakdown, group
FIELDS = ("count", "population", "value")


@dataclass(frozen=True)
class Column:
    """One group of a breakdown; everybody without one."""

    breakdown: str = ""
    group: str = ""

    @property
    def key(self) -> str:
        """Return its name in a form."""
        return f"{quote(self.breakdown, safe='')}:{quote(self.group, safe='')}"

    @property
    def label(self) -> str:
        """Return its name as people read it."""
        return self.group or _("Everybody")

    @property
    def title(self) -> str:
        """Return its name with that of its breakdown."""
        return f"{self.breakdown}: {self.group}" if self.breakdown else self.label

    @classmethod
    def of_key(cls, key: str) -> "Column":
        """Return the column that a form names."""
        breakdown, _colon, group = key.partition(":")
        return cls(unquote(breakdown), unquote(group))


@dataclass(frozen=True)
class Kept:
    """The measurement that stands in a cell, with its outside name, and how many were counted that day."""

    public_id: str
    known: Known
    note: str = ""
    times: int = 1


@dataclass(frozen=True)
class Typed:
    """What a cell was sent with, and the measurement that it had shown."""

    texts: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    note: str = ""

    def text(self, name: str) -> str:
        """Return what stands in one of its fields."""
        return self.texts.get(name, "").strip()


class Do(StrEnum):
    """What is to be done with a cell."""

    NOTHING = "nothing"
    WRITE = "write"
    TAKE_BACK = "take_back"
    MEND = "mend"
    MEANWHILE = "meanwhile"  # somebody else saved it since it was shown


@dataclass(frozen=True)
class Verdict:
    """What is to be done with a cell, with what it says; ``faults`` by field, each with its mend."""

    do: Do
    entry: Entry | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


def columns_of(breakdown: Mapping[str, Sequence[str]], there: Sequence[tuple[str, str]] = ()) -> list[Column]:
    """Return everybody, the groups of each breakdown, then groups that figures stand for from earlier."""
    wanted = [("", ""), *((name, group) for name, groups in breakdown.items() for group in groups), *there]
    return [Column(*pair) for pair in dict.fromkeys(wanted)]


def fields_for(kind: MeasureType, kept: Sequence[Kept] = ()) -> tuple[str, ...]:
    """Return the fields of a cell: how many and out of how many, a count alone, or a value."""
    if kind is MeasureType.COUNT:
        return ("count",)
    if kind not in COUNTED:
        return ("value",)
    lone = kind is MeasureType.RATE and any(each.known.count is None for each in kept)
    return FIELDS if lone else ("count", "population")


def texts_of(kind: MeasureType, kept: Kept | None) -> dict[str, str]:
    """Return what stands in the fields of a cell that was not touched."""
    if kept is None:
        return {}
    known = kept.known
    count = known.value if kind is MeasureType.COUNT and known.count is None else known.count
    value = known.count if kind not in COUNTED and known.value is None else known.value
    return {"count": plain(count), "population": plain(known.population), "value": plain(value)}


def plain(value: float | None) -> str:
    """Return a number as people type it."""
    return "" if value is None else f"{value:.10g}"


def is_touched(kind: MeasureType, typed: Typed, shown: Kept | None) -> bool:
    """Say whether a cell holds something else than it showed."""
    was = texts_of(kind, shown)
    return any(text.strip() != was.get(name, "") for name, text in typed.texts.items())


def judge(
    kind: MeasureType, on: date, typed: Typed, now: Kept | None, shown: Kept | None, today: date
) -> Verdict:
    """Return what is to be done with a cell.

    Args:
        now: what stands there; *shown*: what stood there when the visitor opened the page.
    """
    if not is_touched(kind, typed, shown):
        return Verdict(Do.NOTHING)
    entry, faults = _read(kind, on, typed, texts_of(kind, shown))
    if faults:
        return Verdict(Do.MEND, faults=faults)
    is_empty = _is_emptied(entry, shown)
    if is_empty if now is None else now.known.says(entry):
        return Verdict(Do.NOTHING)
    if not is_empty:
        faults = entry_faults(kind, entry, today)
        if faults:
            return Verdict(Do.MEND, entry, faults)
    if (now.public_id if now else "") != typed.seen:
        return Verdict(Do.MEANWHILE, entry)
    return Verdict(Do.TAKE_BACK if is_empty else Do.WRITE, entry)


def _is_emptied(entry: Entry, shown: Kept | None) -> bool:
    """Say whether nothing was typed, or how many was taken out beside a group that stayed as it was."""
    if entry.count is not None or entry.value is not None:
        return False
    return entry.population is None or (shown is not None and entry.population == shown.known.population)


def _read(kind: MeasureType, on: date, typed: Typed, was: Mapping[str, str]) -> tuple[Entry, dict[str, str]]:
    """Return the numbers of a cell; "20 of 24" in its first field fills both.

    The 24 holds, unless something else was typed into the second field (*was*: what it showed).
    """
    found: dict[str, float | None] = dict.fromkeys(FIELDS)
    faults: dict[str, str] = {}
    beside: float | None = None
    for name in typed.texts:
        text = typed.text(name)
        if not text:
            continue
        try:
            if name == "count" and kind in COUNTED:
                found["count"], beside = counts(text)
            else:
                found[name] = number(text)
        except ValueError as error:
            faults[name] = str(error)
    if beside is not None:
        faults |= _disagreement(beside, found["population"], typed, was)
        found["population"] = beside
    if kind is MeasureType.RATE and found["count"] is not None:
        found["value"] = None
    return Entry(on, found["count"], found["population"], found["value"]), faults


def _disagreement(beside: float, other: float | None, typed: Typed, was: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong where the box that says "20 of 24" and the one beside it were both typed into."""
    if other in {None, beside} or typed.text("population") == was.get("population", ""):
        return {}
    sentence = _(
        "One box says out of %(one)s, the other %(other)s. Type the right one.",
        one=plain(beside), other=plain(other),
    )  # fmt: skip
    return {"population": sentence}


def words_of(kept: Kept | None) -> str:
    """Return what stands in a cell as people say it."""
    return checks.number_words(kept.known) if kept else _("nothing")
