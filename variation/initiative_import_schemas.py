"""What the API of tables of initiatives takes and tells."""

from marshmallow import fields

from nic_platform import import_schemas
from nic_platform.api import Schema
from nic_platform.import_api import Shapes
from nic_platform.schemas import all_of
from variation.initiative_table import targets


class InitiativeColumnsIn(Schema):
    """Which column of the table holds what, by the keys that proposing told."""

    columns = import_schemas.columns(targets, required=True)


class InitiativeFileIn(import_schemas.FileIn):
    """A table as text, comma separated, with its header row; left out, columns are known by their headers."""

    columns = import_schemas.columns(targets)


class InitiativeFileOut(import_schemas.FileOut):
    """One table and what bringing it in would do, or did. The first problems are told, at most 200."""

    new_initiatives = fields.Integer()


SHAPES = Shapes(
    InitiativeFileIn, InitiativeColumnsIn, InitiativeFileOut, all_of(InitiativeFileOut, "InitiativeFiles")
)
