"""Taking records of initiatives and practices away and back, in the API: one way for all kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import transaction
from variation.alignment_base_views import by_name


class Taking(Protocol):
    """A service that takes a thing away (true), or puts it back."""

    def __call__(self, session: Session, thing: Any, wanted: bool, /, *, at: datetime) -> None:
        """Take *thing* away, or put it back."""


@dataclass(frozen=True)
class Kind:
    """One kind of record: its operations' name, its address, who may change it, how it is told when back."""

    name: str
    path: str
    key: str
    find: Callable[[Actor, UUID, bool], Any]
    """Gives the record for writing; the flag says that it was taken away."""
    take: Taking
    told: Callable[[Actor, Any], Any]
    shape: Any
    words: tuple[str, str]
    """What the description says of taking it away, and of bringing it back."""
    visitor: Callable[[], Actor] = by_name


def hang(blueprint: ApiBlueprint, kind: Kind) -> None:
    """Give one kind its two addresses: DELETE, and POST …/restore."""
    rule = f"/{kind.path}/<uuid:{kind.key}>"

    def put(ids: dict[str, UUID], *, away: bool) -> tuple[Actor, Any]:
        actor = kind.visitor()
        thing = kind.find(actor, ids[kind.key], not away)
        with transaction(actor) as current:
            kind.take(current, thing, away, at=clock.now())
        return actor, thing

    def remove(**ids: UUID) -> None:
        put(ids, away=True)

    def restore(**ids: UUID) -> Any:
        return kind.told(*put(ids, away=False))

    for view, verb, says in zip((remove, restore), ("remove", "restore"), kind.words, strict=True):
        view.__name__ = view.__qualname__ = f"{verb}_{kind.name}"
        view.__doc__ = says
    answers = blueprint.response(204), blueprint.response(200, kind.shape)
    blueprint.route(rule, methods=["DELETE"])(access.signed_in(answers[0](remove)))
    blueprint.route(f"{rule}/restore", methods=["POST"])(access.signed_in(answers[1](restore)))
