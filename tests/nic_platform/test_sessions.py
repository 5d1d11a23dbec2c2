"""What asks for columns goes past the mapper, and reads the same."""

from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nic_platform.database import db
from nic_platform.sessions import ReadySession, asks_for_columns
from teams.models import Network, Team
from tests.factories import make_network, make_team

COLUMNS = select(Team.id, Team.name, Network.name.label("network")).join(Network).order_by(Team.id)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (COLUMNS, True),
        (select(func.count()).select_from(Team), True),
        (select(Team.__table__.c.id), True),
        (select(Team), False),
        (select(Team.__table__), False),
        (select(Team, Network.name), False),
        (select(Team.id).execution_options(yield_per=10), False),
        (select(Team.id).union(select(Network.id)), False),
    ],
)
def test_only_columns_go_past_the_mapper(statement: object, expected: bool) -> None:
    assert asks_for_columns(statement) is expected


@pytest.fixture
def ready(app: Flask, session: Session) -> Iterator[ReadySession]:
    """A session as requests have it, in the transaction of this test."""
    with app.app_context():
        yield cast(ReadySession, db.session())
        db.session.remove()


def test_rows_are_those_of_the_mapper(session: Session, ready: ReadySession) -> None:
    network = make_network(session)
    for name in ("Beech", "Alder"):
        make_team(session, network, name=name)
    session.flush()
    mine = ready.execute(COLUMNS)
    for row, other in zip(mine, session.execute(COLUMNS), strict=True):
        assert tuple(row) == tuple(other)
        assert dict(row._mapping) == dict(other._mapping)
    assert list(ready.scalars(COLUMNS)) == list(session.scalars(COLUMNS))
    assert ready.scalar(select(func.count()).select_from(Team)) == 2


def test_what_waits_is_written_first_and_rows_outlive_a_rollback(
    session: Session, ready: ReadySession
) -> None:
    team = make_team(session, make_network(session))
    session.flush()
    ready.get_one(Team, team.id).name = "Renamed"
    rows = ready.execute(select(Team.id, Team.name).where(Team.id == team.id))
    ready.rollback()
    assert [row.name for row in rows] == ["Renamed"]
