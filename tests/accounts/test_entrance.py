"""Signing in and out by password and by link, and setting a new password: through the browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import rules
from accounts.models import Attempt, OneTimeLink, SignIn, User
from accounts.passwords import hash_password, is_right
from accounts.rules import hashed
from nic_platform.security import COOKIE
from nic_platform.tables import Notice
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.accounts.test_rules import OFF_SITE

Browse = Callable[..., FlaskClient]
PASSWORD = "maple tree lane"
KEPT = hash_password(PASSWORD)


@pytest.fixture
def rosa(session: Session, time: Clock) -> User:
    return make.make_user(
        session, make.make_team(session), email="rosa@x.org", name="Rosa Medina", password_hash=KEPT
    )


def try_in(client: FlaskClient, email: str = "rosa@x.org", password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in", data={"email": email, "password": password, **more}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def sign_ins(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignIn).where(SignIn.revoked_at.is_(None))) or 0


# ---------------------------------------------------------------- by password


def test_the_right_password_lets_in(browse: Browse, rosa: User) -> None:
    client = browse()

    response = client.post("/sign-in", data={"email": " Rosa@X.org ", "password": PASSWORD})

    assert response.status_code == 303
    assert response.location == "/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("email", "password"), [("rosa@x.org", "maple tree"), ("nobody@x.org", PASSWORD), ("x", "zzqq")]
)
def test_whatever_is_wrong_the_answer_is_the_same(
    browse: Browse, rosa: User, email: str, password: str
) -> None:
    response = browse().post("/sign-in", data={"email": email, "password": password})

    assert response.status_code == 422
    assert response.text.count("Address and password do not belong together") == 1
    assert password not in response.text


@pytest.mark.parametrize("column", ["disabled_at", "deleted_at"])
def test_who_was_shut_out_gets_the_same_answer(
    session: Session, browse: Browse, rosa: User, time: Clock, column: str
) -> None:
    setattr(rosa, column, time.now())
    session.flush()

    assert try_in(browse()) == 422
    assert sign_ins(session) == 0


def test_the_hash_is_made_whether_there_is_an_account_or_not(
    browse: Browse, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str | None] = []

    def counting(password: str, kept: str | None) -> bool:
        made.append(kept)
        return is_right(password, kept)

    monkeypatch.setattr("accounts.passwords.is_right", counting)

    try_in(browse(), "nobody@x.org")
    try_in(browse(), password="wrong one")

    assert made == [None, KEPT]


def test_both_answers_take_the_same_statements(
    browse: Browse, rosa: User, count_queries: Callable[..., object]
) -> None:
    counted = []
    for email in ("rosa@x.org", "nobody@x.org"):
        client = browse()
        with count_queries() as seen:  # type: ignore[attr-defined]
            try_in(client, email, "wrong one")
        counted.append(len(seen))

    assert counted[0] == counted[1]


def test_each_sign_in_has_a_new_secret_kept_as_its_hash(session: Session, browse: Browse, rosa: User) -> None:
    secrets = []
    for _ in range(2):
        client = browse()
        try_in(client)
        with client.session_transaction() as cookie:
            secrets.append(cookie["_user_id"])

    kept = set(session.scalars(select(SignIn.secret_hash)))
    assert len(set(secrets)) == 2
    assert all(len(secret) >= 43 for secret in secrets)  # 256 bits in base64
    assert kept == {hashed(secret) for secret in secrets}


def test_signing_in_again_ends_the_old_sign_in_of_this_browser(
    session: Session, app: Flask, browse: Browse, rosa: User
) -> None:
    client = browse()
    try_in(client)
    old = client.get_cookie(COOKIE)
    try_in(client)

    thief = app.test_client()
    assert old is not None
    thief.set_cookie(COOKIE, old.value)
    assert not is_in(thief)
    assert is_in(client)
    assert sign_ins(session) == 1


def test_nothing_planted_in_the_cookie_survives_signing_in(browse: Browse, rosa: User) -> None:
    client = browse()
    with client.session_transaction() as cookie:
        cookie["planted"] = "yes"
        cookie["csrf_token"] = "known to somebody else"
    try_in(client)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != "known to somebody else"


def test_a_weaker_hash_is_made_anew(session: Session, browse: Browse, rosa: User) -> None:
    from argon2 import PasswordHasher

    rosa.password_hash = weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    session.flush()

    try_in(browse())

    session.refresh(rosa)
    assert rosa.password_hash != weak
    assert is_right(PASSWORD, rosa.password_hash)


# ---------------------------------------------------------------- where to go


def test_next_leads_back_to_the_page_that_was_asked_for(browse: Browse, rosa: User) -> None:
    client = browse()
    asked = client.get("/account?x=1")
    assert asked.location == "/sign-in?next=/account?x%3D1"

    page = client.get(asked.location)
    response = client.post(
        "/sign-in", data={"email": "rosa@x.org", "password": PASSWORD, "next": "/account?x=1"}
    )

    assert 'value="/account?x=1"' in page.text
    assert response.location == "/account?x=1"


@pytest.mark.parametrize("url", [url for url in OFF_SITE if "\x00" not in url])
def test_next_never_leads_off_the_site(browse: Browse, rosa: User, url: str) -> None:
    client = browse()
    page = client.get("/sign-in", query_string={"next": url})
    response = client.post("/sign-in", data={"email": "rosa@x.org", "password": PASSWORD, "next": url})

    assert "evil" not in page.text
    assert response.location == "/"
    assert client.get("/sign-in", query_string={"next": url}).location == "/"


# ---------------------------------------------------------------- out again


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app: Flask, browse: Browse, rosa: User) -> None:
    client = browse()
    try_in(client)
    copy = client.get_cookie(COOKIE)
    assert copy is not None

    response = client.post("/sign-out")

    assert response.location == "/sign-in"
    assert response.headers["Clear-Site-Data"] == '"cache"'
    thief = app.test_client()
    thief.set_cookie(COOKIE, copy.value)
    assert not is_in(thief)


def test_signing_out_is_no_link(browse: Browse, rosa: User) -> None:
    client = browse(rosa)

    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_a_sign_in_ends_after_thirty_idle_minutes(browse: Browse, rosa: User, time: Clock) -> None:
    client = browse()
    try_in(client)
    time.forward(minutes=29)
    assert is_in(client)
    time.forward(minutes=29)
    assert is_in(client)
    time.forward(minutes=30)
    assert not is_in(client)


def test_a_sign_in_ends_after_twelve_hours_of_use(browse: Browse, rosa: User, time: Clock) -> None:
    client = browse()
    try_in(client)
    for _ in range(35):
        time.forward(minutes=20)
        assert is_in(client)
    time.forward(minutes=20)
    assert not is_in(client)


def test_last_seen_is_written_each_five_minutes_at_most(
    session: Session, browse: Browse, rosa: User, time: Clock, count_queries: Callable[..., object]
) -> None:
    client = browse()
    try_in(client)
    began = time.now()
    time.forward(minutes=4)
    with count_queries() as seen:  # type: ignore[attr-defined]
        client.get("/account")
    assert not [statement for statement in seen if statement.startswith("UPDATE")]

    time.forward(minutes=2)
    client.get("/account")

    session.expire_all()
    row = session.scalars(select(SignIn)).one()
    assert row.created_at == began
    assert row.last_seen_at == time.now()


# ---------------------------------------------------------------- too many tries


def test_an_eleventh_wrong_password_is_not_even_looked_at(browse: Browse, rosa: User, time: Clock) -> None:
    client = browse()
    assert [try_in(client, password="wrong one") for _ in range(11)] == [422] * 10 + [429]

    refused = client.post("/sign-in", data={"email": "rosa@x.org", "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900

    time.forward(minutes=15)
    assert try_in(client) == 303


def test_an_address_nobody_has_is_limited_alike(browse: Browse, rosa: User) -> None:
    client = browse()

    assert [try_in(client, "nobody@x.org") for _ in range(11)] == [422] * 10 + [429]


def test_one_place_may_not_try_many_accounts(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    at = rules.window_start(time.now())
    place = rules.sign_in_tries("", "127.0.0.1")[1]
    session.add(Attempt(subject=place.subject, window_start=at, count=58))
    session.flush()
    client = browse()

    assert [try_in(client, f"p{number}@x.org", "wrong one") for number in range(3)] == [422, 422, 429]


def test_right_passwords_are_not_counted(browse: Browse, rosa: User) -> None:
    assert [try_in(browse()) for _ in range(12)] == [303] * 12


# ---------------------------------------------------------------- by a link


def ask_link(client: FlaskClient, email: str = "rosa@x.org", **more: str) -> int:
    return client.post("/sign-in/link", data={"email": email, **more}).status_code


def test_a_link_from_the_mail_signs_in_once(
    session: Session, browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    client, other = browse(), browse()
    assert ask_link(client, next="/account") == 303
    path = mailed_path()

    taken = client.get(path)
    page = client.get(taken.location)
    entered = client.post(taken.location)
    other.get(path)

    assert taken.location == "/sign-in/link/open"
    assert "rosa@x.org" in page.text
    assert entered.location == "/account"
    assert is_in(client)
    assert other.post("/sign-in/link/open").status_code == 404
    assert not is_in(other)
    token = path.rsplit("/", 1)[1]
    assert session.scalars(select(OneTimeLink)).one().token_hash == hashed(token)
    assert token not in page.text


def test_looking_at_the_link_uses_nothing_up(
    browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    ask_link(browse())
    path = mailed_path()
    for _ in range(3):
        scanner = browse()
        scanner.get(path, follow_redirects=True)
        scanner.head(path)

    person = browse()
    person.get(path)
    assert person.post("/sign-in/link/open").status_code == 303


def test_a_link_lives_for_fifteen_minutes(
    browse: Browse, rosa: User, time: Clock, mailed_path: Callable[[], str]
) -> None:
    client = browse()
    ask_link(client)
    path = mailed_path()
    time.forward(minutes=15)

    client.get(path)
    assert client.get("/sign-in/link/open").status_code == 404
    assert client.post("/sign-in/link/open").status_code == 404


def test_a_link_is_good_for_one_thing_only(
    browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    client = browse()
    ask_link(client)
    token = mailed_path().rsplit("/", 1)[1]
    client.get(f"/reset/{token}")

    assert client.get("/reset/open").status_code == 404


def test_asking_tells_nobody_whether_there_is_an_account(
    session: Session, browse: Browse, rosa: User, count_queries: Callable[..., object]
) -> None:
    answers, counted = [], []
    for email in ("rosa@x.org", "nobody@x.org"):
        client = browse()
        with count_queries() as seen:  # type: ignore[attr-defined]
            response = client.post("/sign-in/link", data={"email": email})
        answers.append(
            (response.status_code, response.location, response.text, client.get(response.location).text)
        )
        counted.append([statement.split()[0] for statement in seen])

    assert answers[0] == answers[1]
    assert counted[0] == counted[1]
    states = session.execute(select(Notice.address, Notice.mail_state).order_by(Notice.id)).all()
    assert [tuple(row) for row in states] == [("rosa@x.org", "waiting"), ("nobody@x.org", "none")]


def test_nobody_can_be_flooded_with_mail(browse: Browse, rosa: User) -> None:
    client = browse()

    assert [ask_link(client) for _ in range(6)] == [303] * 5 + [429]


def test_what_is_no_address_is_said_beside_the_field(browse: Browse) -> None:
    response = browse().post("/sign-in/link", data={"email": "rosa"})

    assert response.status_code == 422
    assert "name@school.org" in response.text


# ---------------------------------------------------------------- a new password


def test_a_reset_sets_the_password_and_ends_everything_else(
    session: Session, browse: Browse, rosa: User, mailed_path: Callable[[], str]
) -> None:
    elsewhere, client, holder = browse(rosa), browse(), browse()
    ask_link(holder)
    earlier = mailed_path()
    assert client.post("/reset", data={"email": "rosa@x.org"}).location == "/reset?sent=1"
    client.get(mailed_path())

    weak = client.post("/reset/open", data={"password": "password1"})
    response = client.post("/reset/open", data={"password": "a quiet harbour"})

    assert weak.status_code == 422
    assert response.location == "/sign-in"
    assert try_in(client, password="a quiet harbour") == 303
    assert try_in(browse()) == 422
    assert not is_in(elsewhere)
    holder.get(earlier)
    assert holder.get("/sign-in/link/open").status_code == 404
    assert client.post("/reset/open", data={"password": "another harbour"}).status_code == 404
    assert (
        session.scalar(select(Notice.subject).order_by(Notice.id.desc()))
        == "Your Switchback password was changed"
    )


def test_a_reset_lives_for_an_hour(
    browse: Browse, rosa: User, time: Clock, mailed_path: Callable[[], str]
) -> None:
    client = browse()
    client.post("/reset", data={"email": "rosa@x.org"})
    path = mailed_path()
    time.forward(hours=1)
    client.get(path)

    assert client.post("/reset/open", data={"password": "a quiet harbour"}).status_code == 404
    assert try_in(browse()) == 303


def test_a_fresh_installation_has_no_account(session: Session, app: Flask) -> None:
    assert session.scalar(select(func.count()).select_from(User)) == 0


def test_the_three_demo_sign_ins_are_shown_in_a_demo_only(
    session: Session, browse: Browse, time: Clock
) -> None:
    from nic_platform.tables import Installation

    assert "climbs in steps" not in browse().get("/sign-in").text
    session.add(Installation(is_demo=True, created_at=time.now()))
    session.flush()
    page = browse().get("/sign-in").text
    assert page.count("climbs in steps") == 6  # read and sent, of three people
