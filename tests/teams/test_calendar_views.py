"""Breaks, testing windows and quarters of a school year on its page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from teams.models import CalendarSpan
from tests.world import World, make_world


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def runs(world: World, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(world.people["network_lead"])


def quarters(session: Session) -> list[CalendarSpan]:
    query = select(CalendarSpan).where(CalendarSpan.kind == "quarter", CalendarSpan.deleted_at.is_(None))
    return list(session.scalars(query.order_by(CalendarSpan.starts_on)))


def test_four_quarters_are_proposed_once_and_can_be_moved(
    session: Session, world: World, runs: FlaskClient
) -> None:
    year = f"/network/years/{world.ids['year_id']}"
    assert "Propose four quarters" in runs.get(year).get_data(as_text=True)
    assert runs.post(f"{year}/quarters").status_code == 303

    made = quarters(session)
    assert [each.name for each in made] == [
        "First quarter",
        "Second quarter",
        "Third quarter",
        "Fourth quarter",
    ]
    assert (made[0].starts_on, made[3].ends_on) == (date(2025, 8, 18), date(2026, 5, 29))
    assert "Propose four quarters" not in runs.get(year).get_data(as_text=True)
    assert runs.post(f"{year}/quarters").status_code == 409

    edit = f"/network/spans/{made[0].public_id}/edit"
    assert runs.get(edit).status_code == 200
    data: dict[str, Any] = {
        "version": made[0].version, "kind": "quarter", "name": "Q1",
        "starts_on": "2025-08-18", "ends_on": "2025-10-10",
    }  # fmt: skip
    assert runs.post(edit, data=data).status_code == 303
    session.refresh(made[0])
    assert (made[0].name, made[0].ends_on) == ("Q1", date(2025, 10, 10))
    assert runs.post(edit, data=data | {"name": "Mine"}).status_code == 409


def test_a_quarter_that_overlaps_another_is_told_beside_its_date(
    session: Session, world: World, runs: FlaskClient
) -> None:
    runs.post(f"/network/years/{world.ids['year_id']}/quarters")
    second = quarters(session)[1]
    data = {"kind": "quarter", "name": "Q2", "starts_on": "2025-08-20", "ends_on": "2025-12-01"}

    answer = runs.post(f"/network/spans/{second.public_id}/edit", data=data)

    assert answer.status_code == 422
    assert "overlap" in answer.get_data(as_text=True)
    session.refresh(second)
    assert second.name == "Second quarter"


def test_a_removed_entry_comes_back_unless_another_stands_there(
    session: Session, world: World, runs: FlaskClient
) -> None:
    runs.post(f"/network/years/{world.ids['year_id']}/quarters")
    first = quarters(session)[0]

    gone = runs.post(f"/network/spans/{first.public_id}/remove")
    assert len(quarters(session)) == 3
    assert f"/network/spans/{first.public_id}/restore" in runs.get(gone.location).get_data(as_text=True)
    assert runs.post(f"/network/spans/{first.public_id}/restore").status_code == 303
    assert len(quarters(session)) == 4

    runs.post(f"/network/spans/{first.public_id}/remove")
    data = {"kind": "quarter", "name": "Other", "starts_on": "2025-08-20", "ends_on": "2025-08-25"}
    assert runs.post(f"/network/years/{world.ids['year_id']}/spans", data=data).status_code == 303
    back = runs.post(f"/network/spans/{first.public_id}/restore")
    assert "overlap" in runs.get(back.location).get_data(as_text=True)
    assert quarters(session)[0].name == "Other"
