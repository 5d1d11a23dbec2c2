from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.models import Attempt
from nic_platform import clock
from teams.models import CalendarSpan
from tests.factories import NOON, make_network, make_school_year, make_team, make_user

Browse = Callable[..., FlaskClient]


def test_a_sentence_is_read_in_the_networks_calendar(
    session: Session, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    network = make_network(session)
    year = make_school_year(session, network, "2025-26")
    days = [date(2025, 8, 18), date(2025, 10, 10), date(2026, 1, 8), date(2026, 3, 13), date(2026, 5, 29)]
    for start, end in pairwise(days):
        quarter = CalendarSpan(network_id=network.id, school_year_id=year.id, kind="quarter", name="Q")
        quarter.starts_on, quarter.ends_on = start + timedelta(days=1), end
        session.add(quarter)
    session.flush()
    client = browse(make_user(session, make_team(session, network=network)))

    said = client.post(
        "/api/v1/coach", json={"text": "By the end of the first quarter, 90% of teachers use exit tickets."}
    ).get_json()

    assert (said["kind"], said["missing"], said["target"]) == ("milestone", ["how"], 90.0)
    assert said["parts"]["who"] == "teachers"
    assert said["rewrite"].startswith(
        "By the end of the first quarter, [tool] will show that 90% of teachers"
    )
    assert said["due_on"] == "2025-10-10"


def test_what_could_be_better_is_told_with_its_words(session: Session, browse: Browse) -> None:
    client = browse(make_user(session, make_team(session)))

    said = client.post("/api/v1/coach", json={"text": "Hold a meeting with senior leadership"}).get_json()

    assert said["kind"] == "not_measurable"
    assert [(one["code"], one["words"]) for one in said["problems"]] == [
        ("meeting_without_purpose", "Hold a meeting")
    ]
    assert "due_on" not in said


def test_a_script_that_asks_without_end_is_told_when_to_come_back(session: Session, browse: Browse) -> None:
    client = browse(make_user(session, make_team(session)))
    assert client.post("/api/v1/coach", json={"text": "Hold a meeting"}).status_code == 200
    session.execute(update(Attempt).values(count=1_800))

    answer = client.post("/api/v1/coach", json={"text": "Hold a meeting"})

    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert answer.get_json()["detail"] == "Too many tries. Wait a few minutes, then try again."
    assert int(answer.headers["Retry-After"]) > 0


def test_no_text_or_a_book_is_refused_beside_the_field(session: Session, browse: Browse) -> None:
    client = browse(make_user(session, make_team(session)))

    assert set(client.post("/api/v1/coach", json={}).get_json()["errors"]) == {"text"}
    assert client.post("/api/v1/coach", json={"text": "a" * 2_001}).status_code == 422
    assert client.post("/api/v1/coach", json={"text": ""}).status_code == 200
