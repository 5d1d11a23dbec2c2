"""How a request finds its person again: the sign-in behind the cookie, or the token in the header."""

from flask import Flask, Request, current_app, g
from flask_login import LoginManager

from accounts import queries
from accounts.models import User
from nic_platform import clock
from nic_platform.database import session


def register(app: Flask, login: LoginManager) -> None:
    """Tell Flask-Login how to find a person again."""

    @login.user_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def by_cookie(secret: str) -> User | None:
        found = queries.find_sign_in(
            session(),
            secret,
            at=clock.now(),
            idle_minutes=int(current_app.config["SESSION_IDLE_MINUTES"]),
            hours=int(current_app.config["SESSION_HOURS"]),
        )
        if found is None:
            return None
        g.sign_in_id, g.chosen_team_id = found.id, found.team_id
        found.user.sign_in_secret = secret
        return found.user

    @login.request_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def by_token(request: Request) -> User | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.path.startswith("/api/"):
            return None
        found = queries.find_token(session(), token.strip(), at=clock.now())
        if found is None:
            return None
        g.by_token, g.chosen_team_id = True, found.team_id
        return session().get(User, found.user_id)
