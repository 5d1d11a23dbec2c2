"""Nobody learns from the clock whether an address has an account."""

import random
import statistics
import time as wall
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.passwords import hash_password
from tests import factories as make
from tests.accounts.conftest import Clock

PAIRS = 30
SHUFFLES = 2000


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
