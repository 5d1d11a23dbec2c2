from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from feedback import jobs
from nic_platform import clock
from nic_platform.jobs import repeats
from tests.factories import NOON
from tests.feedback.conftest import Place


def test_the_promises_are_kept_every_hour() -> None:
    assert (jobs.PROMISES, 60) in {(each.name, each.minutes) for each in repeats()}


def test_the_job_sees_to_every_late_item_and_says_what_it_did(
    app: Flask, session: Session, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [place.sent(), place.sent()]
    at = NOON + timedelta(days=11)
    monkeypatch.setattr(clock, "now", lambda: at)
    reported: list[int] = []

    with app.app_context():
        first = jobs.keep_promises({}, reported.append)
        again = jobs.keep_promises({}, reported.append)

    session.expire_all()
    assert (first, again) == ({"tell": 2}, {})
    assert [item.escalations for item in items] == [1, 1]
    assert reported[-1] == 100
