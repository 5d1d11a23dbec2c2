"""What stands of a series, as the questions about a new count look at it."""

from collections.abc import Sequence

from measures import checks
from measures.queries import Record, standing_records


def known_of(found: Sequence[Record]) -> list[checks.Known]:
    """Return what stands of a series as the questions look at it."""
    return [
        checks.Known(r.id, r.on, r.count, r.population, r.amount, r.recorder) for r in standing_records(found)
    ]
