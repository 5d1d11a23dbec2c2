"""What the API of tables of places, and of teams and links, takes and tells."""

from marshmallow import fields, validate

from nic_platform import import_schemas
from nic_platform.api import Schema
from nic_platform.import_api import Shapes
from nic_platform.schemas import all_of
from teams import site_table, team_table
from teams.states import POSTAL

_STATES = validate.OneOf(["", *sorted(POSTAL)])


class SiteColumnsIn(Schema):
    """Which column of the table holds what, and whose places they are where the file doesn't say: "CO"."""

    columns = import_schemas.columns(site_table.targets, required=True)
    state = fields.String(validate=_STATES)


class SiteFileIn(import_schemas.FileIn):
    """A table of schools as text, comma separated; ``state`` where the file doesn't say whose they are."""

    columns = import_schemas.columns(site_table.targets)
    state = fields.String(load_default="", validate=_STATES)


class SiteFileWrite(Schema):
    """Whether rows with problems are left out; without it any problem stops the import."""

    leave_out = fields.Boolean(load_default=False)


class SiteFileOut(import_schemas.FileOut):
    """One table of schools and what bringing it in would do, or did. At most 200 problems are told.

    ``skipped`` counts rows that are no schools, by why; ``job_id`` names the work in the background.
    """

    state_of_places = fields.String()
    schools = fields.Integer()
    districts = fields.Integer()
    skipped = fields.Dict(keys=fields.String(), values=fields.Integer())
    job_id = fields.UUID(allow_none=True)


class TeamColumnsIn(Schema):
    """Which column of the table holds what, by the keys that proposing told."""

    columns = import_schemas.columns(team_table.targets, required=True)


class TeamFileIn(import_schemas.FileIn):
    """A table of teams and their links as text, comma separated, with its header row."""

    columns = import_schemas.columns(team_table.targets)


class TeamFileOut(import_schemas.FileOut):
    """One table of teams and what bringing it in would do, or did. At most 200 problems are told."""

    new_teams = fields.Integer()
    new_links = fields.Integer()


SITES = Shapes(SiteFileIn, SiteColumnsIn, SiteFileOut, all_of(SiteFileOut, "SiteFiles"), SiteFileWrite)
TEAMS = Shapes(TeamFileIn, TeamColumnsIn, TeamFileOut, all_of(TeamFileOut, "TeamFiles"))
