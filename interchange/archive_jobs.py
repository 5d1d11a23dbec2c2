"""Background work of archives: making one, and deleting those whose week is over."""

from tempfile import TemporaryFile
from typing import Any

from interchange import archive_services
from interchange.archive_job_services import JOB, KEPT
from nic_platform import clock, taking
from nic_platform.database import db, transaction
from nic_platform.jobs import Report, every, register
from nic_platform.storage import storage

FORGET = "interchange.forget_archives"


@register(JOB)
def make_archive(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Make the archive of a network. Run again, it makes it again."""
    with TemporaryFile() as file:
        manifest = archive_services.write(db.engine, storage(), payload["network_id"], file, report)
        file.seek(0)
        kept = storage().put(file)
    until = clock.now() + KEPT
    return {
        "key": kept.key, "size": kept.size, "rows": sum(manifest.rows().values()), "until": until.isoformat(),
        "missing": len(manifest.missing), "faults": manifest.trail["faults"],
    }  # fmt: skip


@register(FORGET)
def forget_archives(_payload: dict[str, Any], _report: Report) -> dict[str, Any]:
    """Delete the archives whose week is over. Harmless when repeated."""
    at = clock.now()
    with transaction(at=at) as current:
        return {"gone": taking.forget_made(current, JOB, at)}


every(FORGET, minutes=60)
