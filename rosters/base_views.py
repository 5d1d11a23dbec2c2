"""What the pages of rosters share: the blueprint, who may come in, the password asked again."""

from typing import Any

from flask import Blueprint, g, request
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from accounts import passwords, sign_in_services
from accounts import rules as account_rules
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import transaction
from nic_platform.text import _
from rosters import policies

blueprint = Blueprint("rosters", __name__, url_prefix="/network")


def lead() -> Actor:
    """Return who asks, if they may run rosters."""
    actor = access.actor()
    access.require(policies.can_run_rosters(actor), _("Only a network lead can look after rosters."))
    return actor


def is_confirmed(form: Any) -> bool:
    """Say whether the person proved again who they are: by password, or by a sign-in of a moment ago.

    Raises:
        TooManyRequests: the password was tried too often.
    """
    at, kept = clock.now(), current_user.password_hash
    if kept is None:
        if account_rules.is_fresh(g.signed_in_at, at):
            return True
        form.confirm.errors = [_("Sign out, sign in by a link again, and do this within ten minutes.")]
        return False
    tries = account_rules.sign_in_tries(current_user.email, request.remote_addr or "")
    with transaction(at=at) as current:
        is_within = sign_in_services.spend(current, tries, at=at)
    if not is_within:
        raise TooManyRequests(retry_after=account_rules.seconds_left(at))
    if not passwords.is_right(form.confirm.data or "", kept):
        form.confirm.errors = [_("This is not your password. Try again.")]
        return False
    with transaction(at=at) as current:
        sign_in_services.give_back(current, tries, at=at)
    return True
