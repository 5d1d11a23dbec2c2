"""What the desk's part of the API takes and gives."""

import marshmallow as ma

from nic_platform.api import Schema


class TeamSchema(Schema):
    """One of the person's teams."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    level = ma.fields.String()
    role = ma.fields.String()


class MeSchema(Schema):
    """Who is asking, in which network and team."""

    name = ma.fields.String()
    network = ma.fields.String(allow_none=True)
    network_roles = ma.fields.List(ma.fields.String())
    team_id = ma.fields.UUID(allow_none=True)
    teams = ma.fields.List(ma.fields.Nested(TeamSchema))
    is_admin = ma.fields.Boolean()
    unread_notices = ma.fields.Integer()


class SearchArgs(Schema):
    """Words to look for; ``kind`` for one kind only and more of it."""

    q = ma.fields.String(required=True, validate=ma.validate.Length(min=1, max=100))
    kind = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(
            ["", "team", "milestone", "cycle", "feedback_item", "change_idea", "site"]
        ),
    )


class HitSchema(Schema):
    """One thing found."""

    kind = ma.fields.String()
    id = ma.fields.UUID()
    title = ma.fields.String()
    team = ma.fields.String()
    note = ma.fields.String()


class FoundSchema(Schema):
    """What was found, best first within each kind."""

    items = ma.fields.List(ma.fields.Nested(HitSchema))
    more = ma.fields.List(ma.fields.String())


class NoticeArgs(Schema):
    """Key paging: notices older than the one named ``before``."""

    before = ma.fields.UUID(load_default=None)
    unread = ma.fields.Boolean(load_default=False)
    limit = ma.fields.Integer(load_default=30, validate=ma.validate.Range(min=1, max=100))


class NoticeSchema(Schema):
    """One notice."""

    id = ma.fields.UUID()
    subject = ma.fields.String()
    body = ma.fields.String()
    path = ma.fields.String()
    at = ma.fields.AwareDateTime()
    is_read = ma.fields.Boolean()
    kind = ma.fields.String()
    group = ma.fields.String()
    is_last = ma.fields.Boolean()


class UndoReadSchema(Schema):
    """The moment at which every notice was marked as read."""

    at = ma.fields.AwareDateTime(required=True)


class ReadSchema(Schema):
    """How many notices were marked, and when."""

    count = ma.fields.Integer()
    at = ma.fields.AwareDateTime()


class NoticesSchema(Schema):
    """One page of notices, newest first; ``next`` is the key of the following page."""

    items = ma.fields.List(ma.fields.Nested(NoticeSchema))
    next = ma.fields.UUID(allow_none=True)


class DueCountSchema(ma.Schema):
    """A count that is due by a measure's rhythm, in school days."""

    measure_id = ma.fields.UUID()
    measure = ma.fields.String()
    due_on = ma.fields.Date()
    is_missed = ma.fields.Boolean()
    rhythm = ma.fields.String()
    last_on = ma.fields.Date(allow_none=True)
    why = ma.fields.String()


class DueCountsSchema(ma.Schema):
    """What the chosen team has to count within a week, the longest due first."""

    items = ma.fields.List(ma.fields.Nested(DueCountSchema))
