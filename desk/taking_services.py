"""Files that take longer than a page may: made in the background with their owner's rights, kept a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform import jobs
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, RuleError
from nic_platform.tables import Job
from nic_platform.text import _

JOB = "desk.make_file"
KEPT = timedelta(days=1)
MOST_AT_ONCE = 3
SHOWN = 20


@dataclass(frozen=True)
class FileRow:
    """One file that somebody asked for: how far it is, or until when it is kept; ``size`` in bytes."""

    id: UUID
    title: str
    state: str
    progress: int
    asked_at: datetime
    is_ready: bool
    is_stopping: bool
    until: datetime | None
    size: int
    why: str


def begin(session: Session, actor: Actor, path: str, title: str, *, language: str) -> Job:
    """Let a worker make the file that *path* gives to the actor, in the team chosen now.

    Raises:
        RuleError: as many as one person may have at a time are being made.
    """
    going = select(func.count()).select_from(Job).where(
        Job.created_by_id == actor.user_id, Job.name == JOB, Job.state.in_(("queued", "running"))
    )  # fmt: skip
    if (session.scalar(going) or 0) >= MOST_AT_ONCE:
        raise RuleError(_("Three of your files are being made already. Wait for one, or stop it."))
    payload = {
        "path": path, "title": title, "user_id": actor.user_id, "team_id": actor.team_id,
        "language": language,
    }  # fmt: skip
    return jobs.enqueue(session, JOB, payload, by=actor.user_id, network_id=actor.network_id)


def list_files(session: Session, actor: Actor) -> list[FileRow]:
    """Return the files that a person asked for in this network, newest first."""
    query = select(Job).where(_own(actor)).order_by(Job.id.desc()).limit(SHOWN)
    return [_row(job) for job in session.scalars(query)]


def _own(actor: Actor) -> Any:
    return (Job.name == JOB) & (Job.created_by_id == actor.user_id) & (Job.network_id == actor.network_id)


def _row(job: Job) -> FileRow:
    held = job.result or {}
    until = datetime.fromisoformat(held["until"]) if held.get("until") else None
    why = str(job.error or "") if job.state == "failed" and not held.get("fault") else ""
    return FileRow(
        job.public_id, str(job.payload.get("title", "")), job.state, job.progress, job.created_at,
        bool(held.get("key")), job.cancel_asked_at is not None and job.state == "running", until,
        int(held.get("size", 0)), why,
    )  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """Where the bytes of a file lie, what they are, and what the file is called."""

    key: str
    content_type: str
    name: str


def kept_file(session: Session, actor: Actor, made_file_id: UUID, at: datetime) -> Kept:
    """Return a file that is ready, to the person who asked for it.

    Raises:
        AbsentError: there is none of theirs, it is not ready, its day is over, or what they may read has
            changed since it was made.
    """
    held = session.scalar(select(Job.result).where(Job.public_id == made_file_id, _own(actor))) or {}
    if not held.get("key") or datetime.fromisoformat(held["until"]) < at:
        raise AbsentError(_("There is no such file, or its day is over."))
    if held["rights"] != rights_of(actor):
        raise AbsentError(_("What you may read has changed since this file was made. Ask for it again."))
    return Kept(held["key"], held["type"], held["name"])


def rights_of(actor: Actor) -> str:
    """Return what an actor's roles are, as one text: a file is given out only while they stay the same."""
    roles = sorted(f"{team}={role}" for team, role in actor.roles.items())
    wide = sorted([*actor.network_roles, *actor.reviewer_levels, *(["admin"] if actor.is_admin else [])])
    return f"{actor.network_id}:{','.join(roles)}:{','.join(wide)}:{actor.minimum_cell}"
