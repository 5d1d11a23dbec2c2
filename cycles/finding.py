"""Which cycles need a hand: those that hang on nothing, that stand still, or that want a next one. Pure.

An orphan serves no milestone, belongs to no ramp, or tests an idea that hangs on no driver: what it teaches
is lost to the plan or to the theory. A stalled cycle's stage was due some school days ago and nobody has
taken it further. A cycle that was to be adapted or tested again wants the next cycle of its ramp.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cycles.rules import Decision, Outcome, Stage
from milestones.school_days import SchoolDays
from nic_platform.text import _, ngettext

PATIENCE = 5  # school days, one school week, that a stage may be late before it counts as stalled
UNDATED = 20  # school days that a cycle without the stage's date may stand still: four school weeks


class Need(StrEnum):
    """What a cycle needs; study waits first, since what was seen is forgotten soonest."""

    STUDY = "study"
    DECIDE = "decide"
    RESULT = "result"
    BEGIN = "begin"
    NEXT = "next"
    MILESTONE = "milestone"
    RAMP = "ramp"
    DRIVER = "driver"

    @property
    def is_stall(self) -> bool:
        """Say whether the cycle stands still, and is not only without a place."""
        return self in {Need.STUDY, Need.DECIDE, Need.RESULT, Need.BEGIN}

    @property
    def is_orphan(self) -> bool:
        """Say whether the cycle hangs on nothing."""
        return self in {Need.MILESTONE, Need.RAMP, Need.DRIVER}

    @property
    def act(self) -> str:
        """Return the one act that mends it, as a button says it."""
        return {
            Need.STUDY: _("Study it now"),
            Need.DECIDE: _("Decide now"),
            Need.RESULT: _("Add what you saw"),
            Need.BEGIN: _("Close as not run"),
            Need.NEXT: _("Open the next cycle"),
            Need.MILESTONE: _("Hang it on a milestone"),
            Need.RAMP: _("Put it on a ramp"),
            Need.DRIVER: _("Say which driver its idea works on"),
        }[self]


_STALLS = {
    Stage.PLAN: Need.BEGIN,
    Stage.DO: Need.RESULT,
    Stage.STUDY: Need.STUDY,
    Stage.ACT: Need.DECIDE,
}


@dataclass(frozen=True)
class Case:
    """What the rules look at in one cycle. Dates are civil, in the network's time zone.

    Attributes:
        moved_on: when it was last taken to another stage, else when it was made.
        has_next: whether another cycle grew from it, or its ramp went on after it.
        drivers: how many drivers its idea hangs on.
    """

    stage: Stage
    outcome: str
    decision: str
    is_draft: bool
    starts_on: date | None
    ends_on: date | None
    moved_on: date
    milestones: int
    has_ramp: bool
    drivers: int
    has_next: bool


@dataclass(frozen=True)
class Finding:
    """One thing that a cycle needs: since when it waits, for how many school days, and why in a sentence."""

    need: Need
    since: date | None
    days: int
    why: str


def findings(case: Case, today: date, calendar: SchoolDays) -> list[Finding]:
    """Return everything that one cycle needs, in the order of :class:`Need`; empty for most."""
    found = [_stalled(case, today, calendar), _without_next(case, today, calendar), *_orphaned(case)]
    return sorted((each for each in found if each), key=lambda each: list(Need).index(each.need))


def _stalled(case: Case, today: date, calendar: SchoolDays) -> Finding | None:
    if case.stage is Stage.CLOSED:
        return None
    due = case.starts_on if case.stage is Stage.PLAN else case.ends_on
    since = max(due, case.moved_on) if due else case.moved_on
    days = calendar.apart(since, today) if since < today else 0
    if days <= (PATIENCE if due else UNDATED):
        return None
    waited = ngettext("%(count)s school day", "%(count)s school days", days)
    words = {
        Stage.PLAN: _("It was to begin, and has not for %(days)s.", days=waited),
        Stage.DO: _("Its test was to end, and what was seen is missing for %(days)s.", days=waited),
        Stage.STUDY: _("It waits for its study for %(days)s.", days=waited),
        Stage.ACT: _("It waits for a decision for %(days)s.", days=waited),
    }
    undated = _("It has no date, and has not moved for %(days)s.", days=waited)
    return Finding(_STALLS[case.stage], since, days, words[case.stage] if due else undated)


def _without_next(case: Case, today: date, calendar: SchoolDays) -> Finding | None:
    decided = case.stage is Stage.CLOSED and case.outcome == Outcome.DONE
    if not (decided and case.has_ramp and not case.has_next and case.decision in set(Decision)):
        return None
    if not Decision(case.decision).opens_next:
        return None
    days = calendar.apart(case.moved_on, today) if case.moved_on < today else 0
    words = (
        _("It was to be adapted, and its ramp has no next cycle.")
        if case.decision == Decision.ADAPT
        else _("It was to be tested again, and its ramp has no next cycle.")
    )
    return Finding(Need.NEXT, case.moved_on, days, words)


def _orphaned(case: Case) -> Iterable[Finding]:
    """Drafts are being written, and what never ran taught nothing: neither is an orphan."""
    if case.is_draft or case.outcome == Outcome.NOT_RUN:
        return
    if not case.milestones:
        yield Finding(
            Need.MILESTONE, None, 0, _("It serves no milestone, so the plan doesn’t learn from it.")
        )
    if not case.has_ramp:
        yield Finding(Need.RAMP, None, 0, _("It is on no ramp, so no change idea gains its evidence."))
    elif not case.drivers:
        yield Finding(
            Need.DRIVER,
            None,
            0,
            _("Its change idea hangs on no driver, so the theory doesn’t learn from it."),
        )
