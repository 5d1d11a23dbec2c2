"""What the API reads and writes of plans and milestones. Every schema refuses a field that isn't known."""

import marshmallow as ma
from marshmallow import fields, validate

from measures.rules import Rhythm
from milestones.rules import Shape, Status
from milestones.work_kinds import CODES
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, all_of, numeric, one_of, page_of, version, words


class PlanQuery(PageQuery):
    """Key paging, of all teams or of one."""

    team_id = fields.UUID()


class DayQuery(Schema):
    """The day at whose end a status is asked for; today unless given, and for a day that has not come."""

    on = fields.Date()


class PlanOut(ma.Schema):
    """A plan."""

    id = fields.UUID(attribute="public_id")
    team_id = fields.UUID(attribute="team_public_id")
    team = fields.String(attribute="team_name")
    school_year = fields.String()
    title = fields.String()
    is_shared = fields.Boolean()
    version = fields.Integer()


class PlanIn(Schema):
    """A new plan of the chosen team."""

    school_year = fields.String(validate=[validate.Length(min=4, max=20), validate.ContainsNoneOf("\x00")])
    title = words(200, load_default="")


class PlanPatch(Schema):
    """A changed plan, with the version it was read at."""

    title = words(200)
    is_shared = fields.Boolean()
    version = version()


class MilestoneOut(ma.Schema):
    """A milestone, its sentence, and how it stands today."""

    id = fields.UUID(attribute="public_id")
    plan_id = fields.UUID(attribute="plan_public_id")
    measure_id = fields.UUID(attribute="measure_public_id", allow_none=True)
    strand_id = fields.UUID(attribute="strand_public_id", allow_none=True)
    strand = fields.String(attribute="strand_name")
    goal_id = fields.UUID(attribute="goal_public_id", allow_none=True)
    tool_id = fields.UUID(attribute="tool_public_id", allow_none=True)
    sentence = fields.String()
    name = fields.String()
    kind = fields.String()
    is_draft = fields.Boolean()
    due_on = fields.Date(allow_none=True)
    begins_on = fields.Date(allow_none=True)
    frequency = fields.String()
    tool = fields.String()
    who = fields.String()
    what = fields.String()
    target = fields.Float(allow_none=True)
    baseline = fields.Float(allow_none=True)
    population = fields.Integer(allow_none=True)
    is_deliverable = fields.Boolean()
    acceptance_test = fields.String()
    purpose = fields.String()
    shape = fields.String()
    rhythm = fields.String()
    collector = fields.String()
    monitor_until = fields.Date(allow_none=True)
    version = fields.Integer()
    status = fields.Enum(Status, by_value=True)
    reached_on = fields.Date(allow_none=True)


class TargetOut(ma.Schema):
    """An interim target: what it aims at, not what was measured of pupils."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    name = fields.String()
    student_group = fields.String()
    measure = fields.String(attribute="measure_name", allow_none=True)
    target = fields.Float(allow_none=True)
    unit = fields.String(allow_none=True)
    due_on = fields.Date(allow_none=True)


class MilestoneFields(Schema):
    """What can be written of a milestone."""

    name = words(200)
    due_on = fields.Date(allow_none=True)
    begins_on = fields.Date(allow_none=True)
    frequency = words(80)
    tool = words(200)
    who = words(200)
    what = words(500)
    target = numeric()
    baseline = numeric()
    population = fields.Integer(allow_none=True, validate=validate.Range(1, 10_000_000))
    is_deliverable = fields.Boolean()
    acceptance_test = words(5000)
    purpose = words(500)
    shape = one_of(Shape)
    rhythm = one_of(Rhythm)
    collector = words(120)
    monitor_until = fields.Date(allow_none=True)
    kind = fields.String(validate=validate.OneOf(CODES))
    strand_id = fields.UUID(allow_none=True)
    goal_id = fields.UUID(allow_none=True, metadata={"description": "The agency goal, in place of a strand."})
    measure_id = fields.UUID(allow_none=True)
    tool_id = fields.UUID(allow_none=True, metadata={"description": "The observation tool."})
    is_draft = fields.Boolean()


class MilestoneIn(MilestoneFields):
    """A new milestone of a plan: a draft unless ``is_draft`` is false."""

    is_draft = fields.Boolean(load_default=True)


class MilestonePatch(MilestoneFields):
    """A changed milestone, with the version it was read at."""

    version = version()


class AdjustIn(Schema):
    """A new date or target, and why."""

    due_on = fields.Date(allow_none=True, required=True)
    target = numeric(required=True)
    why = words(500, required=True)
    version = version()


PlanPage = page_of(PlanOut, "PlanPage")
MilestonePage = all_of(MilestoneOut, "MilestonePage")
TargetPage = all_of(TargetOut, "TargetPage")
