"""The history of imports: what was brought in, by whom, and what became of it. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from desk.import_kinds import LEFT_OUT
from nic_platform.actor import Actor
from nic_platform.tables import ImportRun
from teams.models import Team


@dataclass(frozen=True)
class RunRow:
    """One import in the list. Nobody brought in what came by itself, as a roster does at night."""

    id: UUID
    kind: str
    file_name: str
    state: str
    rows_created: int
    rows_changed: int
    rows_unchanged: int
    rows_skipped: int
    at: datetime
    by: str | None
    team: str | None


def list_imports(
    session: Session, actor: Actor, *, kind: str = "", after: UUID | None = None, limit: int = 50
) -> list[RunRow]:
    """Return imports, newest first: those of the own teams and one's own; for a network lead all.

    One statement, two where a page goes on.

    Args:
        kind: of this kind alone.
        after: the last one of the page before.
    """
    mine = or_(ImportRun.team_id.in_(sorted(actor.team_ids)), ImportRun.created_by_id == actor.user_id)
    query = (
        select(
            ImportRun.public_id, ImportRun.kind, ImportRun.file_name, ImportRun.state, ImportRun.rows_created,
            ImportRun.rows_changed, ImportRun.rows_unchanged, ImportRun.rows_skipped, ImportRun.created_at,
            User.name, Team.name,
        )
        .outerjoin(User, User.id == ImportRun.created_by_id)
        .outerjoin(Team, Team.id == ImportRun.team_id)
        .where(ImportRun.network_id == actor.network_id, ImportRun.kind.not_in(LEFT_OUT))
        .where(or_(mine, literal(actor.is_network_lead)))
    )  # fmt: skip
    if kind:
        query = query.where(ImportRun.kind == kind)
    if after is not None:
        query = query.where(
            ImportRun.id < select(ImportRun.id).where(ImportRun.public_id == after).scalar_subquery()
        )
    rows = session.execute(query.order_by(ImportRun.id.desc()).limit(limit))
    return [RunRow(*row) for row in rows]
