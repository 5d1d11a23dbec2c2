"""A file with a table that is brought in: kept beside its import, read again, found. Callers commit."""

from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from nic_platform import tabular
from nic_platform.errors import ConflictError, RuleError
from nic_platform.storage import storage
from nic_platform.tables import Attachment, ImportRun
from nic_platform.text import _

SHOWN = 10  # imports that a list shows


def keep(
    session: Session, network_id: int, kind: str, stream: BinaryIO, name: str, *, by: int | None, at: datetime
) -> tuple[ImportRun, tabular.Table]:
    """Keep a file and return its import, of which nothing is known yet, and the table in the file.

    Raises:
        InputError: the file holds no table; the text says the mend.
    """
    table = tabular.read_table(stream, name)
    stream.seek(0)
    stored, run_id = storage().put(stream), uuid4()
    attachment = Attachment(
        network_id=network_id, object_kind="import", object_id=run_id, name=table.name,
        content_type="application/octet-stream", size=stored.size, sha256=stored.sha256, key=stored.key,
        created_at=at, created_by_id=by,
    )  # fmt: skip
    session.add(attachment)
    session.flush()
    run = ImportRun(
        public_id=run_id, network_id=network_id, kind=kind, file_name=table.name,
        attachment_id=attachment.id, created_at=at, created_by_id=by,
    )  # fmt: skip
    session.add(run)
    return run, table


def table_of(session: Session, run: ImportRun) -> tabular.Table:
    """Return the table of a kept file.

    Raises:
        RuleError: the file is gone.
    """
    attachment = session.get(Attachment, run.attachment_id) if run.attachment_id else None
    if attachment is None:
        raise RuleError(_("The file is not kept any more. Upload it again."))
    with storage().open(attachment.key) as stream:
        return tabular.read_table(stream, run.file_name)


def hold(session: Session, run: ImportRun) -> None:
    """Read an import anew and let nobody else write or undo it until this transaction ends."""
    session.refresh(run, with_for_update=True)


def hold_preview(session: Session, run: ImportRun) -> None:
    """Hold an import whose columns are to be chosen anew.

    Raises:
        ConflictError: it was written meanwhile, or taken back.
    """
    hold(session, run)
    if run.state != "preview":
        raise ConflictError(_("This import is over. Upload the file again to import it anew."))


def find_run(
    session: Session, network_id: int | None, kind: str, import_id: UUID, *more: Any
) -> ImportRun | None:
    """Return one import of a kind in a network; *more* are further conditions."""
    query = select(ImportRun).where(ImportRun.network_id == network_id, ImportRun.kind == kind)
    return session.scalar(query.where(ImportRun.public_id == import_id, *more))


def runs_of(session: Session, network_id: int | None, kind: str, *more: Any) -> list[ImportRun]:
    """Return the newest imports of a kind in a network; *more* are further conditions."""
    query = select(ImportRun).where(ImportRun.network_id == network_id, ImportRun.kind == kind, *more)
    return list(session.scalars(query.order_by(ImportRun.id.desc()).limit(SHOWN)))
