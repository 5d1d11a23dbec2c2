"""What the API says and takes about programs' accounts."""

from marshmallow import fields, validate

from accounts.schemas import NewTokenSchema, TokenSchema
from nic_platform.actor import NetworkRole, TeamRole
from nic_platform.api import Schema
from nic_platform.schemas import all_of, page_of, version, words

ROLES = (*(role.value for role in NetworkRole), *(role.value for role in TeamRole))


class ProgramRoleOut(Schema):
    """A role in the whole network, or in a team."""

    role = fields.String()
    level = fields.String(allow_none=True)
    team_id = fields.UUID(allow_none=True)
    team = fields.String(allow_none=True)


class ProgramRoleIn(Schema):
    """A role: of the network without a team, of a team with its id."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    team_id = fields.UUID(load_default=None, allow_none=True)


class ProgramIn(Schema):
    """A program, what it is for, and its first role."""

    name = words(120, required=True)
    purpose = words(2000, load_default="")
    role = fields.Nested(ProgramRoleIn, load_default=None, allow_none=True)


class ProgramPatch(Schema):
    """Its name and what it is for."""

    version = version()
    name = words(120)
    purpose = words(2000)


class ProgramLine(Schema):
    """One program's account in a list."""

    id = fields.UUID()
    name = fields.String()
    purpose = fields.String()
    created_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    last_used_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class ProgramOut(ProgramLine):
    """One program's account with its roles."""

    roles = fields.List(fields.Nested(ProgramRoleOut))


class NewProgramToken(NewTokenSchema):
    """What a program's new token is good for, for how many days, and your own password again."""


ProgramPage = page_of(ProgramLine, "ProgramPage")
ProgramTokens = all_of(TokenSchema, "ProgramTokens")
