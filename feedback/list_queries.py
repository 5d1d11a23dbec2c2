"""A list of reports: those that somebody may read, a page of them, narrowed to what was asked for."""

from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, union_all
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem, FeedbackStep
from feedback.queries import PAGE, ItemRow, rows_of, rows_visible_to, shared
from feedback.rules import OPEN
from nic_platform.actor import Actor
from nic_platform.ready import given, ready
from teams.queries import in_network

FEW = 1_000  # so many items are gathered and sorted at little cost


def _reached(actor: Actor) -> list[Select[Any]]:
    """Return queries of the numbers of all items that somebody without a role in the network may read."""
    item, teams = FeedbackItem, actor.teams
    return [
        select(item.id).where(item.team_id.in_(teams)),
        select(FeedbackStep.item_id).where(FeedbackStep.team_id.in_(teams)),
        select(item.id).where(item.offered_to_id.in_(teams)),
        select(item.id).where(in_network(actor, item.network_id), item.is_shared.is_(True)),
    ]


def _has_few(session: Session, actor: Actor) -> bool:
    """Say whether the items that *actor* may read are few enough to be gathered; one statement.

    Who may read many finds a page of them among the newest; who may read few would look through all there
    are.
    """
    if actor.sees_network or not actor.team_ids:
        return False
    return sum(session.execute(_counts(actor), given(actor)).one()) < FEW


@ready
def _counts(actor: Actor) -> Select[Any]:
    """Return the statement that counts each way to an item, as far as is asked."""
    counts = [
        select(func.count()).select_from(each.limit(FEW).subquery()).scalar_subquery()
        for each in _reached(actor)
    ]
    return select(*counts)


def list_items(
    session: Session,
    actor: Actor,
    *,
    kind: str = "",
    state: str = "",
    team_id: int | None = None,
    only_shared: bool = False,
    before: int | None = None,
    limit: int = PAGE,
) -> list[ItemRow]:
    """Return up to *limit* + 1 visible items, the newest number first, after the number *before*."""
    few = team_id is None and not only_shared and _has_few(session, actor)
    narrow = {"kind": kind or None, "team": team_id, "before": before}
    by = frozenset(name for name, value in narrow.items() if value is not None)
    which = state if state in {"", "open"} else "one"
    query = _items(actor, few=few, state=which, only_shared=only_shared, by=by)
    return rows_of(session.execute(query, given(actor, **narrow, state=state, most=limit + 1)))


@ready
def _items(actor: Actor, *, few: bool, state: str, only_shared: bool, by: frozenset[str]) -> Select[Any]:
    """Return the statement of a list; *state* is ``open``, ``one`` that is given, or empty for any."""
    item = FeedbackItem
    query: Select[Any] = rows_visible_to(actor)
    if few:
        query = query.where(item.id.in_(union_all(*_reached(actor))))
    if state:
        query = query.where(item.state.in_(OPEN) if state == "open" else item.state == bindparam("state"))
    if only_shared:
        query = query.where(shared(actor))
    narrower = {
        "kind": item.kind == bindparam("kind"),
        "team": item.team_id == bindparam("team"),
        "before": item.number < bindparam("before"),
    }
    query = query.where(*(narrower[name] for name in sorted(by)))
    return query.order_by(item.number.desc()).limit(bindparam("most", type_=Integer))
