"""The parts of a plan in the API: priorities, causes, strategies, strands, targets, steps, goals …

One set of addresses for all kinds: list and add under the plan, then read, change, delete and bring back. The
policies are those of the pages: whoever reads the plan reads them, its own team changes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from measures import policies as measure_policies
from milestones import parts_queries, parts_schemas, parts_services, plan_queries, policies, services
from milestones.models import (
    ActionStep,
    AgencyGoal,
    BackwardsPlan,
    Checkpoint,
    InterimTarget,
    Priority,
    RootCause,
    Strand,
    Strategy,
)
from milestones.parts_queries import Found
from milestones.parts_schemas import Schemas
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint, check_version, page_of
from nic_platform.database import session, transaction
from nic_platform.schemas import MoveIn

blueprint = ApiBlueprint("api_parts", __name__, "", "The parts of a plan")


@dataclass(frozen=True)
class Kind:
    """One kind of part: what its addresses and its parameter are called, its table, its schemas."""

    name: str
    words: str
    path: str
    model: type[Any]
    schemas: Schemas
    is_listed: bool = True

    @property
    def is_ordered(self) -> bool:
        """Say whether it has a place in its list."""
        return "position" in self.model.__table__.columns


KINDS = (
    Kind("priority", "performance priority", "priorities", Priority, parts_schemas.PRIORITY),
    Kind("cause", "root cause", "causes", RootCause, parts_schemas.CAUSE),
    Kind("strategy", "major improvement strategy", "strategies", Strategy, parts_schemas.STRATEGY),
    Kind("strand", "strand", "strands", Strand, parts_schemas.STRAND),
    Kind("target", "interim target", "targets", InterimTarget, parts_schemas.TARGET, is_listed=False),
    Kind("checkpoint", "checkpoint of a target", "checkpoints", Checkpoint, parts_schemas.CHECKPOINT),
    Kind("step", "action step", "steps", ActionStep, parts_schemas.STEP),
    Kind("backwards_plan", "backwards plan", "backwards-plans", BackwardsPlan, parts_schemas.BACKWARDS),
    Kind("goal", "agency goal", "goals", AgencyGoal, parts_schemas.GOAL),
)  # fmt: skip


def sent_version(sent: dict[str, Any]) -> int | None:
    """Take the version that a change was made from out of what was sent; the frame put If-Match's into it."""
    version: int | None = sent.pop("version", None)
    return version


def _list(kind: Kind, plan_id: UUID, query: dict[str, Any]) -> Mapping[str, Any]:
    actor = access.actor()
    plan_queries.get_plan(session(), actor, plan_id)
    limit = query["limit"]
    rows = parts_queries.list_parts(
        session(), actor, kind.model, plan_id, after=query.get("after"), limit=limit
    )
    page = page_of(rows, limit)
    return {"items": [_told(actor, row) for row in page["items"]], "next": page["next"]}


def _add(kind: Kind, plan_id: UUID, sent: dict[str, Any]) -> dict[str, Any]:
    actor = access.actor()
    plan = plan_queries.find_plan(session(), actor, plan_id)
    access.require(policies.can_change(actor, plan.team_id))
    values = parts_queries.numbers_of(session(), actor, kind.model, plan, sent)
    with transaction(actor) as current:
        made = parts_services.add(current, kind.model, plan, values).public_id
    return _one(kind, actor, made)


def _one(kind: Kind, actor: Actor, thing_id: UUID) -> dict[str, Any]:
    return _told(actor, parts_queries.get_part(session(), actor, kind.model, thing_id))


def _told(actor: Actor, found: Found) -> dict[str, Any]:
    """Return a part as *actor* may read it: to others a small group's size and baseline are hidden."""
    told = found.as_dict()
    size, team_id = told.get("expected_n"), found.plan.team_id
    sees = measure_policies.sees_size(actor, team_id, size, counts_students="expected_n" in told)
    if sees:
        return told
    return told | {"expected_n": None, "baseline": None if size is not None else told["baseline"]}


def _own(kind: Kind, actor: Actor, thing_id: UUID, *, is_deleted: bool = False) -> Found:
    """Return a part that the caller's own team may change."""
    found = parts_queries.get_part(session(), actor, kind.model, thing_id, is_deleted=is_deleted)
    access.require(policies.can_change(actor, found.plan.team_id))
    return found


def _change(kind: Kind, thing_id: UUID, sent: dict[str, Any]) -> dict[str, Any]:
    actor = access.actor()
    found = _own(kind, actor, thing_id)
    check_version(sent_version(sent), found.thing.version)
    values = parts_queries.numbers_of(session(), actor, kind.model, found.plan, sent)
    with transaction(actor) as current:
        parts_services.change(current, found.thing, values)
    return _one(kind, actor, thing_id)


def _delete(kind: Kind, thing_id: UUID) -> None:
    actor = access.actor()
    found = _own(kind, actor, thing_id)
    with transaction(actor) as current:
        services.delete(current, found.thing, at=clock.now())


def _restore(kind: Kind, thing_id: UUID) -> dict[str, Any]:
    actor = access.actor()
    found = _own(kind, actor, thing_id, is_deleted=True)
    with transaction(actor) as current:
        parts_services.restore(current, found.thing)
    return _one(kind, actor, thing_id)


def _move(kind: Kind, thing_id: UUID, sent: Mapping[str, Any]) -> dict[str, Any]:
    actor = access.actor()
    found = _own(kind, actor, thing_id)
    with transaction(actor) as current:
        services.move(current, found.thing, up=sent["way"] == "up")
    return _one(kind, actor, thing_id)


def _named(view: Callable[..., Any], name: str, words: str) -> None:
    """Give a view its name, which names its endpoint, and what the description says of it."""
    view.__name__ = view.__qualname__ = name
    view.__doc__ = words


def _route(method: str, rule: str, view: Callable[..., Any]) -> None:
    blueprint.route(rule, methods=[method])(access.signed_in(view))


def _hang(kind: Kind) -> None:
    """Give one kind its addresses."""
    key, made = f"{kind.name}_id", kind.schemas
    one = f"/{kind.path}/<uuid:{key}>"

    def many(query: dict[str, Any], plan_id: UUID) -> Mapping[str, Any]:
        return _list(kind, plan_id, query)

    def adding(sent: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
        return _add(kind, plan_id, sent)

    def getting(**ids: UUID) -> dict[str, Any]:
        return _one(kind, access.actor(), ids[key])

    def changing(sent: dict[str, Any], **ids: UUID) -> dict[str, Any]:
        return _change(kind, ids[key], sent)

    def deleting(**ids: UUID) -> None:
        _delete(kind, ids[key])

    def restoring(**ids: UUID) -> dict[str, Any]:
        return _restore(kind, ids[key])

    def moving(sent: dict[str, Any], **ids: UUID) -> dict[str, Any]:
        return _move(kind, ids[key], sent)

    add, patch = blueprint.arguments(made.new), blueprint.arguments(made.patch)
    thing, added = blueprint.response(200, made.out), blueprint.response(201, made.out)
    of = kind.words
    if kind.is_listed:
        _named(many, f"list_{kind.path.replace('-', '_')}", f"List a plan's parts of one kind: {of}.")
        paged = blueprint.arguments(parts_schemas.Query, location="query")
        _route("GET", f"/plans/<uuid:plan_id>/{kind.path}", paged(blueprint.response(200, made.page)(many)))
    _named(adding, f"add_{kind.name}", f"Add one to a plan: {of}.")
    _named(getting, f"get_{kind.name}", f"Return one: {of}.")
    _named(changing, f"change_{kind.name}", f"Change one: {of}. Say the version you read, or in If-Match.")
    _named(deleting, f"delete_{kind.name}", f"Delete one: {of}. Restore undoes it.")
    _named(restoring, f"restore_{kind.name}", f"Bring a deleted one back: {of}.")
    _route("POST", f"/plans/<uuid:plan_id>/{kind.path}", add(added(adding)))
    _route("GET", one, thing(getting))
    _route("PATCH", one, patch(thing(changing)))
    _route("DELETE", one, blueprint.response(204)(deleting))
    _route("POST", f"{one}/restore", thing(restoring))
    if kind.is_ordered:
        _named(moving, f"move_{kind.name}", f"Let one change places with its neighbour: {of}.")
        _route("POST", f"{one}/move", blueprint.arguments(MoveIn)(thing(moving)))


for _kind in KINDS:
    _hang(_kind)
