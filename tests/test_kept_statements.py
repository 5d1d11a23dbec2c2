"""Every statement that is kept for all who ask alike is the one that its builder makes for the person."""

import inspect
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite

from cycles.ramp_queries import Narrowing
from nic_platform.actor import Actor, NetworkRole, TeamRole
from nic_platform.ready import given

DOMAINS = ("teams", "measures", "milestones", "cycles", "feedback", "variation", "desk")
ASKERS = (
    Actor(3, network_id=5, team_id=7, roles={7: TeamRole.LEAD, 9: TeamRole.OBSERVER}),
    Actor(4, network_id=6, network_roles=frozenset({NetworkRole.LEAD})),
)
SHAPES: dict[Any, tuple[Any, ...]] = {
    bool: (True, False),
    Narrowing: (Narrowing(True, True, True, True), Narrowing(False, False, False, False)),
}


def _builders() -> Iterator[Callable[..., Any]]:
    for domain in DOMAINS:
        for found in pkgutil.iter_modules(import_module(domain).__path__, f"{domain}."):
            if not found.name.endswith("queries"):
                continue
            for builder in vars(import_module(found.name)).values():
                is_ours = getattr(builder, "__module__", "") == found.name
                if is_ours and getattr(builder, "__qualname__", "") and _is_ready(builder):
                    yield builder


def _is_ready(builder: Any) -> bool:
    code = getattr(builder, "__code__", None)
    return code is not None and code.co_filename.endswith("ready.py")


def _shapes(builder: Callable[..., Any]) -> list[dict[str, Any]]:
    """Return what a builder is called with besides the actor; nothing where its shapes are not known here."""
    named = list(inspect.signature(builder).parameters.values())[1:]
    if any(each.annotation not in SHAPES for each in named):
        return []
    every = itertools.product(*(SHAPES[each.annotation] for each in named))
    return [dict(zip((each.name for each in named), shape, strict=True)) for shape in every]


def _told(statement: Any, values: dict[str, Any]) -> tuple[str, list[str]]:
    """Return a statement without the names of its places, and what stands in them, in order."""
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="named"))
    held = {**compiled.params, **{name: values[name] for name in compiled.params if name in values}}
    places = re.compile(r":(\w+)|POSTCOMPILE_(\w+)")
    order = [match[1] or match[2] for match in places.finditer(str(compiled))]
    nameless = re.sub(r"_\d+\b", "_", places.sub("?", str(compiled)))  # columns count on from places
    return nameless, [repr(held.get(name)) for name in order]


BUILDERS = {f"{each.__module__}.{each.__name__}": each for each in _builders()}


# Their shapes are kinds, states or models: a new one here needs a test that asks it as two people.
OTHER_SHAPES = {
    "desk.follow_up_queries._opened", "feedback.list_queries._items", "feedback.queue_item_queries._waiting",
    "milestones.counted_queries._counted", "milestones.plan_queries._part_of",
    "teams.team_queries._list_of_teams",
}  # fmt: skip


def test_those_that_are_not_compared_here_are_known() -> None:
    assert {name for name, builder in BUILDERS.items() if not _shapes(builder)} == OTHER_SHAPES


@pytest.mark.parametrize("domain", DOMAINS)
def test_kept_statements_are_those_of_the_person(domain: str) -> None:
    for name, builder in BUILDERS.items():
        if not name.startswith(f"{domain}."):
            continue
        for actor, shape in itertools.product(ASKERS, _shapes(builder)):
            values = given(actor)
            kept = _told(builder(actor, **shape), values)
            own = _told(inspect.unwrap(builder)(actor, **shape), values)
            assert kept == own, (name, shape)


def test_the_statements_are_found() -> None:
    assert len(BUILDERS) > 20
