"""What costs much is counted before it is done: the API by token, searches, files taken out and sent in."""

import io
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import leases, rules
from accounts.models import ApiToken, User
from accounts.rules import Try, hashed
from nic_platform.database import transaction
from tests.accounts.conftest import Clock
from tests.world import World, make_world
from variation.models import Initiative

Browse = Callable[..., FlaskClient]
ME = "/api/v1/me"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def limited(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as it is served, with few turns for each caller."""
    monkeypatch.setitem(app.extensions, "nic.leases", leases.Leases())
    monkeypatch.setitem(app.config, "API_PER_MINUTE", 3)
    return app


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_token_asks_so_often_a_minute_and_is_told_when_to_come_back(
    limited: Flask, session: Session, world: World, browse: Browse, time: Clock
) -> None:
    lead = world.people["lead"]
    for word in ("one", "other"):
        row = ApiToken(token_hash=hashed(word), user_id=lead.id, name=word, created_at=time.now())
        session.add(row)
    session.flush()

    answers = [browse().get(ME, headers=bearer("one")) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].mimetype == "application/problem+json"
    assert browse().get(ME, headers=bearer("other")).status_code == 200  # each token has its own turns
    assert browse(lead).get(ME).status_code == 200  # and so has the person at a page
    assert browse(lead).get("/account").status_code == 200  # which are not of the API
    time.forward(minutes=1)
    assert browse().get(ME, headers=bearer("one")).status_code == 200


def test_nobody_has_more_turns_by_a_wrong_token(limited: Flask, browse: Browse, world: World) -> None:
    assert {browse().get(ME, headers=bearer(str(number))).status_code for number in range(6)} == {401}


def test_twenty_requests_at_once_are_counted_each(served: Flask, time: Clock) -> None:
    with served.app_context(), transaction() as current:
        user = User(email="rosa@x.org", name="Rosa")
        current.add(user)
        current.flush()
        current.add(ApiToken(token_hash=hashed("t"), user_id=user.id, name="t", created_at=time.now()))
    served.config["API_PER_MINUTE"] = 7
    answers: list[int] = []
    start = threading.Barrier(20)

    def ask() -> None:
        client = served.test_client()
        start.wait()
        answers.append(client.get(ME, headers=bearer("t")).status_code)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(answers) == {200: 7, 429: 13}


def test_searches_are_counted_on_page_and_api_together(
    limited: Flask, world: World, browse: Browse, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limited.config, "API_PER_MINUTE", 0)
    monkeypatch.setattr(rules, "search_try", lambda user_id: Try("search", str(user_id), 2))
    client = browse(world.people["lead"])

    got = [client.get(path).status_code for path in ("/search?q=a", "/api/v1/search?q=a", "/search?q=b")]
    assert got == [200, 200, 429]
    assert browse(world.people["hub"]).get("/search?q=a").status_code == 200
    time.forward(minutes=15)
    assert client.get("/search?q=b").status_code == 200


TAKEN_OUT = [
    "/library/export.csv", "/feedback/loops.csv", "/feedback/queue/themes.csv",
    "/plans/{plan_id}/export.xlsx", "/plans/{plan_id}/export.json", "/measures/{measure_id}/grid/csv",
]  # fmt: skip


def test_files_taken_out_count_together_once_each(
    world: World, browse: Browse, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "export_tries", lambda user_id: (Try("export", str(user_id), 6),))
    client = browse(world.people["network_lead"])
    paths = [path.format(**world.ids) for path in TAKEN_OUT]

    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    refused = client.get(paths[0])
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_files_sent_in_are_counted_before_they_are_read(
    session: Session, world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch, time: Clock
) -> None:
    monkeypatch.setattr(rules, "upload_tries", lambda user_id: (Try("upload", str(user_id), 1),))
    client = browse(world.people["network_lead"])

    def send() -> int:
        file = (io.BytesIO(b"Initiative,Place\nA,Own school\n"), "a.csv")
        return client.post("/initiatives/import", data={"file": file}).status_code

    before = session.scalar(select(func.count()).select_from(Initiative))
    assert [send(), send()] == [303, 429]
    assert session.scalar(select(func.count()).select_from(Initiative)) == before
