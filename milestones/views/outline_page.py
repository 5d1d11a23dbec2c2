"""What the outline shows beside its tree: what a strategy lacks, which strand follows which, late steps."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from milestones import prerequisites, prerequisites_queries, redating_queries
from milestones.calendar_queries import breaks_of
from milestones.prerequisites import Lack, Need
from milestones.rows import PlanRow
from milestones.views.board_page import Branch, Outline
from teams.breaks import is_past


def lacks_of(session: Session, plan: PlanRow) -> dict[UUID, tuple[Lack, ...]]:
    """Return what each strategy of a plan lacks before its milestones can carry weight; one statement."""
    return prerequisites.all_lacks(prerequisites_queries.facts_of(session, plan.id))


def mend_address(lack: Lack, plan_id: UUID) -> str:
    """Return the page on which a prerequisite is mended."""
    if lack.need in {Need.FOCUSED, Need.IN_CONTROL}:
        field = "is_focused" if lack.need is Need.FOCUSED else "is_in_control"
        return url_for(".edit_strategy", strategy_id=lack.strategy_id, _anchor=f"{field}-group")
    if lack.need is Need.STEPS:
        return url_for(".new_step", plan_id=plan_id)
    if lack.need is Need.STRANDS:
        return url_for(".new_strand", plan_id=plan_id, under=lack.strategy_id)
    return url_for(".plan_backwards", strand_id=lack.strand_id)


def extras(session: Session, plan: PlanRow, outline: Outline, today: date) -> dict[str, Any]:
    """Return what the template needs besides the tree; three statements."""
    names = {branch.part.id: branch.part.text for branch in _strands(outline)}
    follows = redating_queries.follows_of(session, plan.id)
    titles = {row.id: row for rows in (*outline.milestones.values(), outline.unsorted) for row in rows}
    breaks = breaks_of(session, plan.network_id)
    return {
        "lacks": lacks_of(session, plan), "mend": mend_address, "prepares": titles,
        "is_past": partial(is_past, today=today, breaks=breaks),
        "follows": {after: names[before] for after, before in follows.items() if before in names},
    }  # fmt: skip


def _strands(outline: Outline) -> list[Branch]:
    strategies = [*outline.loose]
    for priority in outline.priorities:
        for cause in priority.branches:
            strategies += cause.branches
    return [strand for strategy in strategies for strand in strategy.branches]
