"""Codes are good once, however many come at once; secrets lie sealed and hashed."""

import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import second_rules, second_services
from accounts.models import RecoveryCode, TotpFactor, User
from nic_platform.database import db, transaction
from nic_platform.errors import InputError, RuleError
from tests import factories as make

AT = datetime(2026, 2, 25, 19, 0, 1, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # gitleaks:allow, the example of the key format's page
LATER = AT + timedelta(seconds=60)


def code_at(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


# ---------------------------------------------------------------- rules


def test_codes_are_those_of_the_standard() -> None:
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238, appendix B

    assert second_rules.step_of(key, "287082", datetime.fromtimestamp(59, UTC)) == 1
    assert second_rules.step_of(key, "005924", datetime.fromtimestamp(1234567890, UTC)) == 41152263


@pytest.mark.parametrize(("off", "counts"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_half_a_minute_off(off: int, counts: bool) -> None:
    found = second_rules.step_of(SECRET, code_at(AT + timedelta(seconds=off)), AT)

    assert (found is not None) is counts


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert second_rules.step_of(SECRET, typed, AT) is None


def test_recovery_codes_can_be_read_from_paper_and_hold_over_112_bits() -> None:
    codes = {second_rules.new_recovery_code() for _n in range(50)}

    assert len(codes) == 50
    signs = set("".join(codes)) - {"-"}
    assert not signs & set("01ilo")
    assert all(len(second_rules.plain_code(code)) == 25 for code in codes)  # 31 ** 25 > 2 ** 123


# ---------------------------------------------------------------- services


def test_secret_and_recovery_codes_are_not_kept_readable(session: Session) -> None:
    user = make.make_user(session)

    codes = second_services.set_up(session, user, SECRET, code_at(AT), at=AT)

    assert SECRET not in session.scalars(select(TotpFactor.secret)).one()
    kept = set(session.scalars(select(RecoveryCode.code_hash)))
    assert len(kept) == second_rules.RECOVERY_CODES
    assert not kept & {second_rules.plain_code(code) for code in codes}


def test_a_first_code_that_is_wrong_changes_nothing(session: Session) -> None:
    user = make.make_user(session)

    with pytest.raises(InputError):
        second_services.set_up(session, user, SECRET, "000000", at=AT)

    assert user.second_since is None
    assert session.scalars(select(TotpFactor)).all() == []


def test_the_first_code_and_those_before_it_are_used_up(session: Session) -> None:
    user = make.make_user(session)
    second_services.set_up(session, user, SECRET, code_at(AT), at=AT)

    assert not second_services.use(session, user, code_at(AT), at=AT)
    assert not second_services.use(session, user, code_at(AT - timedelta(seconds=30)), at=AT)
    assert second_services.use(session, user, code_at(LATER), at=LATER)


def test_somebody_elses_codes_do_not_count(session: Session) -> None:
    user, other = make.make_user(session), make.make_user(session)
    codes = second_services.set_up(session, user, SECRET, code_at(AT), at=AT)

    assert not second_services.use(session, other, codes[0], at=LATER)
    assert not second_services.use(session, other, code_at(LATER), at=LATER)


def test_a_factor_that_is_not_there_can_not_be_taken_away(session: Session) -> None:
    with pytest.raises(RuleError):
        second_services.reset(session, make.make_user(session), by=None, at=AT)


def test_twenty_uses_of_one_code_at_once_are_one(served: Flask) -> None:
    with served.app_context(), transaction() as current:
        user = User(email="rosa@x.org", name="Rosa")
        current.add(user)
        current.flush()
        codes = second_services.set_up(current, user, SECRET, code_at(AT), at=AT)
        number = user.id
    won: list[str] = []
    start = threading.Barrier(20)

    def spend(typed: str) -> None:
        with served.app_context():
            start.wait()
            with transaction() as current:
                if second_services.use(current, current.get_one(User, number), typed, at=LATER):
                    won.append(typed)
            db.session.remove()

    mixed = [code_at(LATER), codes[0]] * 10
    threads = [threading.Thread(target=spend, args=(typed,)) for typed in mixed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == sorted([code_at(LATER), codes[0]])
