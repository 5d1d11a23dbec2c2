"""Secrets at rest: opened with the same key for the same purpose, and in no other way."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nic_platform import secrets_box
from nic_platform.secrets_box import SealError, open_sealed, seal


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    before = secrets_box._Key.secret
    secrets_box.use_key("k" * 32)
    yield
    secrets_box.use_key(before)


def test_a_secret_comes_back_and_is_not_to_be_read_meanwhile() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP", "totp")

    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert open_sealed(sealed, "totp") == "JBSWY3DPEHPK3PXP"


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    assert seal("same", "totp") != seal("same", "totp")


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    secrets_box.use_key("k" * 32)

    assert open_sealed(seal(text, "webhook"), "webhook") == text


@pytest.mark.parametrize("harm", ["purpose", "key", "cut", "letter"])
def test_what_was_sealed_otherwise_does_not_open(harm: str) -> None:
    sealed, purpose = seal("secret", "provider"), "provider"
    if harm == "purpose":
        purpose = "webhook"
    elif harm == "key":
        secrets_box.use_key("o" * 32)
    elif harm == "cut":
        sealed = sealed[:-4]
    else:
        sealed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]

    with pytest.raises(SealError):
        open_sealed(sealed, purpose)


def test_without_a_key_nothing_is_sealed() -> None:
    secrets_box.use_key("")

    with pytest.raises(SealError):
        seal("secret", "totp")
