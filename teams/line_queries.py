"""Reading a line of teams with what each holds and who brings what, and whom a place serves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from accounts.models import User
from nic_platform.actor import EDITORS, Actor, Level
from teams import line
from teams.models import Link, Membership, Site, SiteClosure, Team, TeamReach


def line_of(session: Session, actor: Actor, team: Team) -> line.Line:
    """Return a team with all that it lifts to and all that lift to it directly; two statements."""
    above = select(TeamReach.above_id).where(TeamReach.below_id == team.id)
    below = select(Link.lower_id).where(Link.upper_id == team.id, Link.deleted_at.is_(None))
    rows = session.execute(
        select(Team.id, Team.public_id, Team.name, Team.level, Team.functions, Team.rank)
        .where(Team.network_id == actor.network_id, Team.deleted_at.is_(None))
        .where(or_(Team.id == team.id, Team.archived_at.is_(None)))
        .where(Team.id.in_(union_all(select(literal(team.id)), above, below)))
        .order_by(Team.id)
    ).all()
    skills = _skills(session, [row.id for row in rows])
    teams = [
        line.LineTeam(
            row.id, row.public_id, row.name, row.level.value, frozenset(row.functions or []),
            {key: tuple(names) for key, names in skills.get(row.id, {}).items()},
        )
        for row in rows
    ]  # fmt: skip
    own = next(one for one in teams if one.id == team.id)
    higher = {row.id for row in rows if row.rank > team.rank}
    return line.line(
        own,
        [one for one in teams if one.id in higher],
        [one for one in teams if one.id not in higher and one.id != team.id],
    )


def _skills(session: Session, team_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    rows = session.execute(
        select(Membership.team_id, User.name, Membership.competencies)
        .join(User, User.id == Membership.user_id)
        .where(Membership.team_id.in_(team_ids), Membership.deleted_at.is_(None), User.disabled_at.is_(None))
        .where(Membership.role.in_(sorted(EDITORS)))
        .order_by(User.name, User.id)
    )
    found: dict[int, dict[str, list[str]]] = {}
    for team_id, name, competencies in rows:
        for key in competencies or []:
            found.setdefault(team_id, {}).setdefault(key, []).append(name)
    return found


@dataclass(frozen=True)
class Served:
    """Whom a place serves; ``schools`` says from how many schools the figures are, 0 for its own."""

    students: int | None
    lunch_percent: float | None
    english_learner_percent: float | None
    is_title_one: bool | None
    title_one_schools: int
    schools: int


def served_by(session: Session, site: Site) -> Served:
    """Return whom a place serves: its own figures, else those of its schools weighed by their students."""
    known = (site.enrolment, site.lunch_percent, site.english_learner_percent)
    if site.level is Level.SCHOOL or any(value is not None for value in known):
        return Served(
            site.enrolment, site.lunch_percent, site.english_learner_percent, site.is_title_one, 0, 0
        )
    row = session.execute(
        select(
            func.count(), func.sum(Site.enrolment), _mean(Site.lunch_percent),
            _mean(Site.english_learner_percent),
            func.sum(case((Site.is_title_one.is_(True), 1), else_=0)),
        )
        .join(SiteClosure, SiteClosure.below_id == Site.id)
        .where(SiteClosure.above_id == site.id, Site.level == Level.SCHOOL, Site.deleted_at.is_(None))
    ).one()  # fmt: skip
    count, students, lunch, learners, title_one = row
    return Served(students, _number(lunch), _number(learners), None, title_one or 0, count)


def _mean(column: Any) -> Any:
    """Return the mean of a percentage over schools, weighed by their students; where both are known."""
    known = column.is_not(None) & Site.enrolment.is_not(None)
    total = func.sum(case((known, Site.enrolment), else_=0))
    return func.sum(case((known, column * Site.enrolment), else_=0)) / func.nullif(total * 1.0, 0)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
