"""Reading the imports of a team's plans."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from milestones.models import Plan
from milestones.plan_queries import reads_plan
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.tables import ImportRun
from nic_platform.text import _
from teams.queries import in_network, reads_team

KINDS = ("plan", "carry")  # brought in from a file, carried on from the year before


def get_run(session: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """Return one import of a plan of a team that *actor* reads.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    found = session.scalar(_runs(actor).where(ImportRun.public_id == run_id))
    if found is None:
        raise AbsentError(_("There is no such import."))
    return found


def runs_of(session: Session, actor: Actor, team_id: int, limit: int = 20) -> Sequence[ImportRun]:
    """Return a team's imports of plans, newest first."""
    query = _runs(actor).where(ImportRun.team_id == team_id).order_by(ImportRun.id.desc()).limit(limit)
    return session.scalars(query).all()


def _runs(actor: Actor) -> Select[ImportRun]:
    return select(ImportRun).where(
        in_network(actor, ImportRun.network_id),
        ImportRun.kind.in_(KINDS),
        ImportRun.team_id.is_not(None),
        reads_team(actor, ImportRun.team_id),
    )


def last_carrying(session: Session, actor: Actor, plan: Plan) -> ImportRun | None:
    """Return the last time that parts were carried into *plan*, if it still stands."""
    runs = session.scalars(
        _runs(actor)
        .where(ImportRun.team_id == plan.team_id, ImportRun.kind == "carry", ImportRun.state == "done")
        .order_by(ImportRun.id.desc())
        .limit(10)
    )
    return next((run for run in runs if (run.undo or {}).get("plan") == str(plan.public_id)), None)


def carried_plans(session: Session, actor: Actor, plan_id: int) -> list[Plan]:
    """Return the visible plans next to one in the chain of years: before it and after it; one statement."""
    before = select(Plan.carried_from_id).where(Plan.id == plan_id).scalar_subquery()
    near = or_(Plan.carried_from_id == plan_id, Plan.id == before)
    return list(session.scalars(select(Plan).where(reads_plan(actor), near).order_by(Plan.school_year)))
