"""Reading what of a plan was carried into the next school year already."""

from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from milestones.carrying import CHOSEN, Key
from milestones.exchange import BY_KEY, Document
from milestones.exchange_compare import candidates
from milestones.exchange_queries import MODELS
from milestones.models import Plan, Priority, RootCause, Strand, Strategy


def there_already(session: Session, document: Document, plan: Plan) -> frozenset[Key]:
    """Return what of *document* a team's next *plan* holds, by part and reference; one statement."""
    found = _held(session, plan.id)
    scope = str(plan.public_id), ""
    return frozenset(
        (key, row["ref"])
        for key in CHOSEN
        for row in document.rows(key)
        if any((key, each) in found for each in candidates(BY_KEY[key], row["ref"], *scope))
    )


def _held(session: Session, plan_id: int) -> set[Key]:
    """Return what may be chosen to be carried on and stands in a plan, by part and public id."""
    above: dict[str, tuple[Any, Any]] = {
        "root_causes": (Priority, RootCause.priority_id == Priority.id),
        "strands": (Strategy, Strand.strategy_id == Strategy.id),
    }
    queries = []
    for key in CHOSEN:
        model = MODELS[key]
        query = select(literal(key), model.public_id).where(model.deleted_at.is_(None))
        parent, tie = above.get(key, (model, None))
        queries.append((query if tie is None else query.join(parent, tie)).where(parent.plan_id == plan_id))
    return {(key, str(public_id)) for key, public_id in session.execute(union_all(*queries))}
