"""The laws of a PDSA cycle: its steps, what each must hold before the next, who may still read a draft.

A cycle follows Langley et al., *The Improvement Guide* (2009): plan, do, study, act. Going back is allowed, a
cycle can be given up at any time with a reason, and one that never ran is closed as not run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from nic_platform.text import _, marked


class Stage(StrEnum):
    """Where a cycle stands."""

    PLAN = "plan"
    DO = "do"
    STUDY = "study"
    ACT = "act"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """Return the stage as a reader meets it."""
        return _(_STAGES[self])

    @property
    def rank(self) -> int:
        """Return 0 for plan up to 4 for closed."""
        return list(Stage).index(self)


_STAGES = {
    Stage.PLAN: marked("Plan"),
    Stage.DO: marked("Do"),
    Stage.STUDY: marked("Study"),
    Stage.ACT: marked("Act"),
    Stage.CLOSED: marked("Closed"),
}


STEPS = (Stage.PLAN, Stage.DO, Stage.STUDY, Stage.ACT)


class Outcome(StrEnum):
    """How a cycle came to its end; an open one has none."""

    DONE = "done"
    NOT_RUN = "not_run"
    ABANDONED = "abandoned"


class Decision(StrEnum):
    """What a team makes of what it learned."""

    ADOPT = "adopt"
    ADAPT = "adapt"
    ABANDON = "abandon"
    TEST_AGAIN = "test_again"

    @property
    def words(self) -> str:
        """Return the decision as a choice."""
        return _(_DECISIONS[self])

    @property
    def opens_next(self) -> bool:
        """Say whether a next cycle is expected to follow."""
        return self in {Decision.ADAPT, Decision.TEST_AGAIN}


_DECISIONS = {
    Decision.ADOPT: marked("Adopt"),
    Decision.ADAPT: marked("Adapt"),
    Decision.ABANDON: marked("Abandon"),
    Decision.TEST_AGAIN: marked("Test again"),
}


class CarriedOut(StrEnum):
    """Whether the change was carried out as planned."""

    PLANNED = "planned"
    PARTLY = "partly"
    NOT = "not"

    @property
    def words(self) -> str:
        """Return the choice in words."""
        return _(_CARRIED[self])


_CARRIED = {
    CarriedOut.PLANNED: marked("As planned"),
    CarriedOut.PARTLY: marked("With changes"),
    CarriedOut.NOT: marked("Hardly at all"),
}


@dataclass(frozen=True)
class Guess:
    """What the rules look at in one prediction."""

    question: str = ""
    expected: str = ""
    number: float | None = None
    low: float | None = None
    high: float | None = None
    result: str = ""
    result_number: float | None = None
    verdict: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was written in it."""
        return not (self.question.strip() or self.predicts)

    @property
    def predicts(self) -> bool:
        """Say whether it says what is expected, in words or as a number."""
        return bool(self.expected.strip()) or any(x is not None for x in (self.number, self.low, self.high))

    @property
    def is_answered(self) -> bool:
        """Say whether what happened stands beside it."""
        return bool(self.result.strip()) or self.result_number is not None or bool(self.verdict)


@dataclass(frozen=True)
class Facts:
    """What the rules look at in one cycle; texts as typed, dates civil."""

    stage: Stage = Stage.PLAN
    is_quick: bool = False
    milestones: int = 0
    aim: str = ""
    change: str = ""
    who: str = ""
    scale: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    carried_out: str = ""
    departures: str = ""
    observations: str = ""
    learned: str = ""
    decision: str = ""
    next_step: str = ""
    predictions: Sequence[Guess] = field(default_factory=tuple)


# ---------------------------------------------------------------- steps


def next_stage(stage: Stage) -> Stage:
    """Return the stage after *stage*; closed stays closed."""
    order = list(Stage)
    return order[min(stage.rank + 1, len(order) - 1)]


def may_go_back(current: Stage, wanted: Stage) -> bool:
    """Say whether a cycle may go back from one stage to another: to any earlier one, also from closed."""
    return wanted.rank < current.rank


def missing(step: Stage, facts: Facts) -> dict[str, str]:
    """Return what *step* still needs before it can be finished: field → what to do. Empty: it may be
    finished.

    A quick log asks for the change, a prediction, what happened and a decision; the full form for more.
    """
    checks = {Stage.PLAN: _plan, Stage.DO: _do, Stage.STUDY: _study, Stage.ACT: _act}
    return checks[step](facts) if step in checks else {}


def _plan(facts: Facts) -> dict[str, str]:
    needs: dict[str, str] = {}
    if not facts.milestones:
        needs["milestones"] = _("Pick at least one milestone that this test serves.")
    if not facts.change.strip():
        needs["change"] = _("Say what you will try.")
    written = [guess for guess in facts.predictions if not guess.is_empty]
    if not any(guess.predicts for guess in written):
        needs["predictions"] = _("Write at least one prediction: what do you expect to see?")
    elif not all(guess.predicts for guess in written):
        needs["predictions"] = _("One question has no prediction yet. Write what you expect, or clear it.")
    if not facts.is_quick:
        needs.update(_full_plan(facts))
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        needs["ends_on"] = _("The end lies before the start. Choose a later day.")
    return needs


def _full_plan(facts: Facts) -> dict[str, str]:
    needs: dict[str, str] = {}
    if not facts.aim.strip():
        needs["aim"] = _("Say what you are trying to accomplish.")
    if not facts.who.strip():
        needs["who"] = _("Say who tries it.")
    if not facts.scale:
        needs["scale"] = _("Choose how large the test is.")
    if facts.starts_on is None:
        needs["starts_on"] = _("Say when it starts.")
    if facts.ends_on is None:
        needs["ends_on"] = _("Say when you will look at it.")
    return needs


def _do(facts: Facts) -> dict[str, str]:
    needs: dict[str, str] = {}
    if not facts.carried_out and not facts.is_quick:
        needs["carried_out"] = _("Say whether it ran as planned.")
    if asks_departures(facts.carried_out) and not facts.departures.strip() and not facts.is_quick:
        needs["departures"] = _("Say what was different from the plan. One sentence is enough.")
    if not facts.observations.strip():
        needs["observations"] = _("Write down what you saw. One sentence is enough.")
    return needs


def asks_departures(carried_out: str) -> bool:
    """Say whether it is asked what was different: it ran with changes, or hardly at all."""
    return carried_out in {CarriedOut.PARTLY.value, CarriedOut.NOT.value}


def _study(facts: Facts) -> dict[str, str]:
    needs: dict[str, str] = {}
    waiting = [guess for guess in facts.predictions if guess.predicts and not guess.is_answered]
    if waiting and not facts.is_quick:
        needs["results"] = _("Set what happened beside every prediction, or choose “could not tell”.")
    if not facts.learned.strip():
        needs["learned"] = _("Say what you learned. One sentence is enough.")
    return needs


def _act(facts: Facts) -> dict[str, str]:
    if facts.decision not in set(Decision):
        return {"decision": _("Choose what you do with the change.")}
    if Decision(facts.decision).opens_next and not facts.next_step.strip() and not facts.is_quick:
        return {"next_step": _("Say what will be different next time.")}
    return {}


def reached(facts: Facts) -> Stage:
    """Return the stage that a quick log has reached by what it holds: the first step that still lacks
    something."""
    for step in STEPS:
        if missing(step, facts):
            return step
    return Stage.CLOSED


# ---------------------------------------------------------------- drafts and ends


def is_draft(stage: Stage, outcome: str, has_begun: bool) -> bool:
    """Say whether only the own team may read the cycle: it is being planned and Do never began.

    A cycle that went back to its plan was seen already and stays readable; one closed as not run is no draft.
    """
    return stage is Stage.PLAN and not has_begun and not outcome


def may_close_as_not_run(stage: Stage, has_begun: bool) -> bool:
    """Say whether the cycle can be closed as *not run*: it is open, and nothing was carried out yet."""
    return stage is not Stage.CLOSED and (not has_begun or stage in {Stage.PLAN, Stage.DO})


def may_abandon(stage: Stage) -> bool:
    """Say whether the cycle can be given up with a reason: at any time before it is closed."""
    return stage is not Stage.CLOSED


# ---------------------------------------------------------------- quick log and full form


@dataclass(frozen=True)
class QuickLog:
    """A whole small test in a few lines; each lands in its own place of the full form."""

    change: str = ""
    prediction: str = ""
    happened: str = ""
    learned: str = ""
    decision: str = ""
    verdict: str = ""


def to_full(log: QuickLog) -> tuple[dict[str, str], Guess]:
    """Return the fields of the full form and the one prediction that a quick log fills. Nothing is typed
    twice.

    What happened is both what was observed and the result beside the prediction, so that study begins with
    it. Where
    nobody wrote what was learned, what happened stands for it until somebody says more.
    """
    fields = {
        "change": log.change,
        "observations": log.happened,
        "learned": log.learned or log.happened,
        "decision": log.decision,
    }
    guess = Guess(expected=log.prediction, result=log.happened, verdict=log.verdict)
    return fields, guess


def to_quick(fields: Mapping[str, str], guess: Guess) -> QuickLog:
    """Return the quick log that a full form amounts to; the way back from :func:`to_full`."""
    happened = fields.get("observations", "")
    learned = fields.get("learned", "")
    return QuickLog(
        change=fields.get("change", ""),
        prediction=guess.expected,
        happened=happened,
        learned="" if learned == happened else learned,
        decision=fields.get("decision", ""),
        verdict=guess.verdict,
    )


# ---------------------------------------------------------------- what waits


@dataclass(frozen=True)
class Wait:
    """The next step of a cycle, when it is due, and whether it needs somebody now."""

    words: str
    due_on: date | None
    needs_you: bool


_NEXT = {
    Stage.PLAN: marked("Write predictions"),
    Stage.DO: marked("Add what you saw"),
    Stage.STUDY: marked("Log study"),
    Stage.ACT: marked("Decide"),
}


def waiting_step(stage: Stage, starts_on: date | None, ends_on: date | None, today: date) -> Wait:
    """Say which step a cycle waits for.

    A plan is due by its start, what was seen and the study by its end. Closed cycles wait for nothing.
    """
    words = _(_NEXT[stage]) if stage is not Stage.CLOSED else ""
    due = {Stage.PLAN: starts_on, Stage.CLOSED: None}.get(stage, ends_on)
    return Wait(words, due, due is not None and due <= today)
