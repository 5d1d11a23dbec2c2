"""Nobody learns from the clock whether an address has an account."""

import random
import re
import statistics
import time as wall
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.models import IdentityProvider
from accounts.passwords import hash_password
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.drill import drill_only

PAIRS = 30
SHUFFLES = 2000


FORMS = {
    "/sign-in": {"password": "not this one"},
    "/sign-in/link": {},
    "/reset": {},
    "/sign-in/organisation": {},
}
"""Where somebody who has not signed in may write an address, and what goes along."""


@pytest.fixture
def known(session: Session) -> tuple[str, str]:
    """An address with an account and one without, of the domain of an organisation's sign-in."""
    make.make_user(session, email="rosa@x.org", password_hash=hash_password("maple tree lane"))
    session.add(
        IdentityProvider(name="X", issuer="https://login.x.org", client_id="c", domains=["x.org"], roles=[])
    )
    session.commit()
    return "rosa@x.org", "nobody@x.org"


@drill_only
@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_address_takes_as_long_as_one_that_somebody_has(
    browse: Callable[..., FlaskClient], time: Clock, known: tuple[str, str], form: str
) -> None:
    took: dict[str, list[float]] = {email: [] for email in known}
    client, order = browse(), random.Random(7)
    for email in (*known, *known):
        client.post(form, data={"email": email, **FORMS[form]})  # warms up
    for _ in range(PAIRS):
        time.at += timedelta(minutes=15)
        for email in order.sample(sorted(known), 2):
            began = wall.perf_counter()
            client.post(form, data={"email": email, **FORMS[form]})
            took[email].append(wall.perf_counter() - began)

    one, other = took.values()
    gap = abs(statistics.median(one) - statistics.median(other))
    larger = sum(_shuffled_gap(one + other, order) >= gap for _ in range(SHUFFLES))
    # Either no difference shows above chance, or it is too small to be told over a network.
    assert larger / SHUFFLES > 0.001 or gap < 0.003


def test_an_unknown_address_is_answered_with_the_same_words_and_the_same_work(
    browse: Callable[..., FlaskClient], time: Clock, known: tuple[str, str],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    client = browse()
    for form, more in FORMS.items():
        told = set()
        for email in known:
            with count_queries() as seen:
                answer = client.post(form, data={"email": email, **more})
            words = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(email, "")
            kinds = tuple(re.sub(r"\s+", " ", each)[:60] for each in seen)
            told.add((answer.status_code, answer.location, words, kinds))
        assert len(told) == 1, form


def _shuffled_gap(times: list[float], order: random.Random) -> float:
    mixed = order.sample(times, len(times))
    half = len(mixed) // 2
    return abs(statistics.median(mixed[:half]) - statistics.median(mixed[half:]))


def test_every_refused_sign_in_makes_one_hash_whoever_is_asked_for(
    session: Session, browse: Callable[..., FlaskClient], time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = hash_password("maple tree lane")
    make.make_user(session, email="rosa@x.org", password_hash=kept)
    make.make_user(session, email="out@x.org", password_hash=kept, disabled_at=time.at)
    make.make_user(session, email="link@x.org")
    make.make_user(session, email="second@x.org", password_hash=kept, second_since=time.at)
    asked: list[str] = []
    real = passwords._hasher.verify

    def counted(kept: str, text: str) -> bool:
        asked.append(kept)
        return real(kept, text)

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=counted, hash=passwords._hasher.hash))
    client, answers = browse(), set()

    for who in ("rosa", "out", "link", "second", "nobody"):
        page = client.post("/sign-in", data={"email": f"{who}@x.org", "password": "not this one"})
        words = re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)  # it holds the second it was made
        answers.add((page.status_code, words.replace(f"{who}@x.org", "")))

    assert len(answers) == 1
    assert len(asked) == 5
