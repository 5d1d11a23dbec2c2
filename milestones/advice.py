"""Course corrections: for each milestone that is off its path a suggestion with its reason. Pure.

From Colorado's guide to Implementation Milestones: a handful short need coaching, a majority need
professional development; a drop after meeting a target needs recommitment; milestones and interim targets are
read together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from measures.rules import Direction
from milestones.rules import HELD, Reading, Standing, Status
from nic_platform.text import _, ngettext

HALF = 0.5
MOST_MET = 0.8  # share of due milestones from which they count as met


class Move(StrEnum):
    """What to do about one milestone."""

    COACH = "coaching"
    TRAIN = "training"
    RECOMMIT = "recommit"
    BRING_FORWARD = "bring_forward"
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
    """One rule of the ladder: when it applies, what it suggests, and whether it does here."""

    rule: str
    when: str
    suggests: str
    here: str = ""


def suggest(standing: Standing) -> Suggestion | None:
    """Return the suggestion for a milestone on a day; none when it needs none."""
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
        return _by_how_many(standing.latest)
    if standing.is_ahead:
        return Suggestion(
            Move.BRING_FORWARD,
            _("Bring the series forward: set the next target for an earlier date."),
            _("It was reached well before its date."),
        )
    return None


def _by_how_many(latest: Reading | None) -> Suggestion:
    missing = absent(latest)
    if missing is None or latest is None or not latest.population:
        return Suggestion(
            Move.COACH,
            _("Add coaching touchpoints, and find out for whom it is not working yet."),
            _("The measurements do not say how many people are not there yet."),
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


def absent(latest: Reading | None) -> int | None:
    """Return how many of those counted last are not there yet; ``None`` where people were not counted."""
    if latest is None or latest.count is None or not latest.population:
        return None
    return int(latest.population - latest.count)


def ladder(standing: Standing) -> tuple[Rung, ...]:
    """Return every rule with the one in use marked, so that a team sees why this and not something else."""
    found = suggest(standing)
    move = found.move if found else None
    people = int(standing.latest.population) if standing.latest and standing.latest.population else None
    missing = absent(standing.latest)
    half = (people + 1) // 2 if people else None
    few = f"1–{half - 1}" if half and half > 2 else "1" if half else ""
    here = _("You are here: %(short)s short", short=missing) if missing is not None else _("You are here")

    def at(*moves: Move) -> str:
        return (here if move in {Move.COACH, Move.TRAIN} else _("You are here")) if move in moves else ""

    of_all = _("%(few)s of %(all)s", few=few, all=people) if people else _("fewer than half")
    most = _("%(half)s–%(all)s of %(all)s", half=half, all=people) if people else _("half or more")
    return (
        Rung(_("A few are short"), of_all, _("Coaching touchpoints"), at(Move.COACH)),
        Rung(_("Half or more are short"), most, _("Whole-staff professional development"), at(Move.TRAIN)),
        Rung(_("Met, then fell back"), _("2 checks below"), _("Recommit or retrain"), at(Move.RECOMMIT)),
        Rung(
            _("Ahead of plan"),
            _("reached well before its date"),
            _("Bring the series forward"),
            at(Move.BRING_FORWARD),
        ),
        Rung(_("Nobody measured"), _("14 days up to the date"), _("Count first"), at(Move.MEASURE)),
    )


@dataclass(frozen=True)
class Outcome:
    """An interim target on a day: its baseline, what is due now, and the values so far, oldest first."""

    baseline: float | None
    target_due: float | None
    values: tuple[float, ...]
    direction: Direction = Direction.UP


def is_moving(outcome: Outcome) -> bool | None:
    """Say whether the latest value covers half of the planned distance; ``None`` under two values."""
    if len(outcome.values) < 2 or outcome.target_due is None:
        return None
    baseline = outcome.baseline if outcome.baseline is not None else outcome.values[0]
    planned = outcome.target_due - baseline
    if outcome.direction is Direction.DOWN:
        planned, done = -planned, baseline - outcome.values[-1]
    else:
        done = outcome.values[-1] - baseline
    return done >= HALF * planned


def are_met(due: Sequence[Status]) -> bool | None:
    """Say whether at least 80 % of the milestones that have come due are met; ``None`` when none has."""
    if not due:
        return None
    return sum(status in HELD for status in due) >= MOST_MET * len(due)


def course(met: bool | None, moving: bool | None) -> Course:
    """Return what milestones and interim targets, read together, say about a strategy."""
    if met is None or moving is None:
        return Course.UNKNOWN
    if met:
        return Course.SPREAD if moving else Course.QUESTION
    return Course.LOOK if moving else Course.IMPLEMENT


def course_words(found: Course) -> tuple[str, str]:
    """Return a strategy's suggestion and its reason."""
    return {
        Course.SPREAD: (
            _("Keep going, and prepare to spread what works."),
            _("Milestones are met and students’ results are moving."),
        ),
        Course.QUESTION: (
            _("Question the strategy itself: changing it is one outcome."),
            _("Milestones are met, but students’ results are flat."),
        ),
        Course.IMPLEMENT: (
            _("Implement first; don’t judge the strategy yet."),
            _("Milestones are missed, and students’ results are flat."),
        ),
        Course.LOOK: (
            _("Look for the real cause: something else may be at work."),
            _("Milestones are missed, yet students’ results are moving."),
        ),
        Course.UNKNOWN: (
            _("No suggestion yet."),
            _("It takes milestones that have come due and at least two values of an interim target."),
        ),
    }[found]
