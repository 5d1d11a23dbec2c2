"""What the tests of accounts share: a clock that can be set, and the mail that was written."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Attempt
from nic_platform import clock
from nic_platform.tables import Notice

_LINK = re.compile(r"https?://[^/\s]+(/\S+)")


class Clock:
    """Stands where it is set and goes on only when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 2, 25, 19, 0, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The platform's clock, in the test's hands."""
    hand = Clock()
    monkeypatch.setattr(clock, "now", hand.now)
    return hand


@pytest.fixture
def served(own_app: Flask) -> Flask:
    """An application over a database of its own, so that threads really meet in it."""
    return own_app


@pytest.fixture
def mailed_path(session: Session) -> Callable[[], str]:
    """Return a function that gives the path of the link in the newest mail."""

    def newest() -> str:
        session.expire_all()
        notice = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
        found = _LINK.search(notice.body)
        assert found, notice.body
        return found.group(1)

    return newest


@pytest.fixture(autouse=True)
def _no_tries(request: pytest.FixtureRequest) -> None:
    """Begin every test without tries left over."""
    if "session" in request.fixturenames:
        assert request.getfixturevalue("session").scalar(select(Attempt.id)) is None
