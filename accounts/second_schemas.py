"""What the API says and takes about second steps."""

import marshmallow as ma

from nic_platform.api import Schema


class PasskeySchema(Schema):
    """One passkey; its key is nowhere in the API."""

    id = ma.fields.UUID(dump_only=True)
    name = ma.fields.String(dump_only=True)
    created_at = ma.fields.AwareDateTime(dump_only=True)
    last_used_at = ma.fields.AwareDateTime(dump_only=True, allow_none=True)


class SecondSchema(Schema):
    """Your second step: since when it is asked, by what you give it, and what is left for a lost device."""

    since = ma.fields.AwareDateTime(
        dump_only=True, allow_none=True, metadata={"description": "Null: your password alone lets you in."}
    )
    generator_since = ma.fields.AwareDateTime(dump_only=True, allow_none=True)
    codes_left = ma.fields.Integer(
        dump_only=True, metadata={"description": "Recovery codes that you have not used."}
    )
    passkeys = ma.fields.List(ma.fields.Nested(PasskeySchema), dump_only=True)


class ProvedSchema(Schema):
    """Your password again, and a code if you have a second step."""

    password = ma.fields.String(required=True, load_only=True, validate=ma.validate.Length(1, 200))
    code = ma.fields.String(
        load_default="", load_only=True, validate=ma.validate.Length(max=100),
        metadata={"description": "From your code generator, if you have one; or a recovery code."},
    )  # fmt: skip


class CodesSchema(Schema):
    """Ten new recovery codes, told in this answer alone."""

    codes = ma.fields.List(ma.fields.String(), dump_only=True)
