"""Keeping a decision with all that hangs on it, for pages and API alike: one transaction, whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from measures.queries import records
from milestones import course_queries, decision_services, milestone_queries, plan_queries, status_queries
from milestones.advice import Course, Move, Suggestion, course_words, situation, suggest
from milestones.course import StrategyCourse, course_situation
from milestones.models import Decision, Milestone, Strategy
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing
from milestones.views import follow_ups
from milestones.views.follow_ups import Subject, Wanted
from nic_platform.actor import Actor
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams.models import Team


@dataclass(frozen=True)
class Matter:
    """A milestone that is to be decided about, as its team sees it."""

    row: MilestoneRow
    series: tuple[MilestoneRow, ...]
    plan: PlanRow
    standing: Standing

    @property
    def suggestion(self) -> Suggestion | None:
        """Return what is suggested for it."""
        return suggest(self.standing, self.row.direction)

    @property
    def to_move(self) -> UUID:
        """Return the milestone whose date is to move: the next of the series when that comes forward."""
        if self.suggestion is None or self.suggestion.move is not Move.BRING_FORWARD or self.row.date is None:
            return self.row.public_id
        later = [row for row in self.series if row.date and row.date > self.row.date]
        return later[0].public_id if later else self.row.public_id


def matter_of(session: Session, actor: Actor, milestone_id: UUID, day: date) -> Matter:
    """Return a milestone with how it stands on *day*; three statements.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    row, series = milestone_queries.get_milestone(session, actor, milestone_id)
    plan = plan_queries.plan_by_number(session, actor, row.plan_id)
    key = status_queries.series_key(row)
    found = records(session, [key]) if key else {}
    shown = {
        each: status_queries.seen(
            actor, known, row.type, counts_students=row.counts_students, is_above=plan.is_above
        )
        for each, known in found.items()
    }
    zone = ZoneInfo(actor.time_zone)
    standing = status_queries.standings_of([row], shown, day, zone, series)[row.id]
    return Matter(row, tuple(series), plan, standing)


def keep_for_milestone(
    current: Session, matter: Matter, *, choice: str, wanted: Wanted, by: Actor, at: datetime, today: date
) -> Decision:
    """Keep what a team decided about a milestone, and open what it asked for.

    Raises:
        InputError: as :func:`milestones.decision_services.decide`.
    """
    milestone = current.get_one(Milestone, matter.row.id)
    team = current.get_one(Team, matter.row.team_id)
    found = matter.suggestion
    decision = decision_services.decide(
        current, team, text=wanted.reason, choice=choice, on=today, milestone=milestone,
        suggestion=found.move.value if found else "", owner=wanted.owner, due_on=wanted.due_on,
        details=situation(matter.standing),
    )  # fmt: skip
    say = found.say if found else matter.row.title
    about = Subject(team, matter.row.plan_id, say, matter.row.headline, milestone, matter.to_move)
    follow_ups.open_from(current, decision, about, wanted, by=by, at=at, today=today)
    return decision


def strategy_of(
    session: Session, actor: Actor, strategy_id: UUID, day: date
) -> tuple[Strategy, PlanRow, StrategyCourse]:
    """Return a strategy with its plan and how it runs on *day*; six statements.

    Raises:
        AbsentError: there is none, or *actor* may not know of it.
    """
    strategy = plan_queries.find(session, actor, Strategy, strategy_id)
    plan = plan_queries.plan_by_number(session, actor, strategy.plan_id)
    read = course_queries.courses(session, actor, [plan], day)[0]
    found = next((each for each in read.strategies if each.id == strategy_id), None)
    if found is None:
        raise AbsentError(_("There is no such strategy."))
    return strategy, plan, found


def keep_for_strategy(
    current: Session,
    strategy: Strategy,
    found: StrategyCourse,
    *,
    choice: str,
    wanted: Wanted,
    by: Actor,
    at: datetime,
    today: date,
) -> Decision:
    """Keep what a team decided about a strategy as a whole, and open what it asked for.

    Raises:
        InputError: as :func:`milestones.decision_services.decide`.
    """
    team = current.get_one(Team, strategy.plan.team_id)
    suggestion = "" if found.cell is Course.UNKNOWN else found.cell.value
    decision = decision_services.decide(
        current, team, text=wanted.reason, choice=choice, on=today, strategy=strategy,
        suggestion=suggestion, owner=wanted.owner, due_on=wanted.due_on, details=course_situation(found),
    )  # fmt: skip
    about = Subject(team, strategy.plan_id, course_words(found.cell)[0], strategy.name)
    follow_ups.open_from(current, decision, about, wanted, by=by, at=at, today=today)
    return decision
