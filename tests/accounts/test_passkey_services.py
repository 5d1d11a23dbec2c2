"""What a passkey signs is believed once, for its own person, with a count that grows."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import passkey_rules, passkey_services
from accounts.models import Passkey, User
from accounts.passkey_rules import PasskeyError, Site
from nic_platform.errors import RuleError
from tests import factories as make
from tests.accounts.soft_passkey import HOST, ORIGIN, SoftKey
from tests.factories import NOON

SITE, CHALLENGE = Site(HOST, ORIGIN), bytes(range(32))


def added(session: Session, user: User, key: SoftKey) -> list[str] | None:
    asked = passkey_rules.ask_for_new(
        SITE, CHALLENGE, handle=user.public_id.bytes, email=user.email, name=user.name, known=[]
    )
    made = passkey_rules.check_new(key.make(asked), SITE, CHALLENGE)
    return passkey_services.add(session, user, made, name="Phone", at=NOON)


def believed(session: Session, key: SoftKey, *, of: int = 0, **lies: object) -> int:
    text = key.sign(passkey_rules.ask_for_known(SITE, CHALLENGE, []), **lies)
    return passkey_services.believe(session, text, SITE, CHALLENGE, of=of, at=NOON).user_id


def test_its_count_has_to_grow_and_its_person_may_be_named(session: Session) -> None:
    user, key = make.make_user(session), SoftKey()
    assert len(added(session, user, key) or []) == 10
    key.count = 4_000_000_000  # as high as devices count

    assert believed(session, key, of=user.id) == user.id
    for lie in ({"count": 4_000_000_001}, {"count": 7}, {"count": 0}):
        with pytest.raises(PasskeyError, match="its count went back"):
            believed(session, key, **lie)
    with pytest.raises(PasskeyError):
        believed(session, key, of=user.id + 1)
    session.expire_all()
    assert session.scalars(select(Passkey.sign_count)).one() == 4_000_000_001


def test_of_two_that_were_checked_at_the_same_moment_one_counts(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, key = make.make_user(session), SoftKey()
    added(session, user, key)
    monkeypatch.setattr(passkey_rules, "check_use", lambda *_args, **_more: 5)  # both read a count of 0

    assert believed(session, key) == user.id
    with pytest.raises(PasskeyError, match="its count went back"):
        believed(session, key)


def test_there_are_twenty_at_most(session: Session) -> None:
    user = make.make_user(session)
    for number in range(passkey_rules.MOST):
        added(session, user, SoftKey(name=b"device %d" % number))

    with pytest.raises(RuleError, match="Twenty"):
        added(session, user, SoftKey(name=b"one more"))


def test_words_of_strangers_stay_out_of_what_is_logged(session: Session) -> None:
    user, key = make.make_user(session), SoftKey()
    added(session, user, key)

    with pytest.raises(PasskeyError) as refused:
        believed(session, key, origin="https://evil.test\nforged line")

    assert str(refused.value) == "InvalidAuthenticationResponse"
