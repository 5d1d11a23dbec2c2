"""How a view says who may reach it, and how it learns who is asking."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask_login import current_user

from nic_platform.actor import Actor
from nic_platform.errors import AbsentError, DeniedError
from nic_platform.text import _

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
GUARDED = "_guarded"


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as meant for everybody."""
    setattr(view, GUARDED, "public")
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let only people who have signed in reach the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, "signed in")
    return guarded


def admin(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
    """Let only administrators of the installation reach the view; for others it is not there."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]  # set by Flask-Login
        if not actor().is_admin:
            raise AbsentError(_("There is no such page."))
        return view(*args, **kwargs)

    setattr(guarded, GUARDED, "admin")
    return guarded


def actor() -> Actor:
    """Return the person behind this request; looked up once a request.

    Raises:
        AbsentError: nobody has signed in.
    """
    if "actor" not in g:
        if not current_user.is_authenticated:
            raise AbsentError(_("There is no such page."))
        g.actor = current_app.extensions["nic.load_actor"]()
    return cast(Actor, g.actor)


def require(allowed: bool, message: str | None = None) -> None:
    """Stop unless a policy said yes.

    Raises:
        DeniedError: *allowed* is false.
    """
    if not allowed:
        raise DeniedError(message or _("You may read this but not change it."))
