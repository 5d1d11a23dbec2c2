"""Passkeys: made, used to sign in, as the second step, before what matters; what is forged is refused."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passkey_rules, rules, second_services, sign_in_services
from accounts.models import Passkey, RecoveryCode, SignIn, User
from accounts.passkey_rules import PasskeyError, Site
from accounts.passwords import hash_password
from nic_platform.tables import Notice
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.accounts.soft_passkey import HOST, ORIGIN, SoftKey, b64

Browse = Callable[..., FlaskClient]
PASSWORD = "maple tree lane"
HASH = hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _named(app: Flask) -> Iterator[None]:
    """Serve under a name, over HTTPS: without both there are no passkeys."""
    kept = app.config["BASE_URL"]
    app.config["BASE_URL"] = ORIGIN
    yield
    app.config["BASE_URL"] = kept


@pytest.fixture
def rosa(session: Session) -> User:
    """Rosa, a member of a team, with a password."""
    return make.make_user(session, make.make_team(session), email="rosa@x.org", password_hash=HASH)


def asked(client: FlaskClient) -> dict[str, Any]:
    answer = client.post("/passkeys/begin")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def add(
    client: FlaskClient, key: SoftKey, *, name: str = "Phone", confirm: str = PASSWORD, **lies: Any
) -> Any:
    options = client.post("/account/security/passkeys/begin").get_json()
    sent = {"name": name, "made": key.make(options, **lies), "confirm": confirm}
    return client.post("/account/security/passkeys/new", data=sent)


def give_password(client: FlaskClient) -> str | None:
    return client.post("/sign-in", data={"email": "rosa@x.org", "password": PASSWORD}).location


def use(client: FlaskClient, text: str, **more: str) -> Any:
    return client.post("/sign-in/passkey", data={"passkey": text, **more})


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def phone(session: Session, browse: Browse, rosa: User, time: Clock) -> SoftKey:
    """Rosa's passkey, the first one she made."""
    key, client = SoftKey(), browse()
    give_password(client)
    assert add(client, key).status_code == 201
    time.forward(minutes=1)
    session.expire_all()
    return key


# ---------------------------------------------------------------- made and used


def test_the_first_one_brings_codes_a_new_sign_in_and_a_second_step(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    client, other, key = browse(), browse(), SoftKey()
    give_password(client)
    give_password(other)
    assert add(client, key, confirm="wrong one").status_code == 422
    session.expire_all()
    assert rosa.second_since is None

    made = add(client, key)

    assert made.status_code == 201
    assert len(re.findall(r"<code>(?:[a-z2-9]{5}-){4}[a-z2-9]{5}</code>", made.text)) == 10
    assert is_in(client)
    assert not is_in(other)
    assert give_password(browse()) == "/sign-in/second"
    page = client.get("/account/security").text
    assert "Phone" in page
    assert "not used yet" in page
    newest = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert (newest.address, "“Phone” was added" in newest.body) == ("rosa@x.org", True)

    again = add(client, SoftKey(name=b"another device"), name="Key")

    assert again.location == "/account/security"
    assert session.scalars(select(Passkey.name).order_by(Passkey.id)).all() == ["Phone", "Key"]
    assert len(session.scalars(select(RecoveryCode.id)).all()) == 10


def test_it_signs_in_alone_and_leads_on(
    session: Session, browse: Browse, phone: SoftKey, time: Clock
) -> None:
    client = browse()
    options = asked(client)
    assert (options["rpId"], options["userVerification"], options["allowCredentials"]) == (
        HOST,
        "required",
        [],
    )

    answer = use(client, phone.sign(options), next="/account/tokens")

    assert (answer.status_code, answer.location) == (303, "/account/tokens")
    assert "By a passkey. With a second step." in client.get("/account/sign-ins").text
    row = session.scalars(select(SignIn).where(SignIn.revoked_at.is_(None), SignIn.way == "passkey")).one()
    assert row.second_at == time.at
    kept = session.scalars(select(Passkey)).one()
    assert (kept.sign_count, kept.last_used_at) == (1, time.at)
    assert client.get("/sign-out").status_code == 405
    away = use(client, "{}", next="https://elsewhere.example.org/")
    assert away.location == "/"


def test_it_is_the_second_step_after_the_password(browse: Browse, phone: SoftKey, time: Clock) -> None:
    client = browse()
    client.post("/sign-in", data={"email": "rosa@x.org", "password": PASSWORD, "next": "/account/tokens"})
    assert "Use your passkey" in client.get("/sign-in/second").text
    options = asked(client)
    assert [each["id"] for each in options["allowCredentials"]] == [b64(phone.name)]
    forged = use(client, phone.sign(options, verified=False))
    assert forged.status_code == 422
    assert "opens no account here" in forged.text
    assert not is_in(client)

    answer = use(client, phone.sign(asked(client)))

    assert answer.location == "/account/tokens"
    assert is_in(client)


def test_a_recovery_code_does_without_script(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    code = second_services.renew_recovery_codes(session, rosa, at=time.at)[0]
    client = browse()
    give_password(client)

    assert client.post("/sign-in/second", data={"code": code}).status_code == 303
    assert is_in(client)


def test_it_stands_for_password_and_code_before_what_matters(
    browse: Browse, phone: SoftKey, time: Clock
) -> None:
    client = browse()
    use(client, phone.sign(asked(client)))
    time.forward(minutes=11)
    page = client.get("/account/address").text
    assert "Use your passkey instead" in page
    new = {"email": "new@x.org"}

    unverified = {**new, "passkey": phone.sign(asked(client), verified=False)}
    assert client.post("/account/address", data=unverified).status_code == 422
    signed = {**new, "passkey": phone.sign(asked(client))}
    assert client.post("/account/address", data=signed).status_code == 303
    assert client.post("/account/address", data=signed).status_code == 422  # answered before


def test_taking_the_last_one_away_ends_the_second_step_unless_a_generator_is_left(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    secret = pyotp.random_base32(32)
    second_services.set_up(session, rosa, secret, pyotp.TOTP(secret).at(time.at), at=time.at)
    session.commit()
    client = browse()
    use(client, phone.sign(asked(client)))
    kept = session.scalars(select(Passkey)).one()
    path = f"/account/security/passkeys/{kept.public_id}/remove"
    stranger = make.make_user(session, password_hash=HASH)
    assert browse(stranger).post(path, data={"confirm": PASSWORD}).status_code == 404
    assert client.post(path, data={"confirm": "wrong one"}).status_code == 422
    assert "password alone" not in client.get(path).text

    assert client.post(path, data={"confirm": PASSWORD}).status_code == 303

    session.expire_all()
    assert session.scalars(select(Passkey)).all() == []
    assert rosa.second_since is not None
    assert use(browse(), phone.sign(asked(browse()))).status_code == 422
    assert client.post("/account/security/remove", data={"confirm": PASSWORD}).status_code == 303
    session.expire_all()
    assert rosa.second_since is None
    assert session.scalars(select(RecoveryCode)).all() == []
    assert give_password(browse()) == "/"


def test_a_reset_takes_passkeys_too(session: Session, browse: Browse, rosa: User, phone: SoftKey) -> None:
    second_services.reset(session, rosa, by=None, at=rosa.second_since)  # type: ignore[arg-type]  # it is set
    session.commit()

    assert session.scalars(select(Passkey)).all() == []
    assert use(browse(), phone.sign(asked(browse()))).status_code == 422


# ---------------------------------------------------------------- forged


def test_what_is_forged_signs_nobody_in(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    client = browse()
    lies: list[dict[str, Any]] = [
        {"origin": "https://nic.example.org.evil.test"}, {"origin": "http://nic.example.org"},
        {"host": "evil.test"}, {"verified": False}, {"challenge": b64(bytes(32))},
        {"kind": "webauthn.create"}, {"key": SoftKey().key},
        {"handle": b64(make.make_user(session).public_id.bytes)},
    ]  # fmt: skip
    for lie in lies:
        assert use(client, phone.sign(asked(client), **lie)).status_code == 422, lie
    for damaged in ("", "{}", "[]", "null", "{" * 2000, "x" * 30_000, '{"id": 1}', '{"id": "AAAA"}'):
        asked(client)
        assert use(client, damaged).status_code == 422, damaged[:20]
    unknown = SoftKey(name=b"nobody's", handle=phone.handle)
    assert use(client, unknown.sign(asked(client))).status_code == 422
    assert not is_in(client)
    kept = session.scalars(select(Passkey)).one()
    assert (kept.sign_count, kept.last_used_at) == (0, None)
    assert use(client, phone.sign(asked(client))).status_code == 303


def test_a_challenge_is_answered_once_soon_and_by_the_browser_that_was_asked(
    browse: Browse, phone: SoftKey, time: Clock
) -> None:
    client, thief = browse(), browse()
    answer = phone.sign(asked(client))
    assert use(thief, answer).status_code == 422  # it was asked nothing
    asked(thief)
    assert use(thief, answer).status_code == 422  # it was asked something else
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    assert use(client, answer).status_code == 303
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert use(thief, phone.sign({"challenge": _challenge(answer)})).status_code == 422  # used up
    late = browse()
    answer = phone.sign(asked(late))
    time.forward(minutes=5, seconds=1)
    assert use(late, answer).status_code == 422
    assert not is_in(thief)


def _challenge(answer: str) -> str:
    import base64
    import json

    told = json.loads(answer)["response"]["clientDataJSON"]
    return str(json.loads(base64.urlsafe_b64decode(told + "=="))["challenge"])


def test_a_challenge_of_one_act_is_good_for_no_other(browse: Browse, phone: SoftKey, time: Clock) -> None:
    client, phone.count = browse(), None  # as phones do: no count that would give a replay away
    answer = phone.sign(asked(client))  # to sign in
    give_password(client)
    assert use(client, answer).status_code == 422  # and not for the second step
    assert use(client, phone.sign(asked(client))).status_code == 303
    answer = phone.sign(asked(client))  # before what matters, in this sign-in
    with client.session_transaction() as cookie:
        kept = cookie["passkey, again"]
    client.post("/sign-out")
    use(client, phone.sign(asked(client)))
    with client.session_transaction() as cookie:
        cookie["passkey, again"] = kept
    new = {"email": "new@x.org", "passkey": answer}
    assert client.post("/account/address", data=new).status_code == 422


def test_another_persons_passkey_is_no_second_step_and_confirms_nothing(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    make.make_user(session, email="tom@x.org", password_hash=HASH)
    tom, own = browse(), SoftKey(name=b"tom's device")
    tom.post("/sign-in", data={"email": "tom@x.org", "password": PASSWORD})
    assert add(tom, own).status_code == 201

    half = browse()
    give_password(half)
    own.handle = phone.handle  # it says to be Rosa's
    assert use(half, own.sign(asked(half))).status_code == 422
    assert not is_in(half)
    new = {"email": "new@x.org", "passkey": phone.sign(asked(tom))}
    assert tom.post("/account/address", data=new).status_code == 422
    taken = SoftKey(name=phone.name)
    assert add(tom, taken).status_code == 409  # nor can Tom register what is Rosa's
    assert use(browse(), taken.sign(asked(browse()))).status_code == 422


def test_who_was_shut_out_stays_out(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    rosa.disabled_at = time.at
    session.commit()
    client = browse()

    assert use(client, phone.sign(asked(client))).status_code == 422


def test_a_count_that_goes_back_is_a_copy_and_a_device_that_counts_nothing_is_none(
    session: Session, browse: Browse, rosa: User, phone: SoftKey, time: Clock
) -> None:
    phone.count = 7
    client = browse()
    assert use(client, phone.sign(asked(client))).status_code == 303
    for count in (8, 7, 0):
        copy = browse()
        assert use(copy, phone.sign(asked(copy), count=count)).status_code == 422
    synced = SoftKey(name=b"a phone's", count=None)
    assert add(client, synced, name="Synced").status_code == 303
    for _n in range(2):
        fresh = browse()
        assert use(fresh, synced.sign(asked(fresh))).status_code == 303


def test_wrong_ones_are_counted(session: Session, browse: Browse, phone: SoftKey, time: Clock) -> None:
    client = browse()

    (tried,) = rules.passkey_tries("127.0.0.1")
    sign_in_services.count(session, tried.subject, rules.window_start(time.at), by=59)
    session.commit()

    assert use(client, "{}").status_code == 422
    assert use(client, phone.sign(asked(client))).status_code == 429


def test_a_new_one_made_elsewhere_or_without_its_owner_is_refused(
    session: Session, browse: Browse, rosa: User, time: Clock
) -> None:
    client = browse()
    give_password(client)
    for lie in ({"origin": "https://evil.test"}, {"host": "evil.test"}, {"verified": False}):
        refused = add(client, SoftKey(), **lie)
        assert refused.status_code == 422
        assert "no passkey that we can use" in refused.text
    assert session.scalars(select(Passkey)).all() == []
    session.expire_all()
    assert rosa.second_since is None


# ---------------------------------------------------------------- where there are none


def test_passkeys_need_a_name_and_https() -> None:
    known = {
        "https://nic.example.org": Site("nic.example.org", ORIGIN),
        "https://NIC.example.org:8443": Site("nic.example.org", "https://nic.example.org:8443"),
        "http://localhost:8000": Site("localhost", "http://localhost:8000"),
        "https://nic.example.org:443": Site("nic.example.org", ORIGIN),
    }
    assert {each: passkey_rules.site_of(each) for each in known} == known
    for address in ("http://127.0.0.1:8000", "https://[::1]", "http://nic.example.org", "https://10.0.0.1"):
        assert passkey_rules.site_of(address) is None
    with pytest.raises(PasskeyError):
        passkey_rules.check_new("{}", known["https://nic.example.org"], bytes(32))


def test_without_them_no_page_offers_one(app: Flask, browse: Browse, rosa: User, time: Clock) -> None:
    app.config["BASE_URL"] = "http://127.0.0.1:8000"
    client = browse()

    assert client.post("/passkeys/begin").status_code == 404
    assert "passkey" not in client.get("/sign-in").text
    give_password(client)
    assert client.get("/account/security/passkeys/new").status_code == 404
    assert "Passkeys are not offered here" in client.get("/account/security").text
