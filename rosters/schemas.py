"""What the API says and takes of rosters."""

from marshmallow import fields, validate

from nic_platform.actor import TeamRole
from nic_platform.api import Schema
from nic_platform.schemas import all_of, upload, version, words
from rosters import rules


def _roles() -> fields.Dict:
    return fields.Dict(
        keys=words(80), values=fields.String(validate=validate.OneOf([role.value for role in TeamRole])),
        validate=validate.Length(max=50),
    )  # fmt: skip


class RosterOut(Schema):
    """One source of a roster."""

    id = fields.UUID(attribute="public_id")
    name = fields.String()
    kind = fields.String()
    site_id = fields.UUID(allow_none=True)
    domains = fields.List(fields.String())
    makes_people = fields.Boolean()
    ends_access = fields.Boolean()
    roles = fields.Dict(keys=fields.String(), values=fields.String())
    columns = fields.Dict(keys=fields.String(), values=fields.Dict())
    last_run_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class RosterIn(Schema):
    """A source to set up."""

    name = words(120, required=True)
    kind = fields.String(required=True, validate=validate.OneOf([rules.ONEROSTER, rules.SCIM]))
    site_id = fields.UUID(allow_none=True, load_default=None)
    domains = fields.List(words(253), load_default=list, validate=validate.Length(max=50))
    makes_people = fields.Boolean(load_default=False)
    ends_access = fields.Boolean(load_default=True)
    roles = _roles()


class RosterPatch(Schema):
    """What may be changed of a source."""

    name = words(120)
    site_id = fields.UUID(allow_none=True)
    domains = fields.List(words(253), validate=validate.Length(max=50))
    makes_people = fields.Boolean()
    ends_access = fields.Boolean()
    roles = _roles()
    version = version()


class RosterFileIn(Schema):
    """A zip of OneRoster files."""

    file = upload()
    mode = fields.String(load_default="delta", validate=validate.OneOf(["delta", "bulk"]))


class RosterPartOut(Schema):
    """A grading period of a roster's school year."""

    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()


class RosterYearOut(RosterPartOut):
    """A school year that a roster has, as it would stand in the network's calendar."""

    parts = fields.List(fields.Nested(RosterPartOut))


class RosterRunOut(Schema):
    """One import of a roster: what it would do, or did.

    ``headers`` are the columns of each of its files, ``columns`` what is kept of which.
    """

    id = fields.UUID(attribute="public_id")
    file_name = fields.String()
    state = fields.String()
    created_at = fields.DateTime()
    leaving = fields.Integer()
    returning = fields.Integer()
    new_accounts = fields.Integer()
    matched = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())
    waits_for_a_yes = fields.Boolean()
    headers = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    columns = fields.Dict(keys=fields.String(), values=fields.Dict())
    school_years = fields.List(fields.Nested(RosterYearOut))
    calendar_is_taken = fields.Boolean()
    problems = fields.List(fields.Dict(keys=fields.String()))


class RosterRunWrite(Schema):
    """Whether as much access may end as it would, and rows with problems be left out."""

    agreed = fields.Boolean(load_default=False)
    leave_out = fields.Boolean(load_default=False)


class RosterColumnsIn(Schema):
    """Which column holds what, file by file; what is left out is known by its header."""

    columns = fields.Dict(
        keys=words(40), values=fields.Dict(keys=words(40), values=words(200)), required=True
    )


class RosterGroupOut(Schema):
    """A group of a directory, and what it stands for here."""

    id = fields.UUID(attribute="public_id")
    name = fields.String()
    team_id = fields.UUID(allow_none=True)
    role = fields.String()


class RosterGroupIn(Schema):
    """What a group stands for; no team for nothing."""

    team_id = fields.UUID(required=True, allow_none=True)
    role = fields.String(load_default="", validate=validate.OneOf(["", *(role.value for role in TeamRole)]))


Rosters = all_of(RosterOut, "Rosters")
RosterGroups = all_of(RosterGroupOut, "RosterGroups")
RosterRuns = all_of(RosterRunOut, "RosterRuns")
