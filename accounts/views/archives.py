"""The whole archive of a network: network leads let one be made, see how far it is, and fetch it."""

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import forms, limits, rules
from accounts.views import base
from accounts.views.base import blueprint
from interchange import archive_job_services as archives
from nic_platform import access, clock, looks
from nic_platform.actor import Actor
from nic_platform.database import session
from nic_platform.errors import AbsentError, RuleError
from nic_platform.pages import status_of, try_to, went
from nic_platform.taking import saved
from nic_platform.text import _
from teams import network_queries, policies


def _lead() -> Actor:
    actor = access.actor()
    if not policies.can_run_network(actor):
        raise AbsentError(_("There is no such page."))
    return actor


@blueprint.route("/network/archive", methods=["GET", "POST"])
@access.signed_in
def archive() -> ResponseReturnValue:
    """List a network's archives, and let another be made: the password is asked again."""
    actor, form = _lead(), forms.ConfirmedForm()

    def work(current: Session) -> None:
        network = network_queries.get_network(current, actor)
        archives.begin(current, network, by=actor, at=clock.now())

    if form.validate_on_submit() and base.is_confirmed(form):
        try:
            if try_to(form, actor, work):
                return went(url_for(".archive"), _("It is being made. You can leave this page meanwhile."))
        except RuleError as error:
            return went(url_for(".archive"), str(error))
    rows = archives.list_archives(session(), actor)
    page = render_template(
        "accounts/archive.html", form=form, rows=rows, has_password=base.me().password_hash is not None,
        is_making=any(row.state in {"queued", "running"} for row in rows),
    )  # fmt: skip
    return page, status_of(form)


@blueprint.get("/network/archive/<uuid:archive_id>/file")
@access.signed_in
def archive_file(archive_id: UUID) -> ResponseReturnValue:
    """Give an archive out, to be saved."""
    return given(_lead(), archive_id)


def given(actor: Actor, archive_id: UUID) -> ResponseReturnValue:
    """Return the answer that gives an archive out.

    Raises:
        AbsentError: there is none that may be fetched.
    """
    limits.count_once(rules.export_tries(actor.user_id))
    key = archives.key_of(session(), actor, archive_id, clock.now())
    looks.note()  # it holds figures of students
    if actor.network_id is not None:
        base.note_taken("network", actor.network_id, {"archive": [None, archive_id]})
    return saved(key, "application/zip", "network.zip")
