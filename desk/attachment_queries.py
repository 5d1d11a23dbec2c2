"""The files attached to a thing: whoever may read the thing may read them, and nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.attachment_rules import KINDS as ATTACHABLE
from desk.attachment_rules import LARGEST, LARGEST_SHOWN, PICTURES, TYPES, size_words, words_of
from desk.visible_queries import KINDS
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import Attachment
from nic_platform.text import _
from teams.models import Team

BRING_BACK = timedelta(days=30)
"""For so long a file that was taken away can be brought back."""


@dataclass(frozen=True)
class Owner:
    """The thing that files are attached to. ``thing`` is its entity, for writing."""

    kind: str
    object_id: UUID
    title: str
    team_id: int
    thing: Any


@dataclass(frozen=True)
class FileRow:
    """One attached file, in finished values; ``size`` in bytes."""

    id: UUID
    name: str
    size: int
    at: datetime
    who: str
    is_removed: bool
    content_type: str = ""

    @property
    def is_shown(self) -> bool:
        """Say whether a page may show it small: a picture that is not too large."""
        return self.content_type in PICTURES and self.size <= LARGEST_SHOWN and not self.is_removed

    @property
    def words(self) -> str:
        """Return what a picture shows, as it is read out."""
        return words_of(self.name)


def owner_of(session: Session, actor: Actor, kind: str, object_id: UUID) -> Owner:
    """Return the thing that *actor* names; one statement.

    Raises:
        AbsentError: there is none that can hold files, or *actor* may not know of it.
    """
    if kind not in ATTACHABLE:
        raise AbsentError(_("There is no such page."))
    known = KINDS[kind]
    query = select(known.model, known.title).where(known.model.public_id == object_id, known.condition(actor))
    row = session.execute(query).first()
    if row is None:
        raise AbsentError(_("There is no such page."))
    return Owner(kind, object_id, str(row[1] or ""), row[0].team_id, row[0])


def files_of(session: Session, owner: Owner, *, removed_since: datetime | None = None) -> Sequence[FileRow]:
    """Return the files of a thing, oldest first; with ``removed_since`` also those taken away after it."""
    query = _files(with_removed=removed_since is not None)
    given = {"kind": owner.kind, "thing": owner.object_id, "since": removed_since}
    rows = session.execute(query, given)
    return [FileRow(row[0], row[1], row[2], row[3], row[4] or "", row[5] is not None, row[6]) for row in rows]


@cache
def _files(with_removed: bool) -> Any:
    gone = Attachment.deleted_at
    kept = or_(gone.is_(None), gone >= bindparam("since")) if with_removed else gone.is_(None)
    return (
        select(
            Attachment.public_id, Attachment.name, Attachment.size, Attachment.created_at,
            User.name, Attachment.deleted_at, Attachment.content_type,
        )
        .outerjoin(User, User.id == Attachment.created_by_id)
        .where(Attachment.object_kind == bindparam("kind"), Attachment.object_id == bindparam("thing"), kept)
        .order_by(Attachment.id)
    )  # fmt: skip


def row_of(file: Attachment, who: str) -> FileRow:
    """Return a file that *who* sent just now as it is listed."""
    is_removed = file.deleted_at is not None
    return FileRow(file.public_id, file.name, file.size, file.created_at, who, is_removed, file.content_type)


@dataclass(frozen=True)
class Beside:
    """The files of a thing as its own page shows them, and what may be added. ``most`` in megabytes."""

    files: Sequence[FileRow]
    most: int = LARGEST >> 20
    endings: str = ", ".join(f".{ending}" for ending in TYPES)
    size_words: Callable[[int], str] = size_words


def files_beside(session: Session, kind: str, thing: Any) -> Beside:
    """Return the files of a thing that its reader was found to read; one statement."""
    return Beside(files_of(session, Owner(kind, thing.public_id, "", thing.team_id, thing)))


def get_file(session: Session, actor: Actor, attachment_id: UUID) -> tuple[Attachment, Owner]:
    """Return a file and what it is attached to, also a file that was taken away; two statements.

    Raises:
        AbsentError: there is none, or *actor* may not know of the thing it is attached to.
    """
    found = session.scalars(
        select(Attachment).where(
            Attachment.public_id == attachment_id, Attachment.network_id == actor.network_id
        )
    ).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such file."))
    return found, owner_of(session, actor, found.object_kind, found.object_id)


def hold_room(session: Session, team_id: int | None) -> None:
    """Let nobody else look at a team's room until this transaction ends: two at once would both fit."""
    session.execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


def kept_by(session: Session, team_id: int) -> int:
    """Return how many bytes a team keeps, files not yet purged included."""
    return int(session.scalar(select(func.sum(Attachment.size)).where(Attachment.team_id == team_id)) or 0)
