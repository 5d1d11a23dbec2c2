from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts import oidc, provider_flow
from accounts.provider_flow import Pending
from nic_platform import secrets_box

AT = datetime(2026, 2, 25, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets_box._Key, "secret", "only for tests, and long enough to be accepted as one")


def begun(cookie: dict[str, Any], provider: str = "p", wanted: str = "/plan") -> str:
    own = oidc.new_secrets()
    provider_flow.begin(cookie, provider, own, at=AT, wanted=wanted, is_try=False)
    return own.state


def test_a_sign_in_is_answered_once() -> None:
    cookie: dict[str, Any] = {}
    state = begun(cookie)

    found = provider_flow.take(cookie, state, "p", at=AT)

    assert found is not None
    assert (found.provider, found.next, found.secrets.state) == ("p", "/plan", state)
    assert provider_flow.take(cookie, state, "p", at=AT) is None
    assert cookie == {}


@pytest.mark.parametrize(
    ("state", "provider", "later"),
    [("other", "p", 0), ("ü", "p", 0), ("", "p", 0), ("own", "q", 0), ("own", "p", 601)],
)
def test_another_state_or_provider_or_a_late_answer_is_none(state: str, provider: str, later: int) -> None:
    cookie: dict[str, Any] = {}
    own = begun(cookie)

    wanted = own if state == "own" else state
    assert provider_flow.take(cookie, wanted, provider, at=AT + timedelta(seconds=later)) is None


def test_three_tabs_may_sign_in_at_once_and_the_cookie_stays_small() -> None:
    cookie: dict[str, Any] = {}
    states = [begun(cookie, "0" * 36, "/" + "x" * 290) for _ in range(4)]

    assert len(cookie["flows"]) < 3200
    assert provider_flow.take(cookie, states[0], "0" * 36, at=AT) is None
    assert all(provider_flow.take(cookie, state, "0" * 36, at=AT) for state in states[1:])


def test_secrets_are_sealed_in_the_cookie_and_a_changed_cookie_is_nothing() -> None:
    cookie: dict[str, Any] = {}
    state = begun(cookie)

    assert state not in cookie["flows"]
    cookie["flows"] = cookie["flows"][:-4] + "AAAA"
    assert provider_flow.take(cookie, state, "p", at=AT) is None


def test_who_has_to_prove_an_account_is_kept_for_a_quarter_of_an_hour() -> None:
    cookie: dict[str, Any] = {}
    provider_flow.keep(cookie, Pending("p", "7", "rosa@altamont.example", AT.timestamp()))

    assert provider_flow.pending(cookie, at=AT + timedelta(minutes=15)) is not None
    assert provider_flow.pending(cookie, at=AT + timedelta(minutes=16)) is None
    provider_flow.let_go(cookie)
    assert provider_flow.pending(cookie, at=AT) is None
