"""What the API takes and tells of published figures."""

import marshmallow as ma
from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.importing import SHOWN_PROBLEMS
from nic_platform.schemas import all_of, words

MOST_LETTERS = 2_000_000  # of a table in a request; larger files go through the page or the command
MOST_FIGURES = 12


class StateFigure(Schema):
    """One figure of a table: its columns, the rows it is about, and the measure it goes into."""

    key = words(200, required=True)
    name = words(200, load_default="")
    measure = fields.String(load_default="")  # public id of a common measure; empty: one called name
    count = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=4))
    population = fields.String(required=True)
    rate = fields.String(load_default="")
    people = fields.String(load_default="")
    where = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    is_chosen = fields.Boolean(load_default=True)


class StateOptions(Schema):
    """What is chosen beside the columns; what is left out stays as it is."""

    year = words(12)
    heads = words(12)  # the row in which the names of columns stand: "4", or "3-4" for two
    leave_out = fields.Boolean()
    corrects = fields.Boolean()
    fills_zeros = fields.Boolean()
    places_are_right = fields.Boolean()
    marks_breaks = fields.Boolean()


class StateChoice(Schema):
    """Which column says what, the figures, and what is chosen beside; what is left out stays as proposed."""

    columns = fields.Dict(keys=fields.String(), values=fields.String())
    figures = fields.List(fields.Nested(StateFigure), validate=validate.Length(max=MOST_FIGURES))
    options = fields.Nested(StateOptions)


class StateFileIn(StateChoice):
    """A table as text, comma separated, with its header row."""

    file_name = words(200, required=True)
    table = fields.String(required=True, validate=validate.Length(min=1, max=MOST_LETTERS))


class StateProblem(ma.Schema):
    """What is wrong, in which row and column."""

    row = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()
    sentence = fields.String()


class StateFileOut(ma.Schema):
    """One file and what bringing it in would do, or did. The first problems are told, at most 200."""

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String()  # preview, running, done, undone
    created_at = fields.AwareDateTime()
    rows_read = fields.Integer()
    created = fields.Integer(attribute="rows_created")
    differing = fields.Integer(attribute="rows_changed")
    unchanged = fields.Integer(attribute="rows_unchanged")
    left_out = fields.Dict()
    years = fields.List(fields.String())
    places = fields.Integer()
    columns = fields.Dict()
    figures = fields.List(fields.Dict())
    options = fields.Dict()
    told = fields.List(fields.String())  # of the table as a whole: titles, names that stand twice, means
    breaks = fields.List(fields.Raw())
    unsure = fields.List(fields.Dict())
    problems = fields.List(fields.Nested(StateProblem), validate=validate.Length(max=SHOWN_PROBLEMS))


StateFiles = all_of(StateFileOut, "StateFiles")
