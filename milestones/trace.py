"""The trace line of a plan, from priority to measurement, and where it is broken. Pure.

A plan holds together when each part answers the one before: what students' results say must move, why it is
so, what adults will do, how far that has come, what was tried, and what was counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from nic_platform.text import _, ngettext


class Kind(StrEnum):
    """What a part of the line is."""

    PRIORITY = "priority"
    CAUSE = "cause"
    STRATEGY = "strategy"
    MILESTONE = "milestone"
    TARGET = "target"
    CYCLE = "cycle"
    STEP = "step"


@dataclass(frozen=True)
class Part:
    """One part of a plan with the number of the part that it answers (none: it hangs on nothing)."""

    id: int
    public_id: UUID
    title: str
    parent: int | None = None

    @property
    def name(self) -> str:
        """Return what lists of gaps call it."""
        return self.title


@dataclass(frozen=True)
class Trial:
    """One cycle with the milestones it is for; ``is_lost``: all of them are gone."""

    public_id: UUID
    title: str
    stage: str
    decision: str
    milestones: frozenset[int]
    is_lost: bool = False

    @property
    def name(self) -> str:
        """Return what lists of gaps call it."""
        return self.title


@dataclass(frozen=True)
class Milestone:
    """One milestone as far as the trace needs it. ``counts`` is how often it was measured."""

    id: int
    public_id: UUID
    title: str
    words: str
    strand: str
    strategy: int | None
    status: str
    counts: int
    last_on: date | None
    judged_from: date | None  # from this day on it should have been measured at least once
    is_draft: bool = False
    goal: int | None = None  # the agency goal it belongs to in place of a strategy, gone or not

    @property
    def name(self) -> str:
        """Return what lists of gaps call it: those of a series share a title, so with its target."""
        return ", ".join(part for part in (self.title, self.words) if part)


@dataclass(frozen=True)
class Plan:
    """Everything that a plan's line is made of, each list in its own order."""

    priorities: Sequence[Part] = ()
    causes: Sequence[Part] = ()
    strategies: Sequence[Part] = ()
    milestones: Sequence[Milestone] = ()
    targets: Sequence[Part] = ()
    steps: Sequence[Part] = ()
    trials: Sequence[Trial] = ()
    goals: Sequence[Part] = ()


# ---------------------------------------------------------------- the tree


@dataclass(frozen=True)
class MilestoneNode:
    """A milestone with the tests behind it and the steps that prepare it."""

    milestone: Milestone
    trials: tuple[Trial, ...]
    steps: tuple[Part, ...]


@dataclass(frozen=True)
class StrategyNode:
    """A strategy with its milestones, and the interim targets it is to move."""

    part: Part
    milestones: tuple[MilestoneNode, ...]
    targets: tuple[Part, ...]


@dataclass(frozen=True)
class CauseNode:
    """A root cause with the strategies that answer it."""

    part: Part
    strategies: tuple[StrategyNode, ...]


@dataclass(frozen=True)
class PriorityNode:
    """A priority with its causes."""

    part: Part
    causes: tuple[CauseNode, ...]


@dataclass(frozen=True)
class GoalNode:
    """An agency goal with its milestones: it stands beside the strategies."""

    part: Part
    milestones: tuple[MilestoneNode, ...]


@dataclass(frozen=True)
class Tree:
    """The whole line; what hangs on nothing stands beside it."""

    priorities: tuple[PriorityNode, ...]
    strategies: tuple[StrategyNode, ...]
    milestones: tuple[MilestoneNode, ...]
    targets: tuple[Part, ...]
    goals: tuple[GoalNode, ...] = ()
    goalless: tuple[MilestoneNode, ...] = ()  # their agency goal was deleted


def tree(plan: Plan) -> Tree:
    """Return the line of a plan as nested parts; every part that is there stands in it exactly once."""
    trials: dict[int, list[Trial]] = defaultdict(list)
    for trial in plan.trials:
        for number in trial.milestones:
            trials[number].append(trial)
    steps = _by_parent(plan.steps)
    nodes = {
        each.id: MilestoneNode(each, tuple(trials[each.id]), tuple(steps.get(each.id, ())))
        for each in plan.milestones
    }
    known, goals = {part.id for part in plan.strategies}, {part.id for part in plan.goals}
    targets = _by_parent(plan.targets)
    strategies = {
        part.id: StrategyNode(
            part,
            tuple(nodes[each.id] for each in plan.milestones if each.strategy == part.id),
            tuple(targets.get(part.id, ())),
        )
        for part in plan.strategies
    }
    causes = {part.id for part in plan.causes}
    answers = _by_parent(plan.strategies)
    under = _by_parent(plan.causes)
    return Tree(
        tuple(
            PriorityNode(
                priority,
                tuple(
                    CauseNode(cause, tuple(strategies[part.id] for part in answers.get(cause.id, ())))
                    for cause in under.get(priority.id, ())
                ),
            )
            for priority in plan.priorities
        ),
        tuple(strategies[part.id] for part in plan.strategies if part.parent not in causes),
        tuple(nodes[each.id] for each in plan.milestones if each.strategy not in known and each.goal is None),
        tuple(part for part in plan.targets if part.parent not in known),
        tuple(
            GoalNode(
                goal,
                tuple(
                    nodes[each.id]
                    for each in plan.milestones
                    if each.goal == goal.id and each.strategy not in known
                ),
            )
            for goal in plan.goals
        ),
        tuple(
            nodes[each.id]
            for each in plan.milestones
            if each.strategy not in known and each.goal is not None and each.goal not in goals
        ),
    )


def _by_parent(parts: Sequence[Part]) -> Mapping[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        if part.parent is not None:
            found[part.parent].append(part)
    return found


# ---------------------------------------------------------------- the gaps


class Gap(StrEnum):
    """Where a plan's line is broken, in the order of the line."""

    PRIORITY = "priority_without_cause"
    CAUSE = "cause_without_strategy"
    LOOSE = "strategy_without_cause"
    EMPTY = "strategy_without_milestone"
    AIMLESS = "strategy_without_target"
    UNSERVED = "target_without_milestone"
    UNSORTED = "milestone_without_strategy"
    UNTESTED = "milestone_without_test"
    UNMEASURED = "milestone_never_measured"
    STEP = "step_without_milestone"
    LOST = "cycle_on_deleted_milestone"


@dataclass(frozen=True)
class Found:
    """One kind of gap with everything it is found in."""

    gap: Gap
    kind: Kind
    things: tuple[tuple[UUID, str], ...]
    sentence: str = field(default="")


def gaps(plan: Plan, today: date) -> tuple[Found, ...]:
    """Return every gap of a plan's line that is there on *today*, in the order of the line."""
    board = [each for each in plan.milestones if not each.is_draft]
    causes, answered = {part.parent for part in plan.causes}, {part.parent for part in plan.strategies}
    known_causes, known = {part.id for part in plan.causes}, {part.id for part in plan.strategies}
    goals = {part.id for part in plan.goals}
    served = {each.strategy for each in plan.milestones}
    aimed = {part.parent for part in plan.targets}
    tested = {number for trial in plan.trials for number in trial.milestones}
    there = {each.id for each in plan.milestones}
    found = (
        (Gap.PRIORITY, Kind.PRIORITY, [p for p in plan.priorities if p.id not in causes]),
        (Gap.CAUSE, Kind.CAUSE, [p for p in plan.causes if p.id not in answered]),
        (Gap.LOOSE, Kind.STRATEGY, [p for p in plan.strategies if p.parent not in known_causes]),
        (Gap.EMPTY, Kind.STRATEGY, [p for p in plan.strategies if p.id not in served]),
        (Gap.AIMLESS, Kind.STRATEGY, [p for p in plan.strategies if p.id not in aimed]),
        (Gap.UNSERVED, Kind.TARGET,
         [p for p in plan.targets if p.parent not in known or p.parent not in served]),
        (Gap.UNSORTED, Kind.MILESTONE,
         [m for m in plan.milestones if m.strategy not in known and m.goal not in goals]),
        (Gap.UNTESTED, Kind.MILESTONE, [m for m in board if m.id not in tested]),
        (Gap.UNMEASURED, Kind.MILESTONE, [m for m in board if not m.counts and _should_be_counted(m, today)]),
        (Gap.STEP, Kind.STEP, [p for p in plan.steps if p.parent not in there]),
        (Gap.LOST, Kind.CYCLE, [t for t in plan.trials if t.is_lost]),
    )  # fmt: skip
    return tuple(
        Found(gap, kind, tuple((thing.public_id, thing.name) for thing in things), sentence(gap, len(things)))
        for gap, kind, things in found
        if things
    )


def _should_be_counted(milestone: Milestone, today: date) -> bool:
    return milestone.judged_from is not None and milestone.judged_from <= today


def sentence(gap: Gap, count: int) -> str:
    """Return a gap as a sentence with its number."""
    return {
        Gap.PRIORITY: ngettext(
            "%(count)s priority has no cause.",
            "%(count)s priorities have no cause.", count),
        Gap.CAUSE: ngettext(
            "%(count)s cause has no strategy that answers it.",
            "%(count)s causes have no strategy that answers them.", count),
        Gap.LOOSE: ngettext(
            "%(count)s strategy answers no cause.",
            "%(count)s strategies answer no cause.", count),
        Gap.EMPTY: ngettext(
            "%(count)s strategy has no milestone.",
            "%(count)s strategies have no milestone.", count),
        Gap.AIMLESS: ngettext(
            "%(count)s strategy has no interim target.",
            "%(count)s strategies have no interim target.", count),
        Gap.UNSERVED: ngettext(
            "%(count)s target has no milestone that serves it.",
            "%(count)s targets have no milestone that serves them.", count),
        Gap.UNSORTED: ngettext(
            "%(count)s milestone belongs to no strategy.",
            "%(count)s milestones belong to no strategy.", count),
        Gap.UNTESTED: ngettext(
            "%(count)s milestone has no test behind it.",
            "%(count)s milestones have no test behind them.", count),
        Gap.UNMEASURED: ngettext(
            "%(count)s milestone was never measured.",
            "%(count)s milestones were never measured.", count),
        Gap.STEP: ngettext(
            "%(count)s action step prepares nothing.",
            "%(count)s action steps prepare nothing.", count),
        Gap.LOST: ngettext(
            "%(count)s test is on a milestone that was deleted.",
            "%(count)s tests are on milestones that were deleted.", count),
    }[gap]  # fmt: skip


def lede(found: Sequence[Found]) -> str:
    """Return the finding over the trace line."""
    if not found:
        return _("Every part answers the one before it: the line holds from priority to measurement.")
    first = " ".join(each.sentence for each in found[:2])
    rest = len(found) - 2
    if rest <= 0:
        return first
    return f"{first} " + ngettext("And %(count)s more kind of gap.", "And %(count)s more kinds of gap.", rest)
