"""What the API takes and tells of tables of counts that are brought in from files."""

import marshmallow as ma
from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.day_cells import Order
from nic_platform.importing import SHOWN_PROBLEMS
from nic_platform.schemas import all_of, one_of, upload

COLUMNS = 20


class CountFileIn(Schema):
    """Where a table comes in: into a plan, or, without one, into whatever the chosen team measures."""

    plan_id = fields.UUID()
    measure_id = fields.UUID(
        metadata={"description": "The measure that every row is about, unless a column says it."}
    )


class CountFile(Schema):
    """The file: CSV or XLSX, with a header row, at most 2,000 rows."""

    file = upload()


class CountOptions(Schema):
    """What is chosen beside the columns; what is left out stays as it is."""

    order = one_of(Order)
    measure_id = fields.UUID(allow_none=True)
    corrects = fields.Boolean()
    is_steady_known = fields.Boolean()
    is_earlier_right = fields.Boolean()


class CountChoice(Schema):
    """Which column says what, and what is chosen beside. An empty name: the table does not say it."""

    columns = fields.Dict(
        keys=fields.String(), values=fields.String(), validate=validate.Length(max=COLUMNS),
        metadata={"example": {"observed_on": "Date", "what": "Milestone", "count": "How many"}},
    )  # fmt: skip
    options = fields.Nested(CountOptions)


class CountOptionsOut(ma.Schema):
    """What is chosen beside the columns."""

    order = fields.String()
    measure_id = fields.UUID(allow_none=True)
    corrects = fields.Boolean()
    is_steady_known = fields.Boolean()
    is_earlier_right = fields.Boolean()


class CountProblem(ma.Schema):
    """What is wrong, in which row and column."""

    row = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()
    sentence = fields.String()


class CountDiffering(ma.Schema):
    """A row whose numbers differ from what is written down: its own, and those there are."""

    row = fields.Integer()
    title = fields.String()
    on = fields.String()
    subgroup = fields.String()
    words = fields.String()
    was = fields.String()


class CountFileOut(ma.Schema):
    """One file and what writing it would do, or did. The first problems are told, at most 200."""

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String(metadata={"description": "preview, done or undone"})
    plan_id = fields.UUID(allow_none=True)
    created_at = fields.AwareDateTime()
    rows_read = fields.Integer()
    created = fields.Integer(attribute="rows_created")
    differing = fields.Integer(attribute="rows_changed")
    unchanged = fields.Integer(attribute="rows_unchanged")
    empty = fields.Integer()
    header = fields.List(fields.String())
    columns = fields.Dict(keys=fields.String(), values=fields.String())
    options = fields.Nested(CountOptionsOut)
    differences = fields.List(fields.Nested(CountDiffering))
    problems = fields.List(fields.Nested(CountProblem), validate=validate.Length(max=SHOWN_PROBLEMS))


class CountFileLine(ma.Schema):
    """One file in the list."""

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String()
    created_at = fields.AwareDateTime()
    rows_read = fields.Integer()
    created = fields.Integer(attribute="rows_created")
    differing = fields.Integer(attribute="rows_changed")
    unchanged = fields.Integer(attribute="rows_unchanged")


class CountFileQuery(Schema):
    """Whose files: those of a plan's team, or of the chosen team."""

    plan_id = fields.UUID()


class CountsUndone(ma.Schema):
    """How many counts are as they were before, and how many were changed since and stay."""

    undone = fields.Integer()
    stayed = fields.Integer()


CountFiles = all_of(CountFileLine, "CountFiles")
