"""What the API says and takes about organisations' sign-ins."""

import marshmallow as ma

from accounts.second_schemas import ProvedSchema
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.api import Schema

_ROLES = [role.value for role in (*TeamRole, *NetworkRole)]
_LEVELS = [Level.STATE.value, Level.REGION.value, Level.DISTRICT.value]


class _Texts(Schema):
    """What a sign-in is called and how it is reached."""

    name = ma.fields.String(validate=ma.validate.Length(1, 120))
    issuer = ma.fields.String(validate=ma.validate.Length(1, 300))
    client_id = ma.fields.String(validate=ma.validate.Length(1, 200))
    domains = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 253)), validate=ma.validate.Length(max=200)
    )
    claim = ma.fields.String(validate=ma.validate.Length(1, 80))
    makes_people = ma.fields.Boolean()
    has_second = ma.fields.Boolean()
    is_enabled = ma.fields.Boolean()


class ProviderRoleSchema(Schema):
    """One line of a mapping: who has the value gets the role there."""

    id = ma.fields.UUID(dump_only=True)
    value = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    role = ma.fields.String(required=True, validate=ma.validate.OneOf(_ROLES))
    team = ma.fields.UUID(metadata={"description": "The team, for a role in a team."})
    network = ma.fields.UUID(metadata={"description": "The network, for a role in a whole network."})
    level = ma.fields.String(validate=ma.validate.OneOf(_LEVELS))


class ProviderSchema(_Texts):
    """An organisation's sign-in; its secret is never told."""

    id = ma.fields.UUID(dump_only=True)
    network = ma.fields.Boolean(metadata={"description": "Whether it is of one network only."})
    asked_domains = ma.fields.List(ma.fields.String())
    redirect_uri = ma.fields.String()
    has_secret = ma.fields.Boolean()
    version = ma.fields.Integer()
    roles = ma.fields.List(ma.fields.Nested(ProviderRoleSchema))


class ProvidersSchema(Schema):
    """The sign-ins that one sets up, by name."""

    items = ma.fields.List(ma.fields.Nested(ProviderSchema))


class NewProviderSchema(_Texts, ProvedSchema):
    """A new sign-in; without a network an administrator's is for the whole installation."""

    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 120))
    issuer = ma.fields.String(required=True, validate=ma.validate.Length(1, 300))
    client_id = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    client_secret = ma.fields.String(load_only=True, validate=ma.validate.Length(max=500))
    network = ma.fields.UUID(load_default=None, allow_none=True)


class ProviderChangeSchema(_Texts, ProvedSchema):
    """What changes of a sign-in; what is left out stays."""

    version = ma.fields.Integer(required=True, strict=True)
    client_secret = ma.fields.String(load_only=True, validate=ma.validate.Length(max=500))


class LinkedPersonSchema(Schema):
    """Somebody who is connected with a sign-in; ``email`` is what the provider told last."""

    id = ma.fields.UUID(metadata={"description": "Of the connection."})
    name = ma.fields.String()
    email = ma.fields.String()
    last_used_at = ma.fields.AwareDateTime(allow_none=True)


class LinkedPeopleSchema(Schema):
    """Who is connected, a page at a time; ``next`` goes into ``after``."""

    items = ma.fields.List(ma.fields.Nested(LinkedPersonSchema))
    next = ma.fields.UUID(allow_none=True)


class AfterSchema(Schema):
    """Where a page begins."""

    after = ma.fields.UUID(load_default=None)
    limit = ma.fields.Integer(load_default=50, validate=ma.validate.Range(1, 200))


class IdentitySchema(Schema):
    """One organisation's sign-in that opens your account."""

    id = ma.fields.UUID()
    provider = ma.fields.String()
    email = ma.fields.String()
    created_at = ma.fields.AwareDateTime()
    last_used_at = ma.fields.AwareDateTime(allow_none=True)


class IdentitiesSchema(Schema):
    """Your connections, oldest first."""

    items = ma.fields.List(ma.fields.Nested(IdentitySchema))
