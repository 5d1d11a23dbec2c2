"""How PostgreSQL answers the comparison of places: by what is compared, never by what was measured."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks.comparison_scale import fill_counts, fill_places
from nic_platform.actor import Level
from teams.models import Site
from tests.drill import IS_DRILL, stricter_database
from tests.feedback.test_queue_plans import scanned, statements

SCHOOLS = 20_000 if IS_DRILL else 600
YEARS = 4
COUNTED = {"measurement", "month_sum"}
"""What grows with every count; ``year_sum`` grows with places and years."""


@stricter_database
def test_no_comparison_reads_what_was_measured_from_end_to_end(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        pytest.skip("the plans are PostgreSQL's")
    network, measure, team, user = fill_places(session, SCHOOLS)
    session.flush()
    ids = {"network": network.id, "measure": measure.id, "team": team.id}
    fill_counts(session, ids, (0, YEARS - 1))
    connection.exec_driver_sql("ANALYZE")
    client, bad = browse(user), []
    # of a nation all that a year has is wanted, and a small table is read whole sooner than looked up in
    part = {Level.DISTRICT, Level.REGION} if IS_DRILL else {Level.DISTRICT}
    pages = {
        level: f"/compare/places?by=school&place={place}"
        for level in (Level.DISTRICT, Level.REGION, Level.STATE)
        for place in session.scalars(
            select(Site.public_id).where(Site.level == level).order_by(Site.id).limit(1)
        )
    }
    for level, page in pages.items():
        session.expire_all()
        with statements() as seen:
            answer = client.get(page)
        assert answer.status_code == 200
        for statement, parameters in seen:
            assert " measurement" not in statement, statement
            found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            growing = COUNTED | ({"year_sum"} if level in part else set())
            bad += [f"{page}: {table}\n{statement}" for table in set(scanned(plan)) & growing]

    assert bad == []
    assert session.scalar(text("SELECT count(*) FROM year_sum")) > SCHOOLS * YEARS
