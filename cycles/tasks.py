"""The tasks of a cycle as lists show them. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class OpenTask:
    """A task that waits, with the cycle it belongs to."""

    id: UUID
    text: str
    owner: str
    due_on: date | None
    cycle_id: UUID
    cycle: str
    number: int
