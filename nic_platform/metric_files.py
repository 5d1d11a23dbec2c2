"""The files in which several processes keep their figures: read as one, folded once a process has ended.

Processes are replaced all day. If each left its files behind, a reading would take longer from day to day; so
what an ended one counted is added to one file of all that have ended. A lock keeps a reading from seeing
either both or neither.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
ENDED = "ended"


def folder() -> Path | None:
    """Return where the processes keep their figures, and see that it is there; none where one serves."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    kept = Path(named)
    kept.mkdir(parents=True, exist_ok=True)  # whoever counts first would fail without it
    return kept


def read(kept: Path) -> bytes:
    """Return the figures of all processes, those that have ended too, as Prometheus reads them."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(kept))  # type: ignore[no-untyped-call]  # prometheus_client gives no types
    with _locked(kept, alone=False):
        return generate_latest(registry)


def fold(kept: Path, pid: int) -> None:
    """Add what the ended process *pid* counted to what others counted before, and forget what it held."""
    with _locked(kept, alone=True):
        for old in sorted(kept.glob(f"*_{pid}.db")):
            kind = old.name.partition("_")[0]
            if kind != "gauge":  # a gauge says what is the case now: with the process it is over
                _add(old, kept / f"{kind}_{ENDED}.db")
            old.unlink(missing_ok=True)


def _add(old: Path, total: Path) -> None:
    from prometheus_client.mmap_dict import MmapedDict

    sums = MmapedDict(str(total))  # type: ignore[no-untyped-call]  # prometheus_client gives no types
    try:
        for key, value, at, _place in MmapedDict.read_all_values_from_file(str(old)):  # type: ignore[no-untyped-call]  # as above
            sums.write_value(key, sums.read_value(key)[0] + value, at)  # type: ignore[no-untyped-call]  # as above
    finally:
        sums.close()  # type: ignore[no-untyped-call]  # as above


@contextmanager
def _locked(kept: Path, *, alone: bool) -> Iterator[None]:
    import fcntl  # where gunicorn runs it is there

    with (kept / "lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
