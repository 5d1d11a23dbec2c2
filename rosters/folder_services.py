"""Reading what a source's folder holds, once: the nightly drop of a student information system."""

import hashlib
import logging
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform.database import transaction
from nic_platform.errors import InputError, RuleError
from nic_platform.notices import notify
from nic_platform.tables import ImportRun
from nic_platform.text import _
from rosters import bundle, import_services, rules
from rosters.models import RosterSource
from teams import lead_services

log = logging.getLogger(__name__)
_DROP = "drop"  # under which an import keeps the digest of what it was read from
STILL = 60.0
"""Seconds for which nothing in a folder may have changed before it is read: a copy may still be running."""


def newest(folder: Path) -> Path | None:
    """Return what to read of a source's folder: its newest zip, else the folder itself if it holds CSV files.

    Links are left alone. Nothing is read while something is still being written.
    """
    if not folder.is_dir() or folder.is_symlink():
        return None
    files = [
        path for path in folder.iterdir()
        if path.suffix.lower() in {".zip", ".csv"} and path.is_file() and not path.is_symlink()
    ]  # fmt: skip
    if not files or time.time() - max(path.stat().st_mtime for path in files) < STILL:
        return None
    zips = [path for path in files if path.suffix.lower() == ".zip"]
    return max(zips, key=lambda path: (path.stat().st_mtime, path.name)) if zips else folder


def digest_of(path: Path) -> str:
    """Return what tells two drops apart: their bytes."""
    found = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.glob("*.[cC][sS][vV]")):
        found.update(file.name.encode())
        with file.open("rb") as stream:
            while piece := stream.read(1024 * 1024):
                found.update(piece)
    return found.hexdigest()


def read_one(source_id: int, folder: str, *, at: datetime) -> str:
    """Read and write what is new for one source, in transactions of its own.

    Rows with problems are left out, so that who left loses access though somebody else's row is wrong; a file
    that would end much access, or is damaged, waits for a person, who is told. A drop counts as read with
    what came of it: where the work breaks off before, the next round begins it anew.

    Returns:
        ``read``, ``waiting``, ``failed``, or an empty text where there was nothing new.
    """
    with transaction(at=at) as current:
        source = current.get_one(RosterSource, source_id)
        path = newest(Path(folder) / str(source.public_id))
        digest = digest_of(path) if path is not None else ""
        if path is None or digest == source.last_digest:
            return ""
    try:
        return _read(source_id, path, digest, at)
    except InputError as error:
        with transaction(at=at) as current:
            source = _looked_at(current, source_id, digest, at)
            leads = lead_services.network_leads(current, {source.network_id}).get(source.network_id, set())
            notify(
                current, leads, kind=import_services.RAN, network_id=source.network_id, at=at,
                subject=_("%(roster)s could not be read", roster=source.name), body=str(error),
                path=f"/network/rosters/{source.public_id}",
            )  # fmt: skip
        return "failed"


def _looked_at(current: Session, source_id: int, digest: str, at: datetime) -> RosterSource:
    """Note that a drop has been dealt with, in the transaction of what came of it."""
    source = current.get_one(RosterSource, source_id, with_for_update=True)
    source.last_digest, source.last_run_at = digest, at
    return source


def _clear_away(current: Session, source: RosterSource, digest: str) -> None:
    """Take out what earlier rounds that broke off have left of the same drop: one look at it is enough."""
    left = select(ImportRun).where(
        ImportRun.network_id == source.network_id, ImportRun.kind == rules.KIND,
        ImportRun.state == "preview", ImportRun.mapping[_DROP].as_string() == digest,
        ImportRun.mapping["source"].as_string() == str(source.public_id),
    )  # fmt: skip
    for run in current.scalars(left):
        current.delete(run)


def _read(source_id: int, path: Path, digest: str, at: datetime) -> str:
    with transaction(at=at) as current:
        source = current.get_one(RosterSource, source_id)
        if path.is_dir():
            reading = import_services.read_bundle(current, source, bundle.open_folder(path), at=at)
        else:
            with path.open("rb") as stream:
                reading = import_services.read_bundle(
                    current, source, bundle.open_zip(stream, path.name), at=at
                )
        _clear_away(current, source, digest)
        run = import_services.receive(current, source, reading, path.name, by=None, at=at)
        run.mapping = {**run.mapping, _DROP: digest}
        current.flush()
        run_id = run.id
    try:
        with transaction(at=at) as current:
            source, run = _looked_at(current, source_id, digest, at), current.get_one(ImportRun, run_id)
            import_services.write(current, source, run, agreed=False, leave_out=True, by=None, at=at)
        return "read"
    except RuleError:
        with transaction(at=at) as current:
            source, run = _looked_at(current, source_id, digest, at), current.get_one(ImportRun, run_id)
            import_services.tell(current, source, run, at=at)
        return "waiting"
