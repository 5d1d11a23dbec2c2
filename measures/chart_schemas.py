"""What the API reads and writes of the chart of a measure and of the marks on it."""

import marshmallow as ma
from marshmallow import fields, validate

from measures.charting import KINDS, MARKS
from nic_platform.api import Schema
from nic_platform.schemas import all_of, version, words

_KINDS = sorted({kind for kinds in KINDS.values() for kind in kinds})


class SeriesQuery(Schema):
    """Which series: the team (the caller's own without), a subgroup."""

    team = fields.UUID()
    set = words(60, load_default="")
    group = words(80, load_default="")


class ChartQuery(SeriesQuery):
    """Which chart: its series, and its kind (the measure's own without)."""

    chart = fields.String(load_default="", validate=validate.OneOf(["", *_KINDS]))


class MarkOut(ma.Schema):
    """A mark on a chart: ``freeze``, ``phase``, ``exclude``, ``change`` or ``story``, at one day."""

    id = fields.UUID(attribute="public_id", allow_none=True)
    kind = fields.String()
    on = fields.Date()
    words = fields.String()
    version = fields.Integer()


class MarkIn(Schema):
    """A new mark."""

    kind = fields.String(required=True, validate=validate.OneOf(MARKS))
    on = fields.Date(required=True)
    words = words(2000, required=True)


class MarkPatch(Schema):
    """A mark on another day or in other words, with the version it was read at."""

    on = fields.Date()
    words = words(2000)
    version = version()


class PointOut(ma.Schema):
    """One point with its lines. ``flag`` is why it stands out: ``run``, ``beyond``, ``outside``, ``trend``,
    ``two`` or ``shift``; ``reads`` is ``up`` (improving), ``down`` (concern) or empty.
    """

    on = fields.Date()
    value = fields.Float(allow_none=True)
    count = fields.Float(allow_none=True)
    population = fields.Float(allow_none=True)
    phase = fields.Integer()
    centre = fields.Float(allow_none=True)
    lower = fields.Float(allow_none=True)
    upper = fields.Float(allow_none=True)
    is_excluded = fields.Boolean()
    is_baseline = fields.Boolean()
    flag = fields.String(attribute="rule")
    reads = fields.String(attribute="tone")
    note = fields.String()


class PhaseOut(ma.Schema):
    """One phase: why it began, its line, what it shows."""

    number = fields.Integer()
    begins = fields.Date()
    why = fields.String()
    centre = fields.Float(allow_none=True)
    points = fields.Integer(attribute="n")
    is_provisional = fields.Boolean()
    frozen_on = fields.Date(allow_none=True)
    sentence = fields.String()


class ChartOut(ma.Schema):
    """A chart: its points, lines and flags, and what it says. ``not_shown`` counts days of too few people."""

    measure_id = fields.UUID()
    team_id = fields.UUID()
    group = fields.String()
    kind = fields.String()
    rules = fields.String()
    reading = fields.String()
    title = fields.String()
    sentence = fields.String()
    lack = fields.String()
    target = fields.Float(allow_none=True)
    target_on = fields.Date(allow_none=True)
    target_sentence = fields.String()
    assurance = fields.String()
    not_shown = fields.Integer()
    points = fields.List(fields.Nested(PointOut))
    phases = fields.List(fields.Nested(PhaseOut))
    marks = fields.List(fields.Nested(MarkOut))


MarkList = all_of(MarkOut, "MarkList")
