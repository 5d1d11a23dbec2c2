"""The fields and pages that the schemas of every part of the API share."""

from collections.abc import Iterable
from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from nic_platform.api import Schema

LARGEST = 1e12  # beyond it a number is a slip of the finger


def words(longest: int, **more: Any) -> fields.String:
    """Return a text of at most *longest* signs, without the null sign that no database keeps."""
    return fields.String(validate=[validate.Length(max=longest), validate.ContainsNoneOf("\x00")], **more)


def numeric(most: float = LARGEST, **more: Any) -> fields.Float:
    """Return a number between minus *most* and *most*, or null."""
    return fields.Float(allow_none=True, allow_nan=False, validate=validate.Range(-most, most), **more)


def upload(**more: Any) -> Upload:
    """Return a file that is sent along as ``multipart/form-data``; null where none was."""
    return Upload(load_default=None, **more)


def one_of(kinds: Iterable[Any], *others: str, **more: Any) -> fields.String:
    """Return one word of an enumeration, or one of *others*, such as the empty text."""
    return fields.String(validate=validate.OneOf([*others, *(kind.value for kind in kinds)]), **more)


def version() -> fields.Integer:
    """Return the version that a change was made from; see :func:`nic_platform.api.check_version`."""
    return fields.Integer(required=True, strict=True)


def limit(usual: int = 50) -> fields.Integer:
    """Return how many rows a page holds: 1 to 200."""
    return fields.Integer(load_default=usual, validate=validate.Range(1, 200))


class MoveIn(Schema):
    """Which way a thing goes in its list: it changes places with the one above or below it."""

    way = fields.String(required=True, validate=validate.OneOf(["up", "down"]))


class PageQuery(Schema):
    """Key paging: up to ``limit`` things after the one whose id is ``after``."""

    after = fields.UUID()
    limit = limit()


def all_of(inner: type[ma.Schema], name: str) -> type[Schema]:
    """Return the schema called *name* of a list that comes whole."""
    return type(name, (Schema,), {"items": fields.List(fields.Nested(inner))})


def page_of(inner: type[ma.Schema], name: str, key: type[fields.Field[Any]] = fields.UUID) -> type[Schema]:
    """Return the schema called *name* of one page; ``next`` goes into ``after``, null on the last page."""
    members = {"items": fields.List(fields.Nested(inner)), "next": key(allow_none=True)}
    return type(name, (Schema,), members)
