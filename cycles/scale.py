"""How large a test is, and how large the next one should be.

The ladder runs from one lesson to a state. The advice is the table of Langley et al., *The Improvement
Guide* (2009,
chapter 7): the next scale follows from belief in the change, the cost of failure, and how ready people are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nic_platform.text import _, marked


class Scale(StrEnum):
    """The rungs of the ladder, smallest first."""

    LESSON = "lesson"
    TEACHER = "teacher"
    TEACHERS = "teachers"
    GRADE = "grade"
    SCHOOL = "school"
    SCHOOLS = "schools"
    DISTRICT = "district"
    DISTRICTS = "districts"
    STATE = "state"

    @property
    def rank(self) -> int:
        """Return 0 for one lesson up to 8 for a whole state."""
        return list(Scale).index(self)

    @property
    def words(self) -> str:
        """Return the rung in words."""
        return _TITLES[self]()


_TITLES = {
    Scale.LESSON: lambda: _("One lesson or meeting"),
    Scale.TEACHER: lambda: _("One teacher or coach"),
    Scale.TEACHERS: lambda: _("A few teachers"),
    Scale.GRADE: lambda: _("One grade or team"),
    Scale.SCHOOL: lambda: _("The whole school"),
    Scale.SCHOOLS: lambda: _("Several schools"),
    Scale.DISTRICT: lambda: _("A whole district"),
    Scale.DISTRICTS: lambda: _("Several districts"),
    Scale.STATE: lambda: _("The whole state"),
}


class Degree(StrEnum):
    """Low, medium or high: of belief in the change, of the cost of failure, of readiness."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def words(self) -> str:
        """Return the degree in words."""
        return _(_DEGREES[self])


_DEGREES = {Degree.LOW: marked("Low"), Degree.MEDIUM: marked("Medium"), Degree.HIGH: marked("High")}


class Size(StrEnum):
    """How large the next test should be."""

    VERY_SMALL = "very_small"
    SMALL = "small"
    LARGE = "large"
    IMPLEMENT = "implement"

    @property
    def words(self) -> str:
        """Return the size in words."""
        return _(_SIZES[self])


_SIZES = {
    Size.VERY_SMALL: marked("Very small test"),
    Size.SMALL: marked("Small test"),
    Size.LARGE: marked("Large test"),
    Size.IMPLEMENT: marked("Make it routine"),
}


# Langley et al. know two degrees of belief and of cost. A belief that is not high counts as low, a cost
# that is not low
# as high: in doubt the smaller test.
_TABLE: dict[tuple[bool, bool], tuple[Size, Size, Size]] = {
    # (belief is high, failure is cheap): resistant, indifferent, ready
    (False, False): (Size.VERY_SMALL, Size.VERY_SMALL, Size.VERY_SMALL),
    (False, True): (Size.VERY_SMALL, Size.VERY_SMALL, Size.SMALL),
    (True, False): (Size.VERY_SMALL, Size.SMALL, Size.LARGE),
    (True, True): (Size.SMALL, Size.LARGE, Size.IMPLEMENT),
}


@dataclass(frozen=True)
class Advice:
    """The size that the table gives, the rung that it means here, and the sentence with its reason."""

    size: Size
    rung: Scale
    sentence: str


def next_size(belief: Degree, cost: Degree, readiness: Degree) -> Size:
    """Return the size of the next test."""
    row = _TABLE[belief is Degree.HIGH, cost is Degree.LOW]
    return row[[Degree.LOW, Degree.MEDIUM, Degree.HIGH].index(readiness)]


def next_rung(size: Size, current: Scale) -> Scale:
    """Return the rung that *size* means after a test at *current*.

    Very small: one teacher at most, and no more than now. Small: one rung up, one grade at most unless the
    test was
    larger already. Large: one rung up. Implement: where it is now, as routine.
    """
    ladder = list(Scale)
    up = ladder[min(current.rank + 1, len(ladder) - 1)]
    if size is Size.VERY_SMALL:
        return ladder[min(current.rank, Scale.TEACHER.rank)]
    if size is Size.SMALL:
        return ladder[min(up.rank, max(Scale.GRADE.rank, current.rank))]
    if size is Size.LARGE:
        return up
    return current


_ADVICE = {
    Size.VERY_SMALL: marked("Keep the next test very small: %(rung)s."),
    Size.SMALL: marked("Make the next test a small one: %(rung)s."),
    Size.LARGE: marked("You can test at a larger scale: %(rung)s."),
    Size.IMPLEMENT: marked("Make it routine at this scale: %(rung)s."),
}


def advise(belief: Degree, cost: Degree, readiness: Degree, current: Scale) -> Advice:
    """Return the advice on the next scale after a test at *current*, with its rule."""
    size = next_size(belief, cost, readiness)
    rung = next_rung(size, current)
    says = _(_ADVICE[size], rung=rung.words.lower())
    why = _(
        "Belief in the change is %(belief)s, the cost of failure %(cost)s, readiness %(readiness)s.",
        belief=belief.words.lower(),
        cost=cost.words.lower(),
        readiness=readiness.words.lower(),
    )
    return Advice(size, rung, f"{says} {why}")


def advice_on(belief: str, cost: str, readiness: str, scales: Iterable[str]) -> Advice | None:
    """Return the advice from what a team judged; ``None`` until it judged all three and a scale is known.

    Args:
        scales: of its tests, the one to go on from first; empty where none was given.
    """
    degrees, known = set(Degree), set(Scale)
    scale = next((each for each in scales if each in known), None)
    if scale is None or not {belief, cost, readiness} <= degrees:
        return None
    return advise(Degree(belief), Degree(cost), Degree(readiness), Scale(scale))


@dataclass(frozen=True)
class RuleRow:
    """One row of the table that gives the advice: when it holds, and the size for low, medium and high
    readiness. ``used`` is the column that was used; none: this rule was not."""

    when: str
    sizes: tuple[Size, Size, Size]
    used: int | None


def rules_table(belief: Degree, cost: Degree, readiness: Degree) -> list[RuleRow]:
    """Return every rule of the advice, the one that was used marked."""
    words = {
        (False, False): _("Belief not high, failure costs something"),
        (False, True): _("Belief not high, failure is cheap"),
        (True, False): _("Belief high, failure costs something"),
        (True, True): _("Belief high, failure is cheap"),
    }
    here = (belief is Degree.HIGH, cost is Degree.LOW)
    column = list(Degree).index(readiness)
    return [RuleRow(words[key], _TABLE[key], column if key == here else None) for key in words]


def ladder(tested: Sequence[tuple[int, str]], following: Scale | None) -> list[tuple[Scale, list[int], bool]]:
    """Return the rungs from the smallest to the one above the largest in use, smallest first.

    Args:
        tested: the number and scale of each cycle, in order; what is no scale is left out.
        following: the rung that the advice means, if there is advice.

    Returns:
        Each rung with the cycles that stood on it, and whether the next one is advised there.
    """
    on = {rung: [number for number, scale in tested if scale == rung] for rung in Scale}
    ranks = [rung.rank for rung, numbers in on.items() if numbers]
    top = max([*ranks, following.rank if following else 0, 3])
    return [(rung, on[rung], rung is following) for rung in list(Scale)[: top + 2]]


def belief_from(verdicts: Sequence[str]) -> Degree:
    """Propose how much to believe in a change from the verdicts of its ramp, oldest first.

    High: of the last three clear verdicts at least two, and the very last, held. Low: none held, or fewer
    than two are
    clear. Else medium.
    """
    clear = [verdict for verdict in verdicts if verdict in {"held", "partly", "not_held"}][-3:]
    held = sum(verdict == "held" for verdict in clear)
    if len(clear) < 2 or held == 0:
        return Degree.LOW
    return Degree.HIGH if held >= 2 and clear[-1] == "held" else Degree.MEDIUM


def has_grown(scales: Sequence[tuple[str, int | None]]) -> bool:
    """Say whether a series grew: some later cycle was larger than the first, by rung or by number of
    people."""
    known = [(Scale(name).rank if name in set(Scale) else None, size) for name, size in scales]
    if len(known) < 2:
        return False
    first_rank, first_size = known[0]
    return any(
        (first_rank is not None and rank is not None and rank > first_rank)
        or (rank == first_rank and first_size is not None and size is not None and size > first_size)
        for rank, size in known[1:]
    )
