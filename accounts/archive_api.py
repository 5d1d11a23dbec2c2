"""Archives of a whole network in the API."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from accounts import data_schemas
from accounts.api import confirm
from accounts.views import archives as pages
from accounts.views import base
from interchange import archive_job_services as archives
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.text import _
from teams import network_queries

blueprint = ApiBlueprint(
    "api_archives", __name__, "/network/archives", "Archives of a network, for network leads"
)


@blueprint.get("")
@access.signed_in
@blueprint.response(200, data_schemas.ArchivesSchema)
def list_archives() -> dict[str, Any]:
    """List the archives of your network, newest first. Network leads may."""
    return {"items": [asdict(row) for row in archives.list_archives(session(), base.network_lead())]}


@blueprint.post("")
@access.signed_in
@blueprint.arguments(data_schemas.NewArchiveSchema)
@blueprint.response(202, data_schemas.ArchiveSchema)
def make_archive(sent: dict[str, Any]) -> dict[str, Any]:
    """Let an archive be made. Asks for your password again; read it to see how far it is."""
    actor = base.network_lead()
    confirm(sent["password"], sent["code"])
    with transaction(actor) as current:
        job = archives.begin(current, network_queries.get_network(current, actor), by=actor, at=clock.now())
        made = job.public_id
    return _one(actor, made)


def _one(actor: Actor, archive_id: UUID) -> dict[str, Any]:
    found = next((row for row in archives.list_archives(session(), actor) if row.id == archive_id), None)
    if found is None:
        raise AbsentError(_("There is no such archive, or its week is over."))
    return asdict(found)


@blueprint.get("/<uuid:archive_id>")
@access.signed_in
@blueprint.response(200, data_schemas.ArchiveSchema)
def get_archive(archive_id: UUID) -> dict[str, Any]:
    """Say how far an archive is, and until when it can be fetched."""
    return _one(base.network_lead(), archive_id)


@blueprint.get("/<uuid:archive_id>/file")
@access.signed_in
@blueprint.response(200, content_type="application/zip")
def archive_file(archive_id: UUID) -> ResponseReturnValue:
    """Give an archive out, a ZIP, for seven days after it was made."""
    return pages.given(base.network_lead(), archive_id)
