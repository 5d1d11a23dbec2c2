"""What every answer tells the browser, how the cookie is sent, and that no form can be forged."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as Answer

from accounts.models import User
from nic_platform import security
from nic_platform.app import create_app
from nic_platform.database import db
from tests import factories as make
from tests.conftest import settings_for

Browse = Callable[..., FlaskClient]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@pytest.fixture
def user(session: Session) -> User:
    return make.make_user(session, make.make_team(session))


def directives(response: Answer) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


# ---------------------------------------------------------------- headers

ANSWERS = [
    ("GET", "/sign-in", 200), ("GET", "/account", 303), ("GET", "/nowhere", 404),
    ("GET", "/static/nowhere", 404), ("GET", "/api/v1/nowhere", 404), ("GET", "/api/v1/tokens", 401),
    ("DELETE", "/sign-in", 405),
    ("TRACE", "/sign-in", 405), ("POST", "/sign-in", 422),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_its_headers_errors_too(browse: Browse, method: str, path: str, status: int) -> None:
    response = browse().open(path, method=method)

    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = directives(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers


def test_an_unexpected_error_has_them_too_and_tells_nothing(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> str:
        raise RuntimeError("the inside")

    monkeypatch.setitem(app.view_functions, "accounts.sign_in", fails)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    response = browse().get("/sign-in")

    assert response.status_code == 500
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "the inside" not in response.text
    assert "Traceback" not in response.text


def test_no_site_may_ask_from_a_browser(browse: Browse) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = browse().options("/api/v1/tokens", headers=asked)

    assert not [name for name in response.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/api/v1/tokens"])
def test_odd_methods_are_refused(browse: Browse, method: str, path: str) -> None:
    assert browse().open(path, method=method).status_code == 405


def test_https_is_asked_for_only_where_it_is_spoken(browse: Browse) -> None:
    assert "Strict-Transport-Security" not in browse().get("/sign-in").headers
    secure = browse().get("/sign-in", base_url="https://localhost")
    age = secure.headers["Strict-Transport-Security"]
    assert int(age.split("max-age=")[1].split(";")[0]) >= 31536000
    assert "Strict-Transport-Security" in browse().get("/nowhere", base_url="https://localhost").headers


def test_https_is_asked_for_where_a_proxy_speaks_it(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "https://nic.example.org")

    assert "Strict-Transport-Security" in browse().get("/sign-in").headers


def test_what_is_for_one_person_is_kept_nowhere(browse: Browse, user: User) -> None:
    client = browse(user)

    for path in ("/account", "/nowhere", "/api/v1/tokens", "/account/sign-ins"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert "no-store" in browse().get("/sign-in").headers["Cache-Control"]  # it holds a token of its own
    with client.get("/static/icon.svg") as file:
        assert "no-store" not in file.headers.get("Cache-Control", "")


def test_a_page_with_a_figure_gets_a_nonce_of_its_own(app: Flask) -> None:
    policies = set()
    for _ in range(2):
        with app.test_request_context("/"):
            nonce = security.nonce()
            response = security.dress(Response())
        policy = directives(response)
        assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
        assert policy["script-src"] == "'self'"
        assert len(nonce) >= 22  # 128 bits in base64
        policies.add(nonce)

    assert len(policies) == 2


def test_no_page_is_written_that_the_policy_would_break() -> None:
    root = Path(__file__).parents[2] / "templates"
    bad = []
    pages = (file for file in root.rglob("*.html") if file.parent.name != "mail")  # letters have no sheet
    for file in pages:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            text = line.lower()
            if " style=" in text or " onclick=" in text or " onsubmit=" in text or "javascript:" in text:
                bad.append(f"{file.name}:{number}")

    assert bad == []


# ---------------------------------------------------------------- the cookie


def set_cookie(client: FlaskClient) -> str:
    return next(
        value for value in client.get("/sign-in").headers.getlist("Set-Cookie") if "switchback" in value
    )


def test_the_cookie_is_for_this_host_over_https_and_for_no_script(browse: Browse) -> None:
    sent = set_cookie(browse())

    assert next(iter(parse_cookie(sent))) == "__Host-switchback"
    flags = {part.strip().lower() for part in sent.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags
    assert not [flag for flag in flags if flag.startswith(("domain", "expires", "max-age"))]


def test_a_demo_on_this_machine_drops_what_plain_http_can_not_have(
    app: Flask, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "INSECURE_COOKIES", True)
    sent = set_cookie(browse())

    assert sent.startswith("switchback=")
    flags = {part.strip().lower() for part in sent.split(";")[1:]}
    assert {"httponly", "samesite=lax"} <= flags
    assert "secure" not in flags


def test_a_forged_cookie_is_nobody(browse: Browse, user: User) -> None:
    client = browse(user)
    cookie = client.get_cookie(security.COOKIE)
    assert cookie is not None
    head, _, signature = cookie.value.rpartition(".")
    client.set_cookie(security.COOKIE, f"{head}.{signature[::-1]}")

    assert client.get("/account").status_code == 303


# ---------------------------------------------------------------- forged forms

WRITES = [
    "/account", "/account/password", "/account/address", "/account/tokens", "/account/sign-ins/end-others",
    "/sign-out", "/sign-in", "/sign-in/link", "/reset", "/api/v1/tokens",
]  # fmt: skip


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is served: forms need their token."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    return app


def token_of(client: FlaskClient, path: str = "/account/tokens") -> str:
    return client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]


def refused(response: Answer) -> bool:
    return response.status_code == 400 and "Go back" in response.get_data(as_text=True)


@pytest.mark.parametrize("path", WRITES)
def test_five_forgeries_are_refused(
    session: Session, guarded: Flask, browse: Browse, user: User, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client, other = browse(user), browse(make.make_user(session))
    own, theirs = token_of(client), token_of(other)

    assert refused(client.post(path))
    assert refused(client.post(path, data={"csrf_token": own[:-4] + "aaaa"}))
    assert refused(client.post(path, data={"csrf_token": theirs}))
    monkeypatch.setitem(guarded.config, "WTF_CSRF_TIME_LIMIT", -1)
    assert refused(client.post(path, data={"csrf_token": own}))
    before = user.version
    client.get(path, query_string={"csrf_token": own, "name": "Forged", "title": "Forged"})
    session.refresh(user)
    assert (user.version, user.title) == (before, "")
    assert client.get("/account").status_code == 200  # nothing of it signed anybody out


def test_the_real_form_is_taken(session: Session, guarded: Flask, browse: Browse, user: User) -> None:
    client = browse(user)
    data = {"name": "Real Name", "title": "", "phone": "", "locale": "", "csrf_token": token_of(client)}

    assert client.post("/account", data=data).status_code == 303
    session.refresh(user)
    assert user.name == "Real Name"


def test_a_token_in_the_header_needs_no_second_proof(
    session: Session, guarded: Flask, browse: Browse, user: User
) -> None:
    from accounts.models import ApiToken
    from accounts.rules import hashed

    row = ApiToken(token_hash=hashed("nic_t"), user_id=user.id, name="x", created_at=make.NOON)
    session.add(row)
    session.flush()
    bearer = {"Authorization": "Bearer nic_t"}

    assert browse().delete(f"/api/v1/tokens/{row.public_id}", headers=bearer).status_code == 204


def test_no_get_writes(app: Flask) -> None:
    both = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.") and {"GET", "POST"} <= (rule.methods or set())
    }
    only_post = {
        rule.endpoint.split(".")[1]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("accounts.") and "GET" not in (rule.methods or set())
    }

    assert "accounts.sign_out" not in both
    assert {"sign_out", "leave", "end_sign_in", "end_other_sign_ins", "revoke_token", "withdraw"} <= only_post


def test_the_debugger_is_off(database: str, tmp_path: Path) -> None:
    served = create_app({**settings_for(f"sqlite:///{tmp_path / 'x.db'}", tmp_path), "TESTING": False}, {})

    assert served.debug is False
    with served.app_context():
        db.engine.dispose()


# ---------------------------------------------------------------- for people


def test_passwords_may_be_pasted_and_kept_by_a_manager(browse: Browse, user: User) -> None:
    entrance, account = browse().get("/sign-in").text, browse(user).get("/account/password").text
    scripts = Path(security.__file__).parent / "static" / "js"
    watched = [file.name for file in scripts.glob("*.js") if '"paste"' in file.read_text("utf-8")]

    assert 'autocomplete="username"' in entrance
    assert 'autocomplete="current-password"' in entrance
    assert 'autocomplete="new-password"' in account
    assert watched == ["grid.js"]  # where it fills cells from a spreadsheet


def test_what_has_the_focus_is_not_under_the_bar_of_a_phone() -> None:
    sheet = Path(security.__file__).parent / "static" / "css" / "switchback.css"
    page = next(line for line in sheet.read_text("utf-8").splitlines() if line.startswith("html {"))

    assert "scroll-padding: 1rem 0 6rem" in page
