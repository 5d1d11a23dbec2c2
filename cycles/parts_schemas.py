"""What the API takes and gives about the tasks and data points of a cycle, and about acts beside it."""

from marshmallow import fields, validate

from cycles.schemas import LONG, MOST
from nic_platform.api import Schema
from nic_platform.schemas import all_of, numeric, version, words


class CycleTaskIn(Schema):
    """A task: what has to be done so that the test can run."""

    text = fields.String(required=True, validate=validate.Length(1, 300))
    owner = words(120, load_default="")
    due_on = fields.Date(allow_none=True, load_default=None)


class CycleTaskPatch(Schema):
    """What to change of a task, and the version it was made from. ``done_on`` ticks it off, null opens it."""

    version = version()
    text = fields.String(validate=validate.Length(1, 300))
    owner = words(120)
    due_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)


class CycleTaskOut(Schema):
    """A task as it is saved."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    text = fields.String()
    owner = fields.String()
    due_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)


class CyclePointIn(Schema):
    """One count of the cycle's measure: ``count`` of ``population``, or ``value``, by its kind."""

    observed_on = fields.Date(required=True)
    count = numeric(MOST)
    population = numeric(MOST)
    value = numeric(MOST)
    subgroup_set = words(60, load_default="")
    subgroup = words(80, load_default="")
    note = words(LONG, load_default="")
    same_day = fields.String(
        load_default="",
        validate=validate.OneOf(["", "correct", "both"]),
        metadata={"description": "What to do with another count of that day; without it the answer is 422."},
    )


class CyclePointCorrection(Schema):
    """What a count should have been. The earlier one stays in the history."""

    observed_on = fields.Date(required=True)
    count = numeric(MOST)
    population = numeric(MOST)
    value = numeric(MOST)
    note = words(LONG, load_default="")


class CyclePointOut(Schema):
    """One count as far as the caller may see it. A hidden one has no number and says why in ``shown``."""

    id = fields.UUID(allow_none=True)
    observed_on = fields.Date(attribute="on")
    count = fields.Float(allow_none=True)
    population = fields.Float(allow_none=True)
    value = fields.Float(allow_none=True)
    subgroup_set = fields.String(attribute="group_set")
    subgroup = fields.String(attribute="group")
    note = fields.String()


class CycleGroupOut(Schema):
    """One group of a breakdown in words: its numbers, or why they are hidden."""

    name = fields.String()
    shown = fields.String(attribute="words")


class CycleBreakdownOut(Schema):
    """What was counted in each group in the days of a cycle."""

    name = fields.String()
    groups = fields.List(fields.Nested(CycleGroupOut), attribute="lines")
    total = fields.String()
    note = fields.String()


class CycleDataOut(Schema):
    """What was counted for a cycle. ``hidden`` counts of small groups are left out of ``points``."""

    measure_id = fields.UUID(allow_none=True)
    measure = fields.String()
    points = fields.List(fields.Nested(CyclePointOut))
    hidden = fields.Integer()
    breakdowns = fields.List(fields.Nested(CycleBreakdownOut))


class CycleShareIn(Schema):
    """Whether the whole network may read the cycle. ``checked``: somebody read it again, nobody is named."""

    version = version()
    shared = fields.Boolean(required=True)
    checked = fields.Boolean(load_default=False)


class CycleNoteIn(Schema):
    """A comment."""

    text = fields.String(required=True, validate=validate.Length(1, LONG))


class CycleNoteOut(Schema):
    """A comment as it is saved."""

    at = fields.DateTime()
    who = fields.String()
    stage = fields.String()
    text = fields.String()


TaskPage = all_of(CycleTaskOut, "CycleTaskPage")
NotePage = all_of(CycleNoteOut, "CycleNotePage")
