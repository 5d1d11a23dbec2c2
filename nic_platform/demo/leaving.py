"""Who left: a lead who moved away, whose team somebody leads for now, and one whose account was closed."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from accounts import services as accounts_services
from accounts.models import User
from milestones.models import ActionStep
from nic_platform.actor import TeamRole
from nic_platform.demo.acted import acting_as
from nic_platform.demo.builder import Builder, DemoTeam
from nic_platform.tables import Notice
from teams import interim_services
from teams.models import Link, Membership, Team

MOVED, CLOSED = "Harvest Park K–8", "Mesa Ridge Elementary"
LEFT, FOR_NOW = 24, timedelta(days=25)


def build(b: Builder) -> None:
    """Let the leads of two schools go: the hub names one for now in the first, nobody yet in the second."""
    last = b.session.scalar(select(func.max(Notice.id))) or 0
    _moved_away(b, b.teams[MOVED])
    _closed(b, b.teams[CLOSED])
    b.session.execute(delete(Notice).where(Notice.id > last))  # nobody is told today of what is long past


def _lead(b: Builder, team: DemoTeam) -> Membership:
    return b.session.scalars(
        select(Membership).where(Membership.team_id == team.id, Membership.role == TeamRole.LEAD)
    ).one()


def _moved_away(b: Builder, team: DemoTeam) -> None:
    """A lead leaves with a link and a step in her name; a member leads the team until a day."""
    gone = _lead(b, team)
    b.session.execute(update(Link).where(Link.lower_id == team.id).values(sender_id=gone.user_id))
    step = b.session.scalars(
        select(ActionStep)
        .where(ActionStep.plan_id == team.plan_id, ActionStep.done_on.is_(None))
        .order_by(ActionStep.id)
    ).first()
    if step is not None:
        step.owner = b.names[gone.user_id]
    today = b.days.now.date()
    with acting_as(b, "network_lead", today - timedelta(days=LEFT)) as when:
        gone.deleted_at = when["at"]
    with acting_as(b, "district", today - timedelta(days=LEFT - 2)) as when:
        chosen = b.session.get_one(User, team.members[1])
        row = b.session.get_one(Team, team.id)
        interim_services.name_lead(b.session, row, chosen.public_id, today + FOR_NOW, **when)


def _closed(b: Builder, team: DemoTeam) -> None:
    user = b.session.get_one(User, _lead(b, team).user_id)
    with acting_as(b, "admin", b.days.now.date() - timedelta(days=9)) as when:
        accounts_services.disable(b.session, user, **when)
