"""The history of imports in the API."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from desk import import_queries
from desk.import_kinds import IMPORTERS
from nic_platform import access
from nic_platform.api import ApiBlueprint, Schema, page_of
from nic_platform.database import session
from nic_platform.schemas import PageQuery
from nic_platform.schemas import page_of as page_schema

blueprint = ApiBlueprint("api_imports", __name__, "/imports", "Everything that was brought in from files")


class ImportQuery(PageQuery):
    """Which imports."""

    kind = fields.String(load_default="", validate=validate.OneOf(["", *IMPORTERS]))


class ImportRunOut(Schema):
    """One import: who, when, what, what became of it."""

    id = fields.UUID()
    kind = fields.String()
    file_name = fields.String()
    state = fields.String()
    rows_created = fields.Integer()
    rows_changed = fields.Integer()
    rows_unchanged = fields.Integer()
    rows_skipped = fields.Integer()
    at = fields.DateTime()
    by = fields.String(allow_none=True)
    team = fields.String(allow_none=True)


@blueprint.get("")
@access.signed_in
@blueprint.arguments(ImportQuery, location="query")
@blueprint.response(200, page_schema(ImportRunOut, "ImportPage"))
def list_imports(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """List imports, newest first: those of your teams and your own; for a network lead all of the network."""
    rows = import_queries.list_imports(
        session(), access.actor(), kind=asked["kind"], after=asked.get("after"), limit=asked["limit"] + 1
    )
    return page_of(rows, asked["limit"], key=lambda row: row.id)
