"""Reading what decisions opened, in whichever domain it lies: cycles, barriers, touchpoints, steps, dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import Session

from cycles.models import Cycle
from cycles.queries import may_read as reads_cycle
from feedback.models import FeedbackItem
from feedback.queries import may_read as reads_item
from milestones.milestone_queries import reads_milestone
from milestones.models import ActionStep, Milestone, Plan, Touchpoint
from milestones.plan_queries import reads_plan
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.queries import in_network, reads_team

_KINDS = frozenset({"cycle", "feedback_item", "touchpoint", "step", "adjust"})


@dataclass(frozen=True)
class OpenedRow:
    """What a decision opened: its title, its state (a cycle's stage, an item's state) or its day."""

    kind: str
    public_id: UUID
    title: str
    state: str
    on: date | None


def list_opened(
    session: Session, actor: Actor, wanted: Mapping[str, Collection[UUID]]
) -> dict[UUID, OpenedRow]:
    """Return what was opened by decisions, as far as *actor* may see it; one statement, none for nothing.

    Args:
        wanted: public ids by kind: cycle, feedback_item, touchpoint, step, adjust (a milestone).
    """
    keys = {kind: sorted(wanted[kind]) for kind in sorted(wanted) if wanted[kind] and kind in _KINDS}
    if not keys:
        return {}
    rows = session.execute(_opened(actor, tuple(keys)), given(actor, **keys))
    return {row[1]: OpenedRow(*row) for row in rows}


@ready
def _opened(actor: Actor, kinds: tuple[str, ...]) -> Any:
    """Return the statement for these kinds, each with a place of its name for the ids."""
    queries = _queries(actor)
    parts = [_part(kind, *queries[kind], bindparam(kind, expanding=True)) for kind in kinds]
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _queries(actor: Actor) -> dict[str, tuple[Any, Any, Any, Any, Any]]:
    """Return for each kind its table, title, state, day and who may know of it."""
    no_day, no_state = cast(null(), Date), literal("")
    plans = ActionStep.plan_id.in_(select(Plan.id).where(reads_plan(actor)))
    own = select(Milestone.id).join(Plan, Plan.id == Milestone.plan_id).where(reads_milestone(actor))
    held = in_network(actor, Touchpoint.network_id) & reads_team(actor, Touchpoint.team_id)
    return {
        "cycle": (Cycle, Cycle.title, Cycle.stage, no_day, reads_cycle(actor)),
        "feedback_item": (FeedbackItem, FeedbackItem.title, FeedbackItem.state, no_day, reads_item(actor)),
        "touchpoint": (Touchpoint, Touchpoint.title, no_state, Touchpoint.held_on, held),
        "step": (ActionStep, ActionStep.text, no_state, ActionStep.done_on, plans),
        "adjust": (Milestone, Milestone.name, no_state, Milestone.due_on, Milestone.id.in_(own)),
    }


def _part(kind: str, model: Any, title: Any, state: Any, on: Any, condition: Any, keys: Any) -> Any:
    return select(
        literal(kind).label("kind"), model.public_id.label("public_id"), cast(title, String).label("title"),
        cast(state, String).label("state"), on.label("day"),
    ).where(model.public_id.in_(keys), model.deleted_at.is_(None), condition)  # fmt: skip
