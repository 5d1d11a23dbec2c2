"""What is held about a person, and archives, as the API shows them."""

from marshmallow import fields, validate

from nic_platform.api import Schema


class OwnDataSchema(Schema):
    """What is held about a person, by table: ``says`` what it is, and its ``rows``."""

    tables = fields.Dict(keys=fields.String(), values=fields.Dict())


class NewArchiveSchema(Schema):
    """What making an archive asks for."""

    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 200))
    code = fields.String(
        load_default="", load_only=True, validate=validate.Length(max=100),
        metadata={"description": "From your code generator, if you have one; or a recovery code."},
    )  # fmt: skip


class ArchiveSchema(Schema):
    """An archive; ``progress`` in per cent, ``size`` in bytes, fetched until ``until``."""

    id = fields.UUID()
    state = fields.String()
    progress = fields.Integer()
    made_at = fields.AwareDateTime()
    by = fields.String()
    is_ready = fields.Boolean()
    until = fields.AwareDateTime(allow_none=True)
    size = fields.Integer()
    rows = fields.Integer()
    why = fields.String(allow_none=True)


class ArchivesSchema(Schema):
    """The archives of a network."""

    items = fields.List(fields.Nested(ArchiveSchema))
