"""How a schema writes a thing down, worked out once for each schema and not once for each value.

marshmallow asks every field of every row anew where its value is and how it is written; for a list of a
hundred that is most of the answer's time. What comes out is the same, field by field. What this does not know
(a field of one's own, a thing that is neither a plain dictionary nor an object) is left to marshmallow.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import marshmallow as ma
from marshmallow import fields, utils

Write = Callable[[Any], Any]
Read = Callable[[Any], Sequence[Any]]


class Way:
    """How one schema writes a thing; ``is_known`` says whether it can."""

    def __init__(self, named: Mapping[str, ma.fields.Field[Any]]) -> None:
        self.keys = [name if field.data_key is None else field.data_key for name, field in named.items()]
        places = [field.attribute or name for name, field in named.items()]
        writes = [_write_of(field) for field in named.values()]
        self.writes = [each for each in writes if each is not None]
        self.is_known = len(places) > 1 and len(self.writes) == len(places) and not _has_paths(places)
        if self.is_known:  # of one place alone the getters would return the bare value
            self.of_dict: Read = itemgetter(*places)
            self.of_object: Read = attrgetter(*places)

    def read(self, thing: Any) -> Sequence[Any] | None:
        """Return the values of a thing in the order of the fields; ``None`` where marshmallow has to look."""
        try:
            if type(thing) is dict:
                return self.of_dict(thing)
            return None if hasattr(thing, "__getitem__") else self.of_object(thing)
        except (KeyError, AttributeError):  # a field that is left out, or has a default
            return None

    def write(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return what the schema says of a thing with these values."""
        return {
            key: None if value is None else write(value)
            for key, write, value in zip(self.keys, self.writes, values, strict=True)
        }


def _has_paths(places: Sequence[str]) -> bool:
    """Say whether a value lies within another one, at an address with dots."""
    return any("." in place for place in places)


def _text(value: Any) -> str:
    return value if type(value) is str else utils.ensure_text_type(value)


def _as_it_is(value: Any) -> Any:
    return value


def _of_number(field: Any) -> Write | None:
    return None if field.as_string else field.num_type


def _of_moment(field: Any) -> Write | None:
    known: Mapping[str, Write] = field.SERIALIZATION_FUNCS
    return known.get(field.format or field.DEFAULT_FORMAT)


def _of_list(field: Any) -> Write | None:
    write = _write_of(field.inner)
    if write is None:
        return None
    return lambda values: [None if value is None else write(value) for value in values]


def _of_nested(field: Any) -> Write:
    schema = field.schema
    many = schema.many or field.many
    return lambda value: schema.dump(value, many=many)


def _by_itself(field: Any) -> Write:
    """Let the field write its value: of these kinds, none looks at the thing around it."""
    return lambda value: field._serialize(value, None, None)


_WRITES: Mapping[type[ma.fields.Field[Any]], Callable[[Any], Write | None]] = {
    fields.String: lambda _field: _text, fields.UUID: lambda _field: str,
    fields.Boolean: lambda _field: _as_it_is, fields.Raw: lambda _field: _as_it_is,
    fields.Integer: _of_number, fields.Float: _of_number, fields.Date: _of_moment,
    fields.DateTime: _of_moment, fields.AwareDateTime: _of_moment, fields.List: _of_list,
    fields.Nested: _of_nested, fields.Dict: _by_itself, fields.Enum: _by_itself, fields.Time: _by_itself,
}  # fmt: skip


def _write_of(field: ma.fields.Field[Any]) -> Write | None:
    """Return what writes a value of a field, nulls aside; none where only marshmallow knows."""
    known = _WRITES.get(type(field))
    return known(field) if known else None
