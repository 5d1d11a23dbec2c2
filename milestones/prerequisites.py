"""What has to stand before milestones can carry weight, and how each thing is mended. Pure.

Colorado's guide to Implementation Milestones names three prerequisites: a clear strategy that is focused and
within the school's control; a careful enumeration of the steps that carry it out; a timeline that is
planned backwards from the day of full implementation. They are shown until they stand, and block nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from nic_platform.text import _

FULL_SERIES = 2  # dated targets from which a strand has a path and not only an end


class Need(StrEnum):
    """One prerequisite."""

    FOCUSED = "focused"
    IN_CONTROL = "in_control"
    STEPS = "steps"
    STRANDS = "strands"
    TIMELINE = "timeline"


@dataclass(frozen=True)
class StrandFacts:
    """A strand: whether its path was planned backwards, and how many of its milestones have a date."""

    id: UUID
    name: str
    is_planned: bool
    dated: int

    @property
    def has_timeline(self) -> bool:
        """Say whether its way is laid out: planned backwards, or a series of dated targets."""
        return self.is_planned or self.dated >= FULL_SERIES


@dataclass(frozen=True)
class StrategyFacts:
    """A strategy as far as its prerequisites go; none for a question nobody has answered yet.

    ``steps`` counts the action steps that prepare its milestones.
    """

    id: UUID
    name: str
    is_focused: bool | None
    is_in_control: bool | None
    strands: tuple[StrandFacts, ...] = ()
    steps: int = 0


@dataclass(frozen=True)
class Lack:
    """One prerequisite that does not stand yet: why, and what mends it. ``strand_id`` only for a timeline."""

    need: Need
    sentence: str
    mend: str
    strategy_id: UUID
    strand_id: UUID | None = None
    strategy: str = ""


def lacks_of(strategy: StrategyFacts) -> tuple[Lack, ...]:
    """Return what a strategy lacks, in the order of the guide; nothing when all of it stands."""
    found = [*_strategy_lacks(strategy)]
    if not strategy.steps:
        found.append(
            Lack(
                Need.STEPS,
                _("The steps that carry it out are not listed: what has to be made or completed?"),
                _("List the action steps"), strategy.id,
            )
        )  # fmt: skip
    if not strategy.strands:
        found.append(
            Lack(Need.STRANDS, _("It has no strands yet: which lines does its roll-out have?"),
                 _("Add a strand"), strategy.id)
        )  # fmt: skip
    found += [
        Lack(
            Need.TIMELINE,
            _("“%(strand)s” has no timeline yet: plan it back from the day when all of it is in place.",
              strand=strand.name),
            _("Plan it backwards"), strategy.id, strand.id,
        )
        for strand in strategy.strands
        if not strand.has_timeline
    ]  # fmt: skip
    return tuple(replace(lack, strategy=strategy.name) for lack in found)


def _strategy_lacks(strategy: StrategyFacts) -> Iterable[Lack]:
    if not strategy.is_focused:
        words = (
            _("Nobody has said yet whether it is focused: one clear thing, that everybody could name.")
            if strategy.is_focused is None
            else _("It is not focused yet. Name the one thing that people will do differently.")
        )
        yield Lack(Need.FOCUSED, words, _("Say whether it is focused"), strategy.id)
    if not strategy.is_in_control:
        words = (
            _("Nobody has said yet whether the team can do it with what it decides itself.")
            if strategy.is_in_control is None
            else _(
                "It is not in the team’s control. Choose the part that is, and send the rest up as a barrier."
            )
        )
        yield Lack(Need.IN_CONTROL, words, _("Say what the team controls"), strategy.id)


def all_lacks(strategies: Iterable[StrategyFacts]) -> dict[UUID, tuple[Lack, ...]]:
    """Return what each strategy of a plan lacks; those that lack nothing are left out."""
    found = {strategy.id: lacks_of(strategy) for strategy in strategies}
    return {key: lacks for key, lacks in found.items() if lacks}
