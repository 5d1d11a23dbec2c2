"""What is asked about a count before it is kept: counted that day already, a group that changed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from measures.rules import COUNTED, Entry, MeasureType
from nic_platform.svg import day as day_words
from nic_platform.text import _

STEADY_SHARE, STEADY_PEOPLE = 0.1, 2
"""A group that changed by more than a tenth, or by more than two people, is asked about."""


@dataclass(frozen=True)
class Known:
    """A count that stands already, as far as the questions look at it."""

    id: int
    on: date
    count: float | None
    population: float | None
    value: float | None
    recorder: str = ""

    def says(self, entry: Entry) -> bool:
        """Say whether it holds the very numbers of *entry*."""
        return (self.count, self.population, self.value) == (entry.count, entry.population, entry.value)


def moved(before: float | None, now: float | None, *, counts_students: bool = False) -> bool:
    """Say whether a group is no longer the group that it was: by more than a tenth, or two people.

    Two students more or less are nothing in a whole school: students have to differ by both.
    """
    if before is None or now is None:
        return False
    by = abs(now - before)
    is_share, is_people = by > STEADY_SHARE * before, by > STEADY_PEOPLE
    return (is_share and is_people) if counts_students else (is_share or is_people)


def last_before(known: Sequence[Known], on: date) -> Known | None:
    """Return the count that a new one of a day is set beside: the newest up to it, else the next."""
    ordered = sorted(known, key=lambda each: (each.on, each.id))
    before = [each for each in ordered if each.on <= on]
    return before[-1] if before else ordered[0] if ordered else None


def population_question(
    kind: MeasureType, entry: Entry, known: Sequence[Known], *, counts_students: bool = False
) -> str:
    """Return the sentence that asks why a group changed, with both numbers; empty when it is steady."""
    if kind not in COUNTED or entry.observed_on is None:
        return ""
    last = last_before(known, entry.observed_on)
    if last is None or not moved(last.population, entry.population, counts_students=counts_students):
        return ""
    return _(
        "On %(day)s it was out of %(before)s, now out of %(now)s. Say in a word why, or correct the number.",
        day=day_words(last.on),
        before=f"{last.population:g}",
        now=f"{entry.population:g}",
    )


def same_day(entry: Entry, known: Sequence[Known]) -> Known | None:
    """Return the newest count of the same day, if there is one."""
    found = [each for each in known if each.on == entry.observed_on]
    return max(found, key=lambda each: each.id) if found else None


def same_day_question(entry: Entry, found: Known) -> str:
    """Return the sentence that says what is written down for that day already."""
    told = number_words(found)
    who = _(", by %(name)s", name=found.recorder) if found.recorder else ""
    if found.says(entry):
        return _(
            "%(told)s is written down for %(day)s already%(who)s. If this is a second count, say so.",
            told=told, day=day_words(found.on), who=who,
        )  # fmt: skip
    return _(
        "For %(day)s %(told)s is written down already%(who)s. Correct it, or say that it was counted twice.",
        told=told, day=day_words(found.on), who=who,
    )  # fmt: skip


def number_words(known: Known) -> str:
    """Return a count as people say it: "20 of 24", else its number."""
    if known.count is not None and known.population is not None:
        return _("%(count)s of %(all)s", count=f"{known.count:g}", all=f"{known.population:g}")
    value = known.value if known.value is not None else known.count
    return f"{value:g}" if value is not None else _("nothing")


def early_words(on: date | None, first_day: date | None, year_begins: date | None) -> str:
    """Return why a day lies too far before the school year; empty when it does not."""
    if on is None or first_day is None or on >= first_day:
        return ""
    return _(
        "%(day)s is before this plan’s school year, which begins %(begins)s. Check the year; what was there "
        "before goes into the baseline.",
        day=day_words(on) + f", {on.year}",
        begins=day_words(year_begins or first_day) + f", {(year_begins or first_day).year}",
    )
