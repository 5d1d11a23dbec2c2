"""What the API reads and writes of decisions, the course of strategies, and the trace line."""

import marshmallow as ma
from marshmallow import fields, validate

from milestones.advice import Course
from milestones.course import Blank
from milestones.decision_services import CHOICES
from milestones.trace import Gap, Kind
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, all_of, page_of, words

FOLLOW_UPS = ("cycle", "touchpoint", "feedback_item", "step", "adjust")


class DecisionQuery(PageQuery):
    """Key paging of a plan's decisions."""


class DecisionOut(ma.Schema):
    """What a team decided, why, and what it opened."""

    id = fields.UUID(attribute="public_id")
    milestone_id = fields.UUID(attribute="milestone_public_id", allow_none=True)
    strategy_id = fields.UUID(attribute="strategy_public_id", allow_none=True)
    touchpoint_id = fields.UUID(attribute="touchpoint_public_id", allow_none=True)
    suggestion = fields.String()
    choice = fields.String()
    text = fields.String()
    decided_on = fields.Date()
    decided_by = fields.String(attribute="who")
    owner = fields.String()
    due_on = fields.Date(allow_none=True)
    follow_up = fields.String(attribute="follow_up_kind")
    follow_up_id = fields.UUID(allow_none=True)
    version = fields.Integer()


class DecisionIn(Schema):
    """A decision about a suggestion; ``follow_up`` says what it opens at once, empty for nothing."""

    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))
    text = words(1000, load_default="")
    follow_up = fields.String(load_default="", validate=validate.OneOf(["", *FOLLOW_UPS]))
    what = words(200, load_default="")
    owner = words(120, load_default="")
    due_on = fields.Date(allow_none=True, load_default=None)


class ResultOut(ma.Schema):
    """One interim target with its checkpoints: ``covered`` is the share of the planned distance."""

    name = fields.String()
    target_id = fields.UUID()
    target_due = fields.Float(allow_none=True)
    due_on = fields.Date(allow_none=True)
    value = fields.Float(allow_none=True)
    covered = fields.Float(allow_none=True)
    is_moving = fields.Boolean(allow_none=True)
    cannot_tell = fields.Enum(Blank, by_value=True, attribute="blank", allow_none=True)


class StrategyCourseOut(ma.Schema):
    """How one strategy runs: its milestones due and met, its results, and the cell of the two together."""

    strategy_id = fields.UUID(attribute="id")
    name = fields.String()
    plan_id = fields.UUID()
    team_id = fields.UUID()
    team = fields.String()
    due = fields.Integer()
    met = fields.Integer()
    are_met = fields.Boolean(allow_none=True)
    is_moving = fields.Boolean(allow_none=True)
    cell = fields.Enum(Course, by_value=True)
    results = fields.List(fields.Nested(ResultOut))


class GapThingOut(ma.Schema):
    """One thing that a gap is found in."""

    id = fields.UUID()
    title = fields.String()


class GapOut(ma.Schema):
    """One kind of gap in a plan's trace line."""

    code = fields.Enum(Gap, by_value=True, attribute="gap")
    kind = fields.Enum(Kind, by_value=True)
    sentence = fields.String()
    things = fields.List(fields.Nested(GapThingOut))


class TraceNodeOut(ma.Schema):
    """One part of the line with the id of the part that it answers."""

    kind = fields.Enum(Kind, by_value=True)
    id = fields.UUID()
    parent_id = fields.UUID(allow_none=True)
    title = fields.String()
    status = fields.String(allow_none=True)
    counts = fields.Integer(allow_none=True)


class TraceOut(ma.Schema):
    """A plan's line from priority to test, and its gaps. A test on several milestones stands with each."""

    items = fields.List(fields.Nested(TraceNodeOut))
    gaps = fields.List(fields.Nested(GapOut))


class CourseQuery(Schema):
    """Of which district, for those who see the whole network."""

    district_id = fields.UUID()


DecisionPage = page_of(DecisionOut, "DecisionPage")
StrategyCourses = all_of(StrategyCourseOut, "StrategyCourses")
