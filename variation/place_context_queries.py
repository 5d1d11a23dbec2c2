"""Asking the database for whom and under what conditions: names in order, kinds of places, those of a kind.

The bands are those of :mod:`variation.context`; here the database sorts places into them, so that nobody has
to read 100,000 places to say which kinds there are.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from nic_platform.actor import Actor, Level
from nic_platform.columns import read_columns
from teams.models import Site
from teams.queries import in_network
from variation import context
from variation.context import ENROLMENT, PERCENT, Context
from variation.place_queries import PlaceRow, inside

_OWN = "x-"


def _there(actor: Actor, place: PlaceRow, level: Level) -> ColumnElement[bool]:
    within = inside(Site.id, place.id, is_whole=place.is_whole)
    return and_(in_network(actor, Site.network_id), Site.level == level, within)


def order_of(session: Session, actor: Actor, place: PlaceRow, level: Level) -> Any:
    """Return the numbers of the places of a level below a place, by name, as an array; one statement."""
    name: Any = func.lower(Site.name)
    if session.get_bind().dialect.name == "postgresql":
        name = name.collate("C")
    query = select(Site.id).where(_there(actor, place, level)).order_by(name, Site.id)
    return read_columns(session, query)[0].astype(np.int64)


def _band(column: Any, bands: Sequence[tuple[int, int | None]]) -> ColumnElement[str]:
    whens = [
        (column >= low if high is None else and_(column >= low, column < high), f"{low}-{high or ''}")
        for low, high in bands
    ]
    return case(*whens, else_="")


def _flag(column: Any) -> ColumnElement[str]:
    return case((column.is_(True), "yes"), (column.is_(False), "no"), else_="")


_KINDS: dict[str, Any] = {
    "grades": Site.grades, "locale": Site.locale, "enrolment": _band(Site.enrolment, ENROLMENT),
    "lunch": _band(Site.lunch_percent, PERCENT), "english": _band(Site.english_learner_percent, PERCENT),
    "title1": _flag(Site.is_title_one), "charter": _flag(Site.is_charter),
}  # fmt: skip
_ATTRIBUTES: Any = cast(Site.attributes, Text)


def kinds(session: Session, actor: Actor, place: PlaceRow, level: Level) -> list[tuple[str, str]]:
    """Return the kinds of each attribute that places of a level below a place are of; one statement."""
    columns = [*(column.label(name) for name, column in _KINDS.items()), _ATTRIBUTES.label("own")]
    # What places are alike in all is one row: then each attribute has few rows to look through.
    places = select(*columns).where(_there(actor, place, level)).distinct().cte("places")
    each = [
        select(literal(name).label("name"), places.c[name].label("kind")).group_by(places.c[name])
        for name in (*_KINDS, "own")
    ]
    found: list[tuple[str, str]] = []
    for name, kind in session.execute(union_all(*each)):
        found += _own_kinds(kind) if name == "own" else [(name, kind)]
    return found


def _own_kinds(attributes: str | None) -> list[tuple[str, str]]:
    told = json.loads(attributes) if attributes else {}
    if not isinstance(told, dict):
        return []
    of_place = context.kinds_of(Context(attributes=told))
    return [(name, kind) for name, kind in of_place.items() if name.startswith(_OWN)]


def ids_in(session: Session, actor: Actor, place: PlaceRow, level: Level, chosen: Mapping[str, str]) -> Any:
    """Return the numbers of the places that are of every kind chosen, as an array; one statement.

    An attribute that isn't known here has no places.
    """
    named = {name: value for name, value in chosen.items() if not name.startswith(_OWN)}
    own = {name: value for name, value in chosen.items() if name.startswith(_OWN)}
    query = select(Site.id).where(_there(actor, place, level))
    for name, value in named.items():
        query = query.where(_KINDS[name] == value)
    if not own:
        return read_columns(session, query)[0].astype(np.int64)
    rows = session.execute(query.add_columns(_ATTRIBUTES))
    kept = [site for site, told in rows if own.items() <= dict(_own_kinds(told)).items()]
    return np.array(kept, dtype=np.int64)
