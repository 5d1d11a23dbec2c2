"""Attaching a file to a thing, taking it away, bringing it back; each is told in the thing's history."""

from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from sqlalchemy.orm import Session

from desk import attachment_queries as queries
from desk import attachment_rules as rules
from desk import file_content, pictures
from nic_platform import audit
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.storage import storage
from nic_platform.tables import Attachment
from nic_platform.text import _


def attach(
    session: Session,
    owner: queries.Owner,
    stream: BinaryIO,
    name: str,
    *,
    quota: int,
    by: Actor,
    at: datetime,
    says: str = "",
) -> Attachment:
    """Keep a file beside *owner*; a picture without what a camera wrote into it.

    Args:
        quota: how many bytes its team may keep in all.
        says: what a picture shows, in words; it is named by them.

    Raises:
        InputError: the file can't be taken; nothing was kept.
    """
    clean = rules.clean_name(name)
    queries.hold_room(session, owner.team_id)
    session.refresh(owner.thing)  # who was waited for has written into its history
    problem = _problem_with(clean, stream, queries.kept_by(session, owner.team_id), quota)
    if problem:
        raise InputError(problem, {"file": problem})
    content_type = rules.TYPES[rules.ending_of(clean)][0]
    if content_type in rules.PICTURES:
        clean, stream = rules.described(clean, says), _bare(stream)
    stored = storage().put(stream)
    kept = Attachment(
        network_id=owner.thing.network_id, team_id=owner.team_id, object_kind=owner.kind,
        object_id=owner.object_id, name=clean, content_type=content_type, size=stored.size,
        sha256=stored.sha256, key=stored.key, created_at=at, created_by_id=by.user_id,
    )  # fmt: skip
    session.add(kept)
    audit.record(session, owner.thing, "attached", {"file": [None, clean]})
    return kept


def _problem_with(name: str, stream: BinaryIO, kept: int, quota: int) -> str:
    """Return why a file can't be taken by a team that keeps so many bytes, in a sentence; empty when it
    can."""
    head = stream.read(rules.HEAD)
    size = stream.seek(0, 2)
    stream.seek(0)
    problem = rules.problem_with(name, size, head)
    problem = problem or file_content.problem_in(rules.ending_of(name), stream)
    if not problem and not rules.fits(size, kept, quota):
        return _("Your team has no room left for files. Ask whoever runs the platform for more.")
    return problem


def _bare(stream: BinaryIO) -> BinaryIO:
    """Return a picture without place, device and hidden parts.

    Raises:
        InputError: it can't be read to its end.
    """
    try:
        return BytesIO(pictures.without_traces(stream.read()))
    except pictures.PictureError:
        problem = _("This picture is damaged. Open it, save it anew and send that.")
        raise InputError(problem, {"file": problem}) from None


def remove(session: Session, file: Attachment, owner: queries.Owner, *, at: datetime) -> None:
    """Take a file away; it can be brought back for thirty days. Twice is once."""
    if file.deleted_at is None:
        file.deleted_at = at
        audit.record(session, owner.thing, "detached", {"file": [file.name, None]})


def restore(session: Session, file: Attachment, owner: queries.Owner, *, at: datetime) -> None:
    """Bring a file back that was taken away.

    Raises:
        RuleError: that was too long ago.
    """
    if file.deleted_at is None:
        return
    if file.deleted_at < at - queries.BRING_BACK:
        raise RuleError(_("This file was taken away more than thirty days ago."))
    file.deleted_at = None
    audit.record(session, owner.thing, "attached", {"file": [None, file.name]})
