"""What the API takes and gives of networks and accounts that are to be deleted."""

from marshmallow import fields, validate

from accounts.data_schemas import NewArchiveSchema
from nic_platform.api import Schema
from nic_platform.schemas import all_of, words

STATES = ("asked", "waiting", "undone", "done")


class DeletionOut(Schema):
    """A request: of a network or a person; ``due_at`` is empty until an administrator confirms it."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(["network", "person"]))
    object_id = fields.UUID()
    name = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    why = fields.String()
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    confirmed_by = fields.String()
    confirmed_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    undone_at = fields.AwareDateTime(allow_none=True)
    done_at = fields.AwareDateTime(allow_none=True)


DeletionList = all_of(DeletionOut, "DeletionList")


class DeletionIn(NewArchiveSchema):
    """Why, and the password again."""

    why = words(300, load_default="")


class ConfirmIn(NewArchiveSchema):
    """The password again."""
