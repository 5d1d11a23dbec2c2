"""Deleting a network or an account: asked with the password again, undone within thirty days by a press."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import forms
from accounts.views import base
from accounts.views.base import blueprint
from desk import ending_queries, ending_services
from desk.ending import NETWORK, PERSON
from desk.ending_queries import DeletionRow
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError, RuleError
from nic_platform.pages import status_of, try_to, went
from nic_platform.tables import Deletion
from nic_platform.text import _
from teams import network_queries


def _sent(form: forms.EndForm, actor: Actor, work: Callable[[Session], object]) -> bool:
    """Do what was asked for, once the password was right; a rule that forbids it is said on top."""
    if not form.validate_on_submit() or not base.is_confirmed(form):
        return False
    try:
        return try_to(form, actor, work)
    except RuleError as error:
        form.form_errors.append(str(error))
        return False


def _page(template: str, form: forms.EndForm, **more: Any) -> ResponseReturnValue:
    has_password = base.me().password_hash is not None
    return render_template(template, form=form, has_password=has_password, **more), status_of(form)


def undo(actor: Actor, found: DeletionRow | None) -> None:
    """Take an open request back.

    Raises:
        AbsentError: there is none.
    """
    if found is None:
        raise AbsentError(_("There is no such request, or it is over."))
    with transaction(actor) as current:
        asked = ending_queries.entity(current, found.id)
        ending_services.undo(current, asked, by=actor, at=clock.now())


# ---------------------------------------------------------------- a network


@blueprint.route("/network/end", methods=["GET", "POST"])
@access.signed_in
def end_network() -> ResponseReturnValue:
    """Say what deleting the network means, and ask for it."""
    actor, form = base.network_lead(), forms.EndForm()
    network = network_queries.get_network(session(), actor)

    def work(current: Session) -> None:
        why = form.why.data or ""
        ending_services.ask_network(current, network, why=why, by=actor, at=clock.now())

    if _sent(form, actor, work):
        return went(url_for(".end_network"), _("It is asked for. An administrator has to confirm it."))
    asked = ending_queries.open_of(session(), NETWORK, network.public_id)
    return _page("accounts/end_network.html", form, asked=asked, network=network)


@blueprint.post("/network/end/undo")
@access.signed_in
def keep_network() -> ResponseReturnValue:
    """Keep the network after all."""
    actor = base.network_lead()
    network = network_queries.get_network(session(), actor)
    undo(actor, ending_queries.open_of(session(), NETWORK, network.public_id))
    return went(url_for(".end_network"), _("The network stays."))


# ---------------------------------------------------------------- accounts


@blueprint.route("/account/end", methods=["GET", "POST"])
@access.signed_in
def end_account() -> ResponseReturnValue:
    """Say what deleting one's account means, and do so in thirty days."""
    actor, form, user = access.actor(), forms.EndForm(), base.me()

    def work(current: Session) -> None:
        ending_services.ask_person(current, user, why=form.why.data or "", by=actor, at=clock.now())

    if _sent(form, actor, work):
        return went(url_for(".end_account"), _("It is deleted in 30 days. You can undo it here."))
    asked = ending_queries.open_of(session(), PERSON, user.public_id)
    return _page("accounts/end_account.html", form, asked=asked, person=user, is_own=True)


@blueprint.post("/account/end/undo")
@access.signed_in
def keep_account() -> ResponseReturnValue:
    """Keep one's account after all."""
    actor = access.actor()
    undo(actor, ending_queries.open_of(session(), PERSON, base.me().public_id))
    return went(url_for(".end_account"), _("Your account stays."))


@blueprint.route("/network/people/<uuid:person_id>/end", methods=["GET", "POST"])
@access.signed_in
def end_person(person_id: UUID) -> ResponseReturnValue:
    """Let a network lead have the account of somebody deleted who belongs to that network alone."""
    actor, form = base.network_lead(), forms.EndForm()
    user = ending_queries.person_of_network(session(), actor, person_id)

    def work(current: Session) -> None:
        ending_services.ask_person(
            current, user, why=form.why.data or "", by=actor, network_id=actor.network_id, at=clock.now()
        )

    if _sent(form, actor, work):
        return went(
            url_for(".end_person", person_id=person_id), _("They are told by mail. It can be undone.")
        )
    asked = ending_queries.open_of(session(), PERSON, user.public_id)
    return _page("accounts/end_account.html", form, asked=asked, person=user, is_own=user.id == actor.user_id)


@blueprint.post("/network/people/<uuid:person_id>/end/undo")
@access.signed_in
def keep_person(person_id: UUID) -> ResponseReturnValue:
    """Keep somebody's account after all."""
    actor = base.network_lead()
    user = ending_queries.person_of_network(session(), actor, person_id)
    undo(actor, ending_queries.open_of(session(), PERSON, user.public_id))
    return went(url_for(".end_person", person_id=person_id), _("The account stays."))


# ---------------------------------------------------------------- administrators


@blueprint.get("/admin/deletions")
@access.admin
def deletions() -> ResponseReturnValue:
    """List what is asked to be deleted, what waits for its day, and what went."""
    return render_template("accounts/deletions.html", rows=ending_queries.list_all(session()))


def _asked(deletion_id: UUID) -> DeletionRow:
    return ending_queries.get_one(session(), deletion_id)


@blueprint.route("/admin/deletions/<uuid:deletion_id>", methods=["GET", "POST"])
@access.admin
def deletion(deletion_id: UUID) -> ResponseReturnValue:
    """Confirm that a network is deleted in thirty days."""
    actor, form, row = access.actor(), forms.EndForm(), _asked(deletion_id)

    def work(current: Session) -> None:
        asked: Deletion = ending_queries.entity(current, deletion_id)
        ending_services.confirm(current, asked, by=actor, at=clock.now())

    if _sent(form, actor, work):
        return went(url_for(".deletions"), _("Confirmed. It is deleted in 30 days unless that is undone."))
    return _page("accounts/deletion.html", form, row=row)


@blueprint.post("/admin/deletions/<uuid:deletion_id>/undo")
@access.admin
def undo_deletion(deletion_id: UUID) -> ResponseReturnValue:
    """Take a request back, confirmed or not."""
    undo(access.actor(), _asked(deletion_id))
    return went(url_for(".deletions"), _("Taken back. Nothing was deleted."))
