"""What the API reads to bring many measurements of a plan in at once."""

from marshmallow import fields, validate

from measures.count_table import MOST_ROWS
from measures.many_schemas import FigureIn, ManyIn, ManyOut
from nic_platform.schemas import words


class CountIn(FigureIn):
    """One count. ``of`` names a milestone, an interim target or a measure of the plan: its id or its name."""

    of = words(500, required=True)


class CountsIn(ManyIn):
    """Many counts of one plan, written all or none."""

    items = fields.List(fields.Nested(CountIn), required=True, validate=validate.Length(min=1, max=MOST_ROWS))


class CountsOut(ManyOut):
    """What was written, or would be."""
