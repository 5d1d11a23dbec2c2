"""Turning mail of a kind off from the letter itself, and letting mail that came back be tried again."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import notice_queries, notice_services, queries
from accounts.models import User
from accounts.views import base
from accounts.views.base import blueprint
from nic_platform import access, clock, unsubscribing
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.notice_kinds import DIGEST_KIND, Mail, Wish, group_names
from nic_platform.pages import went
from nic_platform.text import _


def _meant(token: str) -> tuple[User, str]:
    """Return the person and the group that an address was made for.

    Raises:
        AbsentError: it was not made here, or its person is gone.
    """
    found = unsubscribing.read(token)
    user = queries.living_person(session(), found[0]) if found else None
    if found is None or user is None:
        raise AbsentError(_("This address does not work any more. Sign in to choose what is mailed to you."))
    return user, found[1]


def _name(key: str) -> str:
    return _("The digest") if key == DIGEST_KIND else group_names()[key]


@blueprint.get("/mail/off/<token>")
@access.public
def mail_off(token: str) -> ResponseReturnValue:
    """Show what would be turned off, with a button: looking at an address changes nothing."""
    _user, key = _meant(token)
    return render_template("accounts/mail_off.html", name=_name(key), token=token, is_done=False)


@blueprint.post("/mail/off/<token>")
@access.public
def turn_mail_off(token: str) -> ResponseReturnValue:
    """Turn mail of one kind off; mail programs do this by themselves when their reader asks (RFC 8058)."""
    user, key = _meant(token)
    with transaction() as current:
        _turn_off(current, user, key)
    return render_template("accounts/mail_off.html", name=_name(key), token=token, is_done=True)


def _turn_off(current: Session, user: User, key: str) -> None:
    wishes = notice_queries.settings_of(current, user).wishes()
    if key == DIGEST_KIND:
        off = {
            name: Wish(wish.on_page, Mail.NONE)
            for name, wish in wishes.items()
            if wish.by_mail is Mail.DIGEST
        }
    else:
        off = {key: Wish(wishes[key].on_page, Mail.NONE)}
    notice_services.save_settings(current, user, {}, off, at=clock.now())


@blueprint.post("/account/mail-again")
@access.signed_in
def try_mail_again() -> ResponseReturnValue:
    """Let mail go to the person's address again after it came back."""
    with transaction(access.actor()) as current:
        notice_services.try_mail_again(current, base.me())
    return went(url_for(".notice_settings"), _("The next notice goes to your address again."))
