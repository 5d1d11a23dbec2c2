"""What the API says and takes about tokens."""

from typing import Any

import marshmallow as ma

from nic_platform import api_scopes
from nic_platform.api import Schema


def _scopes(**more: Any) -> ma.fields.List[Any]:
    known = ma.validate.OneOf(api_scopes.SCOPES)
    return ma.fields.List(
        ma.fields.String(validate=known), validate=ma.validate.Length(max=len(api_scopes.SCOPES)), **more
    )


class TokenSchema(Schema):
    """One API token; its text is told once, when it is made."""

    id = ma.fields.UUID(required=True, dump_only=True)
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    scopes = _scopes(metadata={"description": "What it is good for; none: all that its owner may."})
    created_at = ma.fields.AwareDateTime(dump_only=True)
    last_used_at = ma.fields.AwareDateTime(dump_only=True, allow_none=True)
    expires_at = ma.fields.AwareDateTime(dump_only=True, allow_none=True)


class MadeTokenSchema(TokenSchema):
    """A new token with its text."""

    token = ma.fields.String(dump_only=True)


class TokensSchema(Schema):
    """A person's living tokens, newest first."""

    items = ma.fields.List(ma.fields.Nested(TokenSchema))


class NewTokenSchema(Schema):
    """What a new token is for, for how many days, and the person's password again."""

    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    scopes = _scopes(load_default=list, metadata={"description": "Good for what; none: all that you may."})
    days = ma.fields.Integer(load_default=90, strict=True, validate=ma.validate.Range(1, 365))
    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))
    code = ma.fields.String(
        load_default="",
        load_only=True,
        validate=ma.validate.Length(max=100),
        metadata={"description": "From your code generator, if you have one; or a recovery code."},
    )
