"""What a schema writes is what marshmallow itself would write, whatever it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import marshmallow as ma
import pytest
from marshmallow import fields

from nic_platform.api import Schema
from nic_platform.api_writing import Way

NAME = UUID("0b8d46ba-5b1b-4c57-9f59-6a1f0b4d1a10")
WHEN = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


class Colour(StrEnum):
    """A word of a list."""

    RED = "red"


class Size(Enum):
    """A word that is no text."""

    SMALL = 1


class Part(Schema):
    """One of some."""

    id = fields.UUID(attribute="public_id")
    on = fields.Date(data_key="when")


class Whole(Schema):
    """Every kind of field that the API has."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    colour = fields.String()
    version = fields.Integer()
    share = fields.Float()
    text_share = fields.Float(as_string=True)
    is_draft = fields.Boolean()
    on = fields.Date()
    at = fields.DateTime()
    aware = fields.AwareDateTime()
    begins = fields.Time()
    names = fields.List(fields.String())
    part = fields.Nested(Part)
    parts = fields.List(fields.Nested(Part))
    many = fields.Nested(Part, many=True)
    less = fields.Nested(Part, only=("id",))
    some = fields.Dict()
    days = fields.Dict(keys=fields.String(), values=fields.Date())
    size = fields.Enum(Size)
    raw = fields.Raw()
    left_out = fields.String(load_only=True)


class Plain(Whole):
    """As the whole, of kinds that are all known."""

    text_share = fields.Float()


def _names(thing: Any) -> Any:
    return thing["names"] if isinstance(thing, dict) else thing.names


class Counted(Plain):
    """Has a field that looks at the thing around it."""

    names_counted = fields.Function(lambda thing: len(_names(thing)))


class Deep(Plain):
    """Has a value within another."""

    inner = fields.Date(attribute="part.on")
    also = fields.String(attribute="colour.value")


class Hidden(Plain):
    """Has a value within another under a name that dictionaries have a method of."""

    inner = fields.Raw(attribute="some.values")


class Short(Schema):
    """One field, and one with a value of its own."""

    title = fields.String(dump_default="nameless")


VALUES: dict[str, Any] = {
    "public_id": NAME, "title": "Tally", "colour": Colour.RED, "version": 3, "share": 1, "text_share": 0.5,
    "is_draft": True, "on": date(2026, 3, 1), "at": WHEN, "aware": WHEN, "begins": time(8, 15),
    "names": ["one", b"two", None], "part": {"public_id": NAME, "on": date(2026, 3, 2)},
    "parts": [{"public_id": NAME, "on": None}, {"public_id": None}, None], "many": [{"public_id": NAME}],
    "less": {"public_id": NAME, "on": date(2026, 3, 2)}, "some": {"a": 1}, "days": {"a": date(2026, 3, 3)},
    "size": Size.SMALL, "raw": [1, {"b": 2}],
}  # fmt: skip


@dataclass
class Thing:
    """A row, as queries return it."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)


class Odd(dict[str, Any]):
    """A dictionary of another make."""


def _written(kind: type[Schema], given: list[Any]) -> tuple[list[Any], ...]:
    less = kind(only=("title",))
    return [kind().dump(each) for each in given], kind(many=True).dump(given), less.dump(given, many=True)


@pytest.mark.parametrize("make", [dict, Thing, Odd])
@pytest.mark.parametrize("kind", [Whole, Plain, Counted, Deep, Hidden, Short])
def test_it_writes_what_marshmallow_writes(
    kind: type[Schema], make: Callable[[dict[str, Any]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty: dict[str, Any] = {**dict.fromkeys(VALUES), "names": []}
    given = [make(VALUES), make(empty), make({"title": "This", "names": ()})]
    given += [make({**VALUES, "part": Thing({"public_id": NAME, "on": date(2026, 3, 4)})})]
    found = _written(kind, given)

    with monkeypatch.context() as patch:
        patch.delattr(Schema, "_serialize")
        wanted = _written(kind, given)

    assert found == wanted
    assert [list(each) for each in found[0]] == [list(each) for each in wanted[0]]


def test_it_says_itself_which_schemas_it_writes() -> None:
    known = {kind for kind in (Plain, Part, Whole, Counted, Deep, Hidden) if Way(kind().dump_fields).is_known}

    assert known == {Plain, Part, Deep}


def test_a_copy_with_fewer_fields_has_a_way_of_its_own() -> None:
    schema = Part()
    schema.dump({"public_id": NAME, "on": None})

    class Around(Schema):
        part = fields.Nested(schema, only=("id",))

    assert Around().dump({"part": {"public_id": NAME, "on": None}}) == {"part": {"id": str(NAME)}}


def test_what_a_field_refuses_is_refused() -> None:
    with pytest.raises((ma.ValidationError, ValueError)):
        Plain().dump({**VALUES, "version": "three"})
