"""Checks that are overdue: series whose next measurement should have been made by now, in many teams."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import User
from measures.queries import records
from milestones.milestone_queries import milestone_row, milestones_query
from milestones.models import Milestone, Plan
from milestones.rows import MilestoneRow, year_span
from milestones.status_queries import DueRow, latest_due, next_due, series_key, standings_of
from nic_platform.actor import TeamRole
from teams.breaks import Breaks
from teams.models import Membership, SchoolYear, Team


def plans_in_force(session: Session, network_id: int, today: date) -> list[int]:
    """Return the plans of working teams whose school year *today* lies in; one statement."""
    rows = session.execute(
        select(Plan.id, Plan.school_year, SchoolYear.starts_on, SchoolYear.ends_on)
        .join(Team, Team.id == Plan.team_id)
        .outerjoin(
            SchoolYear,
            (SchoolYear.network_id == Plan.network_id)
            & (SchoolYear.name == Plan.school_year)
            & SchoolYear.deleted_at.is_(None),
        )
        .where(Plan.network_id == network_id, Plan.deleted_at.is_(None))
        .where(Team.deleted_at.is_(None), Team.archived_at.is_(None))
        .order_by(Plan.id)
    )
    found = []
    for number, name, starts_on, ends_on in rows:
        first, last = year_span(name, starts_on, ends_on)
        if first <= today <= last:
            found.append(number)
    return found


def overdue_checks(
    session: Session, plan_ids: Collection[int], today: date, zone: ZoneInfo, breaks: Breaks
) -> list[DueRow]:
    """Return the milestones of these plans whose check is overdue, one of each series; two statements."""
    query = milestones_query().where(
        Milestone.plan_id.in_(sorted(plan_ids)), Milestone.deleted_at.is_(None), Milestone.is_draft.is_(False)
    )
    rows = [milestone_row(row) for row in session.execute(query)]
    found = records(session, {key for row in rows if (key := series_key(row))})
    standings = standings_of(rows, found, today, zone)
    by_team: dict[int, list[MilestoneRow]] = defaultdict(list)
    for row in rows:
        by_team[row.team_id].append(row)
    present = {number for mates in by_team.values() for number in latest_due(mates, today)}
    due = [next_due(row, standings[row.id], found, today, breaks) for row in rows if row.id in present]
    return [each for each in due if each.is_overdue]


def told_people(session: Session, team_ids: Collection[int]) -> Mapping[int, list[tuple[int, str, bool]]]:
    """Return who can be reminded in each team: number, name, and whether they lead it; one statement."""
    found: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    query = (
        select(Membership.team_id, User.id, User.name, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id.in_(sorted(team_ids)), Membership.deleted_at.is_(None))
        .where(Membership.role.in_([TeamRole.LEAD, TeamRole.MEMBER, TeamRole.LINKING]))
        .where(User.disabled_at.is_(None))
        .order_by(Membership.id)
    )
    for team_id, user_id, name, role in session.execute(query):
        found[team_id].append((user_id, name, role is TeamRole.LEAD))
    return found
