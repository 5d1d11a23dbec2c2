"""The same request sent again does nothing twice, whoever sends it at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.models import ApiToken
from accounts.rules import hashed
from nic_platform import clock, idempotency
from nic_platform.tables import IdempotencyKey
from teams.models import Program
from tests.world import World, make_world

PATH = "/api/v1/programs"
BODY = {"name": "Nightly export", "role": {"role": "analyst"}}
Browse = Callable[..., FlaskClient]


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def client(world: World, browse: Browse) -> FlaskClient:
    return browse(world.people["network_lead"])


def programs(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Program)) or 0


def test_the_same_request_gets_the_same_answer_and_is_done_once(
    session: Session, client: FlaskClient
) -> None:
    before, key = programs(session), {"Idempotency-Key": "one"}

    first = client.post(PATH, json=BODY, headers=key)
    again = client.post(PATH, json=BODY, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.data, first.headers["ETag"]) == (again.data, again.headers["ETag"])
    told = [each.headers.get("Idempotency-Replayed") for each in (first, again)]
    assert told == [None, "true"]
    assert programs(session) == before + 1


def test_what_is_kept_of_an_answer_can_not_be_read_in_the_database(
    session: Session, client: FlaskClient
) -> None:
    client.post(PATH, json=BODY, headers={"Idempotency-Key": "sealed"})

    kept = session.scalars(select(IdempotencyKey)).one()
    assert kept.status == 201
    assert "Nightly" not in kept.body


def test_a_key_is_for_one_request_alone(session: Session, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "two"}
    client.post(PATH, json=BODY, headers=key)
    count = programs(session)

    other = client.post(PATH, json=BODY | {"name": "Another"}, headers=key)

    assert (other.status_code, programs(session)) == (422, count)
    assert other.json["type"].endswith("#problem-key-reused")


def test_what_was_refused_may_be_mended_under_the_same_key(session: Session, client: FlaskClient) -> None:
    key, before = {"Idempotency-Key": "three"}, programs(session)

    refused = client.post(PATH, json={"name": ""}, headers=key)
    done = client.post(PATH, json=BODY, headers=key)

    assert (refused.status_code, done.status_code, programs(session)) == (422, 201, before + 1)


def test_an_act_that_fails_at_its_end_leaves_neither_act_nor_key(
    session: Session, client: FlaskClient
) -> None:
    before = programs(session)

    refused = client.post(
        PATH, json={"name": "Half", "role": {"role": "member"}}, headers={"Idempotency-Key": "four"}
    )

    assert (refused.status_code, programs(session)) == (422, before)
    assert session.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.parametrize("key", ["", "x" * 129, "é", "a\tb"])
def test_what_can_not_be_a_key_is_refused(client: FlaskClient, key: str) -> None:
    assert client.post(PATH, json=BODY, headers={"Idempotency-Key": key}).status_code == 422


def test_a_key_is_kept_for_a_day(session: Session, client: FlaskClient) -> None:
    key, before = {"Idempotency-Key": "five"}, programs(session)
    client.post(PATH, json=BODY, headers=key)
    old = clock.now() - idempotency.KEPT - timedelta(minutes=1)
    session.execute(update(IdempotencyKey).values(created_at=old))

    client.post(PATH, json=BODY, headers=key)

    assert programs(session) == before + 2
    session.execute(update(IdempotencyKey).values(created_at=old))
    assert idempotency.forget(session, at=clock.now()) == 1


def test_a_wrong_password_counts_also_under_a_key(
    session: Session, world: World, client: FlaskClient
) -> None:
    from accounts.models import Attempt

    path = f"{PATH}/{world.ids['program_id']}/tokens"
    sent = {"name": "Export", "password": "certainly wrong"}

    refused = client.post(path, json=sent, headers={"Idempotency-Key": "six"})

    assert refused.status_code == 422
    assert session.scalar(select(func.sum(Attempt.count))) == 2  # of the account, and of the place


def test_twenty_at_once_make_one(own_app: Flask) -> None:
    from nic_platform.database import db

    token, keys = "t" * 40, [uuid4().hex for _ in range(2)]
    with own_app.app_context():
        world = make_world(db.session())
        db.session.add(
            ApiToken(
                token_hash=hashed(token), user_id=world.people["network_lead"].id, name="T",
                created_at=clock.now(), last_used_at=clock.now(),
            )
        )  # fmt: skip
        db.session.commit()
        before = programs(db.session())

    def send(at: int) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": keys[at % 2]}
        answer = own_app.test_client().post(PATH, json=BODY, headers=headers)
        return answer.status_code, answer.data if answer.status_code == 201 else b""

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))

    assert {status for status, _body in answers} <= {201, 409}
    assert len(Counter(body for status, body in answers if status == 201)) == 2  # one answer for each key
    assert send(0)[0] == 201
    with own_app.app_context():
        assert programs(db.session()) == before + 2
