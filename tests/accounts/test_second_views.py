"""The second step: set up, asked for, used once, given again before what matters, demanded of some roles."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import second_services
from accounts.models import SignIn, User
from accounts.passwords import hash_password
from nic_platform.actor import Level, NetworkRole, TeamRole
from nic_platform.tables import AuditEntry, Notice
from teams.models import Membership, Network, Team
from tests import factories as make
from tests.accounts.conftest import Clock

Browse = Callable[..., FlaskClient]
PASSWORD = "maple tree lane"
SECRET = pyotp.random_base32(32)


@pytest.fixture
def rosa(session: Session) -> User:
    """Rosa, a member of a team, with a password."""
    return make.make_user(
        session,
        make.make_team(session),
        email="rosa@x.org",
        name="Rosa Ortiz",
        password_hash=hash_password(PASSWORD),
    )


@pytest.fixture
def codes(session: Session, rosa: User, time: Clock) -> list[str]:
    """Rosa's recovery codes: she has a code generator with SECRET."""
    found = second_services.set_up(session, rosa, SECRET, code(time), at=time.at)
    session.commit()
    time.forward(seconds=60)
    return found


def code(time: Clock) -> str:
    return pyotp.TOTP(SECRET).at(time.at)


def give_password(client: FlaskClient, **more: str) -> str | None:
    return client.post("/sign-in", data={"email": "rosa@x.org", "password": PASSWORD, **more}).location


def give_code(client: FlaskClient, text: str) -> int:
    return client.post("/sign-in/second", data={"code": text}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# ---------------------------------------------------------------- asked for


def test_the_password_alone_opens_nothing(browse: Browse, codes: list[str]) -> None:
    client = browse()

    assert give_password(client, next="/account/tokens") == "/sign-in/second"
    assert client.get("/account").location == "/sign-in/second"
    assert client.post("/account", data={"name": "X"}).location == "/sign-in/second"
    assert client.get("/api/v1/tokens").status_code == 401
    assert "rosa@x.org" in client.get("/sign-in/second").text


def test_it_is_asked_in_the_persons_language(
    session: Session, browse: Browse, rosa: User, codes: list[str]
) -> None:
    rosa.locale = "es"
    session.commit()
    client = browse()
    give_password(client)

    assert '<html lang="es"' in client.get("/sign-in/second").text


def test_the_code_lets_in_with_a_new_secret_and_leads_on(
    session: Session, browse: Browse, codes: list[str], time: Clock
) -> None:
    client = browse()
    give_password(client, next="/account/tokens")
    with client.session_transaction() as cookie:
        half = cookie["_user_id"]

    response = client.post("/sign-in/second", data={"code": code(time)})

    assert (response.status_code, response.location) == (303, "/account/tokens")
    assert is_in(client)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != half
        cookie["_user_id"] = half
    assert client.get("/account").location == "/sign-in?next=/account"  # the half one ended
    row = session.scalars(select(SignIn).where(SignIn.revoked_at.is_(None))).one()
    assert (row.way, row.second_at) == ("password", time.at)


def test_a_code_is_good_once(browse: Browse, codes: list[str], time: Clock) -> None:
    used = code(time)
    first, second = browse(), browse()
    give_password(first)
    give_password(second)

    assert give_code(first, used) == 303
    assert give_code(second, used) == 422
    assert not is_in(second)
    time.forward(seconds=30)
    assert give_code(second, code(time)) == 303


def test_a_recovery_code_lets_in_once_and_its_owner_is_told(
    session: Session, browse: Browse, rosa: User, codes: list[str]
) -> None:
    first, second = browse(), browse()
    give_password(first)
    give_password(second)

    assert give_code(first, codes[0].upper().replace("-", " ")) == 303
    assert give_code(second, codes[0]) == 422
    assert second_services.recovery_codes_left(session, rosa.id) == 9
    newest = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert newest.address == "rosa@x.org"
    assert "9 are left" in newest.body


def test_wrong_codes_are_counted(browse: Browse, codes: list[str], time: Clock) -> None:
    client = browse()
    give_password(client)

    answers = [give_code(client, "000000") for _n in range(9)]

    assert answers == [422] * 8 + [429]
    assert give_code(client, code(time)) == 429
    time.forward(minutes=15)
    give_password(client)
    assert give_code(client, code(time)) == 303


def test_a_half_sign_in_dies_after_ten_minutes_and_can_be_given_up(
    browse: Browse, codes: list[str], time: Clock
) -> None:
    client = browse()
    give_password(client)
    assert client.post("/sign-in/second/stop").location == "/sign-in"
    assert client.get("/account").location == "/sign-in?next=/account"
    give_password(client)
    time.forward(minutes=10, seconds=1)
    assert client.post("/sign-in/second", data={"code": code(time)}).location == "/sign-in"
    assert not is_in(client)


def test_a_mailed_link_asks_for_the_code_too(
    browse: Browse, codes: list[str], time: Clock, mailed_path: Callable[[], str]
) -> None:
    client = browse()
    client.post("/sign-in/link", data={"email": "rosa@x.org"})
    client.get(mailed_path())

    assert client.post("/sign-in/link/open").location == "/sign-in/second"
    assert not is_in(client)
    assert give_code(client, code(time)) == 303


def test_a_new_password_keeps_the_second_step(
    browse: Browse, codes: list[str], mailed_path: Callable[[], str]
) -> None:
    client = browse()
    client.post("/reset", data={"email": "rosa@x.org"})
    client.get(mailed_path())
    client.post("/reset/open", data={"password": "another maple lane"})

    answer = client.post("/sign-in", data={"email": "rosa@x.org", "password": "another maple lane"})

    assert answer.location == "/sign-in/second"


# ---------------------------------------------------------------- one's own


def test_setting_it_up_asks_for_password_and_first_code_and_ends_other_sign_ins(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    client, other = browse(), browse()
    give_password(client)
    give_password(other)
    page = client.get("/account/security/generator").text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    assert 'src="data:image/svg+xml' in page
    first = pyotp.TOTP(found.group(1).replace(" ", "")).at(time.at)

    refused = client.post("/account/security/generator", data={"first": first, "confirm": "no"})
    wrong = client.post("/account/security/generator", data={"first": "000000", "confirm": PASSWORD})
    session.expire_all()
    assert (refused.status_code, wrong.status_code, rosa.second_since) == (422, 422, None)
    done = client.post("/account/security/generator", data={"first": first, "confirm": PASSWORD})

    assert done.status_code == 201
    assert len(re.findall(r"<code>(?:[a-z2-9]{5}-){4}[a-z2-9]{5}</code>", done.text)) == 10
    assert is_in(client)
    assert not is_in(other)
    assert "With a second step" in client.get("/account/sign-ins").text
    session.expire_all()
    assert rosa.second_since == time.at


def test_after_ten_minutes_a_code_is_asked_beside_the_password(
    session: Session, browse: Browse, codes: list[str], time: Clock
) -> None:
    client = browse()
    give_password(client)
    give_code(client, code(time))
    new = {"email": "new@x.org", "confirm": PASSWORD}
    assert "Your code now" not in client.get("/account/address").text
    time.forward(minutes=11)

    assert "Your code now" in client.get("/account/address").text
    assert client.post("/account/address", data=new).status_code == 422
    token = {"name": "N", "days": "30", "confirm": PASSWORD}
    assert client.post("/account/tokens", data=token).status_code == 422
    assert client.post("/account/security/remove", data={"confirm": PASSWORD}).status_code == 422
    assert client.post("/account/address", data={**new, "code": code(time)}).status_code == 303
    assert client.post("/account/tokens", data=token).status_code == 201


def test_new_recovery_codes_end_the_old_ones(browse: Browse, codes: list[str], time: Clock) -> None:
    client = browse()
    give_password(client)
    give_code(client, code(time))
    assert client.post("/account/security/codes", data={"confirm": PASSWORD}).status_code == 201
    other = browse()
    give_password(other)

    assert give_code(other, codes[3]) == 422


def test_it_can_be_switched_off(
    session: Session, browse: Browse, rosa: User, codes: list[str], time: Clock
) -> None:
    client = browse()
    give_password(client)
    give_code(client, code(time))

    assert client.post("/account/security/remove", data={"confirm": PASSWORD}).status_code == 303

    session.expire_all()
    assert rosa.second_since is None
    assert is_in(client)
    assert give_password(browse()) == "/"


# ---------------------------------------------------------------- demanded of weighty roles


@pytest.fixture
def required(app: Flask) -> Iterator[None]:
    """A real installation that gives three days of grace."""
    kept = app.config["SECOND_FACTOR"], app.config["SECOND_FACTOR_DAYS"]
    app.config["SECOND_FACTOR"], app.config["SECOND_FACTOR_DAYS"] = "required", 3
    yield
    app.config["SECOND_FACTOR"], app.config["SECOND_FACTOR_DAYS"] = kept


def weighty(session: Session, what: str) -> User:
    network = make.make_network(session)
    columns: dict[str, Any] = {"email": "rosa@x.org", "password_hash": hash_password(PASSWORD)}
    if what == "admin":
        return make.make_user(session, is_admin=True, **columns)
    if what in {"network_lead", "reviewer", "analyst"}:
        user = make.make_user(session, **columns)
        make.make_network_member(session, network, user, NetworkRole(what))
        return user
    level, role = what.split()
    team = make.make_team(session, level=Level(level))
    return make.make_user(session, team, role=TeamRole(role), **columns)


@pytest.mark.parametrize("what", ["admin", "network_lead", "reviewer", "district lead", "state lead"])
def test_weighty_roles_get_only_the_set_up_once_the_grace_is_over(
    session: Session, browse: Browse, time: Clock, required: None, what: str
) -> None:
    weighty(session, what)
    client = browse()
    give_password(client)
    assert "Set it up by" in client.get("/account/security").text
    assert client.get("/account/tokens").status_code == 200  # still within the days of grace
    time.forward(days=3)
    give_password(client)

    assert client.get("/account/tokens").location == "/account/security/generator"
    for page in ("/feedback/all", "/account/sign-ins?take=csv", "/feedback/all?take=csv"):
        shown = client.get(page)  # in every part of the platform, and as a file too
        is_open = page.startswith("/account/sign-ins")
        assert shown.location == (None if is_open else "/account/security/generator"), page
    assert client.get("/api/v1/tokens").status_code == 403
    assert client.get("/account/security/generator").status_code == 200
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out").status_code == 303


def test_a_token_goes_on_but_makes_no_other_token_once_the_grace_is_over(
    session: Session, browse: Browse, time: Clock, required: None
) -> None:
    weighty(session, "reviewer")
    client = browse()
    give_password(client)
    wanted = {"name": "N", "password": PASSWORD, "days": 30}
    made = client.post("/api/v1/tokens", json=wanted).get_json()
    time.forward(days=3)
    bearer = {"Authorization": f"Bearer {made['token']}"}

    assert browse().get("/api/v1/tokens", headers=bearer).status_code == 200
    assert browse().post("/api/v1/tokens", headers=bearer, json=wanted).status_code == 403


def test_the_api_asks_for_the_code_before_it_makes_a_token(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    client = browse()
    give_password(client)
    wanted = {"name": "N", "password": PASSWORD, "days": 30}
    bearer = {"Authorization": f"Bearer {client.post('/api/v1/tokens', json=wanted).get_json()['token']}"}
    second_services.set_up(session, rosa, SECRET, code(time), at=time.at)
    session.commit()
    time.forward(minutes=1)

    assert browse().post("/api/v1/tokens", headers=bearer, json=wanted).status_code == 422
    good = {**wanted, "code": code(time)}
    assert browse().post("/api/v1/tokens", headers=bearer, json=good).status_code == 201


@pytest.mark.parametrize("what", ["analyst", "school lead", "district member"])
def test_other_roles_are_never_asked(
    session: Session, browse: Browse, time: Clock, required: None, what: str
) -> None:
    weighty(session, what)
    client = browse()
    give_password(client)
    time.forward(days=30)
    give_password(client)

    assert client.get("/account/tokens").status_code == 200


# ---------------------------------------------------------------- reset for somebody


def test_a_network_lead_resets_for_the_own_network_and_the_person_is_told(
    session: Session, browse: Browse, rosa: User, codes: list[str], time: Clock
) -> None:
    network_id = session.scalars(
        select(Team.network_id).join(Membership).where(Membership.user_id == rosa.id)
    ).one()
    lead = make.make_user(session, name="Lena Lead", password_hash=hash_password(PASSWORD))
    make.make_network_member(session, session.get_one(Network, network_id), lead, NetworkRole.LEAD)
    stranger = make.make_user(session, password_hash=hash_password(PASSWORD))
    make.make_network_member(session, make.make_network(session), stranger, NetworkRole.LEAD)
    path = f"/people/{rosa.public_id}/second-step"

    assert browse(stranger).post(path, data={"confirm": PASSWORD}).status_code == 404
    assert browse(rosa).get(path).status_code == 303  # not fully signed in: her code is asked for
    assert browse(lead).post(path, data={"confirm": "wrong one"}).status_code == 422
    session.expire_all()
    assert rosa.second_since is not None
    assert browse(lead).post(path, data={"confirm": PASSWORD}).status_code == 303

    session.expire_all()
    assert rosa.second_since is None
    newest = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert newest.address == "rosa@x.org"
    assert "Lena Lead" in newest.body
    entry = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_id == rosa.public_id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one()
    assert entry.user_id == lead.id
    assert "second_since" in entry.changes


def test_a_network_lead_resets_no_administrator_and_nobody_of_another_network_too(
    session: Session, browse: Browse, rosa: User, codes: list[str]
) -> None:
    own = session.scalars(select(Team).join(Membership).where(Membership.user_id == rosa.id)).one()
    lead = make.make_user(session, password_hash=hash_password(PASSWORD))
    make.make_network_member(session, session.get_one(Network, own.network_id), lead, NetworkRole.LEAD)
    path = f"/people/{rosa.public_id}/second-step"
    assert browse(lead).get(path).status_code == 200

    make.make_network_member(session, make.make_network(session), rosa, NetworkRole.ANALYST)
    assert browse(lead).get(path).status_code == 404
    admin = make.make_user(session, is_admin=True, password_hash=hash_password(PASSWORD))
    assert browse(admin).get(path).status_code == 200
