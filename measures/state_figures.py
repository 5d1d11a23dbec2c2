"""The figures that an agency's table holds: which columns make one, what it is called, for which rows. Pure.

A table of attendance holds two, days attended and days missed without excuse; one of test results holds one
for each subject and grade, in rows of their own. What a figure is for is known by its ``key``, so that next
year's table finds the measure that last year's went into, whatever its headers say by then.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from measures.rules import Direction, MeasureKind
from measures.state_headers import by_subject, figure_columns, is_share, people_for, split_columns
from nic_platform.tabular import Table
from nic_platform.text import _

MOST_FIGURES = 8
_EVERYBODY = re.compile(r"^all( students| grades| pupils)?$|^total( population)?$", re.IGNORECASE)
_SUBJECTS = {
    "ela": "english language arts", "language arts": "english language arts",
    "english": "english language arts", "math": "mathematics", "maths": "mathematics",
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """A kind of figure: so many of so many, with the rate that agencies print beside it.

    ``whole``: it counts people, who come whole; days come in halves. ``is_odd_at_zero``: a year without any
    is a slip. ``is_first``: brought in unless told otherwise.
    """

    key: str
    count: tuple[tuple[str, ...], ...]  # any of these sets of figures, added up
    population: str
    rate: str
    direction: Direction = Direction.UP
    kind: MeasureKind = MeasureKind.OUTCOME
    whole: bool = True
    is_odd_at_zero: bool = False
    is_first: bool = True

    @property
    def name(self) -> str:
        """Return what it is called."""
        return {
            "attendance": _("Attendance"), "unexcused": _("Unexcused absence"),
            "chronic": _("Chronic absence"), "met": _("met or exceeded expectations"),
            "participation": _("took the test"), "graduation": _("Graduation"),
        }[self.key]  # fmt: skip

    @property
    def unit(self) -> str:
        """Return what is counted."""
        return _("students") if self.whole else _("student days")


FAMILIES = (
    Family(
        "attendance", (("attended",),), "possible", "attendance_rate", whole=False, is_odd_at_zero=True
    ),
    Family("unexcused", (("unexcused",),), "possible", "truancy_rate", Direction.DOWN, whole=False),
    Family("chronic", (("chronic",),), "people", "chronic_rate", Direction.DOWN),
    Family(
        "met",
        (("met_or_exceeded",), ("met", "exceeded"), ("met_rate",), ("met_only_rate", "exceeded_rate")),
        "valid", "met_rate",
    ),
    Family("participation", (("valid",),), "records", "participation_rate", kind=MeasureKind.CONTEXT,
           is_first=False),
    Family("graduation", (("graduates",),), "cohort", "graduation_rate"),
)  # fmt: skip
"""The kinds of figures that are known by their headers, the surest first."""
_BY_KEY = {family.key: family for family in FAMILIES}


@dataclass(frozen=True)
class Figure:
    """One figure of a table: its columns, the rows it is about, and the measure it goes into.

    ``count`` are columns to be added up; of per cent too, where one number of people fits. ``where`` says
    what a row holds in some columns to belong to it.
    ``measure`` is the public id of a measure that is there; without it one called ``name`` is made.
    ``people`` is a column that says how many students the place has, where the figure counts something else.
    """

    key: str
    name: str
    count: tuple[str, ...]
    population: str
    rate: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    measure: str = ""
    people: str = ""
    is_chosen: bool = True

    @property
    def family(self) -> Family | None:
        """Return the kind of figure it is, where it is a known one."""
        return _BY_KEY.get(self.key.partition(":")[0])

    @property
    def counts_people(self) -> bool:
        """Say whether what is counted are people, and not their days."""
        return self.family is None or self.family.whole

    @property
    def is_of_rates(self) -> bool:
        """Say whether its count has to be worked out of per cent."""
        return bool(self.count) and all(map(is_share, self.count))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column that it is read from."""
        named = (*self.count, self.population, self.rate, self.people, *self.where)
        return tuple(dict.fromkeys(name for name in named if name))

    def as_json(self) -> dict[str, Any]:
        """Return it as an import run keeps it."""
        return {
            "key": self.key, "name": self.name, "count": list(self.count), "population": self.population,
            "rate": self.rate, "where": dict(self.where), "measure": self.measure, "people": self.people,
            "is_chosen": self.is_chosen,
        }  # fmt: skip


def figure_from(kept: Mapping[str, Any]) -> Figure:
    """Return a figure as an import run kept it."""
    return Figure(**{**kept, "count": tuple(kept["count"])})


def propose(table: Table, remembered: Mapping[str, Figure] | None = None) -> list[Figure]:
    """Return the figures that a table seems to hold, the surest first.

    Args:
        remembered: what earlier tables' figures went into, by key; their measures are taken again.
    """
    found: list[Figure] = []
    subjects = by_subject(table.header)
    for family in FAMILIES:
        for subject, columns in subjects.items():
            figure = _figure_of(family, figure_columns(columns))
            if figure is not None:
                found += [_named(figure, where, subject) for where in _splits(table)]
    if not any(each.is_chosen for each in found):
        found = [replace(each, is_chosen=True) for each in found]
    return [_known(each, remembered or {}) for each in found[:MOST_FIGURES]]


def _figure_of(family: Family, by_figure: Mapping[str, Sequence[str]]) -> Figure | None:
    count = _first_there(family.count, by_figure)
    population = by_figure.get(family.population, [])
    if not count or not population:
        return None
    rate = by_figure.get(family.rate, [""])[0]
    return Figure(
        family.key, family.name, count, people_for(population, family.key),
        "" if rate in count else rate, is_chosen=family.is_first,
        people="" if family.whole else people_for(by_figure.get("people", [""]), family.key),
    )  # fmt: skip


def _first_there(sets: Sequence[tuple[str, ...]], by_figure: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    for names in sets:
        if all(name in by_figure for name in names):
            return tuple(by_figure[name][0] for name in names)
    return ()


def _known(figure: Figure, remembered: Mapping[str, Figure]) -> Figure:
    before = remembered.get(figure.key)
    if before is None:
        return figure
    return replace(figure, name=before.name, measure=before.measure, is_chosen=before.is_chosen)


def _splits(table: Table) -> list[dict[str, str]]:
    """Return the rows that figures are about: where there are several rows for a place, each kind of them."""
    chosen: dict[str, str] = {}
    free: list[str] = []
    for column in split_columns(table.header):
        at = table.header.index(column)
        values = list(dict.fromkeys(row[at] for row in table.rows if row[at]))
        everybody = [value for value in values if _EVERYBODY.match(value)]
        if everybody:
            chosen[column] = everybody[0]
        elif len(values) > 1:
            free.append(column)
    if not free:
        return [chosen]
    places = [table.header.index(column) for column in free]
    kinds = dict.fromkeys(
        tuple(row[at] for at in places) for row in table.rows if all(row[at] for at in places)
    )
    return [chosen | dict(zip(free, kind, strict=True)) for kind in list(kinds)[:MOST_FIGURES]] or [chosen]


def _named(figure: Figure, where: Mapping[str, str], said: str = "") -> Figure:
    """Return a figure for some rows, with a key and a name that say which.

    Args:
        said: the subject that its columns name.
    """
    told = [said] if said else []
    told += [value for value in where.values() if not _EVERYBODY.match(value)]
    if not told:
        return replace(figure, where=where, name=f"{figure.name[:1].upper()}{figure.name[1:]}")
    subject, grade = subject_of(told), grade_of(told)
    key = ":".join(part for part in (figure.key, subject, grade) if part)
    about = " ".join(part for part in (_("Grade %(grade)s", grade=grade) if grade else "", subject) if part)
    about = about or ", ".join(told)
    name = f"{about[:1].upper()}{about[1:]}: {figure.name[:1].lower()}{figure.name[1:]}"
    return replace(figure, where=where, key=key, name=name)


def subject_of(values: Sequence[str]) -> str:
    """Return the subject that cells name, in one wording: "ELA Grade 03" is "english language arts"."""
    said = {re.sub(r"\bgrade\b|\d+", " ", value.lower()) for value in values}
    plain = sorted({" ".join(each.split()) for each in said} - {""}, key=len)
    return _SUBJECTS.get(plain[0], plain[0]) if plain else ""


def grade_of(values: Sequence[str]) -> str:
    """Return the grade that cells name, without zeros: "Grade 03" is "3"."""
    found = {str(int(number)) for value in values for number in re.findall(r"\d+", value)}
    return found.pop() if len(found) == 1 else ""


def mapping_faults(
    figures: Sequence[Figure], header: Sequence[str], tell: Callable[[str, str], None]
) -> None:
    """Tell what is wrong with the chosen columns themselves, as ``tell(column, sentence)``."""
    for figure in figures:
        for column in figure.columns:
            if column not in header:
                tell(column, _("The file has no column “%(column)s”. Choose one of its columns.",
                               column=column))  # fmt: skip
        if not figure.count or not figure.population:
            tell("", _("Choose the columns that say how many, and out of how many, for “%(name)s”.",
                       name=figure.name))  # fmt: skip
        elif figure.population in figure.count:
            tell(figure.population, _("“%(column)s” is chosen twice. A column holds one thing.",
                                      column=figure.population))  # fmt: skip
