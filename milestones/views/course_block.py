"""What the milestone's page shows of course correction: the suggestion, its ladder, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from measures.policies import sees_whole
from milestones import decided, decision_queries
from milestones.advice import Rung, Suggestion, ladder, rests, suggest
from milestones.decision_queries import DecisionRow
from milestones.rows import MilestoneRow, PlanRow
from milestones.rules import Standing
from milestones.views import follow_ups
from milestones.views.follow_ups import FollowUp
from nic_platform.actor import Actor


@dataclass(frozen=True)
class Kept:
    """One decision in finished words, with what it opened and what became of the milestone since."""

    id: UUID
    choice: str
    suggestion: str
    text: str
    decided_on: date
    who: str
    owner: str
    due_on: date | None
    follow_up: FollowUp | None
    since: str
    touchpoint_id: UUID | None


@dataclass(frozen=True)
class CourseBlock:
    """The suggestion for a milestone; it rests while it is decided and nothing has changed."""

    suggestion: Suggestion | None
    ladder: tuple[Rung, ...]
    decisions: tuple[Kept, ...]
    is_decided: bool

    @property
    def asks(self) -> bool:
        """Say whether the team has something to decide."""
        return self.suggestion is not None and not self.is_decided


def block_of(
    session: Session, actor: Actor, plan: PlanRow, row: MilestoneRow, standing: Standing, day: date
) -> CourseBlock:
    """Return the block of a milestone's page at the end of *day*; two statements at most."""
    rows = decision_queries.decisions_about(session, actor, row.id)
    rows = [each for each in rows if each.decided_on <= day]
    opened, told = follow_ups.opened(session, actor, rows), counted_for(actor, plan, row)
    found = suggest(standing, row.direction)
    return CourseBlock(
        found,
        ladder(standing, row.direction),
        tuple(kept_of(each, opened, told, standing) for each in rows),
        found is not None and is_resting(rows, found, standing),
    )


def counted_for(actor: Actor, plan: PlanRow, row: MilestoneRow | None) -> MilestoneRow | None:
    """Return *row* if the reader may see what a decision about it rested on: the count as its team saw it."""
    students = row is not None and row.counts_students
    sees = sees_whole(actor, plan.team_id, counts_students=students, is_above=plan.is_above)
    return row if sees else None


def is_resting(rows: Sequence[DecisionRow], found: Suggestion, standing: Standing) -> bool:
    """Say whether the newest decision about this very suggestion still holds."""
    newest = next((each for each in rows if each.suggestion), None)
    return newest is not None and newest.suggestion == found.move.value and rests(newest.details, standing)


def kept_of(
    each: DecisionRow, opened: dict[UUID, FollowUp], row: MilestoneRow | None, standing: Standing | None
) -> Kept:
    """Return a decision in words; *row* and *standing* are its milestone's, where it is about one.

    Without them it doesn't say what became of the milestone since: that names the count it rested on.
    """
    then = decided.reading_then(each.details)
    since = ""
    if row is not None and standing is not None and each.details:
        since = decided.moved_words(then, standing, row.type, row.direction, row.unit)
    return Kept(
        each.public_id, decided.choice_words(each.choice, each.suggestion),
        decided.suggestion_words(each.suggestion),
        each.text, each.decided_on, each.who, each.owner, each.due_on,
        opened.get(each.follow_up_id) if each.follow_up_id else None, since, each.touchpoint_public_id,
    )  # fmt: skip
