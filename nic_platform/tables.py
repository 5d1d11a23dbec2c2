"""Tables of the frame itself: trail, looks, deletions, notices, jobs, files, imports, the installation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from nic_platform.database import Base, Json, Named, Tenant, UtcDateTime

_USER = "user_account.id"


class Installation(Base):
    """The one row that says what this database is."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """One act on one object. ``digest`` covers the row before it and the values' digests, not the values."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("kind", "object_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int | None] = mapped_column(
        index=True
    )  # no foreign key: history outlives what it tells of
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(index=True)
    changes: Mapped[dict[str, Any] | None] = mapped_column(Json)
    digests: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))


class StudentLook(Tenant, Base):
    """That a person, or a program, looked at figures of students of a place on a day, in one way."""

    __tablename__ = "student_look"
    __table_args__ = (
        UniqueConstraint("user_id", "network_id", "on_day", "place_id", "way"),
        Index("ix_student_look_newest", "network_id", "id"),
        Index("ix_student_look_place", "network_id", "place_id", "id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    on_day: Mapped[date] = mapped_column(Date)  # in the network's own time zone
    place: Mapped[str] = mapped_column(String(8))  # team, site, network
    place_id: Mapped[UUID] = mapped_column(Uuid)  # its public id; no key: the look outlives the place
    way: Mapped[str] = mapped_column(String(8))  # page, file, program
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Deletion(Named, Base):
    """That a network or an account is to be deleted: who asked, until when it can be undone, when it went."""

    __tablename__ = "deletion"
    __table_args__ = (Index("ix_deletion_object", "kind", "object_id"),)

    kind: Mapped[str] = mapped_column(String(8))  # network, person
    object_id: Mapped[UUID] = mapped_column(Uuid)  # public id; no key: this outlives what it tells of
    name: Mapped[str] = mapped_column(String(160), default="")  # of a person only until they are gone
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="SET NULL"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(300), default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # empty until confirmed
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Named, Base):
    """The outbox: what a person is told, on the page and by mail, written with the change it tells of."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_unread", "user_id", "read_at", "id"),
        Index("ix_notice_newest", "user_id", "id"),
        Index("ix_notice_unsent", "mail_state", "mail_after"),
    )

    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    address: Mapped[str | None] = mapped_column(String(254))  # for mail to somebody who has no account yet
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text, default="")
    path: Mapped[str] = mapped_column(String(500), default="")
    on_page: Mapped[bool] = mapped_column(default=True)
    is_last: Mapped[bool] = mapped_column(
        default=False
    )  # the last one on an overdue promise: never turned down
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail_state: Mapped[str] = mapped_column(
        String(12), default="waiting"
    )  # waiting, digest, sent, failed, none
    mail_after: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_attempts: Mapped[int] = mapped_column(default=0)
    mail_error: Mapped[str | None] = mapped_column(String(500))
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeChoice(Base):
    """What one person wants of one kind of notice; no row means what the platform gives by itself."""

    __tablename__ = "notice_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)  # a group of kinds, as ``feedback.late``
    on_page: Mapped[bool] = mapped_column(default=True)
    by_mail: Mapped[str] = mapped_column(String(8), default="now")  # now, digest, none


class Job(Named, Base):
    """A piece of background work; its heartbeat shows whether somebody is still at it."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state", "heartbeat_at"),)

    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued")  # queued, running, done, failed
    progress: Mapped[int] = mapped_column(default=0)  # per cent
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Schedule(Base):
    """When each repeated job ran last, so that only one worker starts it."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attachment(Named, Base):
    """A stored file; its bytes lie behind :mod:`nic_platform.storage` under ``key``."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_object", "object_kind", "object_id"),)

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportRun(Named, Base):
    """One import: what was read, what it did, and what is needed to take it back."""

    __tablename__ = "import_run"

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id", ondelete="SET NULL"))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="preview")  # preview, done, undone, refused
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_created: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_unchanged: Mapped[int] = mapped_column(default=0)
    rows_skipped: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(Json, default=list)
    undo: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey(_USER, ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IdempotencyKey(Base):
    """What was answered to a request that named itself: the same one, sent again, does nothing twice."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(_USER, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(128))
    request_digest: Mapped[str] = mapped_column(String(64))  # of method, address and body
    status: Mapped[int | None]  # empty while the first request is at work
    headers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    body: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
