"""Taking out what was deleted longer ago than things are kept: each in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime, timedelta

from nic_platform import purging
from nic_platform.database import transaction
from nic_platform.errors import ConflictError
from nic_platform.purging import Report
from nic_platform.storage import Storage


def purge_all(
    storage: Storage, days: int, *, at: datetime, is_dry: bool = False,
    report: Callable[[int], None] = lambda _per_cent: None,
) -> Report:  # fmt: skip
    """Take out what was deleted more than *days* days before *at*, and return what went.

    Harmless when repeated or run by two at once: a thing that went, or came back, is left alone. What
    somebody changes at this very moment waits for the next run.

    Args:
        is_dry: only say what would go; nothing is changed.
        report: is told how far it has come, in per cent.
    """
    before, found = at - timedelta(days=days), Report()
    with transaction(at=at) as current:
        waiting = list(purging.roots(current, before))
    for place, root in enumerate(waiting, 1):
        one = Report(seen=found.seen)
        try:
            with transaction(at=at) as current:
                purging.purge(current, root, before, one, is_dry=is_dry)
        except ConflictError:
            continue
        _add(found, one, storage)
        report(round(100 * place / len(waiting)))
    one = Report(seen=found.seen)
    with transaction(at=at) as current:
        purging.old_files(current, before, one, is_dry=is_dry)
    _add(found, one, storage)
    return found


def _add(found: Report, one: Report, storage: Storage) -> None:
    """Add one part to the report; bytes go only after the rows that named them are gone."""
    for key in one.keys:
        storage.delete(key)
    found.gone.update(one.gone)
    found.stays.update(one.stays)
    found.files += one.files
    found.bytes += one.bytes
    found.notices += one.notices
