"""Counting tries at once, and purging, in the database itself."""

import threading
from collections import Counter
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import sign_in_services
from accounts.jobs import purge
from accounts.models import Attempt, OneTimeLink, SignIn, User
from accounts.passwords import hash_password
from accounts.rules import Try
from nic_platform.database import db, transaction
from tests import factories as make
from tests.accounts.conftest import Clock

ONE = Try("password", "rosa@x.org", 3)


def test_tries_are_counted_up_to_the_limit_and_given_back(session: Session, time: Clock) -> None:
    allowed = [sign_in_services.spend(session, (ONE,), at=time.now()) for _ in range(4)]
    assert allowed == [True, True, True, False]

    sign_in_services.give_back(session, (ONE, ONE), at=time.now())
    assert sign_in_services.spend(session, (ONE,), at=time.now())
    assert not sign_in_services.spend(session, (ONE,), at=time.now())
    time.forward(minutes=15)
    assert sign_in_services.spend(session, (ONE,), at=time.now())


def test_twenty_tries_at_once_are_twenty(served: Flask, time: Clock) -> None:
    with served.app_context(), transaction() as current:
        current.add(User(email="rosa@x.org", name="Rosa", password_hash=hash_password("maple tree lane")))
    answers: list[int] = []
    start = threading.Barrier(20)

    def guess() -> None:
        client = served.test_client()
        start.wait()
        data = {"email": "rosa@x.org", "password": "not this one"}
        answers.append(client.post("/sign-in", data=data).status_code)

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(answers) == {422: 10, 429: 10}
    with served.app_context():
        assert sorted(db.session.scalars(select(Attempt.count))) == [20, 20]


def test_a_link_pressed_twice_at_once_works_once(served: Flask, time: Clock) -> None:
    with served.app_context(), transaction() as current:
        user = User(email="rosa@x.org", name="Rosa")
        current.add(user)
        current.flush()
        from accounts.rules import hashed

        current.add(
            OneTimeLink(
                token_hash=hashed("token"), purpose="sign_in", email=user.email, user_id=user.id,
                created_at=time.now(), expires_at=time.now() + timedelta(minutes=15),
            )
        )  # fmt: skip
    clients = [served.test_client() for _ in range(6)]
    for client in clients:
        client.get("/sign-in/link/token")
    answers: list[bool] = []
    start = threading.Barrier(6)

    def press(client: object) -> None:
        start.wait()
        answers.append(client.post("/sign-in/link/open").status_code == 303)  # type: ignore[attr-defined]

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(answers) == {True: 1, False: 5}


def test_what_is_long_over_is_purged_and_nothing_else(session: Session, app: Flask, time: Clock) -> None:
    user = make.make_user(session)
    old, new = time.now() - timedelta(days=31), time.now() - timedelta(days=1)
    for number, at in enumerate((old, new)):
        hand = {"created_at": at, "user_id": user.id}
        session.add(SignIn(secret_hash=f"s{number}", last_seen_at=at, **hand))
        session.add(OneTimeLink(token_hash=f"l{number}", purpose="reset", email="x", expires_at=at, **hand))
    session.add(Attempt(subject="a", window_start=time.now() - timedelta(days=2), count=1))
    session.add(Attempt(subject="b", window_start=time.now(), count=1))
    session.flush()

    with app.app_context():
        gone = {"tries": 1, "links": 1, "sign_ins": 1, "idempotency_keys": 0}
        assert purge({}, lambda _percent: None) == gone
    assert session.scalars(select(SignIn.secret_hash)).all() == ["s1"]
    assert session.scalars(select(OneTimeLink.token_hash)).all() == ["l1"]
    assert session.scalars(select(Attempt.subject)).all() == ["b"]
