"""A plan as a JSON document, and the schema that every such document follows. Pure."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from milestones import exchange
from milestones.exchange import Document, Field, Kind, Part, Row
from nic_platform.errors import InputError
from nic_platform.text import _

MOST_BYTES = 50 * 1024 * 1024


def as_object(document: Document) -> dict[str, Any]:
    """Return a document as JSON holds it."""
    return {
        "format": exchange.FORMAT,
        "version": exchange.VERSION,
        "is_whole": document.is_whole,
        "source": {
            "network": document.source.network,
            "team": document.source.team,
            "made_at": document.source.made_at,
        },
        "school_year": document.school_year,
        "plan": _plain(exchange.PLAN, document.plan),
        **{
            part.key: [_plain(part, row) for row in document.parts.get(part.key, ())]
            for part in exchange.PARTS
        },
    }


def as_bytes(document: Document) -> bytes:
    """Return a document as a JSON file: readable, one line a field."""
    return json.dumps(as_object(document), ensure_ascii=False, indent=1, allow_nan=False).encode()


def _plain(part: Part, row: Row) -> Row:
    return {"ref": row["ref"], **{each.name: _value(row[each.name]) for each in part.fields}}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def read_bytes(data: bytes) -> dict[str, Any]:
    """Return what a JSON file holds, its outermost frame checked.

    Raises:
        InputError: it is no document of a plan, damaged, too large, or made by a later version.
    """
    if len(data) > MOST_BYTES:
        raise InputError(_("The file is larger than %(size)s MB.", size=MOST_BYTES // 1024 // 1024))
    try:
        found = json.loads(data, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(_("This is not a JSON document that can be read. Export the plan again.")) from error
    return frame(found)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def frame(found: object) -> dict[str, Any]:
    """Return *found* if it is the frame of a plan's document.

    Raises:
        InputError: it isn't, or a later version made it.
    """
    if not isinstance(found, dict) or found.get("format") != exchange.FORMAT:
        raise InputError(_("This is no plan: “format” has to be “%(name)s”.", name=exchange.FORMAT))
    version = found.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError(_("Say the format’s “version”, a whole number such as 1."))
    if version > exchange.VERSION:
        raise InputError(_("A later version of the platform made this file. Bring this one up to date."))
    return found


# ---------------------------------------------------------------- the schema


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan's document."""
    text = {"type": "string"}
    source = {"type": "object", "properties": {"network": text, "team": text, "made_at": text}}
    lists = {
        part.key: {"type": "array", "maxItems": part.most, "items": _object(part)} for part in exchange.PARTS
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of Switchback",
        "type": "object",
        "required": ["format", "version", "plan"],
        "additionalProperties": False,
        "properties": {
            "format": {"const": exchange.FORMAT},
            "version": {"const": exchange.VERSION},
            "is_whole": {"type": "boolean"},
            "source": source,
            "school_year": {"type": "string", "maxLength": 20},
            "plan": _object(exchange.PLAN),
            **lists,
        },
    }


def _object(part: Part) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [each.name for each in part.fields if each.is_required],
        "properties": {
            "ref": {"type": "string", "maxLength": 80},
            **{each.name: _field(each) for each in part.fields},
        },
    }


def _field(each: Field) -> dict[str, Any]:
    if each.kind is Kind.CHOICE:
        return {"enum": list(each.choices)}
    shape: dict[str, Any] = _SHAPES[each.kind](each)
    return shape


def _nullable(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **more}


_SHAPES: Mapping[Kind, Any] = {
    Kind.TEXT: lambda each: {"type": "string", "maxLength": each.size},
    Kind.PERSON: lambda each: {"type": "string", "maxLength": each.size},
    Kind.DAY: lambda each: (
        {"type": "string", "format": "date"} if each.is_required else _nullable("string", format="date")
    ),
    Kind.MOMENT: lambda each: (
        {"type": "string", "format": "date-time"}
        if each.is_required
        else _nullable("string", format="date-time")
    ),
    Kind.TIME: lambda each: _nullable("string", pattern="^[0-2][0-9]:[0-5][0-9](:[0-5][0-9].*)?$"),
    Kind.NUMBER: lambda each: (
        {"type": "number"}
        if each.is_required
        else _nullable("number", minimum=-exchange.LARGEST, maximum=exchange.LARGEST)
    ),
    Kind.WHOLE: lambda each: _nullable("integer", minimum=0, maximum=each.size),
    Kind.YES_NO: lambda each: {"type": "boolean"},
    Kind.MAYBE: lambda each: _nullable("boolean"),
    Kind.REF: lambda each: {"type": "string"} if each.is_required else _nullable("string", maxLength=80),
    Kind.OUTER: lambda each: _nullable("string", format="uuid"),
    Kind.LINES: lambda each: {"type": "array", "items": {"type": "string", "maxLength": 1000}},
    Kind.JSON: lambda each: {"type": "object"},
}
