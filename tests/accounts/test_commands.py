"""``nic user``."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sign_in_services
from accounts.commands import user_commands
from accounts.models import Passkey, SignIn, TotpFactor, User
from accounts.passwords import hash_password, is_right
from nic_platform.tables import Notice
from teams.models import Network
from tests import factories as make
from tests.accounts.conftest import Clock

Nic = Callable[..., Result]


@pytest.fixture
def nic(app: Flask, session: Session, time: Clock) -> Nic:
    """Return a function that runs ``nic user`` with these words and this input."""

    def run(*words: str, typed: str | None = None) -> Result:
        result = app.test_cli_runner().invoke(user_commands, list(words), input=typed)
        session.expire_all()
        return result

    return run


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def find(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).one()


def test_somebody_is_added(session: Session, nic: Nic) -> None:
    result = nic(
        "add",
        "Rosa@X.org",
        "--name",
        "Rosa",
        "--admin",
        "--password-file",
        "-",
        "--json",
        typed="a quiet harbour\n",
    )

    facts = told(result)
    rosa = find(session, "rosa@x.org")
    assert facts == {"id": str(rosa.public_id), "email": "rosa@x.org", "name": "Rosa", "is_admin": True}
    assert rosa.is_admin
    assert is_right("a quiet harbour", rosa.password_hash)


def test_somebody_without_a_password_signs_in_by_mail(session: Session, nic: Nic) -> None:
    assert nic("add", "rosa@x.org", "--name", "Rosa", "--without-password").exit_code == 0
    assert find(session, "rosa@x.org").password_hash is None


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("add", "nobody", "--name", "X", "--without-password"), None),
        (("add", "a@x.org", "--name", " ", "--without-password"), None),
        (("add", "a@x.org", "--name", "X", "--password-file", "-"), "password1\n"),
        (("add", "a@x.org", "--name", "X", "--password-file", "-"), "\n"),
        (("add", "taken@x.org", "--name", "X", "--without-password"), None),
        (("disable", "nobody@x.org"), None),
        (("set-password", "taken@x.org", "--password-file", "-"), "short\n"),
        (("invite", "a@x.org", "--team", "No such team"), None),
        (("invite", "nobody", "--team", "Hub"), None),
    ],
)
def test_what_can_not_be_is_one_sentence_and_exit_code_1(
    session: Session, nic: Nic, words: tuple[str, ...], typed: str | None
) -> None:
    make.make_user(session, email="taken@x.org")
    result = nic(*words, typed=typed)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output
    assert session.scalars(select(User.email)).all() == ["taken@x.org"]


def test_everybody_is_listed(session: Session, nic: Nic, time: Clock) -> None:
    for number in range(60):
        make.make_user(session, name=f"P{number:02}", email=f"p{number:02}@x.org")
    make.make_user(session, name="Zed", email="zed@x.org", disabled_at=time.now())

    assert [row["email"] for row in told(nic("list", "--json"))][-2:] == ["p59@x.org", "zed@x.org"]
    assert len(told(nic("list", "--json"))) == 61
    assert nic("list", "--search", "zed").stdout == "zed@x.org  Zed  shut out\n"


def test_somebody_is_shut_out_and_let_in(session: Session, nic: Nic) -> None:
    user = make.make_user(session, email="rosa@x.org")

    assert told(nic("disable", "rosa@x.org", "--json"))["is_disabled"] is True
    assert not session.get_one(User, user.id).is_active
    assert nic("enable", "rosa@x.org").exit_code == 0
    assert session.get_one(User, user.id).is_active


def test_the_only_admin_is_not_shut_out(session: Session, nic: Nic) -> None:
    make.make_user(session, email="ada@x.org", is_admin=True)

    result = nic("disable", "ada@x.org")
    assert result.exit_code == 1
    assert "only administrator" in result.stderr


def test_a_new_password_ends_sign_ins(session: Session, nic: Nic, time: Clock) -> None:
    user = make.make_user(session, email="rosa@x.org", password_hash=hash_password("maple tree lane"))
    session.add(SignIn(secret_hash="s", user_id=user.id, created_at=time.now(), last_seen_at=time.now()))
    session.flush()

    assert nic("set-password", "rosa@x.org", "--password-file", "-", typed="a quiet harbour\n").exit_code == 0

    assert is_right("a quiet harbour", find(session, "rosa@x.org").password_hash)
    assert session.scalars(select(SignIn)).one().revoked_at == time.now()


def test_everything_of_somebody_ends(session: Session, nic: Nic, time: Clock) -> None:
    user = make.make_user(session, email="rosa@x.org")
    for secret in "ab":
        session.add(
            SignIn(secret_hash=secret, user_id=user.id, created_at=time.now(), last_seen_at=time.now())
        )
    session.flush()

    assert told(nic("sign-out", "rosa@x.org", "--json")) == {"email": "rosa@x.org", "ended": 2}


def test_an_invitation_is_printed_and_works(session: Session, nic: Nic, app: Flask) -> None:
    team = make.make_team(session, name="Hub")
    facts = told(nic("invite", "new@x.org", "--team", "hub", "--role", "lead", "--json"))
    client = app.test_client()

    client.get("/invitation/" + facts["url"].rsplit("/", 1)[1])
    assert client.post("/invitation/open", data={"name": "New"}).status_code == 303
    assert team.name in client.get("/account").text


def test_the_first_network_lead_is_invited(session: Session, nic: Nic) -> None:
    network: Network = make.make_network(session, name="Altamont")

    facts = told(
        nic("invite", "a@x.org", "--network", str(network.public_id), "--role", "network_lead", "--json")
    )
    assert facts["place"] == "Altamont"


@pytest.mark.parametrize(
    "words",
    [
        ("invite", "a@x.org"),
        ("invite", "a@x.org", "--team", "x", "--network", "y"),
        ("invite", "a@x.org", "--team", "x", "--role", "analyst"),
        ("invite", "a@x.org", "--network", "x", "--role", "member"),
    ],
)
def test_wrong_usage_is_exit_code_2(nic: Nic, words: tuple[str, ...]) -> None:
    assert nic(*words).exit_code == 2


def test_two_teams_of_one_name_are_told_apart(session: Session, nic: Nic) -> None:
    teams = [make.make_team(session, name="Lincoln") for _ in range(2)]
    result = nic("invite", "a@x.org", "--team", "Lincoln")

    assert result.exit_code == 1
    assert all(str(team.public_id) in result.stderr for team in teams)
    assert nic("invite", "a@x.org", "--team", str(teams[1].public_id)).exit_code == 0


def test_a_lost_second_step_is_taken_away(session: Session, nic: Nic, time: Clock) -> None:
    user = make.make_user(session, email="rosa@x.org", second_since=time.at)
    session.add(TotpFactor(user_id=user.id, secret="sealed", created_at=time.at, confirmed_at=time.at))
    session.add(Passkey(user_id=user.id, name="P", credential_id="AA", public_key="AA", created_at=time.at))
    row, _secret = sign_in_services.start(session, user, address="", device="", at=time.at)
    session.commit()

    assert told(nic("reset-factor", "rosa@x.org", "--json")) == {"email": "rosa@x.org", "has_second": False}

    assert find(session, "rosa@x.org").second_since is None
    assert [session.scalars(select(each)).all() for each in (TotpFactor, Passkey)] == [[], []]
    assert row.revoked_at == time.at
    assert "The operator of this installation" in session.scalars(select(Notice.body)).one()
    again = nic("reset-factor", "rosa@x.org")
    assert (again.exit_code, "no second step" in again.output) == (1, True)
    assert nic("reset-factor", "nobody@x.org").exit_code == 1
