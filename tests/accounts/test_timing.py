"""Nobody learns from the clock whether an address has an account."""

import random
import re
import statistics
import time as wall
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts import passwords
from accounts.passwords import hash_password
from tests import factories as make
from tests.accounts.conftest import Clock
from tests.drill import drill_only

PAIRS = 30
SHUFFLES = 2000


@drill_only
def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    session: Session, browse: Callable[..., FlaskClient], time: Clock
) -> None:
    make.make_user(session, email="rosa@x.org", password_hash=hash_password("maple tree lane"))
    took: dict[str, list[float]] = {"rosa@x.org": [], "nobody@x.org": []}
    client, order = browse(), random.Random(7)
    for email in (*took, *took):
        client.post("/sign-in", data={"email": email, "password": "not this one"})  # warms up
    for _ in range(PAIRS):
        time.at += timedelta(minutes=15)
        for email in order.sample(sorted(took), 2):
            began = wall.perf_counter()
            client.post("/sign-in", data={"email": email, "password": "not this one"})
            took[email].append(wall.perf_counter() - began)

    known, unknown = took["rosa@x.org"], took["nobody@x.org"]
    gap = abs(statistics.median(known) - statistics.median(unknown))
    larger = sum(_shuffled_gap(known + unknown, order) >= gap for _ in range(SHUFFLES))
    # Either no difference shows above chance, or it is too small to be told over a network.
    assert larger / SHUFFLES > 0.001 or gap < 0.003


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
    asked: list[str | None] = []
    real = passwords.is_right

    def counted(text: str, known: str | None) -> bool:
        asked.append(known)
        return real(text, known)

    monkeypatch.setattr(passwords, "is_right", counted)
    client, answers = browse(), set()

    for who in ("rosa", "out", "link", "second", "nobody"):
        page = client.post("/sign-in", data={"email": f"{who}@x.org", "password": "not this one"})
        words = re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)  # it holds the second it was made
        answers.add((page.status_code, words.replace(f"{who}@x.org", "")))

    assert len(answers) == 1
    assert len(asked) == 5
