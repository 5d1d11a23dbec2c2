"""Rows of the change library. Pure: queries fill them, tables and pages read them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from variation.evidence_rows import Found, Tested

PAGE = 15
LEAST = (1, 5, 10, 20)


@dataclass(frozen=True)
class Choice:
    """What a list of ideas is narrowed to.

    Args:
        like: attribute and kind of the teams whose tests count, as ("grades", "K-5"); ``None`` for all.
        least: ideas tested by fewer teams are left out.
        start: how many ideas go before.
        ideas: numbers of the only ideas that are wanted.
    """

    driver_id: UUID | None = None
    like: tuple[str, str] | None = None
    least: int = 1
    start: int = 0
    ideas: Collection[int] | None = None


@dataclass(frozen=True)
class IdeaDrivers:
    """A driver that an idea works on."""

    public_id: UUID
    name: str
    is_strong: bool


@dataclass(frozen=True)
class IdeaRow:
    """A change idea of the library with how teams decided on it and the change they saw after."""

    id: int
    public_id: UUID
    title: str
    description: str
    drivers: tuple[IdeaDrivers, ...]
    found: Found
    own_ramp_id: UUID | None
    own: Tested | None
    own_stage: str

    @property
    def teams(self) -> int:
        """How many teams have tested it."""
        return self.found.tally.teams


@dataclass(frozen=True)
class Listing:
    """A page of the library. ``total`` ideas fit the choice; ``likes`` are the kinds that one's team is of.

    ``made_at`` is when its evidence was worked out, where it was kept.
    """

    rows: tuple[IdeaRow, ...]
    total: int
    drivers: tuple[tuple[UUID, str], ...]
    likes: tuple[tuple[str, str, str], ...]
    made_at: datetime | None = None
