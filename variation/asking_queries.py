"""Reading questions between teams. Both teams read them; nobody else does, unless an answer is shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from cycles.models import ChangeIdea, Cycle, Ramp
from measures.models import Measure
from nic_platform.actor import Actor, TeamRole
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Membership, Team
from teams.queries import in_network, reads_team
from variation.models import Asking


@dataclass(frozen=True)
class AskingRow:
    """One question. ``other`` is the name of the team at the other end, empty while it stays unnamed."""

    id: int
    public_id: UUID
    version: int
    from_id: int
    to_id: int
    asker: str
    other: str
    about: str
    words: str
    answer: str
    asked_at: datetime
    answered_at: datetime | None
    declined_at: datetime | None
    answers_by_name: bool
    is_shared: bool
    is_unnamed: bool
    is_withdrawn: bool
    idea_id: UUID | None
    idea: str
    measure_id: UUID | None
    measure: str

    @property
    def state(self) -> str:
        """Return withdrawn, answered, declined or waiting."""
        if self.is_withdrawn:
            return "withdrawn"
        return "answered" if self.answered_at else "declined" if self.declined_at else "waiting"


def reads_asking(actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which *actor* may know of a question: theirs, or asked of them.

    A question that was taken back is the asker's alone.
    """
    own = sorted(actor.draft_team_ids)
    asked = and_(Asking.to_id.in_(own), Asking.deleted_at.is_(None))
    return and_(in_network(actor, Asking.network_id), or_(Asking.from_id.in_(own), asked))


def list_askings(
    session: Session, actor: Actor, *, asking_id: UUID | None = None, limit: int = 200
) -> list[AskingRow]:
    """Return the questions of the chosen team and of all the actor's, newest first; one statement."""
    asker, other = aliased(Team), aliased(Team)
    query = (
        select(
            Asking, asker.name, other.name, ChangeIdea.public_id, func.coalesce(ChangeIdea.title, ""),
            Measure.public_id, func.coalesce(Measure.name, ""),
        )
        .join(asker, asker.id == Asking.from_id)
        .join(other, other.id == Asking.to_id)
        .outerjoin(ChangeIdea, and_(ChangeIdea.id == Asking.idea_id, ChangeIdea.deleted_at.is_(None)))
        .outerjoin(Measure, and_(Measure.id == Asking.measure_id, Measure.deleted_at.is_(None)))
        .where(reads_asking(actor))
        .order_by(Asking.id.desc())
        .limit(limit)
    )  # fmt: skip
    if asking_id is not None:
        query = query.where(Asking.public_id == asking_id)
    return [_row(actor, *row) for row in session.execute(query)]


def _row(actor: Actor, asking: Asking, asker: str, other: str, *about: Any) -> AskingRow:
    told = asking.answered_at is not None and asking.answers_by_name
    is_known = not asking.is_unnamed or told or asking.to_id in actor.team_ids
    return AskingRow(
        asking.id, asking.public_id, asking.version, asking.from_id, asking.to_id, asker,
        other if is_known else "", asking.about, asking.words, asking.answer, asking.created_at,
        asking.answered_at, asking.declined_at, asking.answers_by_name, asking.is_shared, asking.is_unnamed,
        asking.deleted_at is not None, *about,
    )  # fmt: skip


def get_asking(session: Session, actor: Actor, asking_id: UUID) -> Asking:
    """Return one question for writing.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = session.scalars(
        select(Asking).where(Asking.public_id == asking_id, reads_asking(actor))
    ).one_or_none()
    if found is None:
        raise AbsentError(_("There is no such question."))
    return found


@dataclass(frozen=True)
class Whom:
    """The team that would be asked; ``name`` is empty where the asker doesn't learn it."""

    team_id: int
    name: str

    @property
    def is_unnamed(self) -> bool:
        """Whether the asker doesn't learn whom it asks."""
        return not self.name


def named(session: Session, actor: Actor, team_id: UUID, idea_id: int | None = None) -> Whom | None:
    """Return a team that the actor may ask by name: one it reads, or one that shares a test of the idea.

    Without an idea any team of the network: what teams there are is known to everybody in it.
    """
    query = select(Team.id, Team.name).where(
        Team.public_id == team_id, in_network(actor, Team.network_id), Team.deleted_at.is_(None),
        Team.archived_at.is_(None),
    )  # fmt: skip
    if idea_id is not None:
        shares = exists().where(
            Cycle.team_id == Team.id, Cycle.ramp_id == Ramp.id, Ramp.idea_id == idea_id,
            Cycle.is_shared.is_(True), Cycle.is_draft.is_(False), Cycle.deleted_at.is_(None),
        )  # fmt: skip
        query = query.where(or_(reads_team(actor, Team.id), shares))
    row = session.execute(query).one_or_none()
    return Whom(row[0], row[1]) if row and row[0] != actor.team_id else None


def at_site(session: Session, actor: Actor, site_id: int, *, by_name: bool) -> Whom | None:
    """Return the team at a site that a question about it goes to: the one of the highest level there."""
    row = session.execute(
        select(Team.id, Team.name)
        .where(Team.site_id == site_id, in_network(actor, Team.network_id), Team.deleted_at.is_(None))
        .where(Team.archived_at.is_(None))
        .order_by(Team.rank.desc(), Team.id)
        .limit(1)
    ).first()
    if row is None or row[0] == actor.team_id:
        return None
    return Whom(row[0], row[1] if by_name else "")


def leads_of(session: Session, team_id: int) -> Sequence[int]:
    """Return who of a team is told of a question: its leads, else everybody who works on it."""
    people = session.execute(
        select(Membership.user_id, Membership.role).where(
            Membership.team_id == team_id, Membership.deleted_at.is_(None)
        )
    ).all()
    leads = [user for user, role in people if role is TeamRole.LEAD]
    return leads or [user for user, role in people if role in (TeamRole.MEMBER, TeamRole.LINKING)]


def measure_named(session: Session, actor: Actor, measure_id: UUID) -> Measure | None:
    """Return a common measure of the network by its address; ``None`` where there is none."""
    return session.scalars(
        select(Measure).where(
            Measure.public_id == measure_id, in_network(actor, Measure.network_id), Measure.team_id.is_(None)
        )
    ).one_or_none()
