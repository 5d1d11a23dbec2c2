"""What the API takes and tells of tables that are brought in, alike for every kind of table."""

from collections.abc import Callable, Sequence
from typing import Any

from marshmallow import fields, validate

from nic_platform.api import Schema
from nic_platform.importing import SHOWN_PROBLEMS, Target
from nic_platform.schemas import words
from nic_platform.tables import ImportRun

MOST_LETTERS = 2_000_000  # of a table in a request; larger files go through the page or the command
_TOLD = (
    "public_id", "file_name", "state", "created_at", "rows_read", "rows_created", "rows_changed",
    "rows_unchanged", "rows_skipped", "problems",
)  # fmt: skip


def columns(targets: Callable[[], Sequence[Target]], **more: Any) -> fields.Dict:
    """Return which column of a table holds what, by the keys of what is known."""
    known = validate.OneOf([target.key for target in targets()])
    return fields.Dict(keys=fields.String(validate=known), values=words(200), **more)


class FileIn(Schema):
    """A table as text, comma separated, with its header row; columns left out are known by their headers."""

    file_name = words(200, required=True)
    table = fields.String(required=True, validate=validate.Length(min=1, max=MOST_LETTERS))


class FileProblem(Schema):
    """What is wrong, in which row and column."""

    row = fields.Integer(allow_none=True)
    column = fields.String()
    value = fields.String()
    sentence = fields.String()


class FileOut(Schema):
    """One table and what bringing it in would do, or did. The first problems are told, at most 200."""

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String()  # preview, running, done, undoing, undone
    created_at = fields.AwareDateTime()
    header = fields.List(fields.String())
    columns = fields.Dict()
    rows_read = fields.Integer()
    created = fields.Integer(attribute="rows_created")
    changed = fields.Integer(attribute="rows_changed")
    unchanged = fields.Integer(attribute="rows_unchanged")
    left_out = fields.Integer(attribute="rows_skipped")
    problems = fields.List(fields.Nested(FileProblem), validate=validate.Length(max=SHOWN_PROBLEMS))


def told(run: ImportRun) -> dict[str, Any]:
    """Return what is told of every import, for :class:`FileOut`."""
    return {name: getattr(run, name) for name in _TOLD} | {
        "columns": run.mapping.get("columns", {}), "header": list(run.mapping.get("header", ())),
    }  # fmt: skip
