"""Selecting a practice by need and fit, and its readiness to scale: sides, words from 1 to 5, advice. Pure.

Six sides as implementation science looks at them, in our own words. Several teams' ratings stand side by
side: there is no total, because a total hides who disagrees. Readiness to scale is know-how, capacity and
willingness, as the deck on strategic systems alignment asks for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nic_platform.text import _, ngettext

FIT = ("need", "fit", "capacity", "evidence", "usability", "supports")
READINESS = ("know_how", "capacity", "willingness")
KINDS: Mapping[str, tuple[str, ...]] = {"fit": FIT, "readiness": READINESS}
APART = 2
"""Teams whose values lie so far apart see something differently: it is worth a talk."""
ENOUGH = 3
"""Below it a side is thin."""


def side_names(kind: str) -> dict[str, str]:
    """Return what the sides of a kind are called."""
    if kind == "readiness":
        return {"know_how": _("Know-how"), "capacity": _("Capacity"), "willingness": _("Willingness")}
    return {
        "need": _("Need"), "fit": _("Fit"), "capacity": _("Capacity"), "evidence": _("Evidence"),
        "usability": _("Usability"), "supports": _("Supports"),
    }  # fmt: skip


def side_questions(kind: str) -> dict[str, str]:
    """Return the question that each side asks."""
    if kind == "readiness":
        return {
            "know_how": _("Do those who are asked to change know how to do it?"),
            "capacity": _("Are there people, time, money and structures to do it at more places?"),
            "willingness": _("Do those who are asked to change want it, and were they asked?"),
        }
    return {
        "need": _("Does it meet a need that students and families here have, and that data show?"),
        "fit": _("Does it go with what is in place already, and with the community’s values?"),
        "capacity": _("Are there people, time and money here to do it and keep it up?"),
        "evidence": _("Has it worked, and for students like ours?"),
        "usability": _("Is it clear what to do, what may be changed and what may not?"),
        "supports": _("Can training, coaching, materials and help be had?"),
    }


def value_words() -> dict[int, str]:
    """Return the words for 1 to 5."""
    return {
        1: _("Not at all"), 2: _("A little"), 3: _("In part"), 4: _("Mostly"), 5: _("Wholly"),
    }  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """One team's value of one side, on a day, with its reason."""

    team: str
    side: str
    value: int
    on: date
    words: str = ""


@dataclass(frozen=True)
class Side:
    """One side with each team's latest value, by the team's name."""

    key: str
    name: str
    question: str
    latest: tuple[Judgement, ...]

    @property
    def low(self) -> int | None:
        """Return the lowest value; none without one."""
        return min((each.value for each in self.latest), default=None)

    @property
    def high(self) -> int | None:
        """Return the highest value; none without one."""
        return max((each.value for each in self.latest), default=None)

    @property
    def is_apart(self) -> bool:
        """Say whether the teams see it differently."""
        return self.low is not None and self.high is not None and self.high - self.low >= APART

    @property
    def words(self) -> str:
        """Return how the teams see the side: their range, never a mean."""
        names = value_words()
        if self.low is None or self.high is None:
            return _("Nobody has rated this.")
        if self.low == self.high:
            teams = ngettext("%(count)s team", "%(count)s teams", len(self.latest))
            return _("%(value)s (%(teams)s)", value=names[self.low], teams=teams)
        told = _("From “%(low)s” to “%(high)s”", low=names[self.low].lower(), high=names[self.high].lower())
        return told + ". " + (_("Talk about it: they see it differently.") if self.is_apart else "")


def sides(kind: str, judged: Sequence[Judgement]) -> list[Side]:
    """Return every side of a kind with each team's latest judgement; on one day the later in order holds."""
    names, asks = side_names(kind), side_questions(kind)
    found = []
    for key in KINDS[kind]:
        latest: dict[str, Judgement] = {}
        for each in sorted((one for one in judged if one.side == key), key=lambda one: one.on):
            latest[each.team] = each
        found.append(Side(key, names[key], asks[key], tuple(latest[team] for team in sorted(latest))))
    return found


def fit_advice(found: Sequence[Side]) -> list[str]:
    """Return what to talk about before selecting: sides apart, thin ones, sides that nobody rated."""
    advice = []
    apart = [side.name.lower() for side in found if side.is_apart]
    thin = [side.name.lower() for side in found if side.high is not None and side.high < ENOUGH]
    missing = [side.name.lower() for side in found if side.low is None]
    if apart:
        advice.append(_("Teams see %(sides)s differently: ask each for its reason.", sides=", ".join(apart)))
    if thin:
        advice.append(
            _("All teams find %(sides)s thin: what would have to change first?", sides=", ".join(thin))
        )
    if missing and len(missing) < len(found):
        advice.append(_("Not rated yet: %(sides)s.", sides=", ".join(missing)))
    return advice


def readiness_advice(found: Sequence[Side]) -> str:
    """Return whether it is ready to scale, or what is missing and what to do about it first."""
    if all(side.low is None for side in found):
        return _("Nobody has said yet whether this is ready to scale.")
    does = {
        "know_how": _("know-how is missing: train and coach before more sites begin"),
        "capacity": _("capacity is missing: free people and time, or stop something else first"),
        "willingness": _("willingness is missing: ask those who would have to change what stands in the way"),
    }
    open_ = [side for side in found if side.low is None]
    thin = [side for side in found if side.low is not None and side.low < ENOUGH]
    parts = [does[side.key] for side in thin]
    parts += [_("%(side)s was not rated", side=side.name.lower()) for side in open_]
    if parts:
        return _("Not yet ready to scale: %(reasons)s.", reasons="; ".join(parts))
    return _("Know-how, capacity and willingness are there. Scale to a few sites more, and measure.")
