"""What the API takes and gives of looks at students' figures, and of how long a network keeps what."""

import marshmallow as ma
from marshmallow import validate

from desk import keeping
from nic_platform.api import Schema
from nic_platform.looking import WAYS
from nic_platform.schemas import PageQuery, page_of, version, words


class LookOut(Schema):
    """That somebody looked at figures of students of a place on a day; ``way``: page, file or program."""

    id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    person = ma.fields.String()
    is_program = ma.fields.Boolean()
    network = ma.fields.String()
    place = ma.fields.String(validate=validate.OneOf(["team", "site", "network"]))
    place_id = ma.fields.UUID()
    place_name = ma.fields.String()
    on_day = ma.fields.Date()
    way = ma.fields.String(validate=validate.OneOf(WAYS))
    times = ma.fields.Integer()
    first_at = ma.fields.DateTime()
    last_at = ma.fields.DateTime()


LookPage = page_of(LookOut, "LookPage")


class LookQuery(PageQuery):
    """Which looks: by parts of names, by ids, of a day, in a way; all of them where nothing is said."""

    person = words(100, load_default="")
    place = words(100, load_default="")
    person_id = ma.fields.UUID(load_default=None)
    place_id = ma.fields.UUID(load_default=None)
    on = ma.fields.Date(load_default=None)
    way = ma.fields.String(load_default="", validate=validate.OneOf(["", *WAYS]))


def _days(key: str) -> ma.fields.Integer:
    span = keeping.BY_KEY[key]
    return ma.fields.Integer(
        allow_none=True, strict=True, validate=validate.Range(span.least, span.most),
        metadata={"description": f"Days, from {span.least} to {span.most}; null for the usual."},
    )  # fmt: skip


class KeepingIn(Schema):
    """For how many days a network keeps what; what is not sent stays as it is, null means the usual."""

    version = version()
    deleted = _days("deleted")
    notices = _days("notices")
    jobs = _days("jobs")
    looks = _days("looks")
    words = _days("words")
    people = _days("people")


class DaysOut(Schema):
    """Days by what is kept; 0 for good."""

    deleted = ma.fields.Integer()
    notices = ma.fields.Integer()
    jobs = ma.fields.Integer()
    looks = ma.fields.Integer()
    words = ma.fields.Integer()
    people = ma.fields.Integer()


class ChosenOut(Schema):
    """What the network chose itself; null for the usual."""

    deleted = ma.fields.Integer(allow_none=True)
    notices = ma.fields.Integer(allow_none=True)
    jobs = ma.fields.Integer(allow_none=True)
    looks = ma.fields.Integer(allow_none=True)
    words = ma.fields.Integer(allow_none=True)
    people = ma.fields.Integer(allow_none=True)


class KeepingOut(Schema):
    """For how many days a network keeps what, and what of it it chose itself."""

    version = ma.fields.Integer()
    days = ma.fields.Nested(DaysOut)
    chosen = ma.fields.Nested(ChosenOut)
