"""How a ramp grew: its tree of cycles, and the belief in the change after each of them. Pure.

A ramp is one tree. A cycle grows from the one that it was opened from; where that is not known (or not to be
seen), from the one before it. So no cycle is ever lost, and none can be its own ancestor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cycles.scale import Degree, belief_from
from nic_platform.text import _, ngettext


class Grown(Protocol):
    """What the tree looks at in a cycle."""

    @property
    def id(self) -> int:
        """Its inner number."""

    @property
    def parent_id(self) -> int | None:
        """The cycle it was opened from."""


@dataclass(frozen=True)
class Twig:
    """One cycle by its inner number, and those that grew from it, in their order."""

    id: int
    branches: tuple["Twig", ...] = ()


def roots_of(cycles: Sequence[Grown]) -> dict[int, int | None]:
    """Return what each cycle grew from, by inner numbers; ``None`` for the first.

    Args:
        cycles: in the order of their numbers. One whose parent stands later, or nowhere, grew from the one
            before it.
    """
    found: dict[int, int | None] = {}
    before: int | None = None
    for cycle in cycles:
        found[cycle.id] = cycle.parent_id if cycle.parent_id in found else before
        before = cycle.id
    return found


def tree(cycles: Sequence[Grown]) -> Twig | None:
    """Return the tree of a ramp's cycles from its first; ``None`` where there is none."""
    below: dict[int, list[int]] = {}
    roots = roots_of(cycles)
    for number, root in roots.items():
        if root is not None:
            below.setdefault(root, []).append(number)
    grown: dict[int, Twig] = {}
    for number in reversed(roots):
        grown[number] = Twig(number, tuple(grown[each] for each in below.get(number, ())))
    return grown[next(iter(roots))] if roots else None


def branches(cycles: Sequence[Grown]) -> list[int]:
    """Return the cycles that begin a branch of their own: not the first that grew from their root."""
    seen: set[int | None] = set()
    found = []
    for number, root in roots_of(cycles).items():
        if root in seen:
            found.append(number)
        seen.add(root)
    return found


@dataclass(frozen=True)
class Belief:
    """How much to believe in the change after one cycle, and the verdicts that this cycle added."""

    degree: Degree
    held: int
    clear: int

    @property
    def words(self) -> str:
        """Return it in words: "Belief after it: medium; 1 of 2 predictions held"."""
        after = _("Belief after it: %(degree)s", degree=self.degree.words.lower())
        if not self.clear:
            return _("%(belief)s; no prediction could be told", belief=after)
        counted = ngettext(
            "%(held)s of %(count)s prediction held", "%(held)s of %(count)s predictions held", self.clear,
            held=self.held,
        )  # fmt: skip
        return _("%(belief)s; %(counted)s", belief=after, counted=counted)


def beliefs(verdicts: Sequence[Sequence[str]]) -> list[Belief]:
    """Return the belief after each cycle from the verdicts of it and of all before.

    Args:
        verdicts: cycle by cycle in order, each with the verdicts of its predictions.
    """
    found, so_far = [], list[str]()
    for each in verdicts:
        so_far += each
        clear = [verdict for verdict in each if verdict in {"held", "partly", "not_held"}]
        found.append(Belief(belief_from(so_far), sum(v == "held" for v in clear), len(clear)))
    return found


def confidence(found: Sequence[Belief]) -> str:
    """Return in one sentence how belief went from the first cycle with a verdict to the last."""
    told = [each for each in found if each.clear]
    if not told:
        return _("No prediction could be told yet: belief has nothing to rise on")
    first, last = told[0].degree, told[-1].degree
    order = list(Degree)
    if order.index(last) > order.index(first):
        return _("Belief rose from %(first)s to %(last)s", first=first.words.lower(), last=last.words.lower())
    if order.index(last) < order.index(first):
        return _("Belief fell from %(first)s to %(last)s", first=first.words.lower(), last=last.words.lower())
    return _("Belief is %(degree)s", degree=last.words.lower())
