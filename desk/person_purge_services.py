"""Deleting a person's account for good: what was theirs goes, what they wrote stays without a name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, func, or_, select, union, update
from sqlalchemy.orm import Session

from accounts.models import OneTimeLink, User
from accounts.queries import other_admins
from desk import ending_queries, ending_services
from desk.ending import OF_PERSON_ENDED, OF_PERSON_GONE, PERSON
from nic_platform import audit
from nic_platform.database import Base, transaction
from nic_platform.errors import RuleError
from nic_platform.tables import Deletion, ImportRun, Notice
from nic_platform.text import marked
from teams import lead_services
from teams.models import Membership, NetworkMember

NOBODY = marked("A former member")
LEFT = ("competencies", "perspectives")
SHORTEST = 5  # signs of a name that is taken out of others' notices; a shorter one may be any word
_BLANK = {
    "title": "", "phone": "", "locale": "", "password_hash": None, "is_admin": False, "second_since": None,
    "second_asked_at": None, "mail_notices": False, "time_zone": "", "digest": "", "quiet_from": None,
    "quiet_until": None, "quiet_weekends": False, "digest_sent_at": None, "ends_at": None,
}  # fmt: skip


def purge(deletion_id: UUID, at: datetime) -> bool:
    """Delete the account that a request is about, if its day has come, and say whether it went.

    What others asked for is taken back where the person belongs to another network since.

    Raises:
        AbsentError: there is no open request.
        RuleError: a network would be left without a lead, or the installation without an administrator.
    """
    with transaction(at=at) as current:
        asked = ending_queries.entity(current, deletion_id)
        user = current.scalars(select(User).where(User.public_id == asked.object_id)).first()
        if asked.due_at is None or asked.due_at > at:
            return False
        if user is not None and user.deleted_at is None:
            if _has_a_place_since(current, asked, user):
                ending_services.undo(current, asked, by=None, at=at)
                return False
            _refuse(current, user)
            take_out(current, user, at)
        asked.name, asked.why, asked.done_at = "", "", at
        return True


def _has_a_place_since(session: Session, asked: Deletion, user: User) -> bool:
    """Say whether others asked for it who can't any more: the person belongs to another network by now."""
    if asked.asked_by_id == user.id:
        return False
    return ending_queries.belongs_elsewhere(session, user.id, asked.network_id)


def _refuse(session: Session, user: User) -> None:
    if name := ending_queries.led_alone(session, user.id):
        raise RuleError(f"Nobody else leads {name}.")
    if user.is_admin and not other_admins(session, user.id):
        raise RuleError("This is the only administrator.")


def take_out(session: Session, user: User, at: datetime) -> None:
    """Take a person out of an installation; what others rest on stays, without a name."""
    name, address = user.name, user.email
    _end_places(session, user.id, at)
    session.flush()
    _redact(session, "user_identity", Base.metadata.tables["user_identity"], user.id, at)
    for table, column in OF_PERSON_GONE.items():
        here = Base.metadata.tables[table]
        session.execute(delete(here).where(here.c[column] == user.id))
    links = or_(OneTimeLink.email == address, OneTimeLink.created_by_id == user.id)
    session.execute(delete(OneTimeLink).where(links))
    session.execute(delete(Notice).where(Notice.address == address))
    _unname(session, user, name)
    user.name, user.email = NOBODY, f"gone-{user.public_id}@removed.invalid"
    user.deleted_at = user.disabled_at = at
    for column, value in _BLANK.items():
        setattr(user, column, value)
    session.flush()
    audit.redact(session, PERSON, user.public_id, by=None, at=at)
    lead_services.tell_of(session, user.id, at=at)


def _end_places(session: Session, user_id: int, at: datetime) -> None:
    """End a person's places in teams and networks, and forget what they brought there."""
    for place in session.scalars(select(Membership).where(Membership.user_id == user_id)):
        place.deleted_at = place.deleted_at or at
        place.competencies, place.perspectives, place.interim_until = [], [], None
    for held in session.scalars(select(NetworkMember).where(NetworkMember.user_id == user_id)):
        held.deleted_at = held.deleted_at or at
    session.flush()
    for table in OF_PERSON_ENDED:
        _redact(session, table, Base.metadata.tables[table], user_id, at)


def _redact(session: Session, kind: str, table: Table, user_id: int, at: datetime) -> None:
    ids = session.scalars(select(table.c.public_id).where(table.c.user_id == user_id)).all()
    fields = LEFT if kind == "membership" else () if kind == "network_member" else None
    for public_id in ids:
        if fields != ():
            audit.redact(session, kind, public_id, by=None, at=at, fields=fields)


def _unname(session: Session, user: User, name: str) -> None:
    """Take a name out of what the platform itself wrote about a person: notices, hand-overs, requests.

    Only in networks that they belonged to: elsewhere others may have the same name.
    """
    places: tuple[type[Membership] | type[NetworkMember], ...] = (Membership, NetworkMember)
    theirs = union(*(select(each.network_id).where(each.user_id == user.id) for each in places))
    session.execute(
        update(ImportRun)
        .where(ImportRun.kind == "handover", ImportRun.file_name == name, ImportRun.network_id.in_(theirs))
        .values(file_name=NOBODY)
        .execution_options(synchronize_session=False)
    )
    mine = update(Deletion).where(Deletion.kind == PERSON, Deletion.object_id == user.public_id)
    session.execute(mine.values(name=""))
    if len(name) < SHORTEST:
        return
    for column in (Notice.subject, Notice.body):
        session.execute(
            update(Notice)
            .where(column.contains(name, autoescape=True))
            .where(or_(Notice.network_id.is_(None), Notice.network_id.in_(theirs)))
            .values({column: func.replace(column, name, NOBODY)})
            .execution_options(synchronize_session=False)
        )
