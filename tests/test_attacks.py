"""Attacks on every address there is, found from the URL map. A share of them in each run, all in the drill.

``tests/test_policy_matrix.py`` tries who may do what, ``tests/test_fuzz.py`` sends junk; here is intent.
"""

import csv
import io
import re
import socket
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from accounts.limits import EXAMPLES
from accounts.models import ApiToken
from accounts.rules import hashed
from nic_platform import outgoing
from nic_platform.tables import Notice
from tests.drill import IS_DRILL, lighter_database, share
from tests.factories import NOON, keep_attached
from tests.poisoned import RAW, poison, typed_columns
from tests.test_policy_matrix import address_of, routes
from tests.watching import written
from tests.world import World, make_world

Browse = Callable[..., FlaskClient]
ROOT = Path(__file__).parents[1]
MODULES = ("nic_platform", "accounts", "teams", "measures", "milestones", "cycles", "feedback", "variation",
           "desk", "rosters", "interchange")  # fmt: skip
OFF_SITE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "/\t/evil.example", "https://localhost@evil.example/", "javascript:alert(1)",
    "%2f%2fevil.example", "/%09/evil.example",
)  # fmt: skip
NAMES = ("next", "back", "to", "from", "return", "url", "ref", "path")
# What another site, a proxy or a library of old might make a server believe.
HEADERS = {
    "X-Forwarded-Host": "evil.example", "X-Original-URL": "/admin", "X-HTTP-Method-Override": "DELETE",
    "Origin": "https://evil.example", "Referer": "https://evil.example/",
}  # fmt: skip
_LIVE = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?[\d.,]+%?")
_LEADS_AWAY = re.compile(r"""(?:href|action|src|formaction)=["'](?:https?:)?[/\\]{2}evil""", re.IGNORECASE)
# Files that are counted by a limit of their own, or show a picture in a page.
COUNTED_APART = frozenset({
    "desk.calendar_feed", "desk.attachment_file", "desk.attachment", "api_attachments.get_file",
    "api_own_data.own_data",
})  # fmt: skip

# Files whose taking is written down in the trail of the network or the person; the row keeps the chain's end.
NOTED = frozenset({"accounts.archive_file", "api_archives.archive_file", "api_own_data.own_data"})
TRAIL = frozenset({"audit_entry", "network", "user_account"})


@pytest.fixture
def world(app: Flask, session: Session) -> World:
    keep_attached(app)
    return make_world(session)


# ---------------------------------------------------------------- every page of a world of hostile texts


def wrong_with(answer: TestResponse) -> Iterator[str]:
    """Yield what an attack has reached in an answer."""
    kind = answer.mimetype or ""
    policy = answer.headers.get("Content-Security-Policy", "")
    if kind in {"text/html", "image/svg+xml"}:
        if RAW in answer.text:
            yield f"raw text: …{answer.text.partition(RAW)[0][-90:]}"
        if _LEADS_AWAY.search(answer.text):
            yield "a link that leads away"
    if answer.location and urlsplit(answer.location).netloc not in {"", "localhost"}:
        yield f"leads to {answer.location}"
    if "X-Evil" in answer.headers:
        yield "a header of the text's own"
    if "default-src 'none'" not in policy or re.search(r"(script|style)-src [^;]*unsafe", policy):
        yield f"policy {policy}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff" or "X-Frame-Options" not in answer.headers:
        yield "without protection against sniffing or framing"
    if [name for name, _value in answer.headers if name.startswith("Access-Control")]:
        yield "open to other sites"
    if answer.status_code == 200 and (live := list(live_cells(answer))):
        yield f"live cells {live[:2]}"


def live_cells(answer: TestResponse) -> Iterator[str]:
    """Yield the cells of a table that a spreadsheet would calculate."""
    if answer.mimetype == "text/csv":
        for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))):
            yield from (cell for cell in row if cell.startswith(_LIVE) and not _NUMBER.fullmatch(cell))
    elif "spreadsheetml" in (answer.mimetype or ""):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            for name in book.namelist():
                if name.startswith("xl/worksheets/") and b"<f>" in book.read(name):
                    yield name


def is_uncounted_file(answer: TestResponse, endpoint: str, counts: list[str]) -> bool:
    """Say whether an answer gives a file of what is kept here to somebody without counting it."""
    is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
    return is_file and endpoint not in EXAMPLES | COUNTED_APART and not counts


@lighter_database
@pytest.mark.parametrize("role", ["lead", "network_lead"])
def test_no_page_or_file_lets_a_hostile_text_or_address_work(
    app: Flask, session: Session, world: World, browse_again: Browse, role: str
) -> None:
    person = world.people[role]
    browse_again(person)
    poison(session)
    wrong, counts = [], []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO attempt"):
            counts.append(statement)

    event.listen(sa.Engine, "before_cursor_execute", note)
    for at, (endpoint, method, rule) in enumerate(routes(app)):
        if method != "GET" or not share(f"{role} {rule.rule}", 16):
            continue
        is_api = rule.rule.startswith("/api/")
        query = {} if is_api else dict.fromkeys(NAMES, OFF_SITE[at % len(OFF_SITE)])
        counts.clear()
        with written() as tables:
            answer = browse_again(person).get(address_of(rule, world), query_string=query, headers=HEADERS)
        found = list(wrong_with(answer))
        if tables - (TRAIL if endpoint in NOTED else set()):
            found.append(f"only looked at, and yet it wrote {tables}")
        if is_uncounted_file(answer, endpoint, counts):
            found.append("a file that is not counted, see accounts/limits.py")
        wrong += [f"{rule.rule} ({endpoint}): {what}" for what in found]
    event.remove(sa.Engine, "before_cursor_execute", note)

    assert wrong == []


def answer_of(text: str, kind: str, headers: dict[str, str]) -> TestResponse:
    request = EnvironBuilder().get_request()
    return TestResponse([text.encode()], "200 OK", Headers({**headers, "Content-Type": kind}), request)


def test_a_raw_text_a_live_cell_and_a_link_away_would_be_found() -> None:
    page = f"<p>{RAW}</p><a href='//evil.example/'>x</a>"
    dressed = {"Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'"}
    bare = answer_of(page, "text/html", dressed)
    table = answer_of('a,"=1+1"\n-3,-4%\n', "text/csv", {})

    found = " ".join(wrong_with(bare))
    assert all(word in found for word in ("raw text", "leads away", "policy", "sniffing"))
    assert list(live_cells(table)) == ["=1+1"]


def test_the_world_of_hostile_texts_reaches_every_domain() -> None:
    tables = {str(column.table) for column in typed_columns()}

    assert {"cycle", "milestone", "feedback_item", "initiative", "team", "attachment", "notice"} <= tables
    assert len(typed_columns()) > 200


# ---------------------------------------------------------------- forged forms, other hosts, other methods


def forgeries(client: FlaskClient, other: FlaskClient, expired: str) -> list[dict[str, str]]:
    """Return five forms that did not come from a page of this sign-in."""
    own, theirs = token_of(client), token_of(other)
    return [{}, {"csrf_token": own[:-4] + "aaaa"}, {"csrf_token": theirs}, {"csrf_token": expired},
            {"csrf_token": ""}]  # fmt: skip


def token_of(client: FlaskClient) -> str:
    return client.get("/account/password").text.split('name="csrf_token" value="')[1].split('"')[0]


def expired_token(app: Flask, client: FlaskClient) -> str:
    """Return a token of this sign-in that was signed before any that is still taken."""
    from flask_wtf.csrf import generate_csrf
    from itsdangerous import TimestampSigner

    cookie = client.get_cookie(app.session_interface.get_cookie_name(app))
    assert cookie is not None
    with pytest.MonkeyPatch.context() as patch, app.test_request_context(
        headers={"Cookie": f"{cookie.key}={cookie.value}"}, base_url="https://localhost"
    ):  # fmt: skip
        patch.setattr(TimestampSigner, "get_timestamp", lambda _self: 1_000_000_000)
        return str(generate_csrf())


@lighter_database
def test_five_forgeries_of_every_write_change_nothing(
    app: Flask, session: Session, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client, other = browse(world.people["lead"]), browse(world.people["hub"])
    forged = forgeries(client, other, expired_token(app, client))
    wrong = []
    for at, (endpoint, method, rule) in enumerate(routes(app)):
        if method == "GET" or rule.rule.startswith("/scim/") or endpoint == "accounts.turn_mail_off":
            continue  # the one stands on its token alone, the other's address is signed: no cookie counts
        if not share(f"forged {method} {rule.rule}", 8):
            continue
        for form in forged if IS_DRILL else [forged[at % 5]]:
            with written() as tables:
                answer = client.open(address_of(rule, world), method=method, data=form)
            if answer.status_code != 400 or tables:
                wrong.append(f"{method} {rule.rule} {form}: {answer.status_code} {tables or ''}")

    assert wrong == []


@lighter_database
def test_only_what_no_cookie_opens_goes_without_a_forms_token(app: Flask) -> None:
    csrf = app.extensions["csrf"]
    names = {getattr(each, "name", each) for each in csrf._exempt_blueprints}

    assert csrf._exempt_views == {"accounts.views.mail_off.turn_mail_off"}
    assert {name for name in names if not name.startswith("api_")} == {
        "scim"
    }  # the API asks again for cookies, see nic_platform.api


@lighter_database
def test_a_mail_leads_to_this_installation_whatever_host_was_asked(
    app: Flask, session: Session, world: World, browse: Browse
) -> None:
    person = world.people["lead"]
    client = app.test_client()
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in ("/reset", "/sign-in/link"):
        answer = client.post(path, data={"email": person.email}, headers=headers)
        assert "evil.example" not in answer.text + str(answer.location)

    bodies = session.scalars(sa.select(Notice.body).where(Notice.address == person.email)).all()
    assert len(bodies) == 2
    assert all(app.config["BASE_URL"] in body and "evil.example" not in body for body in bodies)


@lighter_database
def test_a_post_is_never_taken_for_another_method(app: Flask, world: World, browse_again: Browse) -> None:
    wrong = []
    for endpoint, method, rule in routes(app):
        if method == "DELETE" and not rule.rule.startswith("/scim/"):
            address = address_of(rule, world)
            taken = {each for _name, each, one in routes(app) if one.rule == rule.rule}
            if "POST" not in taken and share(f"override {rule.rule}", 4):
                answer = browse_again(world.people["lead"]).post(
                    f"{address}?_method=DELETE", headers={"X-HTTP-Method-Override": "DELETE"}
                )
                if answer.status_code != 405:
                    wrong.append(f"{endpoint}: {answer.status_code}")

    assert wrong == []


# ---------------------------------------------------------------- what must not be there


HIDDEN = (
    "/.git/config", "/.git/HEAD", "/.env", "/nic.db", "/secret-key", "/static/../config.py", "/backup.tar.gz",
    "/static/..%2f..%2fpyproject.toml", "/static/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd",
    "/console", "/debug", "/server-status", "/phpinfo.php", "/actuator/env", "/api/v1/../../admin",
)  # fmt: skip


@lighter_database
def test_nothing_lies_about_that_is_no_page(app: Flask, browse: Browse, world: World) -> None:
    found = {path: browse(world.people["lead"]).get(path).status_code for path in HIDDEN}

    assert {path: status for path, status in found.items() if status not in {404, 308}} == {}
    assert app.debug is False


@lighter_database
def test_a_secret_in_an_address_opens_nothing(app: Flask, session: Session, world: World) -> None:
    token = ApiToken(token_hash=hashed("open"), user_id=world.people["lead"].id, name="x", created_at=NOON)
    session.add(token)
    session.flush()
    client = app.test_client()

    assert client.get("/api/v1/me", headers={"Authorization": "Bearer open"}).status_code == 200
    for name in ("token", "access_token", "api_key", "Authorization"):
        assert client.get("/api/v1/me", query_string={name: "open"}).status_code == 401
    assert client.get("/api/v1/me", headers={"Authorization": "Basic open"}).status_code == 401


@lighter_database
@pytest.mark.parametrize(
    "path", ["/initiatives/import", "/sites/import", "/attachments/milestone/{milestone_id}"]
)
def test_a_body_that_is_too_large_is_refused_before_it_is_kept(
    app: Flask, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20_000)
    client = browse(world.people["network_lead"])
    with written() as tables:
        answer = client.post(path.format(**world.ids), data={"file": (io.BytesIO(b"x" * 30_000), "a.csv")})

    assert answer.status_code == 413
    assert not tables


INNER = (
    "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]",
    "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[fd00::1]",
    "metadata.google.internal.",
)  # fmt: skip


@pytest.mark.parametrize("host", INNER)
def test_no_address_that_people_type_is_asked_inside_the_operators_network(
    app: Flask, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("socket.socket.connect", lambda *args: asked.append(args))
    real = socket.getaddrinfo
    inner = [(2, 1, 6, "", ("10.0.0.8", 443))]
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda name, *rest, **more: inner if "google" in name else real(name, *rest, **more),
    )

    with pytest.raises(outgoing.OutgoingError):
        outgoing.ask("POST", f"https://{host}/latest/meta-data/")
    assert asked == []


@cache
def sources() -> tuple[tuple[str, str], ...]:
    """Return each module of the platform with its text."""
    paths = [path for folder in MODULES for path in (ROOT / folder).rglob("*.py")]
    return tuple((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)


def test_there_is_one_way_out() -> None:
    """Addresses that people typed are asked by one module; what else speaks is set by the operator."""
    may = {
        "nic_platform/outgoing.py", "nic_platform/mail.py", "nic_platform/letters.py",
        "nic_platform/bucket.py", "nic_platform/serving.py", "nic_platform/doctor.py", "accounts/oidc.py",
    }  # fmt: skip
    ways = re.compile(
        r"^\s*(?:import|from) "
        r"(?:requests|urllib\.request|urllib3|http\.client|httpx|aiohttp|socket|ftplib|smtplib)\b",
        re.MULTILINE,
    )
    found = {name for name, text in sources() if ways.search(text)}

    assert found - may == set()


def test_no_form_fills_a_row_by_itself_and_no_text_is_run_as_a_template() -> None:
    """Fields are set one by one, by name: what a form does not hold can't be set by sending it."""
    words = ("populate_obj(", "render_template_string(", ".from_string(", "pickle.loads", "yaml.load(")
    runs = re.compile(r"(?<![\w.])(?:eval|exec)\(")
    found = [
        name
        for name, text in sources()
        if any(word in text for word in words) or (("eval(" in text or "exec(" in text) and runs.search(text))
    ]

    assert found == []
