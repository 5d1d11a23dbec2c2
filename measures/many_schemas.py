"""What the API reads and writes to bring many measurements in at once."""

import marshmallow as ma
from marshmallow import fields, validate

from measures.count_table import MOST_ROWS
from nic_platform.api import Schema
from nic_platform.schemas import numeric, words


class FigureIn(Schema):
    """One figure of a series: ``count`` out of ``population``, or ``value``, by the measure's type."""

    observed_on = fields.Date(required=True)
    count = numeric(1e9)
    population = numeric(1e9)
    value = numeric(1e9)
    subgroup_set = words(60, load_default="")
    subgroup = words(80, load_default="")
    collector = words(120, load_default="")
    tool = words(200, load_default="")
    note = words(1000, load_default="")


class ManyIn(Schema):
    """What goes with many figures."""

    corrects = fields.Boolean(load_default=False)  # differing numbers of the same day replace what is there
    is_steady_known = fields.Boolean(load_default=False)  # groups that changed are right
    is_trial = fields.Boolean(load_default=False)  # say what it would do, and write nothing


class FiguresIn(ManyIn):
    """Many figures of one measure, written all or none."""

    items = fields.List(
        fields.Nested(FigureIn), required=True, validate=validate.Length(min=1, max=MOST_ROWS)
    )
    is_earlier_right = fields.Boolean(load_default=False)  # days before this school year are right


class ManyOut(ma.Schema):
    """What was written, or would be."""

    created = fields.Integer()
    corrected = fields.Integer()
    unchanged = fields.Integer()
    left_out = fields.Integer()  # differ from what is there, and were not asked to correct it
    is_trial = fields.Boolean()
    save_id = fields.UUID(
        allow_none=True,
        metadata={"description": "By which all of it is taken back; null if nothing changed."},
    )
