"""Shapes of adopting an idea, and of its spread, in the API."""

from marshmallow import fields

from nic_platform.api import Schema
from teams.network_schemas import SpreadOut


class AdoptionOut(Schema):
    """The plan that was opened from an idea; ``spread_id`` is the tie to the team it was taken over from."""

    cycle_id = fields.UUID()
    spread_id = fields.UUID(allow_none=True)


class AdoptionGone(Schema):
    """How many plans that had not begun were taken back."""

    plans = fields.Integer()


class SpreadMonthOut(Schema):
    """Teams that began to test an idea in a month, by its first day, and all so far."""

    month = fields.Date()
    new = fields.Integer()
    so_far = fields.Integer()


class IdeaSpreadOut(Schema):
    """How many teams have tested an idea, when they began, and who took it from whom."""

    teams = fields.Integer()
    sentence = fields.String()
    months = fields.List(fields.Nested(SpreadMonthOut))
    changes = fields.List(fields.Nested(SpreadOut))
