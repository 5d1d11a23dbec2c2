"""What every answer tells the browser, and how the session cookie is sent.

The policy of contents is strict: no script and no style but the site's own files. A page that draws a Plotly
figure asks for a nonce (``csp_nonce()``), which lets in the style elements of that page alone; plotly.js sets
style attributes for heat maps and pictures from memory, so these two are allowed there, and nowhere else.
"""

import hashlib
import secrets
from datetime import timedelta

import flask_wtf.csrf
from flask import Flask, Response, abort, current_app, g, request
from flask import session as cookie
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from nic_platform import sendable
from nic_platform.signing import PatientSigner, kept_serializer

COOKIE = "__Host-switchback"
PLAIN_COOKIE = "switchback"
LARGEST_FORM = 1_000_000  # bytes of typed fields; files are limited apart
_REFUSED = frozenset({"TRACE", "TRACK", "CONNECT", "DEBUG"})
_FILES = frozenset({"static", "assets.get"})
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}


class HostCookie(SecureCookieSessionInterface):
    """A cookie that only this host gets, only encrypted, and that no script reads.

    In a demo database on this machine, served over plain HTTP, browsers would not send it back: there the two
    flags are dropped.
    """

    digest_method = staticmethod(hashlib.sha1)  # as Flask's own, without its wrapper

    def __init__(self) -> None:
        self._kept: tuple[tuple[object, ...], URLSafeTimedSerializer | None] = (), None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Sign it so that a clock that is set back signs nobody out; made anew where the keys change."""
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if self._kept[0] != keys:
            serializer = super().get_signing_serializer(app)
            if serializer is not None:
                serializer.signer = PatientSigner
            self._kept = keys, serializer
        return self._kept[1]

    def get_cookie_name(self, app: Flask) -> str:
        """Return the name; the prefix makes browsers insist on Secure, Path=/ and no Domain."""
        return PLAIN_COOKIE if app.config["INSECURE_COOKIES"] else COOKIE

    def get_cookie_secure(self, app: Flask) -> bool:
        """Send it over HTTPS only."""
        return not app.config["INSECURE_COOKIES"]

    def get_cookie_httponly(self, app: Flask) -> bool:
        """Keep it from scripts."""
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        """Send it along when somebody follows a link here, and never with another site's form."""
        return "Lax"

    def get_cookie_domain(self, app: Flask) -> str | None:
        """Send it to this host only."""
        return None

    def get_cookie_path(self, app: Flask) -> str:
        """Send it for every page."""
        return "/"


def nonce() -> str:
    """Return this answer's nonce; asking for it opens the policy for this page's own style elements."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def content_policy(nonce: str | None = None) -> str:
    """Return the content security policy, for a page with a Plotly figure when it has a *nonce*."""
    style, pictures = "style-src 'self'", "img-src 'self' data:"
    if nonce:
        style = f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'"
        pictures += " blob:"
    return (
        "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"script-src 'self'; {style}; {pictures}; font-src 'self'; connect-src 'self'; manifest-src 'self'"
    )


def init(app: Flask) -> None:
    """Hang headers, cookie and the refusal of odd methods on the application."""
    app.session_interface = HostCookie()
    flask_wtf.csrf.URLSafeTimedSerializer = kept_serializer  # it makes its own, and asks nobody which
    app.jinja_env.globals["csp_nonce"] = nonce
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=int(app.config["SESSION_HOURS"]))
    # A form may stay open as long as its sign-in may live; its token dies with the session cookie.
    app.config["WTF_CSRF_TIME_LIMIT"] = int(app.config["SESSION_HOURS"]) * 3600
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM

    sendable.init(app)

    @app.before_request
    def refuse_odd_methods() -> None:
        if request.method in _REFUSED:
            abort(405)

    app.after_request(dress)


def dress(response: Response) -> Response:
    """Give an answer its headers, an error page no less than any other."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy(g.get("csp_nonce")))
    if request.is_secure or str(current_app.config["BASE_URL"]).startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if _is_personal():
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("Expires", None)
    return response


def _is_personal() -> bool:
    """Say whether the answer may hold what is meant for one person."""
    if request.endpoint in _FILES:
        return False
    return bool(cookie) or "Authorization" in request.headers
