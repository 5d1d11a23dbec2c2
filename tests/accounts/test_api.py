"""Own tokens in the API."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import ApiToken, User
from accounts.passwords import hash_password
from accounts.rules import hashed
from tests import factories as make
from tests.accounts.conftest import Clock

Browse = Callable[..., FlaskClient]
PASSWORD = "maple tree lane"
KEPT = hash_password(PASSWORD)


@pytest.fixture
def rosa(session: Session, time: Clock) -> User:
    return make.make_user(session, make.make_team(session), password_hash=KEPT)


def test_a_token_is_made_listed_used_and_ended(session: Session, browse: Browse, rosa: User) -> None:
    client = browse(rosa)
    sent = {"name": "Export", "days": 30, "password": PASSWORD}
    made = client.post("/api/v1/tokens", json=sent)
    assert made.status_code == 201
    assert made.json is not None
    bearer = {"Authorization": f"Bearer {made.json['token']}"}

    listed = browse().get("/api/v1/tokens", headers=bearer)
    assert listed.json is not None
    assert [row["name"] for row in listed.json["items"]] == ["Export"]
    assert "token" not in listed.json["items"][0]
    assert session.scalars(select(ApiToken.token_hash)).all() == [hashed(made.json["token"])]
    assert browse().delete(f"/api/v1/tokens/{made.json['id']}", headers=bearer).status_code == 204
    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "x", "password": "not mine"},
        {"name": "x"},
        {"name": "", "password": PASSWORD},
        {"name": "x", "days": 0, "password": PASSWORD},
        {"name": "x", "days": 366, "password": PASSWORD},
        {"name": "x", "password": PASSWORD, "user_id": 1},
    ],
)
def test_what_can_not_be_is_refused(
    session: Session, browse: Browse, rosa: User, sent: dict[str, object]
) -> None:
    assert browse(rosa).post("/api/v1/tokens", json=sent).status_code == 422
    assert session.scalars(select(ApiToken)).all() == []


def test_passwords_are_not_to_be_guessed_here_either(browse: Browse, rosa: User) -> None:
    client, sent = browse(rosa), {"name": "x", "password": "not mine"}

    assert [client.post("/api/v1/tokens", json=sent).status_code for _ in range(11)] == [422] * 10 + [429]


def test_somebody_elses_token_is_not_there(session: Session, browse: Browse, rosa: User) -> None:
    row = ApiToken(token_hash="h", user_id=rosa.id, name="x", created_at=make.NOON)
    session.add(row)
    session.flush()
    stranger = browse(make.make_user(session))

    assert stranger.delete(f"/api/v1/tokens/{row.public_id}").status_code == 404
    assert stranger.get("/api/v1/tokens").json == {"items": [], "next": None}
    session.refresh(row)
    assert row.revoked_at is None


def test_nobody_has_no_tokens(browse: Browse, rosa: User) -> None:
    assert browse().get("/api/v1/tokens").status_code == 401
    assert browse().post("/api/v1/tokens", json={}).status_code == 401


def test_there_is_an_end_to_tokens(session: Session, browse: Browse, rosa: User) -> None:
    for number in range(20):
        session.add(ApiToken(token_hash=str(number), user_id=rosa.id, name="x", created_at=make.NOON))
    session.flush()

    sent = {"name": "x", "password": PASSWORD}
    assert browse(rosa).post("/api/v1/tokens", json=sent).status_code == 409


@pytest.mark.parametrize("header", ["Bearer x", "Basic eDp4", "x"])
def test_a_cookie_does_not_stand_in_for_a_token_that_is_none(browse: Browse, rosa: User, header: str) -> None:
    # A request with this header is let off its CSRF token.
    client = browse(rosa)

    assert client.get("/api/v1/tokens").status_code == 200
    assert client.get("/api/v1/tokens", headers={"Authorization": header}).status_code == 401
