"""What every part of the demo builds with: one seed, one calendar, and inserts that leave an audit trail."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from nic_platform import audit
from nic_platform.actor import Level
from nic_platform.database import Base, Edited
from nic_platform.demo.calendar import Calendar

CHUNK = 2000
Row = dict[str, Any]
Dated = tuple[datetime, int | None, Row]


@dataclass
class DemoTeam:
    """A team of the demo with what later parts need to know of it."""

    id: int
    public_id: UUID
    name: str
    level: Level
    site_id: int
    site_name: str
    district: str
    staff: int = 0
    members: list[int] = field(default_factory=list)
    upper_id: int | None = None
    plan_id: int | None = None
    milestones: dict[str, list[int]] = field(default_factory=dict)

    @property
    def person(self) -> int | None:
        """Someone who writes for the team."""
        return self.members[0] if self.members else None


@dataclass(frozen=True)
class Canary:
    """A text that stands in one private record only, with the roles that may read it there."""

    text: str
    kind: str
    record: UUID
    path: str
    roles: tuple[str, ...]


class Builder:
    """One build of the demo: where rows go, what was built so far, and the dice."""

    def __init__(self, session: Session, calendar: Calendar, seed: int) -> None:
        self.session = session
        self.days = calendar
        self.seed = seed
        self.rng = Random(seed)  # noqa: S311  # a story, no secrets
        self.network_id = 0
        self.teams: dict[str, DemoTeam] = {}
        self.people: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.ids: dict[str, int] = {}
        self.above: dict[int, list[int]] = {}  # every site with itself and the sites it lies in
        self.canaries: list[Canary] = []
        self.params: dict[str, UUID] = {}

    def uuid(self) -> UUID:
        """Return a random public id that the seed decides."""
        return UUID(int=self.rng.getrandbits(128), version=4)

    def add(
        self, model: type[Base], rows: Sequence[Row], *, at: datetime, by: int | None = None
    ) -> list[int]:
        """Insert rows made at one time by one person and return their numbers in order."""
        return self.add_dated(model, [(at, by, row) for row in rows])

    def add_dated(self, model: type[Base], dated: Iterable[Dated]) -> list[int]:
        """Insert rows with their own time and author, with their audit trail, and return their numbers."""
        rows = [self._named(model, row, at, by) for at, by, row in dated]
        if not rows:
            return []
        if model.__audited__ and issubclass(model, Edited):
            rows = self._told(model.__audited__, rows)
        else:
            for row in rows:
                row.pop("_at"), row.pop("_by")
        if any(row.keys() != rows[0].keys() for row in rows):
            raise ValueError(f"rows of {model.__tablename__} have different columns")
        return self._insert(model, rows)

    def _insert(self, model: type[Base], rows: Sequence[Row]) -> list[int]:
        """Insert many rows at once and find their numbers again by their public ids."""
        table: Any = model
        last = self.session.scalar(select(func.max(table.id))) or 0
        for start in range(0, len(rows), CHUNK):
            self.session.execute(insert(model), rows[start : start + CHUNK])
        query = select(table.public_id, table.id).where(table.id > last)
        found: dict[UUID, int] = {row[0]: row[1] for row in self.session.execute(query)}
        return [found[row["public_id"]] for row in rows]

    def plain(self, model: type[Base], rows: Sequence[Row]) -> None:
        """Insert rows that have no number of their own."""
        for start in range(0, len(rows), CHUNK):
            self.session.execute(insert(model), rows[start : start + CHUNK])

    def _named(self, model: type[Base], row: Row, at: datetime, by: int | None) -> Row:
        table: Any = model.__table__
        named = {**row, "_at": at, "_by": by}
        named.setdefault("public_id", self.uuid())
        if "network_id" in table.c:
            named.setdefault("network_id", self.network_id)
        return named

    def _told(self, kind: str, rows: list[Row]) -> list[Row]:
        groups: dict[tuple[datetime, int | None], list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            groups[row.pop("_at"), row.pop("_by")].append(place)
        ready: list[Row] = [{}] * len(rows)
        for (at, by), places in groups.items():
            told = audit.record_created(self.session, kind, [rows[place] for place in places], by=by, at=at)
            for place, row in zip(places, told, strict=True):
                ready[place] = row
        return ready

    def pick(self, choices: Sequence[Any]) -> Any:
        """Return one of *choices*."""
        return self.rng.choice(choices)

    def chance(self, share: float) -> bool:
        """Say yes in this share of cases."""
        return self.rng.random() < share

    def between(self, first: date, last: date) -> date:
        """Return a school day between two days."""
        span = max((last - first).days, 0)
        return self.days.school_day(date.fromordinal(first.toordinal() + self.rng.randint(0, span)))

    def note(self, kind: str, record: UUID, path: str, roles: Sequence[str]) -> str:
        """Return a text that no other record holds, and remember who may read it."""
        bits = f"{self.rng.getrandbits(48):012X}"
        text = f"ref. {bits[:3]}-{bits[3:7]}-{bits[7:]}"
        self.canaries.append(Canary(text, kind, record, path, tuple(roles)))
        return text
