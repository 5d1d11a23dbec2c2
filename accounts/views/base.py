"""What the pages of accounts share: the blueprint, who is calling, the way in, and the links from mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from accounts import (
    passkey_flow,
    passkey_queries,
    passkey_rules,
    passkey_services,
    passwords,
    queries,
    rules,
    second_rules,
    second_services,
    sign_in_services,
)
from accounts.forms import ConfirmedForm
from accounts.models import OneTimeLink, SignIn, User
from accounts.passkey_flow import Purpose
from accounts.passkey_rules import PasskeyError
from accounts.rules import LinkPurpose, Try
from nic_platform import access, audit_notes, clock, metrics, observing, speech
from nic_platform.actor import Actor
from nic_platform.database import session, transaction
from nic_platform.errors import AbsentError
from nic_platform.frame import address as address_of
from nic_platform.text import _
from teams import policies
from teams.provider_services import take_back_unseen
from teams.second_queries import asks_for_second

blueprint = Blueprint("accounts", __name__)
_LONGEST_TOKEN = 100


def home() -> str:
    """Return where people land when they ask for no other page."""
    return address_of("desk.week", "/")


def base_url() -> str:
    """Return the installation's own address; never what a request claims it is."""
    return str(current_app.config["BASE_URL"])


def me() -> User:
    """Return the person who has signed in, for writing."""
    return session().get_one(User, current_user.id)


# ---------------------------------------------------------------- tries


def network_lead() -> Actor:
    """Return who asks, who leads the network; for others there is no such page.

    Raises:
        AbsentError: they do not.
    """
    actor = access.actor()
    if not policies.can_run_network(actor) or actor.network_id is None:
        raise AbsentError(_("There is no such page."))
    return actor


def count_try(tries: tuple[Try, ...]) -> None:
    """Count one try, in a transaction of its own.

    Raises:
        TooManyRequests: there were too many; says when to come back.
    """
    at = clock.now()
    with transaction(at=at) as current:
        allowed = sign_in_services.spend(current, tries, at=at)
    if not allowed:
        sign_in_services.log.warning("too many tries from %s at %s", observing.place_code(), request.endpoint)
        metrics.count_sign_in("too_many")
        raise TooManyRequests(retry_after=rules.seconds_left(at))


def caller() -> str:
    """Return the address that the request comes from, as far as trusted proxies tell."""
    return request.remote_addr or ""


def is_confirmed(form: ConfirmedForm) -> bool:
    """Say whether the person proved again who they are: by password, or by a sign-in of a moment ago.

    Who has a second factor gives it too, unless they did so in the last ten minutes. A passkey says both.
    """
    if form.passkey.data:
        return _is_passkey_right(form)
    return _is_password_right(form) and _is_code_right(form)


def _is_passkey_right(form: ConfirmedForm) -> bool:
    signed, form.passkey.data = form.passkey.data or "", ""
    if signed_by(signed, Purpose.AGAIN, current_user.id) is None:
        form.form_errors.append(_("Your passkey did not work. Try it again, or use your password."))
        return False
    _note_second()
    return True


def _note_second() -> None:
    with transaction(at=clock.now()) as current:
        sign_in_services.note_second(current, g.sign_in_id, at=clock.now())
    g.second_at = clock.now()


def has_passkey() -> bool:
    """Say whether the person can give a passkey in place of the password here; at most one statement."""
    if current_user.second_since is None or passkey_rules.site_of(base_url()) is None:
        return False
    return bool(passkey_queries.credential_ids(session(), current_user.id))


def signed_by(text: str, purpose: Purpose, user_id: int) -> int | None:
    """Return whose passkey signed what this browser was asked; ``None``, once logged, if nothing is proved.

    Args:
        user_id: whose it has to be; 0 where nobody is known yet.

    Raises:
        TooManyRequests: too many were refused.
    """
    at, site, tries = clock.now(), passkey_rules.site_of(base_url()), rules.passkey_tries(caller())
    asked = passkey_flow.take(cookie, purpose, user_id, at=at)
    count_try(tries)
    try:
        if asked is None or site is None:
            raise PasskeyError("nothing was asked")
        with transaction(at=at) as current:  # a challenge is used up by its first answer, right or wrong
            is_first = sign_in_services.spend(current, asked.once, at=asked.since)
        if not is_first:
            raise PasskeyError("answered before")
        with transaction(at=at) as current:
            owner = passkey_services.believe(current, text, site, asked.bytes, of=user_id, at=at).user_id
            sign_in_services.give_back(current, tries, at=at)
        return owner
    except PasskeyError as error:
        sign_in_services.log.warning("passkey from %s refused: %s", observing.place_code(), error)
        metrics.count_sign_in("wrong")
        return None


def asks_code() -> bool:
    """Say whether the second factor is asked for again: the person has one, and gave it a while ago."""
    if current_user.second_since is None:
        return False
    given: datetime | None = g.get("second_at")
    return given is None or not rules.is_fresh(given, clock.now())


def _is_code_right(form: ConfirmedForm) -> bool:
    if not asks_code():
        return True
    if not spend_code(me(), form.code.data or ""):
        form.code.errors = [_("This is not a code that counts now. Wait for the next one.")]
        return False
    _note_second()
    return True


def spend_code(user: User, code: str) -> bool:
    """Use a code of a person up, and say whether it was right.

    Raises:
        TooManyRequests: codes were tried too often.
    """
    at, tries = clock.now(), second_rules.code_tries(user.id, caller())
    count_try(tries)
    with transaction(at=at) as current:
        is_right = second_services.use(current, current.get_one(User, user.id), code, at=at)
        if is_right:
            sign_in_services.give_back(current, tries, at=at)
    if not is_right:
        sign_in_services.log.warning("wrong code from %s", observing.place_code())
        metrics.count_sign_in("wrong")
    return is_right


def _is_password_right(form: ConfirmedForm) -> bool:
    user, at = me(), clock.now()
    if user.password_hash is None:
        if user.second_since is not None or rules.is_fresh(g.signed_in_at, at):
            return True  # who has a code generator proves it by that
        form.confirm.errors = [_("Sign out, sign in by a link again, and do this within ten minutes.")]
        return False
    tries = rules.sign_in_tries(user.email, caller())
    kept = user.password_hash
    count_try(tries)
    if not passwords.is_right(form.confirm.data or "", kept):
        form.confirm.errors = [_("This is not your password. Try again.")]
        return False
    with transaction(at=at) as current:
        sign_in_services.give_back(current, tries, at=at)
    return True


def note_taken(kind: str, row_id: int, what: Mapping[str, Sequence[Any]]) -> None:
    """Write down that the visitor saved a thing as a file, in a transaction of its own.

    Args:
        kind: under which changes of the thing are written down.
    """
    session().rollback()  # the next statement takes the lock for writing
    g.writes, at = True, clock.now()
    with transaction(at=at) as current:
        audit_notes.note(current, kind, row_id, audit_notes.DOWNLOADED, what, by=current_user.id, at=at)
    g.writes = False


# ---------------------------------------------------------------- the way in


def begin(current: Session, user: User, way: str) -> tuple[SignIn, str]:
    """Begin a sign-in for this browser; the one it had until now ends.

    Args:
        way: how they came: password, link, invitation, provider, passkey.
    """
    at = clock.now()
    row, secret = sign_in_services.start(
        current,
        user,
        address=caller(),
        device=request.user_agent.string,
        at=at,
        instead_of=str(cookie.get("_user_id", "")),
        way=way,
    )
    if way != "provider":
        g.taken_back = take_back_unseen(current, user.id, at=at)
    if user.second_since is None and user.second_asked_at is None and asks_for_second(current, user):
        second_services.note_asked(current, user.id, at=at)
    return row, secret


def enter(user: User, secret: str) -> None:
    """Put a new sign-in's secret into a new cookie; of the old one only what is to be done next stays, and
    which language is spoken on this device."""
    held, pending, chosen = cookie.get("link"), cookie.get("pending"), cookie.get(speech.CHOSEN, "")
    cookie.clear()
    speech.choose(chosen)
    if pending:
        cookie["pending"] = pending  # whom an organisation's sign-in sent: see accounts.provider_flow
    if held and held.get("purpose") in {LinkPurpose.INVITATION.value, LinkPurpose.ADDRESS.value}:
        cookie["link"] = held
    user.sign_in_secret = secret
    login_user(user)
    for name in g.get("taken_back", ()):
        flash(_("Your roles from %(name)s come back when you sign in with it.", name=name), "warn")


def go_on(row: SignIn, user: User, wanted: str) -> ResponseReturnValue:
    """Send somebody who has just signed in to the page they wanted, or first to the second step."""
    if second_rules.is_half(user.second_since, row.second_at):
        cookie["next"] = wanted
        return redirect(url_for("accounts.second"), 303)
    return redirect(wanted, 303)


# ---------------------------------------------------------------- links from mail


def take(token: str, purpose: LinkPurpose, endpoint: str) -> ResponseReturnValue:
    """Take a link's token out of the address into the cookie, and go on to the page that has the button.

    Programs that look through mail open every link; they never press the button, so the link is not used up.
    """
    if len(token) > _LONGEST_TOKEN:
        raise AbsentError(_("There is no such page."))
    cookie["link"] = {"token": token, "purpose": purpose.value}
    return redirect(url_for(endpoint), 303)


def held(purpose: LinkPurpose) -> OneTimeLink | None:
    """Return the link that this browser holds, while it still works."""
    kept: dict[str, Any] = cookie.get("link") or {}
    if kept.get("purpose") != purpose.value:
        return None
    return queries.find_link(session(), str(kept.get("token", "")), purpose, at=clock.now())


def let_go() -> None:
    """Forget the link that this browser holds."""
    cookie.pop("link", None)


def over(again: str, words: str) -> ResponseReturnValue:
    """Say that a link works no more, and where there is a new one."""
    return render_template("accounts/link_over.html", again=again, words=words), 404
