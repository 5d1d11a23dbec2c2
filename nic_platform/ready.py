"""Statements put together once for all who ask in the same way; what is their own comes in when it is asked.

Putting a statement together costs more than sending it. A builder under :func:`ready` gets an actor without
values (:class:`AnyActor`) in place of the person who asks, and so do the conditions it is made of, which stay
the one place that says who sees what. Where a condition names the person, their network or their teams, the
statement gets a place, and :func:`given` says what belongs there::

    @ready
    def _plan(actor: Actor) -> Select[str]:
        return select(Plan.title).where(reads_plan(actor), Plan.public_id == bindparam("plan"))

    session.scalar(_plan(actor), given(actor, plan=plan_id))

Whatever else of the actor a builder looks at is part of the way of asking. What can't be one (a name, the
smallest cell, a role in one team) is refused while the statement is put together: a value would be kept in
it, and shown to the next one who asks.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, wraps
from typing import Any, Concatenate, NamedTuple, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Integer, bindparam

from nic_platform.actor import Actor, Level, NetworkRole

_Shape = ParamSpec("_Shape")
_Statement = TypeVar("_Statement")

_PERSON = bindparam("asking_person", type_=Integer)
_NETWORK = bindparam("asking_network", type_=Integer)
_TEAM = bindparam("asking_team", type_=Integer)
_TEAMS = bindparam("asking_teams", type_=Integer, expanding=True)
_DRAFTS = bindparam("asking_drafts", type_=Integer, expanding=True)

_VALUES = (int, float, date, UUID)
WAYS_KEPT = 128  # of each builder and in all; a network's people ask in some ten


class Way(NamedTuple):
    """What the shape of a statement may hang on: one for many people."""

    in_network: bool
    has_team: bool
    in_teams: bool
    reads_drafts: bool
    network_roles: frozenset[NetworkRole]
    reviewer_levels: frozenset[Level]
    is_admin: bool


def way_of(actor: Actor) -> Way:
    """Return the way in which *actor* asks."""
    return Way(
        actor.network_id is not None, actor.team_id is not None, bool(actor.roles),
        bool(actor.draft_team_ids), actor.network_roles, actor.reviewer_levels, actor.is_admin,
    )  # fmt: skip


class _Some:
    """Teams of which it is known only whether there are any."""

    def __init__(self, are_any: bool) -> None:
        self._are_any = are_any

    def __bool__(self) -> bool:
        return self._are_any


class AnyActor(Actor):
    """Everybody who asks in one way: places where a person has numbers, and no other values."""

    _way: Way

    def __init__(self, way: Way) -> None:
        known: dict[str, Any] = {
            "user_id": _PERSON,
            "network_id": _NETWORK if way.in_network else None,
            "team_id": _TEAM if way.has_team else None,
            "network_roles": way.network_roles,
            "reviewer_levels": way.reviewer_levels,
            "is_admin": way.is_admin,
            "_way": way,
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @property
    def team_ids(self) -> Any:
        """Return whether there are any, and nothing else."""
        return _Some(self._way.in_teams)

    @property
    def draft_team_ids(self) -> Any:
        """Return whether there are any, and nothing else."""
        return _Some(self._way.reads_drafts)

    @property
    def teams(self) -> Any:
        """Return the place of the teams' numbers, for ``in_``."""
        return _TEAMS

    @property
    def draft_teams(self) -> Any:
        """Return the place of the numbers of teams whose drafts are read, for ``in_``."""
        return _DRAFTS

    def _refuse(self) -> NoReturn:
        raise LookupError("A statement for everybody can't hold what is one person's: give it as a value.")

    name = team_public_id = roles = minimum_cell = time_zone = property(_refuse)


@lru_cache(maxsize=WAYS_KEPT)
def any_actor(way: Way) -> AnyActor:
    """Return the one actor that stands for all who ask in this way."""
    return AnyActor(way)


def ready(
    build: Callable[Concatenate[Actor, _Shape], _Statement],
) -> Callable[Concatenate[Actor, _Shape], _Statement]:
    """Keep the statement that *build* makes for each way of asking.

    What it takes besides the actor is part of the statement's shape: kinds and booleans, never values. One
    such builder may be made of another.

    Raises:
        LookupError: (the statement it returns) a number, a day or an id was given for its shape.
    """

    def made(anyone: AnyActor, *shape: Any, **named: Any) -> _Statement:
        every = (*shape, *named.values())
        if any(isinstance(each, _VALUES) and not isinstance(each, bool) for each in every):
            raise LookupError("What a statement is asked with is given when it is asked, and not kept in it.")
        return build(anyone, *shape, **named)

    kept: Callable[..., _Statement] = lru_cache(maxsize=WAYS_KEPT)(made)

    @wraps(build)
    def statement(actor: Actor, /, *shape: _Shape.args, **named: _Shape.kwargs) -> _Statement:
        anyone = actor if isinstance(actor, AnyActor) else any_actor(way_of(actor))
        return kept(anyone, *shape, **named)

    return statement


def given(actor: Actor, **values: Any) -> dict[str, Any]:
    """Return what belongs in the places of a statement: the actor's numbers, and *values* by name."""
    return {
        _PERSON.key: actor.user_id,
        _NETWORK.key: actor.network_id,
        _TEAM.key: actor.team_id,
        _TEAMS.key: actor.teams,
        _DRAFTS.key: actor.draft_teams,
        **values,
    }
