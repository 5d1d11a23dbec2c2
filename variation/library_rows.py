"""Rows of the change library. Pure: queries fill them, tables and pages read them."""

from dataclasses import dataclass
from uuid import UUID

from variation.evidence_rows import Found, Tested


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
    """A page of the library. ``total`` ideas fit the choice; ``likes`` are the kinds that one's team is
    of."""

    rows: tuple[IdeaRow, ...]
    total: int
    drivers: tuple[tuple[UUID, str], ...]
    likes: tuple[tuple[str, str, str], ...]
