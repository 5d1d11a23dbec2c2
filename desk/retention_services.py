"""Taking out what a network has kept long enough: each thing in a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from desk import keeping_queries, keeping_services
from desk.keeping_queries import Keeping
from nic_platform import purging
from nic_platform.database import transaction
from nic_platform.errors import ConflictError
from nic_platform.purging import Report
from nic_platform.storage import Storage

Told = Callable[[int], None]


@dataclass(frozen=True)
class NetworkReport:
    """What went of one network, or would go, and for how many days it keeps what."""

    kept: Keeping
    report: Report


def purge_all(
    storage: Storage, days: int, *, at: datetime, is_dry: bool = False, report: Told = lambda _per_cent: None
) -> Report:
    """Take out what every network has kept long enough, and return what went, all together.

    Harmless when repeated or run by two at once: a thing that went, or came back, is left alone. What
    somebody changes at this very moment waits for the next run.

    Args:
        days: for how many days deleted things are kept where a network chose nothing.
        is_dry: only say what would go; nothing is changed.
        report: is told how far it has come, in per cent.
    """
    found = Report()
    for each in purge_networks(storage, days, at=at, is_dry=is_dry, report=report):
        _add(found, each.report)
    _add(found, _purge(storage, None, at - timedelta(days=days), at, is_dry=is_dry))
    return found


def purge_networks(
    storage: Storage, days: int, *, at: datetime, is_dry: bool = False, report: Told = lambda _per_cent: None
) -> list[NetworkReport]:
    """Take out what every network has kept long enough, and return what went, network by network."""
    with transaction(at=at) as current:
        networks = keeping_queries.of_all(current, days)
    found = []
    for place, kept in enumerate(networks, 1):
        before = kept.before("deleted", at) or at
        one = _purge(storage, kept.network_id, before, at, is_dry=is_dry)
        one.old.update(keeping_services.take_out(kept, at, is_dry=is_dry))
        found.append(NetworkReport(kept, one))
        report(round(100 * place / len(networks)))
    return found


def _purge(
    storage: Storage, network_id: int | None, before: datetime, at: datetime, *, is_dry: bool
) -> Report:
    """Take out what was deleted before a moment, of one network or of none."""
    found = Report()
    with transaction(at=at) as current:
        waiting = list(purging.roots(current, before, network_id))
    for root in waiting:
        one = Report(seen=found.seen)
        try:
            with transaction(at=at) as current:
                purging.purge(current, root, before, one, is_dry=is_dry)
        except (ConflictError, IntegrityError):
            continue
        _add(found, one)
        _delete(storage, one)
    if network_id is not None:
        one = Report(seen=found.seen)
        with transaction(at=at) as current:
            purging.old_files(current, before, one, network_id, is_dry=is_dry)
        _add(found, one)
        _delete(storage, one)
    return found


def _delete(storage: Storage, one: Report) -> None:
    """Delete bytes: only after the rows that named them are gone."""
    for key in one.keys:
        storage.delete(key)


def _add(found: Report, one: Report) -> None:
    found.gone.update(one.gone)
    found.stays.update(one.stays)
    found.files += one.files
    found.bytes += one.bytes
    found.notices += one.notices
    found.old.update(one.old)
