"""Reading what a meeting decided, and what a decision may be about."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle
from cycles.queries import may_read as reads_cycle
from feedback.models import FeedbackItem
from feedback.queries import sent_words
from milestones.decision_queries import reads_decision
from milestones.models import ActionStep, Decision, Milestone, Plan, Strategy
from nic_platform.actor import Actor
from nic_platform.text import _
from teams.queries import reads_drafts


@dataclass(frozen=True)
class Decided:
    """One decision of a meeting: what, by whom, about what, and what came of it.

    ``about_kind`` and ``about_id`` name the thing it hangs on; they are empty where the reader may not know
    of it.
    """

    id: int
    public_id: UUID
    text: str
    owner: str
    due_on: date | None
    decided_on: date
    who: str
    about_kind: str
    about_id: UUID | None
    about: str
    follow_up_kind: str
    follow_up_id: UUID | None
    done_on: date | None
    version: int

    @property
    def key(self) -> str:
        """Return what it is about as an agenda's point names it."""
        return f"{self.about_kind}-{self.about_id}" if self.about_id else ""


def decided_at(session: Session, actor: Actor, touchpoint_id: int) -> list[Decided]:
    """Return what was decided at a touchpoint, in the order it was typed; one statement."""
    query = _decided(actor).where(Decision.touchpoint_id == touchpoint_id).order_by(Decision.id)
    return [_row(row) for row in session.execute(query)]


def decided_lately(session: Session, actor: Actor, team_id: int, first: date, last: date) -> list[Decided]:
    """Return what a team decided from one day to another, the latest first; one statement."""
    query = _decided(actor).where(Decision.team_id == team_id, Decision.decided_on.between(first, last))
    found = session.execute(query.order_by(Decision.decided_on.desc(), Decision.id.desc()).limit(20))
    return [_row(row) for row in found]


def _decided(actor: Actor) -> Any:
    drafts = and_(FeedbackItem.state == "draft", reads_drafts(actor, FeedbackItem.team_id))
    name = func.coalesce(func.nullif(Milestone.name, ""), Milestone.what, "")
    cycle = func.coalesce(func.nullif(Cycle.title, ""), Cycle.change, "")
    own = select(Plan.id).where(Plan.team_id == Decision.team_id)
    seen = or_(Milestone.is_draft.is_(False), reads_drafts(actor, Milestone.team_id))
    step = and_(
        Decision.follow_up_kind == "step", ActionStep.public_id == Decision.follow_up_id,
        ActionStep.deleted_at.is_(None), ActionStep.plan_id.in_(own),
    )  # fmt: skip
    return (
        select(
            Decision.id, Decision.public_id, Decision.text, Decision.owner, Decision.due_on,
            Decision.decided_on, func.coalesce(User.name, ""), Milestone.public_id, name, Strategy.public_id,
            func.coalesce(Strategy.name, ""), Cycle.public_id, cycle, FeedbackItem.public_id,
            FeedbackItem.title, FeedbackItem.number, Decision.follow_up_kind, Decision.follow_up_id,
            ActionStep.done_on, Decision.details, Decision.version,
        )
        .select_from(Decision)
        .outerjoin(User, User.id == Decision.created_by_id)
        .outerjoin(
            Milestone, and_(Milestone.id == Decision.milestone_id, Milestone.deleted_at.is_(None), seen)
        )
        .outerjoin(Strategy, and_(Strategy.id == Decision.strategy_id, Strategy.deleted_at.is_(None)))
        .outerjoin(Cycle, and_(Cycle.id == Decision.cycle_id, reads_cycle(actor)))
        .outerjoin(
            FeedbackItem,
            and_(
                FeedbackItem.id == Decision.item_id,
                FeedbackItem.deleted_at.is_(None),
                or_(sent_words(actor), drafts),
            ),
        )
        .outerjoin(ActionStep, step)
        .where(reads_decision(actor))
    )  # fmt: skip


def _row(row: Any) -> Decided:
    kind, about_id, about = "", None, ""
    if row[7] is not None:
        kind, about_id, about = "milestone", row[7], row[8]
    elif row[9] is not None:
        kind, about_id, about = "strategy", row[9], row[10]
    elif row[11] is not None:
        kind, about_id, about = "cycle", row[11], row[12]
    elif row[13] is not None:
        kind, about_id = "feedback_item", row[13]
        about = _("F-%(number)s: %(title)s", number=row[15], title=row[14])
    told: list[Any] = [kind, about_id, about, row[16], row[17], row[18] or _day(row[19]), row[20]]
    return Decided(*row[:7], *told)


def _day(details: Any) -> date | None:
    text = str((details or {}).get("done_on") or "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
