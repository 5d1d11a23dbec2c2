"""What the API takes and gives about cycles. A field that isn't known is refused."""

from marshmallow import fields, validate

from cycles.predictions import Verdict
from cycles.rules import CarriedOut, Decision, Stage
from cycles.scale import Degree, Scale
from measures.rules import Rhythm
from nic_platform.api import Schema
from nic_platform.schemas import PageQuery, limit, numeric, one_of, page_of, version, words

LONG = 10_000
MOST = 1e9


class CycleQuery(PageQuery):
    """Which cycles to list."""

    team_id = fields.UUID()
    stage = one_of(Stage)


class PredictionFields(Schema):
    """A prediction and its result; without an id it is a new one."""

    id = fields.UUID(attribute="id")
    question = words(500)
    expected = words(500)
    because = words(LONG)
    number = numeric(MOST)
    low = numeric(MOST)
    high = numeric(MOST)
    out_of = numeric(MOST)
    unit = words(30)
    later = words(LONG)
    result = words(500)
    result_number = numeric(MOST)
    result_of = numeric(MOST)
    verdict = one_of(Verdict, "")


class PredictionOut(PredictionFields):
    """A prediction as it is saved, with the sentence that compares it with its result."""

    id = fields.UUID(attribute="public_id")
    locked_at = fields.DateTime(allow_none=True)
    sentence = fields.String()


class StageFields(Schema):
    """Everything that the four stages hold."""

    title = words(200)
    aim = words(LONG)
    how_known = words(LONG)
    change = words(LONG)
    learning_so_far = words(LONG)
    what = words(LONG)
    who = words(200)
    where = words(200)
    scale = one_of(Scale, "")
    scale_size = fields.Integer(allow_none=True, validate=validate.Range(0, 10**6))
    data_to_collect = words(LONG)
    data_who = words(200)
    data_rhythm = one_of(Rhythm, "")
    measure_id = fields.UUID(allow_none=True)
    who_helped = words(LONG)
    who_left_out = words(LONG)
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    carried_out = one_of(CarriedOut, "")
    departures = words(LONG)
    observations = words(LONG)
    surprises = words(LONG)
    began_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    learned = words(LONG)
    worked_for = words(LONG)
    not_for = words(LONG)
    decision = one_of(Decision, "")
    next_step = words(LONG)


class CycleIn(Schema):
    """A new cycle: its team, the milestones it serves, and the change or the ramp or idea it tests."""

    team_id = fields.UUID()
    milestones = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    change = words(LONG, load_default="")
    ramp_id = fields.UUID()
    idea_id = fields.UUID()


class CyclePatch(StageFields):
    """What to change, and the version it was made from."""

    version = version()
    milestones = fields.List(fields.UUID(), validate=validate.Length(max=50))
    predictions = fields.List(fields.Nested(PredictionFields), validate=validate.Length(max=50))
    belief = one_of(Degree, "")
    cost_of_failure = one_of(Degree, "")
    readiness = one_of(Degree, "")


class CyclePlace(Schema):
    """The milestones that a cycle serves, all of them, and the ramp that it is put on."""

    version = version()
    milestones = fields.List(fields.UUID(), required=True, validate=validate.Length(max=50))
    ramp_id = fields.UUID(allow_none=True, load_default=None)


class StepIn(Schema):
    """Where to take a cycle: finish its step, back to an earlier one, or to an end with a reason."""

    version = version()
    action = fields.String(
        required=True, validate=validate.OneOf(["finish", "back", "not_run", "abandon", "next"])
    )
    to = one_of(Stage)
    why = words(LONG, load_default="")


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

    words = words(200, load_default="")
    after = fields.UUID()
    limit = limit(100)


class IdeaLine(Schema):
    """One change idea."""

    id = fields.UUID(attribute="public_id")
    title = fields.String()
    description = fields.String()
    core_parts = fields.String()
    adaptable_parts = fields.String()
    is_shared = fields.Boolean()


CyclePage = page_of(CycleLine, "CyclePage")
IdeaPage = page_of(IdeaLine, "IdeaPage")
