"""How a request finds its person again: the sign-in behind the cookie, or the token in the header."""

import logging
from datetime import datetime

from flask import Flask, Request, current_app, g, request
from flask_login import LoginManager
from sqlalchemy.exc import SQLAlchemyError

from accounts import queries, rules, second_rules, sign_in_services
from accounts.models import ApiToken, SignIn, User
from nic_platform import clock
from nic_platform.database import session, transaction

log = logging.getLogger(__name__)


def register(app: Flask, login: LoginManager) -> None:
    """Tell Flask-Login how to find a person again."""
    login.session_protection = None  # a sign-in ends by its row; a phone may change its network meanwhile

    @login.user_loader
    def by_cookie(secret: str) -> User | None:
        if request.path.startswith("/api/v1/") and "Authorization" in request.headers:
            return None  # such a request needs no CSRF token, so it stands on its own token alone
        at = clock.now()
        found = queries.find_sign_in(
            session(),
            secret,
            at=at,
            idle_minutes=int(current_app.config["SESSION_IDLE_MINUTES"]),
            hours=int(current_app.config["SESSION_HOURS"]),
            provider_hours=int(current_app.config["PROVIDER_HOURS"]),
        )
        if found is None:
            return None
        if second_rules.is_half(found.user.second_since, found.second_at):
            if second_rules.is_half_alive(found.created_at, at):
                g.half = found  # the second step is still to come: nobody is signed in till then
            return None
        g.sign_in_id, g.chosen_team_id, g.signed_in_at = found.id, found.team_id, found.created_at
        g.second_at, g.sign_in_way = found.second_at, found.way
        _note_use(SignIn, found.id, found.last_seen_at, at)
        found.user.sign_in_secret = secret
        return found.user

    @login.request_loader
    def by_token(asked: Request) -> User | None:
        kind, _, token = asked.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not asked.path.startswith("/api/v1/"):
            return None
        at = clock.now()
        found = queries.find_token(session(), token.strip(), at=at)
        if found is None:
            return None
        key, user = found
        g.by_token, g.chosen_team_id, g.token_scopes = True, key.team_id, tuple(key.scopes or ())
        g.token_id = key.id
        _note_use(ApiToken, key.id, key.last_used_at, at)
        return user

    app.teardown_request(_write_use)


def _note_use(kind: type[SignIn] | type[ApiToken], row_id: int, last: datetime | None, at: datetime) -> None:
    if rules.needs_touch(last, at):
        g.used = (kind, row_id, at)


def _write_use(_error: BaseException | None = None) -> None:
    """Write "last seen" when the answer is made, in a short transaction of its own; not worth failing for."""
    used = g.pop("used", None)
    if used is None:
        return
    kind, row_id, at = used
    g.writes = True
    try:
        session().rollback()  # whatever the request still reads in is over
        with transaction(at=at) as current:
            sign_in_services.touch(current, kind, row_id, at=at)
    except SQLAlchemyError:
        log.exception("The last use of %s %s could not be written.", kind.__tablename__, row_id)
