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
        self.fields = list(named.values())
        self.keys = [name if field.data_key is None else field.data_key for name, field in named.items()]
        self.places = [field.attribute or name for name, field in named.items()]
        writes = [_write_of(field) for field in self.fields]
        self.writes = [each for each in writes if each is not None]
        self.is_deep = any("." in place for place in self.places)
        self.is_known = len(self.writes) == len(self.places) > 1 and not _may_be_methods(self.places)
        if self.is_known:  # of one place alone the getters would return the bare value
            self.of_dict: Read = itemgetter(*self.places)
            self.of_object: Read = attrgetter(*self.places)

    def knows(self, thing: Any) -> bool:
        """Say whether it can write this thing: an object, or a dictionary that no address leads into."""
        return self.is_known and (
            not hasattr(thing, "__getitem__") or (type(thing) is dict and not self.is_deep)
        )

    def write(self, thing: Any) -> dict[str, Any]:
        """Return what the schema says of a thing that it knows."""
        try:
            values = self.of_dict(thing) if type(thing) is dict else self.of_object(thing)
        except (KeyError, AttributeError):
            return self._write_some(thing)
        return {
            key: None if value is None else write(value)
            for key, write, value in zip(self.keys, self.writes, values, strict=True)
        }

    def _write_some(self, thing: Any) -> dict[str, Any]:
        """Write a thing that lacks some of the fields: they are left out, or have a value of their own."""
        said = {}
        for key, place, write, field in zip(self.keys, self.places, self.writes, self.fields, strict=True):
            value = utils.get_value(thing, place)
            if value is ma.missing:
                usual = field.dump_default
                value = usual() if callable(usual) else usual
            if value is not ma.missing:
                said[key] = None if value is None else write(value)
        return said


_METHODS = frozenset(dir(dict))


def _may_be_methods(places: Sequence[str]) -> bool:
    """Say whether an address leads into what may be a dictionary, to what that has as a method too."""
    return any(part in _METHODS for place in places for part in place.split(".")[1:])


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
