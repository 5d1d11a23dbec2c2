"""Whose figures the results of a cycle are, and what stands in their place outside the team. Pure.

Results are typed as a team likes: a number with or without a total, a percentage, or words. So that few
students can't be read from any of them, a result is the students' unless something says that it is not: by
the measures behind the cycle, else by the words of the prediction. The team reads all. Teams above it on a
link read adults' results whole, anybody else those of groups that are large enough. Students' results are
shown by the rule of small cells (NCES 2011-603) to those who read the team by name; a percentage whose total
is not told and words with a number in them can't be judged by it, and stay with the team. Others, who read a
cycle since it is shared, get no student's result at all: those are pooled only.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from cycles.data_points import Result, Sight, result_cell
from cycles.predictions import Expectation
from measures import suppression
from measures.rules import MeasureType
from measures.suppression import HIDDEN, Cell, Who
from nic_platform import looks
from nic_platform.text import _

_STUDENTS = re.compile(
    r"\b(?:students?|pupils?|learners?|child(?:ren)?|kids?|youth|scholars?|teens?|boys?|girls?|\w*graders?"
    r"|tickets?|homework|quiz(?:zes)?|exams?|essays?|papers?|answers?|scores?|readers?|writers?"
    r"|absen\w+|attendance|tardies|referrals?|suspensions?)\b",
    re.IGNORECASE,
)
# Adults, and what is counted of the work itself: nobody is known by a lesson or a minute.
_ADULTS = re.compile(
    r"\b(?:teachers?|adults?|staff|coach(?:es)?|principals?|leaders?|aides?|counsel\w+|educators?"
    r"|co-?teachers?|plcs?|teams?|(?:class)?rooms?|lessons?|class-?days?|class-?periods?|periods?"
    r"|meetings?|visits?|walk-?throughs?|observations?|plans?|schools?|minutes?|hours?|days?|weeks?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|%|½|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundred|dozen|half|thirds?|quarters?|none|nobody|all|every\w*"
    r"|both|single|only)\b",
    re.IGNORECASE,
)


class Told(Protocol):
    """A prediction with its result, as :class:`cycles.models.Prediction` is."""

    @property
    def question(self) -> str:
        """Return what was asked."""

    @property
    def expected(self) -> str:
        """Return what was expected, in words."""

    @property
    def number(self) -> float | None:
        """Return what was expected, as a number."""

    @property
    def unit(self) -> str:
        """Return what its numbers are of."""

    @property
    def out_of(self) -> float | None:
        """Return the total that was expected."""

    @property
    def result(self) -> str:
        """Return what happened, in words."""

    @property
    def result_number(self) -> float | None:
        """Return what happened, as a number."""

    @property
    def result_of(self) -> float | None:
        """Return out of how many."""

    @property
    def verdict(self) -> str:
        """Return what became of the prediction."""


@dataclass(frozen=True)
class Behind:
    """How a reader stands to a cycle, and what the measures behind it count.

    Args:
        is_above: one of the reader's teams is above this one on links.
        by_name: the reader reads the team's work by name, and not only because a cycle is shared.
        counts_students: whether any measure of the cycle or of its milestones does; ``None`` without one.
    """

    is_own: bool = True
    is_above: bool = False
    by_name: bool = True
    counts_students: bool | None = None
    minimum: int = 10
    team_id: int | None = None


@dataclass(frozen=True)
class Reading:
    """What is known of the cycle's own numbers: their kind and unit, and whether a day of them is hidden."""

    kind: MeasureType | None = None
    unit: str = ""
    hides_a_day: bool = False


def who_of(told: Told, counts_students: bool | None) -> Who:
    """Return whom a result is about: students, unless its unit, its words or the measures say otherwise."""
    if counts_students:
        return Who.STUDENTS
    unit = told.unit or ""
    if _STUDENTS.search(unit):
        return Who.STUDENTS
    if _ADULTS.search(unit):
        return Who.ADULTS
    words = f"{told.question} {told.expected} {told.result}"
    if counts_students is False and not _STUDENTS.search(words):
        return Who.ADULTS
    return who_in(words)


def who_in(words: str) -> Who:
    """Return whom words speak of: students, unless they name adults, or the work itself, and no student."""
    return Who.ADULTS if _ADULTS.search(words) and not _STUDENTS.search(words) else Who.STUDENTS


def instead_of(told: Told, behind: Behind, reading: Reading | None = None) -> str:
    """Return the words that stand in a result's place for this reader; empty where it may be read.

    Args:
        reading: without it many cycles are read at once, and no student's result is shown: a table of them
            would give small groups away by subtraction, whatever is hidden in each row.
    """
    if not has_result(told):
        return ""
    instead = _instead_of(told, behind, reading)
    if not instead and who_of(told, behind.counts_students) is Who.STUDENTS:
        looks.note_team(behind.team_id) if behind.team_id else looks.note()
    return instead


def _instead_of(told: Told, behind: Behind, reading: Reading | None) -> str:
    if behind.is_own:
        return ""
    if who_of(told, behind.counts_students) is Who.ADULTS:
        return "" if behind.is_above else _few(_cell(told, Who.ADULTS, behind, reading), Who.ADULTS, behind)
    if reading is None or not behind.by_name:
        return _("Counts of students are the team’s own")
    if told.result_number is None:
        return _("Students’ figures in words are the team’s own")
    if _is_percent(told) and not _total(told):
        return _("Out of how many students isn’t told, so this is the team’s own")
    return _few(_cell(told, Who.STUDENTS, behind, reading), Who.STUDENTS, behind)


def words_of(told: Told, behind: Behind) -> str:
    """Return the words beside a result; outside the team only those without a figure of students."""
    is_open = behind.is_own or who_of(told, behind.counts_students) is Who.ADULTS
    return told.result if is_open or not _FIGURE.search(told.result) else ""


def verdict_of(told: Told, behind: Behind) -> str:
    """Return the verdict of one prediction among many; none where its result is kept back, since it tells
    where in the range the result lies."""
    return "" if instead_of(told, behind) else told.verdict


def has_result(told: Told) -> bool:
    """Say whether a result tells a figure: a number, or words that hold one."""
    return told.result_number is not None or bool(_FIGURE.search(told.result))


def _is_percent(told: Told) -> bool:
    return Expectation(unit=told.unit or "").is_percent


def _total(told: Told) -> float | None:
    return told.result_of or told.out_of


def _cell(told: Told, who: Who, behind: Behind, reading: Reading | None) -> Cell | None:
    """Return how much may be shown of a number; ``None`` for all of it."""
    number, of = told.result_number, _total(told)
    if number is None:
        return None
    hides_a_day = reading is not None and reading.hides_a_day
    if of or hides_a_day:
        sight = Sight(sees_whole=False, who=who, minimum=behind.minimum)
        return result_cell(Result(number, of), sight, hides_a_day=hides_a_day)
    if who is Who.ADULTS or (reading is not None and _is_no_count(told, reading)):
        return None
    return HIDDEN if number < behind.minimum else None


def _is_no_count(told: Told, reading: Reading) -> bool:
    """Say whether a plain number is in the unit of the cycle's measure, which counts nobody."""
    counts_nobody = reading.kind in {MeasureType.CONTINUOUS, MeasureType.TIME_BETWEEN}
    return counts_nobody and bool(told.unit.strip()) and told.unit.strip() == reading.unit.strip()


def _few(cell: Cell | None, who: Who, behind: Behind) -> str:
    return "" if cell is None or cell.is_shown else suppression.words(cell, who, behind.minimum)
