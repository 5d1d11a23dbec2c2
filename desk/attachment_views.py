"""Files beside a cycle, an item or a milestone: listed, sent, fetched, taken away, brought back."""

from contextlib import closing
from io import BytesIO
from uuid import UUID

from flask import current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from desk import attachment_queries as queries
from desk import attachment_services as services
from desk import policies
from desk.attachment_rules import LARGEST, PICTURES, TYPES, size_words
from desk.base_views import blueprint, page_of
from desk.forms import AttachForm
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, InputError
from nic_platform.storage import storage
from nic_platform.tables import Attachment
from nic_platform.text import _


def _page(actor: Actor, owner: queries.Owner, form: AttachForm) -> str:
    may_attach = policies.can_attach(actor, owner.team_id)
    since = clock.now() - queries.BRING_BACK if may_attach else None
    return render_template(
        "desk/attachments.html",
        owner=owner,
        files=queries.files_of(session(), owner, removed_since=since),
        form=form,
        may_attach=may_attach,
        back=page_of(owner.kind, owner.object_id),
        endings=", ".join(f".{ending}" for ending in TYPES),
        most=LARGEST >> 20,
        size_words=size_words,
    )


@blueprint.get("/attachments/<kind>/<uuid:object_id>")
@access.signed_in
def attachments(kind: str, object_id: UUID) -> ResponseReturnValue:
    """List the files of one thing."""
    actor = access.actor()
    return _page(actor, queries.owner_of(session(), actor, kind, object_id), AttachForm(formdata=None))


@blueprint.post("/attachments/<kind>/<uuid:object_id>")
@access.signed_in
def attach(kind: str, object_id: UUID) -> ResponseReturnValue:
    """Keep a file beside one thing."""
    actor = access.actor()
    owner = queries.owner_of(session(), actor, kind, object_id)
    access.require(policies.can_attach(actor, owner.team_id))
    form = AttachForm()
    is_valid, sent = form.validate_on_submit(), form.sent
    if not is_valid or sent is None:
        form.file.errors = [*form.file.errors, *([] if sent else [_("Choose a file.")])]
        return _page(actor, owner, form), 422
    name, at = sent.filename or "", clock.now()
    try:
        with closing(sent), transaction(actor) as current:
            services.attach(
                current, owner, sent.stream, name, quota=quota(), by=actor, at=at, says=form.says.data or ""
            )
    except InputError as problem:
        form.file.errors = [str(problem)]
        return _page(actor, queries.owner_of(session(), actor, kind, object_id), form), 422
    flash(_("The file is kept."), "good")
    listed = url_for("desk.attachments", kind=kind, object_id=object_id)
    page = page_of(kind, object_id)
    return redirect(f"{page}#files" if form.then.data == "page" and page else listed, 303)


@blueprint.get("/attachments/<uuid:attachment_id>")
@access.signed_in
def attachment(attachment_id: UUID) -> ResponseReturnValue:
    """Give a file out, always to be saved and never to be shown as a page of ours."""
    return given(attachment_id, shown=False)


@blueprint.get("/attachments/<uuid:attachment_id>/picture")
@access.signed_in
def picture(attachment_id: UUID) -> ResponseReturnValue:
    """Give a picture out so that a page of ours can show it; anything else is not there."""
    return given(attachment_id, shown=True)


def quota() -> int:
    """Return how many bytes of files one team may keep."""
    return int(current_app.config.get("TEAM_FILES_MB", 500)) << 20


def given(attachment_id: UUID, *, shown: bool) -> ResponseReturnValue:
    """Return the answer that gives a file out, to be saved; with *shown* a picture that a page shows.

    Raises:
        AbsentError: there is none, the visitor may not know of it, it was taken away, or it is no picture.
    """
    file, _owner = queries.get_file(session(), access.actor(), attachment_id)
    if file.deleted_at is not None or (shown and file.content_type not in PICTURES):
        raise AbsentError(_("There is no such file."))
    try:
        with storage().open(file.key) as kept:
            data = BytesIO(kept.read())  # ten megabytes at most
    except FileNotFoundError:
        raise AbsentError(_("The file itself is gone. Ask whoever runs the platform.")) from None
    answer = send_file(data, mimetype=file.content_type, as_attachment=not shown, download_name=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def own_file(attachment_id: UUID) -> tuple[Actor, Attachment, queries.Owner]:
    """Return a file that the visitor may take away or bring back, and what it is attached to.

    Raises:
        AbsentError: there is none, or the visitor may not know of it.
        DeniedError: it is another team's.
    """
    actor = access.actor()
    file, owner = queries.get_file(session(), actor, attachment_id)
    access.require(policies.can_attach(actor, owner.team_id))
    return actor, file, owner


@blueprint.post("/attachments/<uuid:attachment_id>/remove")
@access.signed_in
def remove_attachment(attachment_id: UUID) -> ResponseReturnValue:
    """Take a file away."""
    actor, file, owner = own_file(attachment_id)
    with transaction(actor) as current:
        services.remove(current, file, owner, at=clock.now())
    flash(_("The file is taken away. It can be brought back here for thirty days."), "good")
    return redirect(url_for("desk.attachments", kind=owner.kind, object_id=owner.object_id), 303)


@blueprint.post("/attachments/<uuid:attachment_id>/restore")
@access.signed_in
def restore_attachment(attachment_id: UUID) -> ResponseReturnValue:
    """Bring a file back that was taken away."""
    actor, file, owner = own_file(attachment_id)
    with transaction(actor) as current:
        services.restore(current, file, owner, at=clock.now())
    flash(_("The file is back."), "good")
    return redirect(url_for("desk.attachments", kind=owner.kind, object_id=owner.object_id), 303)
