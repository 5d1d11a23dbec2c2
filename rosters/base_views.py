"""What the pages of rosters share: the blueprint, who may come in, the password asked again."""

from typing import Any

from flask import Blueprint, g, request
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.exceptions import TooManyRequests

from accounts import passwords, sign_in_services
from accounts import rules as account_rules
from nic_platform import access, clock
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import InputError
from nic_platform.text import _
from rosters import policies
from teams.models import Site
from teams.queries import in_network

blueprint = Blueprint("rosters", __name__, url_prefix="/network")


def lead() -> Actor:
    """Return who asks, if they may run rosters."""
    actor = access.actor()
    access.require(policies.can_run_rosters(actor), _("Only a network lead can look after rosters."))
    return actor


def site_named(actor: Actor, text: str) -> Site | None:
    """Return the place that somebody typed: its NCES id, its state code, or its name; ``None`` for none.

    Raises:
        InputError: there is none of that name, or several.
    """
    if not text:
        return None
    found = session().scalars(
        select(Site).where(in_network(actor, Site.network_id), Site.deleted_at.is_(None))
        .where((Site.nces_id == text) | (Site.state_code == text) | (func.lower(Site.name) == text.lower()))
        .order_by(Site.id).limit(2)
    ).all()  # fmt: skip
    if len(found) != 1:
        words = (
            _("Several places are called so. Write its NCES id.") if found else _("There is no such place.")
        )
        raise InputError(words, {"site": words})
    return found[0]


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
