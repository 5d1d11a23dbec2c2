"""What the API takes and gives of a network's calendar and of its own words."""

from typing import Any

from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.schemas import all_of, one_of, version, words
from nic_platform.text import _
from nic_platform.words import NOUNS
from teams.school_calendar import LONGEST_SPAN_NAME, YEAR_NAME, SpanKind


def _year_name(**more: Any) -> fields.String:
    return fields.String(validate=validate.Regexp(YEAR_NAME, error=_("Write it as 2025-26.")), **more)


def _span_name(**more: Any) -> fields.String:
    fits = [validate.Length(1, LONGEST_SPAN_NAME), validate.ContainsNoneOf("\x00")]
    return fields.String(validate=fits, **more)


class SpanOut(Schema):
    """A break, a testing window or a quarter; both days belong to it."""

    id = fields.UUID(attribute="public_id")
    kind = fields.String()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    version = fields.Integer()


class SchoolYearOut(Schema):
    """A school year with its breaks, testing windows and quarters, by date."""

    id = fields.UUID(attribute="public_id")
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    spans = fields.List(fields.Nested(SpanOut))
    version = fields.Integer()


class SchoolYearIn(Schema):
    """A school year, called as "2025-26"."""

    name = _year_name(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class SchoolYearPatch(Schema):
    """A change of a school year, made from ``version``."""

    name = _year_name()
    starts_on = fields.Date()
    ends_on = fields.Date()
    version = version()


class SpanIn(Schema):
    """A break, a testing window or a quarter."""

    kind = one_of(SpanKind, load_default=SpanKind.BREAK.value)
    name = _span_name(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class SpanPatch(Schema):
    """A change of a break, a testing window or a quarter, made from ``version``."""

    kind = one_of(SpanKind)
    name = _span_name()
    starts_on = fields.Date()
    ends_on = fields.Date()
    version = version()


class OwnWordsOut(Schema):
    """The nouns of the network, each as singular and plural, and sentences that hold them.

    ``nouns`` are the platform's, ``words`` those that the network says otherwise.
    """

    nouns = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    words = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    sentences = fields.List(fields.String())
    version = fields.Integer()


class OwnWordsIn(Schema):
    """All nouns that the network says in its own words, one and many; the others are the platform's."""

    words = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(NOUNS))),
        values=fields.List(words(200), validate=validate.Length(2, 2)),
        required=True,
    )
    version = version()


SchoolYears = all_of(SchoolYearOut, "SchoolYears")
