"""What the API takes and gives about cycles. A field that isn't known is refused."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from cycles.predictions import Verdict
from cycles.rules import CarriedOut, Decision, Stage
from cycles.scale import Degree, Scale
from nic_platform.api import Schema
from nic_platform.text import _

LONG = 5000


def _no_null_sign(value: str) -> None:
    if "\x00" in value:
        raise ma.ValidationError(_("Take out the null sign."))


def text(length: int = LONG) -> fields.String:
    """Return a text of at most *length* signs."""
    return fields.String(validate=[validate.Length(max=length), _no_null_sign])


def one_of(kind: Any) -> fields.String:
    """Return one word of an enumeration, or an empty text."""
    return fields.String(validate=validate.OneOf(["", *(each.value for each in kind)]))


def numeric() -> fields.Float:
    """Return a number or null."""
    return fields.Float(allow_none=True, allow_nan=False, validate=validate.Range(-1e9, 1e9))


class CycleQuery(Schema):
    """Which cycles to list."""

    team_id = fields.UUID()
    stage = fields.String(validate=validate.OneOf([stage.value for stage in Stage]))
    after = fields.UUID()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class PredictionFields(Schema):
    """A prediction and its result; without an id it is a new one."""

    id = fields.UUID(attribute="id")
    question = text(500)
    expected = text(500)
    because = text()
    number = numeric()
    low = numeric()
    high = numeric()
    out_of = numeric()
    unit = text(30)
    later = text()
    result = text(500)
    result_number = numeric()
    result_of = numeric()
    verdict = one_of(Verdict)


class PredictionOut(PredictionFields):
    """A prediction as it is saved, with the sentence that compares it with its result."""

    id = fields.UUID(attribute="public_id")
    locked_at = fields.DateTime()
    sentence = fields.String()


class StageFields(Schema):
    """Everything that the four stages hold."""

    title = text(200)
    aim = text()
    how_known = text()
    change = text()
    learning_so_far = text()
    what = text()
    who = text(200)
    where = text(200)
    scale = one_of(Scale)
    scale_size = fields.Integer(allow_none=True, validate=validate.Range(0, 10**6))
    data_to_collect = text()
    who_helped = text()
    who_left_out = text()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    carried_out = one_of(CarriedOut)
    observations = text()
    surprises = text()
    began_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    learned = text()
    worked_for = text()
    not_for = text()
    decision = one_of(Decision)
    next_step = text()


class CycleIn(Schema):
    """A new cycle: its team, the milestones it serves, and the change or the ramp or idea it tests."""

    team_id = fields.UUID()
    milestones = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    change = fields.String(load_default="", validate=[validate.Length(max=LONG), _no_null_sign])
    ramp_id = fields.UUID()
    idea_id = fields.UUID()


class CyclePatch(StageFields):
    """What to change, and the version it was made from."""

    version = fields.Integer(required=True)
    milestones = fields.List(fields.UUID(), validate=validate.Length(max=50))
    predictions = fields.List(fields.Nested(PredictionFields), validate=validate.Length(max=50))
    belief = one_of(Degree)
    cost_of_failure = one_of(Degree)
    readiness = one_of(Degree)


class StepIn(Schema):
    """Where to take a cycle: finish its step, back to an earlier one, or to an end with a reason."""

    version = fields.Integer(required=True)
    action = fields.String(
        required=True, validate=validate.OneOf(["finish", "back", "not_run", "abandon", "next"])
    )
    to = fields.String(validate=validate.OneOf([stage.value for stage in Stage]))
    why = fields.String(load_default="", validate=[validate.Length(max=LONG), _no_null_sign])


class CycleLine(Schema):
    """One cycle in a list."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    team_id = fields.UUID(attribute="team_public_id")
    team = fields.String()
    ramp_id = fields.UUID(attribute="ramp_public_id", allow_none=True)
    number = fields.Integer()
    title = fields.String()
    change = fields.String()
    stage = fields.String()
    outcome = fields.String()
    is_draft = fields.Boolean()
    is_quick = fields.Boolean()
    is_shared = fields.Boolean()
    scale = fields.String()
    scale_size = fields.Integer(allow_none=True)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    learned = fields.String()
    decision = fields.String()
    updated_at = fields.DateTime()


class CyclePage(Schema):
    """One page of cycles; *next* is what to send as *after* for the following one."""

    items = fields.List(fields.Nested(CycleLine))
    next = fields.UUID(allow_none=True)


class CycleOut(StageFields):
    """A whole cycle."""

    id = fields.UUID(attribute="public_id")
    version = fields.Integer()
    team_id = fields.UUID()
    ramp_id = fields.UUID(allow_none=True)
    number = fields.Integer()
    stage = fields.String()
    outcome = fields.String()
    reason = fields.String()
    is_draft = fields.Boolean()
    is_quick = fields.Boolean()
    is_shared = fields.Boolean()
    closed_at = fields.DateTime(allow_none=True)
    milestones = fields.List(fields.UUID())
    predictions = fields.List(fields.Nested(PredictionOut))


class IdeaQuery(Schema):
    """Which ideas to list."""

    words = fields.String(load_default="", validate=[validate.Length(max=200), _no_null_sign])
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 200))


class IdeaLine(Schema):
    """One change idea."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    description = fields.String()
    core_parts = fields.String()
    adaptable_parts = fields.String()
    is_shared = fields.Boolean()


class IdeaPage(Schema):
    """Change ideas by title."""

    items = fields.List(fields.Nested(IdeaLine))
