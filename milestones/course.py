"""How the strategies of a plan run: milestones met × students' results moving, and the sentences. Pure.

Colorado's guide to Implementation Milestones reads neither alone: milestones say whether the strategy is done
as planned, interim targets whether that helps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median_low
from typing import Any
from uuid import UUID

from measures.rules import Direction
from measures.suppression import number, round_half_up
from milestones.advice import HALF, Course, Outcome, course, covered, most_met
from milestones.rules import HELD, TOLERANCE, Reading, Standing, Status, Step, known_on
from nic_platform.svg import day
from nic_platform.text import _, marked, ngettext


class Blank(StrEnum):
    """Why a result can't be told moving from flat."""

    NO_MEASURE = "no_measure"
    NOT_DUE = "not_due"
    FEW_VALUES = "few_values"
    FEW_STUDENTS = "few_students"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Result:
    """One interim target with its checkpoints; ``covered`` is the share of the planned distance."""

    name: str
    target_id: UUID
    target_due: float | None = None
    due_on: date | None = None
    value: float | None = None
    covered: float | None = None
    blank: Blank | None = None
    sign: str = ""  # goes with its values: a per cent sign for a share

    @property
    def is_moving(self) -> bool | None:
        """Say whether it covers half of the planned distance; ``None`` where it can't be told."""
        return None if self.covered is None else self.covered >= HALF - TOLERANCE


@dataclass(frozen=True)
class Path:
    """What an interim target promises: its baseline and every value that is to be reached by a date."""

    name: str
    target_id: UUID
    baseline: float | None
    steps: tuple[Step, ...]
    direction: Direction = Direction.UP
    expected_n: int | None = None
    has_measure: bool = True
    sign: str = ""


def read_result(
    path: Path, readings: Sequence[Reading], day: date, minimum: int, *, is_hidden: bool = False
) -> Result:
    """Return how one interim target moves, as known at the end of *day*.

    Args:
        minimum: the smallest group of students that can be told of.
        is_hidden: some values are kept from the reader, so that nothing may be told.
    """
    due = [step for step in path.steps if step.due_on <= day]
    step = max(due, key=lambda each: each.due_on) if due else None
    known = [reading for reading in known_on(readings, day) if reading.value is not None]
    latest = known[-1] if known else None
    n = latest.population if latest and latest.population is not None else path.expected_n
    values = tuple(reading.value for reading in known if reading.value is not None)
    outcome = Outcome(path.baseline, step.target if step else None, values, path.direction, n, minimum)
    share = None if is_hidden else covered(outcome)
    return Result(
        path.name,
        path.target_id,
        step.target if step else None,
        step.due_on if step else None,
        latest.value if latest and not is_hidden else None,
        share,
        None if share is not None else _why_blank(path, outcome, is_hidden=is_hidden),
        path.sign,
    )


def _why_blank(path: Path, outcome: Outcome, *, is_hidden: bool) -> Blank:
    if not path.has_measure:
        return Blank.NO_MEASURE
    if is_hidden:
        return Blank.HIDDEN
    if outcome.n is not None and outcome.n < outcome.minimum:
        return Blank.FEW_STUDENTS
    return Blank.NOT_DUE if outcome.target_due is None else Blank.FEW_VALUES


@dataclass(frozen=True)
class StrategyCourse:
    """One strategy on a day: its milestones due and met, and how its interim targets move."""

    id: UUID
    name: str
    due: int
    met: int
    results: tuple[Result, ...]

    @property
    def told(self) -> tuple[Result, ...]:
        """Return the interim targets of which it can be told."""
        return tuple(result for result in self.results if result.covered is not None)

    @property
    def moving(self) -> int:
        """Return how many interim targets move."""
        return sum(bool(result.is_moving) for result in self.results)

    @property
    def share_met(self) -> float | None:
        """Return the share of the milestones due that are met, 0 to 1; ``None`` when none is due."""
        return self.met / self.due if self.due else None

    @property
    def covered(self) -> float | None:
        """Return the middle one of the shares covered, the lower of two: half of it means that most move."""
        shares = [result.covered for result in self.results if result.covered is not None]
        return median_low(shares) if shares else None

    @property
    def are_met(self) -> bool | None:
        """Say whether milestones are met: 80 % of those due."""
        return most_met(self.met, self.due)

    @property
    def is_moving(self) -> bool | None:
        """Say whether more than half of the interim targets that can be told of are moving."""
        share = self.covered
        return None if share is None else share >= HALF - TOLERANCE

    @property
    def cell(self) -> Course:
        """Return what milestones and results say together."""
        return course(self.are_met, self.is_moving)


def read_strategy(
    strategy_id: UUID,
    name: str,
    standings: Sequence[tuple[date | None, Standing]],
    results: Sequence[Result],
    day: date,
) -> StrategyCourse:
    """Return how a strategy runs.

    Args:
        standings: for each milestone on the board the day it is judged on, and how it stands on *day*.
    """
    due = [s.status for on, s in standings if on is not None and on <= day and s.status is not Status.DRAFT]
    return StrategyCourse(strategy_id, name, len(due), sum(status in HELD for status in due), tuple(results))


def course_situation(found: StrategyCourse) -> dict[str, Any]:
    """Return what a decision about a strategy rests on, as JSON."""
    values = [[str(result.target_id), result.value, result.target_due] for result in found.results]
    return {"cell": found.cell.value, "due": found.due, "met": found.met, "values": values}


def course_rests(decided: Mapping[str, Any], found: StrategyCourse) -> bool:
    """Say whether a decision about a strategy still holds: nothing has come due or been measured since.

    What else is noted with a decision, such as the day on which it was done, changes nothing.
    """
    return all(name in decided and decided[name] == value for name, value in course_situation(found).items())


# ---------------------------------------------------------------- in words


def milestones_words(found: StrategyCourse) -> str:
    """Return the milestones of a strategy in counts: "3 of 5 milestones due are met"."""
    if not found.due:
        return _("No milestone has come due")
    return ngettext(
        "%(met)s of %(count)s milestone due is met",
        "%(met)s of %(count)s milestones due are met",
        found.due,
        met=found.met,
    )


def results_words(found: StrategyCourse) -> str:
    """Return a strategy's results in counts, or why they can't be told."""
    if not found.results:
        return _("No interim target")
    told = len(found.told)
    if not told:
        return blank_words(found.results[0].blank)
    return ngettext(
        "%(moving)s of %(count)s interim target moving",
        "%(moving)s of %(count)s interim targets moving",
        told,
        moving=found.moving,
    )


def result_words(found: Result) -> str:
    """Return how one interim target moves: "31 against 35 due Dec 15, 83% of the way: moving"."""
    if found.covered is None:
        return blank_words(found.blank)
    values = {
        "value": _with_sign(found.value, found.sign),
        "target": _with_sign(found.target_due, found.sign),
        "day": day(found.due_on) if found.due_on else "",
        "share": round_half_up(100 * found.covered),
    }
    if found.is_moving:
        return _("%(value)s against %(target)s due %(day)s, %(share)s%% of the way: moving", **values)
    return _("%(value)s against %(target)s due %(day)s, %(share)s%% of the way: flat", **values)


def _with_sign(value: float | None, sign: str) -> str:
    return f"{round_half_up(value)}%" if sign == "%" and value is not None else number(value)


_BLANKS = {
    Blank.NO_MEASURE: marked("Not measured by anything yet"),
    Blank.NOT_DUE: marked("No target or checkpoint has come due"),
    Blank.FEW_VALUES: marked("Fewer than two values"),
    Blank.FEW_STUDENTS: marked("Too few students to tell"),
    Blank.HIDDEN: marked("Too few students to show"),
}


def blank_words(blank: Blank | None) -> str:
    """Return why a result can't be told."""
    return _(_BLANKS[blank]) if blank is not None else ""


_CELLS = {
    Course.SPREAD: marked("Keep going"),
    Course.QUESTION: marked("Question the strategy"),
    Course.IMPLEMENT: marked("Implement first"),
    Course.LOOK: marked("Look for the real cause"),
    Course.UNKNOWN: marked("Cannot tell"),
}


def cell_name(cell: Course) -> str:
    """Return what a cell of the picture is called."""
    return _(_CELLS[cell])


def lede(cells: Sequence[Course]) -> str:
    """Return the finding over the picture: how many are in which cell, in the order of the rules."""
    if not cells:
        return _("There is no strategy to read yet.")
    if len(cells) == 1:
        return _alone(cells[0])
    words = {
        Course.SPREAD: lambda n: ngettext(
            "%(count)s runs as planned and helps.", "%(count)s run as planned and help.", n
        ),
        Course.QUESTION: lambda n: ngettext(
            "%(count)s is done as planned while results stay flat.",
            "%(count)s are done as planned while results stay flat.",
            n,
        ),
        Course.IMPLEMENT: lambda n: ngettext(
            "%(count)s is not in place yet, so it can’t be judged.",
            "%(count)s are not in place yet, so they can’t be judged.",
            n,
        ),
        Course.LOOK: lambda n: ngettext(
            "In %(count)s results move though milestones are missed.",
            "In %(count)s results move though milestones are missed.",
            n,
        ),
        Course.UNKNOWN: lambda n: ngettext(
            "Of %(count)s it can’t be told yet.", "Of %(count)s it can’t be told yet.", n
        ),
    }
    counts = [(cell, sum(each is cell for each in cells)) for cell in words]
    whole = ngettext("%(count)s strategy.", "%(count)s strategies.", len(cells))
    return " ".join([whole, *(words[cell](count) for cell, count in counts if count)])


def _alone(cell: Course) -> str:
    return {
        Course.SPREAD: _("It is done as planned, and students’ results are moving."),
        Course.QUESTION: _("It is done as planned, and students’ results are flat."),
        Course.IMPLEMENT: _("It is not in place as planned, so it can’t be judged yet."),
        Course.LOOK: _("Students’ results are moving, though milestones are missed."),
        Course.UNKNOWN: _("It can’t be told yet what milestones and results say together."),
    }[cell]
