"""Reading how long each network keeps what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import keeping
from teams.models import Network


@dataclass(frozen=True)
class Keeping:
    """How long one network keeps things: days by key of :data:`desk.keeping.SPANS`, 0 for good."""

    network_id: int
    id: UUID
    name: str
    days: Mapping[str, int]

    def before(self, key: str, at: datetime) -> datetime | None:
        """Return before which moment things are too old; none where they are kept for good."""
        return at - timedelta(days=self.days[key]) if self.days[key] else None


def of_all(session: Session, installation: int) -> list[Keeping]:
    """Return every network with what it keeps, by number; one statement.

    Args:
        installation: NIC_KEPT_DAYS, for deleted things where a network chose nothing.
    """
    columns = [getattr(Network, span.column) for span in keeping.SPANS]
    rows = session.execute(select(Network.id, Network.public_id, Network.name, *columns).order_by(Network.id))
    found = []
    for number, public_id, name, *chosen in rows:
        days = {
            span.key: keeping.days_of(span.key, each, installation)
            for span, each in zip(keeping.SPANS, chosen, strict=True)
        }
        found.append(Keeping(number, public_id, name, days))
    return found
