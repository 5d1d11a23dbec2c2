"""Where a cycle may go from where it stands, and whether its predictions may still be written. Pure.

A place is left only by four moves: a step is finished, the cycle goes back with a reason, it is closed as not
run, or it is given up. Predictions are open until Do begins, and never again, wherever the cycle goes.
"""

from dataclasses import dataclass, replace

from cycles import rules
from cycles.rules import Outcome, Stage, next_stage


@dataclass(frozen=True)
class Place:
    """Where a cycle stands: its stage, how it ended, and whether Do ever began (predictions are locked)."""

    stage: Stage = Stage.PLAN
    outcome: str = ""
    has_begun: bool = False

    @property
    def predicts(self) -> bool:
        """Say whether predictions may still be written."""
        return not self.has_begun

    @property
    def is_draft(self) -> bool:
        """Say whether only the own team reads it: it is being planned, and Do never began."""
        return rules.is_draft(self.stage, self.outcome, self.has_begun)


def finished(place: Place, step: Stage) -> Place | None:
    """Return where finishing *step* leads; ``None`` where the cycle does not stand at it."""
    if place.stage is not step or step is Stage.CLOSED:
        return None
    after = next_stage(step)
    ended = Outcome.DONE.value if after is Stage.CLOSED else ""
    return Place(after, ended, place.has_begun or step is Stage.PLAN)


def gone_back(place: Place, to: Stage) -> Place | None:
    """Return where going back to *to* leads; ``None`` where no way leads there.

    A cycle in which Do never began can only be planned again: nothing of Do could be there to go back to.
    """
    if not rules.may_go_back(place.stage, to) or (not place.has_begun and to is not Stage.PLAN):
        return None
    return Place(to, "", place.has_begun)


def not_run(place: Place) -> Place | None:
    """Return the place of a cycle closed as not run; ``None`` once something was carried out."""
    if not rules.may_close_as_not_run(place.stage, place.has_begun):
        return None
    return replace(place, stage=Stage.CLOSED, outcome=Outcome.NOT_RUN.value)


def given_up(place: Place) -> Place | None:
    """Return the place of a cycle that is given up; ``None`` for one that is closed already."""
    if not rules.may_abandon(place.stage):
        return None
    return replace(place, stage=Stage.CLOSED, outcome=Outcome.ABANDONED.value)


def ways_back(place: Place) -> tuple[Stage, ...]:
    """Return the stages that a cycle can go back to, first to last."""
    return tuple(stage for stage in Stage if gone_back(place, stage) is not None)
