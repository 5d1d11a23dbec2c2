"""Writes down what other systems are told, in the transaction of the change: the one place that decides it.

After each flush the changed things are looked at. Drafts and what only their team may know are never told;
what is told holds ids, codes and days, no words and no counts: who takes the message asks the API for the
rest, with a token's rights.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import bindparam, event, insert, inspect, select
from sqlalchemy.orm import Session

from accounts.models import User
from cycles.models import Cycle
from feedback.models import Answer, FeedbackItem, Theme
from feedback.rules import ENDED, State
from interchange.models import Webhook, WebhookDelivery
from interchange.webhook_rules import Happening, wants
from measures.models import Measure, Measurement
from nic_platform import clock, jobs
from nic_platform.database import Base
from nic_platform.tables import ImportRun
from teams.models import Membership, Network, NetworkMember, Team

SEND_JOB = "interchange.send_webhooks"
_TOLD, _HOOKS = "webhooks_told", "webhooks_in_use"
_Sides = Mapping[str, tuple[Any, Any]]


def _sides(thing: Any) -> dict[str, tuple[Any, Any]]:
    """Return the columns that this flush changes: before and after."""
    state = inspect(thing)
    found = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            after = history.added[0] if history.added else None
            if before != after:
                found[column.key] = (before, after)
    return found


def _item(thing: Any, sides: _Sides, new: bool) -> str | None:
    if thing.state == State.DRAFT:
        return None
    if "deleted_at" in sides and not new:
        return "item.removed" if thing.deleted_at else "item.moved"
    if new or sides.get("state", ("",))[0] == State.DRAFT:
        return "item.sent"
    if "state" in sides:
        return {State.ANSWERED: "item.answered"}.get(
            thing.state, "item.closed" if thing.state in ENDED else "item.moved"
        )
    return (
        "item.moved"
        if sides.keys() & {"holder_id", "theme_id", "answer_id", "lifted", "offered_to_id"}
        else None
    )


def _theme(thing: Any, sides: _Sides, new: bool) -> str | None:
    if new:
        return "theme.opened"
    if "closed_at" in sides or "deleted_at" in sides:
        return "theme.closed" if thing.closed_at or thing.deleted_at else "theme.changed"
    return "theme.changed" if sides.keys() & {"title", "summary", "team_id", "joined_into_id"} else None


def _answer(thing: Any, sides: _Sides, new: bool) -> str | None:
    if new:
        return "answer.given"
    return (
        "answer.changed"
        if sides.keys() - {"version", "updated_at", "updated_by_id", "asked_again_on"}
        else None
    )


def _cycle(thing: Any, sides: _Sides, new: bool) -> str | None:
    if thing.is_draft:
        return None
    if "deleted_at" in sides and not new:
        return "cycle.removed" if thing.deleted_at else "cycle.moved"
    if thing.stage == "closed" and (new or sides.keys() & {"stage", "outcome"}):
        return "cycle.closed"
    if new or "is_draft" in sides:
        return "cycle.started"
    return "cycle.moved" if "stage" in sides else None


def _measurement(thing: Any, _sides: _Sides, new: bool) -> str | None:
    if not new:
        return None
    return "measurement.corrected" if thing.supersedes_id else "measurement.saved"


def _import(thing: Any, sides: _Sides, new: bool) -> str | None:
    return (
        {"done": "import.done", "undone": "import.undone"}.get(thing.state)
        if new or "state" in sides
        else None
    )


def _person(thing: Any, sides: _Sides, new: bool) -> str | None:
    if new or ("deleted_at" in sides and thing.deleted_at is None):
        return "person.joined"
    if "deleted_at" in sides:
        return "person.left"
    return "person.changed" if sides.keys() & {"role", "level"} else None


_EVENT: Mapping[type[Base], Callable[[Any, _Sides, bool], str | None]] = {
    FeedbackItem: _item, Theme: _theme, Answer: _answer, Cycle: _cycle, Measurement: _measurement,
    ImportRun: _import, Membership: _person, NetworkMember: _person,
}  # fmt: skip
_KIND: Mapping[type[Base], str] = {
    FeedbackItem: "feedback_item", Theme: "theme", Answer: "answer", Cycle: "cycle", Measurement: "measure",
    ImportRun: "import", Membership: "person", NetworkMember: "person",
}  # fmt: skip


@event.listens_for(Session, "after_flush")
def _look(current: Session, _context: object) -> None:
    found = [
        (thing, said)
        for things, new in ((current.new, True), (current.dirty, False), (current.deleted, None))
        for thing in things
        if (look := _EVENT.get(type(thing)))
        and (said := _gone(thing) if new is None else look(thing, _sides(thing), new))
    ]
    if found:
        _write(current, found)


def _gone(thing: Any) -> str | None:
    """Return what is told of a row that is taken out altogether: roles are, what people wrote is not."""
    return "person.left" if isinstance(thing, Membership | NetworkMember) else None


def _write(current: Session, found: Iterable[tuple[Any, str]]) -> None:
    """Write one delivery for each hook that asked, once for each thing in a transaction."""
    pairs = [(thing, said) for thing, said in found]
    hooks = _hooks(current, {thing.network_id for thing, _said in pairs})
    wanted = [
        (thing, said)
        for thing, said in pairs
        if any(wants(h.events, said) for h in hooks.get(thing.network_id, ()))
    ]
    if not wanted:
        return
    told: set[Any] = current.info.setdefault(_TOLD, set())
    for happening in _in_ids(current, wanted):
        mark = (happening.event, happening.object_id, str(happening.data))
        if mark not in told:
            told.add(mark)
            tell(current, happening, hooks[happening.network_id])


@dataclass(frozen=True)
class Hook:
    """A hook in use: its number and the groups of events it asked for."""

    id: int
    events: list[str]


def hooks_of(current: Session, network_ids: Iterable[int | None]) -> dict[int, list[Hook]]:
    """Return the hooks in use, by network; one statement."""
    ids = sorted({each for each in network_ids if each is not None})
    found: dict[int, list[Hook]] = {each: [] for each in ids}
    for network_id, number, events in current.execute(_in_use(), {"networks": ids}):
        found[network_id].append(Hook(number, events))
    return found


@cache
def _in_use() -> Any:
    """Return the statement of each write, put together once."""
    return select(Webhook.network_id, Webhook.id, Webhook.events).where(
        Webhook.network_id.in_(bindparam("networks", expanding=True)),
        Webhook.is_enabled.is_(True), Webhook.deleted_at.is_(None),
    )  # fmt: skip


def _hooks(current: Session, network_ids: Iterable[int | None]) -> dict[int, list[Hook]]:
    """Return the hooks in use, asked for once in a transaction."""
    known: dict[int, list[Hook]] = current.info.setdefault(_HOOKS, {})
    missing = {each for each in network_ids if each is not None} - known.keys()
    if missing:
        known |= hooks_of(current, missing)
    return known


def _in_ids(current: Session, wanted: Iterable[tuple[Any, str]]) -> list[Happening]:
    """Return what happened with the random ids that the outside knows, looked up for all at once."""
    things = list(wanted)
    teams = _public(current, Team, {getattr(thing, "team_id", None) for thing, _said in things})
    measures = _public(
        current, Measure, {thing.measure_id for thing, _s in things if isinstance(thing, Measurement)}
    )
    users = _public(
        current,
        User,
        {thing.user_id for thing, _s in things if isinstance(thing, Membership | NetworkMember)},
    )
    made = []
    for thing, said in things:
        data: dict[str, Any] = {}
        if team := teams.get(getattr(thing, "team_id", None)):
            data["team_id"] = str(team)
        object_id = thing.public_id
        if isinstance(thing, Measurement):
            object_id = measures[thing.measure_id]
            data["day"] = thing.observed_on.isoformat()
        elif isinstance(thing, Membership | NetworkMember):
            object_id = users[thing.user_id]
            data["role"] = thing.role.value
        elif isinstance(thing, ImportRun):
            data["of"] = thing.kind
        elif isinstance(thing, FeedbackItem):
            data |= {"of": thing.kind, "state": str(thing.state), "number": thing.number}
        elif isinstance(thing, Cycle):
            data |= {"stage": thing.stage, "outcome": thing.outcome}
        made.append(Happening(said, _KIND[type(thing)], object_id, data, thing.network_id))
    return made


def _public(current: Session, model: Any, ids: set[Any]) -> dict[Any, Any]:
    numbers = sorted(each for each in ids if each is not None)
    if not numbers:
        return {}
    rows = current.execute(select(model.id, model.public_id).where(model.id.in_(numbers)))
    return {row.id: row.public_id for row in rows}


def tell(current: Session, happening: Happening, hooks: Iterable[Hook]) -> None:
    """Write what happened for each of *hooks* that asked for it; it is sent once that is committed."""
    at = current.info.get("at") or clock.now()
    network = current.scalar(select(Network.public_id).where(Network.id == happening.network_id))
    made = []
    for hook in hooks:
        if not wants(hook.events, happening.event):
            continue
        thing = {"kind": happening.kind, "id": str(happening.object_id), "link": link_of(happening)}
        payload = {
            "type": happening.event, "timestamp": at.isoformat(),
            "data": {"network_id": str(network), "object": thing, **happening.data},
        }  # fmt: skip
        made.append(
            {
                "network_id": happening.network_id, "webhook_id": hook.id, "event": happening.event,
                "object_kind": happening.kind, "object_id": happening.object_id, "payload": payload,
                "next_at": at, "created_at": at,
            }
        )  # fmt: skip
    if made:
        current.execute(insert(WebhookDelivery), made)  # no object: this runs in the middle of a flush
        jobs.nudge(current, SEND_JOB)


_PATHS = {
    "feedback_item": "/feedback/{}", "theme": "/themes/{}", "cycle": "/cycles/{}", "answer": "/answers/{}",
    "milestone": "/milestones/{}", "measure": "/measures/{}", "webhook": "/network/webhooks/{}",
}  # fmt: skip


def link_of(happening: Happening) -> str:
    """Return the path of the page of what happened; empty where it has none of its own."""
    return _PATHS.get(happening.kind, "").format(happening.object_id)


@event.listens_for(Session, "after_commit")
def _forget(current: Session) -> None:
    current.info.pop(_TOLD, None)
    current.info.pop(_HOOKS, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(current: Session, _before: object) -> None:
    current.info.pop(_TOLD, None)
    current.info.pop(_HOOKS, None)
