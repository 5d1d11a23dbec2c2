"""What the API reads and writes of measures. Every schema refuses a field that isn't known."""

import marshmallow as ma
from marshmallow import fields

from measures.rules import Direction, MeasureKind, MeasureType, Rhythm
from nic_platform.api import Schema
from nic_platform.schemas import page_of, version, words


class MeasureOut(ma.Schema):
    """A measure."""

    id = fields.UUID(attribute="public_id")
    team_id = fields.UUID(attribute="team_public_id", allow_none=True)
    team = fields.String(attribute="team_name", allow_none=True)
    name = fields.String()
    definition = fields.String()
    kind = fields.Enum(MeasureKind, by_value=True)
    type = fields.Enum(MeasureType, by_value=True)
    direction = fields.Enum(Direction, by_value=True)
    rhythm = fields.Enum(Rhythm, by_value=True)
    unit = fields.String()
    counts_students = fields.Boolean()
    tool = fields.String()
    source = fields.String()
    breakdown = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    target = fields.Float(allow_none=True)
    target_on = fields.Date(allow_none=True)
    chart = fields.String()
    version = fields.Integer()


class MeasureFields(Schema):
    """What can be said of a measure."""

    definition = words(5000)
    kind = fields.Enum(MeasureKind, by_value=True)
    direction = fields.Enum(Direction, by_value=True)
    rhythm = fields.Enum(Rhythm, by_value=True)
    unit = words(60)
    counts_students = fields.Boolean()
    tool = words(200)
    source = words(200)
    breakdown = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    target = fields.Float(allow_none=True, allow_nan=False)
    target_on = fields.Date(allow_none=True)
    chart = words(10)


class MeasureIn(MeasureFields):
    """A new measure of the caller's team, or common to the network."""

    name = words(200, required=True)
    kind = fields.Enum(MeasureKind, by_value=True, load_default=MeasureKind.PROCESS)
    type = fields.Enum(MeasureType, by_value=True, load_default=MeasureType.PROPORTION)
    direction = fields.Enum(Direction, by_value=True, load_default=Direction.UP)
    rhythm = fields.Enum(Rhythm, by_value=True, load_default=Rhythm.WEEKLY)
    is_common = fields.Boolean(load_default=False)


class MeasurePatch(MeasureFields):
    """A changed measure, with the version it was read at; its type only while nothing hangs on it."""

    name = words(200)
    type = fields.Enum(MeasureType, by_value=True)
    version = version()


class MeasurementIn(Schema):
    """One measurement; ``count`` out of ``population``, or ``value``, by the measure's type."""

    observed_on = fields.Date(required=True)
    count = fields.Float(allow_none=True, allow_nan=False)
    population = fields.Float(allow_none=True, allow_nan=False)
    value = fields.Float(allow_none=True, allow_nan=False)
    collector = words(120, load_default="")
    tool = words(200, load_default="")
    note = words(1000, load_default="")


class SubgroupMeasurementIn(MeasurementIn):
    """One measurement, of everybody or of one subgroup."""

    subgroup_set = words(60, load_default="")
    subgroup = words(80, load_default="")


class MeasurementOut(ma.Schema):
    """One measurement as far as the caller may see it; ``shown`` is words where the counts are hidden."""

    id = fields.UUID()
    team_id = fields.UUID(allow_none=True)
    observed_on = fields.Date()
    recorded_at = fields.AwareDateTime()
    recorded_by = fields.String()
    count = fields.Float(allow_none=True)
    population = fields.Float(allow_none=True)
    value = fields.Float(allow_none=True)
    subgroup = fields.String()
    collector = fields.String()
    tool = fields.String()
    note = fields.String()
    shown = fields.String()


class MeasureUseOut(ma.Schema):
    """What uses a measure: a milestone, an interim target, a template, a cycle, a driver or the aim."""

    kind = fields.String()
    id = fields.UUID(attribute="public_id")
    words = fields.String()
    team = fields.String()
    due_on = fields.Date(allow_none=True, dump_default=None)


class MeasureReadingOut(ma.Schema):
    """What a team's series of the last year says; small groups are no part of it."""

    team_id = fields.UUID()
    team = fields.String()
    counts = fields.Integer()
    hidden = fields.Integer()
    latest = fields.String()
    latest_on = fields.Date(allow_none=True)
    signal = fields.String(metadata={"description": "nothing, too_early, ordinary, improving or concern"})
    title = fields.String()
    sentence = fields.String()
    to_target = fields.String()


class MeasureUses(ma.Schema):
    """All that the caller may know of."""

    items = fields.List(fields.Nested(MeasureUseOut))


class MeasureReadings(ma.Schema):
    """The teams that the caller reads, by name; ``has_more`` when there are more than fit."""

    items = fields.List(fields.Nested(MeasureReadingOut))
    has_more = fields.Boolean()


MeasurePage = page_of(MeasureOut, "MeasurePage")
MeasurementPage = page_of(MeasurementOut, "MeasurementPage")
