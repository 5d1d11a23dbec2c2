"""Course corrections: for each milestone that is off its path a suggestion with its reason. Pure.

From Colorado's guide to Implementation Milestones: a handful short need coaching, a majority need
professional development; a drop after meeting a target needs recommitment; milestones and interim targets are
read together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from measures.rules import Direction
from milestones.rules import HELD, TOLERANCE, Reading, Standing, Status
from nic_platform.svg import day as day_words
from nic_platform.text import _, marked, ngettext

HALF = 0.5


class Move(StrEnum):
    """What to do about one milestone."""

    COACH = "coaching"
    TRAIN = "training"
    RECOMMIT = "recommit"
    BRING_FORWARD = "bring_forward"
    STEP_BACK = "step_back"
    MEASURE = "measure"


class Course(StrEnum):
    """What to do about a strategy."""

    SPREAD = "keep_going"
    QUESTION = "question_strategy"
    IMPLEMENT = "implement_first"
    LOOK = "look_for_cause"
    UNKNOWN = "cannot_tell"


@dataclass(frozen=True)
class Suggestion:
    """What is suggested, and why."""

    move: Move
    say: str
    reason: str


@dataclass(frozen=True)
class Rung:
    """One rule of a ladder: when it applies, what it suggests and why; ``here`` says that it is in use."""

    rule: str
    when: str
    suggests: str
    here: str = ""
    why: str = ""


def suggest(standing: Standing, direction: Direction = Direction.UP) -> Suggestion | None:
    """Return the suggestion for a milestone on a day; none when it needs none.

    Args:
        direction: where fewer is better, those who were counted are the ones who are not there yet.
    """
    if standing.status is Status.SLIPPED:
        return Suggestion(
            Move.RECOMMIT,
            _("Recommit or re-train: talk about what made it drop, and agree when to check again."),
            _("It was met, then two measurements in a row were below the target."),
        )
    if standing.status is Status.NOT_MEASURED:
        return Suggestion(
            Move.MEASURE,
            _("Count first. Nothing can be said about a milestone that nobody measured."),
            _("There is no measurement in the 14 days up to its date, nor since."),
        )
    if standing.status in {Status.MISSED, Status.AT_RISK}:
        return _by_how_many(standing.latest, direction)
    if standing.is_ahead:
        return Suggestion(
            Move.BRING_FORWARD,
            _("Bring the series forward: set the next target for an earlier date."),
            _ahead_reason(standing),
        )
    return None


def _ahead_reason(standing: Standing) -> str:
    if standing.reached_on is None:
        return _("It was reached well before its date.")
    return _(
        "It was reached on %(day)s: well before its date, or far enough for the next target.",
        day=day_words(standing.reached_on),
    )


def _by_how_many(latest: Reading | None, direction: Direction) -> Suggestion:
    missing = absent(latest, direction)
    if missing is None or latest is None or not latest.population:
        return Suggestion(
            Move.STEP_BACK,
            _("Step back as a team: what keeps it from being in place, and who can move that?"),
            _("No people were counted, so nobody can say whether a few are short or most."),
        )
    share = missing / latest.population
    values = {"short": missing, "all": int(latest.population)}
    if share < HALF:
        return Suggestion(
            Move.COACH,
            ngettext(
                "Add coaching touchpoints for the one person who is not there yet.",
                "Add coaching touchpoints for the %(count)s who are not there yet.",
                missing,
            ),
            _("%(short)s of %(all)s are not there yet: fewer than half.", **values),
        )
    return Suggestion(
        Move.TRAIN,
        _("Plan professional development for everyone: too many are short for coaching one by one."),
        _("%(short)s of %(all)s are not there yet: half or more.", **values),
    )


def absent(latest: Reading | None, direction: Direction = Direction.UP) -> int | None:
    """Return how many of those counted last are not there yet; ``None`` where people were not counted."""
    if latest is None or latest.count is None or not latest.population:
        return None
    return int(latest.count if direction is Direction.DOWN else latest.population - latest.count)


def ladder(standing: Standing, direction: Direction = Direction.UP) -> tuple[Rung, ...]:
    """Return every rule with the one in use marked, so that a team sees why this and not something else."""
    found = suggest(standing, direction)
    move = found.move if found else None
    people = int(standing.latest.population) if standing.latest and standing.latest.population else None
    missing = absent(standing.latest, direction)
    plain = _("You are here")
    counted = _("You are here: %(short)s short", short=missing) if missing is not None else plain

    def at(this: Move) -> str:
        return "" if move is not this else counted if this in {Move.COACH, Move.TRAIN} else plain

    few, most = _ranges(people)
    return (
        Rung(_("A few are short"), few, _("Coaching touchpoints"), at(Move.COACH),
             _("Coaching evens out what a handful still need.")),
        Rung(_("Half or more are short"), most, _("Whole-staff professional development"), at(Move.TRAIN),
             _("When most are short, what is missing is missing everywhere.")),
        Rung(_("Met, then fell back"), _("2 checks below"), _("Recommit or retrain"), at(Move.RECOMMIT),
             _("A drop after it was met means that the practice lost its hold.")),
        Rung(_("Ahead of plan"), _("reached well before its date"), _("Bring the series forward"),
             at(Move.BRING_FORWARD), _("Dates are estimates; they may move when things go faster.")),
        Rung(_("Short, no people counted"), _("a thing, or a value"), _("Step back as a team"),
             at(Move.STEP_BACK), _("A missed milestone is a reason to look at the plan as a whole.")),
        Rung(_("Nobody measured"), _("14 days up to the date"), _("Count first"), at(Move.MEASURE),
             _("Without a count nobody can tell whether the plan is followed.")),
    )  # fmt: skip


def _ranges(people: int | None) -> tuple[str, str]:
    """Return how many are a few and how many are most of *people*; in words where people weren't counted."""
    if not people:
        return _("fewer than half"), _("half or more")
    half = (people + 1) // 2
    of = {"all": people}
    few = _("none of %(all)s", **of) if half == 1 else _("%(few)s of %(all)s", few=_span(1, half - 1), **of)
    return few, _("%(most)s of %(all)s", most=_span(half, people), **of)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


# ---------------------------------------------------------------- what was decided rests, then asks again


def situation(standing: Standing) -> dict[str, Any]:
    """Return what a decision about a milestone rests on: its status and its latest measurement, as JSON."""
    latest = standing.latest
    return {
        "status": standing.status.value,
        "on": latest.on.isoformat() if latest else None,
        "value": latest.value if latest else None,
    }


def rests(decided: Mapping[str, Any], standing: Standing) -> bool:
    """Say whether a suggestion stays decided: neither status nor latest measurement has changed since."""
    now = situation(standing)
    return all(decided.get(name) == value for name, value in now.items())


class Moved(StrEnum):
    """What became of a milestone after a decision."""

    UNCOUNTED = "uncounted"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


def moved(then: Reading | None, now: Reading | None, direction: Direction = Direction.UP) -> Moved:
    """Say whether the latest measurement is better, the same or worse than the one a decision was made on."""
    if (
        now is None
        or now.value is None
        or (then is not None and (then.on, then.value) == (now.on, now.value))
    ):
        return Moved.UNCOUNTED
    if then is None or then.value is None:
        return Moved.UNCOUNTED
    gained = now.value - then.value
    if direction is Direction.DOWN:
        gained = -gained
    return Moved.SAME if abs(gained) <= TOLERANCE else Moved.BETTER if gained > 0 else Moved.WORSE


# ---------------------------------------------------------------- milestones and students' results together


@dataclass(frozen=True)
class Outcome:
    """An interim target on a day: its baseline, what is due now, and the values so far, oldest first.

    ``n`` is how many students the latest value is about (or the group has), ``minimum`` the smallest group
    that can be told of.
    """

    baseline: float | None
    target_due: float | None
    values: tuple[float, ...]
    direction: Direction = Direction.UP
    n: float | None = None
    minimum: int = 0


def covered(outcome: Outcome) -> float | None:
    """Return how much of the planned distance the latest value covers: 1 is the target, below 0 is backwards.

    ``None`` where it can't be told: fewer than two values, too few students, or no target due. Where nothing
    was to be gained, 1 says that the target is held and 0 that it is not.
    """
    if len(outcome.values) < 2 or outcome.target_due is None:
        return None
    if outcome.n is not None and outcome.n < outcome.minimum:
        return None
    baseline = outcome.baseline if outcome.baseline is not None else outcome.values[0]
    planned, done = outcome.target_due - baseline, outcome.values[-1] - baseline
    if outcome.direction is Direction.DOWN:
        planned, done = -planned, -done
    if planned <= TOLERANCE:
        return 1.0 if done >= planned - TOLERANCE else 0.0
    return done / planned


def is_moving(outcome: Outcome) -> bool | None:
    """Say whether the latest value covers half of the planned distance; ``None`` where it can't be told."""
    share = covered(outcome)
    return None if share is None else share >= HALF - TOLERANCE


def are_met(due: Sequence[Status]) -> bool | None:
    """Say whether at least 80 % of the milestones that have come due are met; ``None`` when none has.

    One that is due and not measured counts as not met, and so does one that has slipped.
    """
    return most_met(sum(status in HELD for status in due), len(due))


def most_met(met: int, due: int) -> bool | None:
    """Say whether *met* are at least 80 % of *due*; ``None`` when none is due."""
    return 5 * met >= 4 * due if due else None


def course(met: bool | None, moving: bool | None) -> Course:
    """Return what milestones and interim targets, read together, say about a strategy."""
    if met is None or moving is None:
        return Course.UNKNOWN
    if met:
        return Course.SPREAD if moving else Course.QUESTION
    return Course.LOOK if moving else Course.IMPLEMENT


_COURSES = {
    Course.SPREAD: (
        marked("Keep going, and prepare to spread what works."),
        marked("Milestones are met and students’ results are moving."),
    ),
    Course.QUESTION: (
        marked("Question the strategy itself: changing it is one outcome."),
        marked("Milestones are met, but students’ results are flat."),
    ),
    Course.IMPLEMENT: (
        marked("Implement first; don’t judge the strategy yet."),
        marked("Milestones are missed, and students’ results are flat."),
    ),
    Course.LOOK: (
        marked("Look for the real cause: something else may be at work."),
        marked("Milestones are missed, yet students’ results are moving."),
    ),
    Course.UNKNOWN: (
        marked("No suggestion yet."),
        marked("It takes milestones that have come due and at least two values of an interim target."),
    ),
}


def course_words(found: Course) -> tuple[str, str]:
    """Return a strategy's suggestion and its reason."""
    suggestion, reason = _COURSES[found]
    return _(suggestion), _(reason)


def course_ladder(found: Course) -> tuple[Rung, ...]:
    """Return the four cells and what can't be told, with the one in use marked."""
    rules = (
        (Course.SPREAD, _("Both moving"), _("80% or more met, half the way or more"),
         _("Keep going, prepare spread"),
         _("What was planned is done, and students gain from it.")),
        (Course.QUESTION, _("Milestones met, results flat"), _("80% or more met, under half the way"),
         _("Question the strategy"),
         _("It is done as planned and does not help; a new strategy is one outcome.")),
        (Course.IMPLEMENT, _("Milestones missed, results flat"), _("under 80% met, under half the way"),
         _("Implement before judging"), _("What was not done as planned has not been tried.")),
        (Course.LOOK, _("Milestones missed, results moving"), _("under 80% met, half the way or more"),
         _("Look for the real cause"), _("Students gain, but not from what was planned.")),
        (Course.UNKNOWN, _("Cannot tell"), _("nothing due, or too few values"), _("Count first"),
         _("Two values of a large enough group, a target and a milestone that have come due.")),
    )  # fmt: skip
    here = _("You are here")
    return tuple(
        Rung(rule, when, suggests, here if cell is found else "", why)
        for cell, rule, when, suggests, why in rules
    )
