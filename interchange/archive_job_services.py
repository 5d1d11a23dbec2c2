"""The archives of a network that are being made or lie ready: made in the background, kept for a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import audit, job_control, jobs
from nic_platform.actor import Actor
from nic_platform.database import Base
from nic_platform.errors import AbsentError, RuleError
from nic_platform.tables import Job
from nic_platform.text import _
from teams.models import Network

JOB = "interchange.archive_network"
KEPT = timedelta(days=7)
SHOWN = 20


@dataclass(frozen=True)
class ArchiveRow:
    """One archive: how far it is, or until when it is kept; ``rows`` and ``size`` (bytes) once ready."""

    id: UUID
    state: str
    progress: int
    made_at: datetime
    by: str
    is_ready: bool
    until: datetime | None
    size: int
    rows: int
    why: str


def begin(session: Session, network: Network, *, by: Actor, at: datetime) -> Job:
    """Let a worker make the archive of a network, and write down who asked.

    Raises:
        RuleError: one is being made already.
    """
    going = select(Job.id).where(
        Job.network_id == network.id, Job.name == JOB, Job.state.in_(("queued", "running"))
    )
    if session.scalar(going.limit(1)) is not None:
        raise RuleError(_("An archive is being made already. Wait for it, or stop it."))
    audit.record(session, network, "archived")
    payload = {"network_id": network.id, "confirmed": True}
    return jobs.enqueue(session, JOB, payload, by=by.user_id, network_id=network.id)


def list_archives(session: Session, actor: Actor) -> list[ArchiveRow]:
    """Return the archives of the actor's network, newest first."""
    person = Base.metadata.tables["user_account"].c
    query = (
        select(
            Job.public_id, Job.state, Job.progress, Job.created_at, Job.result, Job.error,
            func.coalesce(person.name, "").label("by"),
        )
        .outerjoin(person.id.table, person.id == Job.created_by_id)
        .where(Job.network_id == actor.network_id, Job.name == JOB)
        .order_by(Job.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    found = []
    for row in session.execute(query):
        held = row.result or {}
        until = datetime.fromisoformat(held["until"]) if held.get("until") else None
        found.append(
            ArchiveRow(
                row.public_id, row.state, row.progress, row.created_at, row.by, bool(held.get("key")), until,
                held.get("size", 0), held.get("rows", 0),
                job_control.why(row.state, row.error, held) if row.state == "failed" else "",
            )
        )  # fmt: skip
    return found


def key_of(session: Session, actor: Actor, archive_id: UUID, at: datetime) -> str:
    """Return where the bytes of a ready archive lie.

    Raises:
        AbsentError: there is none in this network, it is not ready, or its week is over.
    """
    query = select(Job.result).where(
        Job.public_id == archive_id, Job.network_id == actor.network_id, Job.name == JOB
    )
    held = session.scalar(query) or {}
    if not held.get("key") or datetime.fromisoformat(held["until"]) < at:
        raise AbsentError(_("There is no such archive, or its week is over."))
    return str(held["key"])
