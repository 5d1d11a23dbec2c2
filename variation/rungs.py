"""How far the evidence for a change idea has come, as a ladder of plain rungs. Pure.

The network's own tests decide the rung. Studies from elsewhere stand beside it and never lift it: what worked
elsewhere is a reason to test, not a result here. The ladder climbs with the number of places, then of kinds
of places, then with what a random-effects pool says of an average team and of the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nic_platform.text import _
from variation.pooling import Pool

SEVERAL_ADOPTED = 3
SEVERAL_KINDS = 2


class Rung(StrEnum):
    """How far the evidence has come; later ones hold more."""

    UNTRIED = "untried"
    ONE = "one"
    SEVERAL = "several"
    CONTEXTS = "contexts"
    POOLED = "pooled"
    NEXT = "next"


ORDER = tuple(Rung)


@dataclass(frozen=True)
class Facts:
    """What the rung rests on.

    Args:
        teams: teams with a test that began.
        held: teams that adopted or adapted it.
        kinds: of those, how many kinds of place they are of, by the attribute that tells most apart.
        pooled: the changes put together; ``None`` under five teams.
        beside: the changes beyond those of comparable teams; ``None`` where five of them can't be found.
        higher_is_better: which way the measure improves.
    """

    teams: int = 0
    held: int = 0
    kinds: int = 0
    pooled: Pool | None = None
    beside: Pool | None = None
    higher_is_better: bool = True


def rung(facts: Facts) -> Rung:
    """Return the highest rung whose condition holds, each asking for all below it but the one of kinds."""
    if not facts.teams:
        return Rung.UNTRIED
    if facts.teams == 1:
        return Rung.ONE
    # Where others who did not test it can be looked at, it is the change beyond theirs that has to be better.
    found = facts.beside or facts.pooled
    if found is not None and _is_better(found.mean.low, found.mean.high, facts):
        ahead = found.next_site
        if ahead is not None and _is_better(ahead.low, ahead.high, facts):
            return Rung.NEXT
        return Rung.POOLED
    if facts.held >= SEVERAL_ADOPTED and facts.kinds >= SEVERAL_KINDS:
        return Rung.CONTEXTS
    return Rung.SEVERAL


def _is_better(low: float, high: float, facts: Facts) -> bool:
    return low > 0 if facts.higher_is_better else high < 0


def names() -> Mapping[Rung, str]:
    """Return each rung's name."""
    return {
        Rung.UNTRIED: _("An idea nobody has tried"),
        Rung.ONE: _("Tested in one place"),
        Rung.SEVERAL: _("Tested in several places"),
        Rung.CONTEXTS: _("Held in several contexts"),
        Rung.POOLED: _("Better after it, on average"),
        Rung.NEXT: _("Likely better at the next school too"),
    }


def reasons() -> Mapping[Rung, str]:
    """Return what each rung asks for."""
    return {
        Rung.UNTRIED: _("No team of the network has begun a cycle with it."),
        Rung.ONE: _("One team has begun a cycle with it."),
        Rung.SEVERAL: _("Two or more teams have tested it; what they found does not agree, or can’t be "
                        "pooled yet."),
        Rung.CONTEXTS: _("Three or more teams in two or more kinds of places adopted or adapted it."),
        Rung.POOLED: _("The change of five or more teams, beyond that of comparable teams where there are "
                       "such, is better, and its interval leaves out zero. Some places may still see none."),
        Rung.NEXT: _("The interval in which one more team’s change would lie leaves out zero as well."),
    }  # fmt: skip
