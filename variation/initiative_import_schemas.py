"""What the API of tables of initiatives takes and tells."""

from typing import Any

from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.importing import SHOWN_PROBLEMS
from nic_platform.schemas import all_of, words
from variation import initiative_table

MOST_LETTERS = 4_000_000  # of a table in a request; larger files go through the page


def _columns(**more: Any) -> fields.Dict:
    known = validate.OneOf([target.key for target in initiative_table.targets()])
    return fields.Dict(keys=fields.String(validate=known), values=words(200), **more)


class InitiativeColumnsIn(Schema):
    """Which column of the table holds what, by the keys that proposing told."""

    columns = _columns(required=True)


class InitiativeFileIn(Schema):
    """A table as text, comma separated, with its header row; left out, columns are known by their headers."""

    file_name = words(200, required=True)
    table = fields.String(required=True, validate=validate.Length(min=1, max=MOST_LETTERS))
    columns = _columns()


class InitiativeProblem(Schema):
    """What is wrong, in which row and column."""

    row = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()
    sentence = fields.String()


class InitiativeFileOut(Schema):
    """One table and what bringing it in would do, or did. The first problems are told, at most 200."""

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String()  # preview, done, undone
    created_at = fields.AwareDateTime()
    header = fields.List(fields.String())
    columns = fields.Dict()
    rows_read = fields.Integer()
    new_initiatives = fields.Integer()
    created = fields.Integer(attribute="rows_created")
    changed = fields.Integer(attribute="rows_changed")
    unchanged = fields.Integer(attribute="rows_unchanged")
    problems = fields.List(fields.Nested(InitiativeProblem), validate=validate.Length(max=SHOWN_PROBLEMS))


InitiativeFiles = all_of(InitiativeFileOut, "InitiativeFiles")
