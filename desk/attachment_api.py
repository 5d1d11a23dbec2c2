"""The files beside a cycle, an item or a milestone in the API: the policies and checks of the pages."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from desk import attachment_queries as queries
from desk import attachment_services as services
from desk import policies
from desk.attachment_schemas import AttachmentFile, AttachmentOut, AttachmentPage, AttachmentWords
from desk.attachment_views import given, own_file, quota
from nic_platform import access, clock
from nic_platform.api import ApiBlueprint
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _

blueprint = ApiBlueprint("api_attachments", __name__, "/attachments", "Files beside a thing")


@blueprint.get("/<kind>/<uuid:object_id>")
@access.signed_in
@blueprint.response(200, AttachmentPage)
def list_files(kind: str, object_id: UUID) -> Mapping[str, Any]:
    """List the files of a ``cycle``, ``milestone`` or ``feedback_item``, oldest first.

    Files that were taken away are left out.
    """
    owner = queries.owner_of(session(), access.actor(), kind, object_id)
    return {"items": queries.files_of(session(), owner)}


@blueprint.post("/<kind>/<uuid:object_id>")
@access.signed_in
@blueprint.arguments(AttachmentWords, location="form")
@blueprint.arguments(AttachmentFile, location="files")
@blueprint.response(201, AttachmentOut)
def add_file(sent: dict[str, Any], files: dict[str, Any], kind: str, object_id: UUID) -> queries.FileRow:
    """Keep a file beside a cycle, a milestone or a feedback item, sent as ``multipart/form-data``.

    The team whose thing it is may. A picture loses place and device, as on the pages.
    """
    actor = access.actor()
    owner = queries.owner_of(session(), actor, kind, object_id)
    access.require(policies.can_attach(actor, owner.team_id))
    file = files["file"]
    if file is None or not file.filename:
        raise InputError(_("Choose a file."), {"file": _("Missing.")})
    with closing(file), transaction(actor) as current:
        kept = services.attach(
            current, owner, file.stream, file.filename, quota=quota(), by=actor, at=clock.now(),
            says=sent["says"],
        )  # fmt: skip
        return queries.row_of(kept, actor.name)


@blueprint.get("/<uuid:attachment_id>")
@access.signed_in
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
def get_file(attachment_id: UUID) -> ResponseReturnValue:
    """Return the bytes of a file, under its own content type."""
    return given(attachment_id, shown=False)


@blueprint.delete("/<uuid:attachment_id>")
@access.signed_in
@blueprint.response(204)
def delete_file(attachment_id: UUID) -> None:
    """Take a file away; it can be brought back for thirty days."""
    actor, file, owner = own_file(attachment_id)
    with transaction(actor) as current:
        services.remove(current, file, owner, at=clock.now())


@blueprint.post("/<uuid:attachment_id>/restore")
@access.signed_in
@blueprint.response(204)
def restore_file(attachment_id: UUID) -> None:
    """Bring a file back that was taken away."""
    actor, file, owner = own_file(attachment_id)
    with transaction(actor) as current:
        services.restore(current, file, owner, at=clock.now())
