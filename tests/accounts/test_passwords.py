"""Keeping and checking passwords."""

from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from accounts import passwords


def test_what_is_kept_is_argon2id_with_19_mib_and_two_passes_or_more() -> None:
    made = extract_parameters(passwords.hash_password("maple tree lane"))

    assert made.type is Type.ID
    assert made.memory_cost >= 19 * 1024
    assert made.time_cost >= 2


def test_only_the_right_password_is_right() -> None:
    kept = passwords.hash_password("maple tree lane")

    assert passwords.is_right("maple tree lane", kept)
    assert not passwords.is_right("maple tree lanes", kept)
    assert not passwords.is_right("Maple tree lane", kept)


def test_the_whole_password_counts() -> None:
    kept = passwords.hash_password("x" * 128)

    assert passwords.is_right("x" * 128, kept)
    assert not passwords.is_right("x" * 127, kept)
    assert not passwords.is_right("x" * 129, kept)


def test_nothing_is_right_where_there_is_no_password() -> None:
    assert not passwords.is_right("nobody has this password", None)
    assert not passwords.is_right("", None)
    assert not passwords.is_right("maple tree lane", "not a hash")


def test_an_accent_typed_in_two_signs_is_the_same_password() -> None:
    assert passwords.is_right("cafe\u0301 au lait", passwords.hash_password("caf\u00e9 au lait"))


def test_older_settings_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("maple tree lane")

    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hash_password("maple tree lane"))
