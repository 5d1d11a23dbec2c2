"""Rows of what the evidence of change ideas is made of. Pure: queries fill them, ``evidence`` reads them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from measures.rules import Direction, MeasureType
from variation.context import Context
from variation.effects import Kind

KINDS = {
    MeasureType.PROPORTION: Kind.PROPORTION, MeasureType.RATE: Kind.RATE, MeasureType.COUNT: Kind.COUNT,
    MeasureType.CONTINUOUS: Kind.CONTINUOUS, MeasureType.TIME_BETWEEN: Kind.CONTINUOUS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """One team's tests of one idea: the day the first began and the last ended, and what was decided last.

    ``decision`` is empty while nothing is; ``given_up`` says that its last cycle was broken off.
    """

    idea_id: int
    team_id: int
    began: date
    ended: date | None
    cycles: int
    running: int
    decision: str = ""
    given_up: bool = False

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


@dataclass(frozen=True, slots=True)
class TeamContext:
    """A team's level and the context of its site."""

    team_id: int
    level: str
    site_id: int
    context: Context
