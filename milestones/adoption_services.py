"""Adopting a strategy template, taking that back, and taking later changes over. Callers commit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from milestones import services, template_queries
from milestones.models import Milestone, Plan, RootCause, Strand, Strategy, StrategyTemplate
from milestones.sentence import Frame, lacks_for_board
from milestones.templates import SHARED, CommonRow, differences
from nic_platform.actor import Actor
from nic_platform.errors import InputError, RuleError
from nic_platform.text import _


@dataclass(frozen=True)
class Own:
    """A common milestone that a team takes, with its own date and target."""

    common: CommonRow
    due_on: date | None
    target: float | None


def adopt(
    session: Session,
    plan: Plan,
    template: StrategyTemplate,
    chosen: Sequence[Own],
    *,
    cause: RootCause | None = None,
    collector: str = "",
    is_again: bool = False,
    at: datetime,
) -> Strategy:
    """Put a template's strategy with its strands and the chosen milestones into a plan.

    The milestones take the common measure, so that what is measured of them pools with others'. One without
    date, target or test stays a draft.

    Args:
        is_again: it is meant where the plan holds the template already.

    Raises:
        InputError: nothing is chosen, a target can't be, or the plan has it already.
    """
    # Two presses at once would each find that the plan doesn't hold it yet.
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update(key_share=True))
    if not is_again and template_queries.adopted_in(session, plan.id, template.id):
        raise InputError(
            _("Your plan has it already."),
            {"again": _("Your plan has it already. Tick this to adopt it once more.")},
        )
    if not chosen:
        raise InputError(_("Choose at least one milestone."))
    strategy: Strategy = services.add_part(
        session, Strategy, plan,
        {"name": template.name, "description": template.description, "template_id": template.id,
         "root_cause_id": cause.id if cause else None, "template_seen_at": at},
    )  # fmt: skip
    strands: dict[str, Strand] = {}
    for own in chosen:
        name = own.common.strand or template.name
        if name not in strands:
            strands[name] = services.add_part(
                session, Strand, plan, {"strategy_id": strategy.id, "name": name}
            )
        _take(session, plan, strands[name], own, collector)
    return strategy


def _take(session: Session, plan: Plan, strand: Strand, own: Own, collector: str = "") -> Milestone:
    common = own.common
    values: dict[str, Any] = {name: getattr(common, name) for name in SHARED}
    values |= {
        "strand_id": strand.id, "measure_id": common.measure_id, "common_milestone_id": common.id,
        "is_deliverable": common.is_deliverable, "due_on": own.due_on, "name": common.strand[:200],
        "target": None if common.is_deliverable else own.target, "collector": collector[:120],
    }  # fmt: skip
    frame = Frame(
        due_on=own.due_on, target=values["target"], is_deliverable=common.is_deliverable,
        acceptance_test=common.acceptance_test,
    )  # fmt: skip
    return services.add_milestone(session, plan, values, on_board=not lacks_for_board(frame))


def take_back(session: Session, strategy: Strategy, *, at: datetime) -> None:
    """Undo an adoption: the strategy, its strands and their milestones go.

    Raises:
        RuleError: it was not adopted, or counts were written down since.
    """
    if strategy.template_id is None:
        raise RuleError(_("This strategy was not adopted; delete it in the plan’s outline."))
    milestones = template_queries.milestones_under(session, strategy.id)
    plan = session.get_one(Plan, strategy.plan_id)
    measures = [m.measure_id for m in milestones if m.measure_id]
    if template_queries.was_measured_since(session, plan.team_id, measures, strategy.created_at):
        raise RuleError(_("Counts were written down since. Delete what you don’t need in the outline."))
    query = select(Strand).where(Strand.strategy_id == strategy.id, Strand.deleted_at.is_(None))
    for thing in (*milestones, *session.scalars(query), strategy):
        services.delete(session, thing, at=at)


@dataclass(frozen=True)
class Update:
    """What a template says now of one milestone that a team adopted; ``mine`` is none for a new one."""

    common: CommonRow
    mine: Milestone | None

    @property
    def differences(self) -> tuple[Any, ...]:
        """Return the fields in which the two differ."""
        return differences(self.mine, self.common) if self.mine is not None else ()


def updates_of(session: Session, strategy: Strategy) -> list[Update]:
    """Return what changed in a strategy's template since its team looked last: changed words, new ones."""
    if strategy.template_id is None:
        return []
    since = strategy.template_seen_at or strategy.created_at
    mine: dict[int, Milestone] = {}
    for milestone in template_queries.milestones_under(session, strategy.id):
        if milestone.common_milestone_id is not None:
            mine.setdefault(milestone.common_milestone_id, milestone)
    found = []
    for common in template_queries.commons_of(session, strategy.template_id):
        if common.updated_at <= since:
            continue
        update = Update(common, mine.get(common.id))
        if update.differences or (update.mine is None and common.created_at > since):
            found.append(update)
    return found


def take_over(
    session: Session,
    strategy: Strategy,
    taken: Collection[Any],
    *,
    days: Any,
    seen_at: datetime,
    by: Actor,
    at: datetime,
) -> int:
    """Take over what was ticked of the changes of a template, and know of the rest; return how many.

    Args:
        taken: public ids of common milestones.
        days: gives the proposed day of a common milestone that is new in this plan.
        seen_at: when the page with the changes was made; what changed later is shown again.
    """
    plan = session.get_one(Plan, strategy.plan_id)
    count = 0
    for update in updates_of(session, strategy):
        if update.common.public_id not in taken:
            continue
        count += 1
        if update.mine is None:
            strand = _strand_of(session, plan, strategy, update.common)
            _take(session, plan, strand, Own(update.common, days(update.common), update.common.target))
            continue
        values = {each.name: each.now for each in update.differences}
        services.save_milestone(session, update.mine, values, on_board=not update.mine.is_draft, by=by, at=at)
    strategy.template_seen_at = min(seen_at, at)
    session.flush()
    return count


def _strand_of(session: Session, plan: Plan, strategy: Strategy, common: CommonRow) -> Strand:
    name = common.strand or strategy.name
    found = session.scalar(
        select(Strand).where(
            Strand.strategy_id == strategy.id, Strand.name == name, Strand.deleted_at.is_(None)
        )
    )
    if found is not None:
        return found
    made: Strand = services.add_part(session, Strand, plan, {"strategy_id": strategy.id, "name": name})
    return made
