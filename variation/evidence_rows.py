"""Rows of what the evidence of change ideas is made of. Pure: queries fill them, ``evidence`` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from measures.rules import Direction, MeasureType
from variation.beside import Beside
from variation.context import Context, kinds_of
from variation.effects import Kind
from variation.pooling import Pool, Span
from variation.rungs import Rung

KINDS = {
    MeasureType.PROPORTION: Kind.PROPORTION, MeasureType.RATE: Kind.RATE, MeasureType.COUNT: Kind.COUNT,
    MeasureType.CONTINUOUS: Kind.CONTINUOUS, MeasureType.TIME_BETWEEN: Kind.CONTINUOUS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """One team's tests of one idea: the day the first began and the last ended, and what was decided last.

    ``decision`` is empty while nothing is; ``given_up`` says that its last cycle was broken off. The team's
    address and name are there only where they were asked for and the reader may know them.
    """

    idea_id: int
    team_id: int
    began: date
    ended: date | None
    cycles: int
    running: int
    decision: str = ""
    given_up: bool = False
    public_id: UUID | None = None
    name: str = ""

    @property
    def fate(self) -> str:
        """Return adopted, adapted, abandoned, or "" while nothing is decided."""
        if self.decision:
            return {"adopt": "adopted", "abandon": "abandoned"}.get(self.decision, "adapted")
        return "abandoned" if self.given_up and not self.running else ""


@dataclass(frozen=True)
class Judged:
    """The measure by which an idea is judged."""

    id: int
    public_id: UUID
    name: str
    type: MeasureType
    direction: Direction
    unit: str
    counts_students: bool

    @property
    def kind(self) -> Kind:
        """How its points vary by chance."""
        return KINDS[self.type]

    @property
    def factor(self) -> float:
        """What its values are multiplied with to be read: 100 for a share."""
        return 100.0 if self.type is MeasureType.PROPORTION else 1.0

    @property
    def is_up(self) -> bool:
        """Whether more is better."""
        return self.direction is Direction.UP


@dataclass(frozen=True)
class TeamContext:
    """A team's level and the context of its site."""

    team_id: int
    level: str
    site_id: int
    context: Context

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Of which kind of each attribute the site is, as far as it is known."""
        return {name: kind for name, kind in kinds_of(self.context).items() if kind}


@dataclass(frozen=True)
class KindLine:
    """Teams of one kind: with a change seen, and what it comes to; ``None`` under five.

    ``words`` and ``is_own`` are the reader's: empty until :func:`variation.for_reader.told_to` fills them.
    """

    kind: str
    teams: int
    pooled: Pool | None
    words: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class ConditionPart:
    """One attribute with the kinds of teams that tested the idea; ``label`` is in the reader's language."""

    name: str
    lines: tuple[KindLine, ...]
    label: str = ""


@dataclass(frozen=True)
class Slopes:
    """The regression of the change on lunch and English learners: enough of it to tell any school's.

    ``centre`` is where the intercept stands, ``covariance`` that of the coefficients row by row, ``reach``
    how many standard errors an interval reaches.
    """

    teams: int
    centre: tuple[float, float]
    coefficients: tuple[float, ...]
    covariance: tuple[float, ...]
    tau2: float
    reach: float


@dataclass(frozen=True)
class Expected:
    """What one more team like the reader's would see: ``by`` is regression, kind or all; ``kind`` in words.

    ``span`` holds the mean of such teams, ``reach`` what one of them would see.
    """

    by: str
    kind: str
    teams: int
    span: Span
    reach: Span | None


@dataclass(frozen=True)
class Tally:
    """How teams decided, each by its latest word; ``running`` of them test it still."""

    teams: int = 0
    cycles: int = 0
    adopted: int = 0
    adapted: int = 0
    abandoned: int = 0
    running: int = 0

    @property
    def decided(self) -> int:
        """How many teams have decided."""
        return self.adopted + self.adapted + self.abandoned


@dataclass(frozen=True)
class Seen:
    """The change seen after at one team, with how many points and what speaks for caution."""

    team_id: int
    change: float | None
    low: float | None
    high: float | None
    n_before: int
    n_after: int
    fate: str
    is_flagged: bool = False
    overlapping: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """All that is known of one idea's effect. ``known`` teams have a change; ``pooled`` is of them."""

    tally: Tally
    judged: Judged | None
    seen: tuple[Seen, ...]
    known: int
    pooled: Pool | None
    rung: Rung
    conditions: tuple[ConditionPart, ...] = ()
    beside: Beside | None = None
    slopes: Slopes | None = None
    expected: Expected | None = None
    flagged: int = 0
    overlapping: tuple[tuple[str, int], ...] = ()

    @property
    def is_up(self) -> bool:
        """Whether more is better."""
        return self.judged is None or self.judged.is_up
