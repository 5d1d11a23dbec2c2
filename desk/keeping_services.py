"""Taking out what a network has kept long enough: notices, ended work, looks, old words, people who left.

Each in small transactions of its own; harmless when repeated or run by two at once.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from desk import keeping
from desk.keeping_queries import Keeping
from nic_platform import audit, forgetting
from nic_platform.actor import Actor
from nic_platform.database import Base, transaction
from nic_platform.errors import InputError
from nic_platform.tables import AuditEntry, Job, Notice, StudentLook
from nic_platform.text import _
from teams.models import Membership, Network

PIECE = 2000  # rows in one transaction
OBJECTS = 200  # histories in one transaction
ENDED = ("done", "failed", "cancelled")
LEFT = ("competencies", "perspectives")  # what a membership says of a person


def save(
    session: Session, network: Network, days: Mapping[str, int | None], *, by: Actor, at: datetime
) -> None:
    """Write for how many days a network keeps what; ``None`` for the usual.

    Raises:
        InputError: a number is too small or too large; nothing was changed.
    """
    wrong = {
        span.key: keeping.wrong(span)
        for span in keeping.SPANS
        if span.key in days and not span.may_be(days[span.key])
    }
    if wrong:
        raise InputError(_("Each number of days has a least and a most."), wrong)
    for key, value in days.items():
        setattr(network, keeping.BY_KEY[key].column, value)
    session.flush()


def take_out(kept: Keeping, at: datetime, *, is_dry: bool = False) -> Counter[str]:
    """Take out what one network has kept long enough, and return how much of each, by key."""
    simple: dict[str, Any] = {
        "notices": (Notice, Notice.created_at), "jobs": (Job, Job.finished_at),
        "looks": (StudentLook, StudentLook.last_at),
    }  # fmt: skip
    found: Counter[str] = Counter()
    for key, (model, column) in simple.items():
        if before := kept.before(key, at):
            where = [model.network_id == kept.network_id, column < before]
            if model is Job:
                where.append(Job.state.in_(ENDED))
            found[key] = _rows(model, where, at, is_dry=is_dry)
    if before := kept.before("words", at):
        found["words"] = _words(kept.network_id, before, at, is_dry=is_dry)
    if before := kept.before("people", at):
        found["people"] = _people(kept.network_id, before, at, is_dry=is_dry)
    return found


def _rows(model: Any, where: list[Any], at: datetime, *, is_dry: bool) -> int:
    if is_dry:
        with transaction(at=at) as current:
            return current.scalar(select(func.count()).select_from(model).where(*where)) or 0
    count = 0
    while True:
        with transaction(at=at) as current:
            ids = list(current.scalars(select(model.id).where(*where).limit(PIECE)))
            current.execute(delete(model).where(model.id.in_(ids)))
        count += len(ids)
        if len(ids) < PIECE:
            return count


def _words(network_id: int, before: datetime, at: datetime, *, is_dry: bool) -> int:
    """Take values older than a moment out of the trail; return of how many things."""
    old = (
        select(AuditEntry.kind, AuditEntry.object_id)
        .where(AuditEntry.network_id == network_id, AuditEntry.at < before)
        .where(AuditEntry.changes.is_not(None), AuditEntry.action != audit.REDACTED)
        .distinct()
    )
    if is_dry:
        with transaction(at=at) as current:
            return current.scalar(select(func.count()).select_from(old.subquery())) or 0
    count = 0
    while True:
        with transaction(at=at) as current:
            things = current.execute(old.limit(OBJECTS)).all()
            for kind, object_id in things:
                forgetting.forget_before(current, kind, object_id, before, at=at)
        count += len(things)
        if len(things) < OBJECTS:
            return count


def _people(network_id: int, before: datetime, at: datetime, *, is_dry: bool) -> int:
    """Forget what was known of people who left: what they brought to teams, and their rows in rosters."""
    with transaction(at=at) as current:
        gone = select(Membership).where(Membership.network_id == network_id, Membership.deleted_at < before)
        told = [each for each in current.scalars(gone) if each.competencies or each.perspectives]
        rows = list(current.scalars(_off_the_roster(network_id, before)))
        if not is_dry:
            for each in told:
                each.competencies, each.perspectives = [], []
            current.flush()
            for each in told:
                audit.redact(current, "membership", each.public_id, by=None, at=at, fields=LEFT)
            for start in range(0, len(rows), PIECE):
                roster = Base.metadata.tables["roster_person"]  # rosters stand above this domain
                current.execute(delete(roster).where(roster.c.id.in_(rows[start : start + PIECE])))
        return len(told) + len(rows)


def _off_the_roster(network_id: int, before: datetime) -> Any:
    """Return the rows of people whom a roster let go; a directory keeps those that it may name again."""
    row, source = Base.metadata.tables["roster_person"].c, Base.metadata.tables["roster_source"].c
    return (
        select(row.id)
        .join(source.id.table, source.id == row.source_id)
        .where(row.network_id == network_id, row.is_active.is_(False), row.ended_at < before)
        .where(or_(row.deleted_at.is_not(None), source.kind == "oneroster"))
    )
