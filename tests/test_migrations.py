"""The migrations build, step by step, exactly what the models say, on both databases."""

import uuid
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask_migrate import check, downgrade, upgrade

from nic_platform.app import create_app
from nic_platform.database import Base, db
from tests.conftest import settings_for

KEPT = {"alembic_version"}


def test_migrations_build_what_the_models_say_and_take_it_away_again(
    database_url: str, tmp_path: Path
) -> None:
    app = create_app(settings_for(database_url, tmp_path))
    with app.app_context():
        upgrade()
        check()  # exits with an error if a migration is missing
        assert _tables() == set(Base.metadata.tables)
        downgrade(revision="base")
        assert _tables() == set()
        upgrade()
        check()
        db.engine.dispose()


def test_an_upgrade_keeps_every_row_that_stands(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(database_url, tmp_path))
    with app.app_context():
        upgrade(revision="0001")
        before = _a_row_in_every_table()
        upgrade()
        assert {name: _count(name) for name in before} == before
        downgrade(revision="0001")
        assert {name: _count(name) for name in before} == before
        db.engine.dispose()


def test_tracks_that_stand_get_their_civil_days(database_url: str, tmp_path: Path) -> None:
    app = create_app(settings_for(database_url, tmp_path))
    with app.app_context():
        upgrade(revision="0003")
        evening = datetime(2026, 2, 4, 3, tzinfo=UTC)  # still the third in Denver
        _insert("network", id=1, time_zone="America/Denver")
        _insert("site", id=1, level="district")
        _insert("site_closure", above_id=1, below_id=1, depth=0)
        for team_id in (1, 2):
            _insert("team", id=team_id, site_id=1)
        _insert("feedback_item", id=1, sent_at=evening, number=1, holder_id=2, team_id=1)
        _insert(
            "feedback_step", item_id=1, position=0, team_id=1, reached_at=evening, left_at=evening, act="sent"
        )
        _insert("feedback_step", item_id=1, position=1, team_id=2, reached_at=evening,
                left_at=datetime(2026, 2, 6, 20, tzinfo=UTC), act="answered")  # fmt: skip
        upgrade(revision="0004")
        with db.engine.connect() as connection:
            legs = connection.execute(
                sa.text("SELECT from_id, reached_on, left_on, days FROM feedback_step ORDER BY position")
            ).all()
            item = connection.execute(
                sa.text(
                    "SELECT sent_on, held_on, days_to_answer, days_to_close, district_id FROM feedback_item"
                )
            ).one()
        assert [[str(value) for value in leg] for leg in legs] == [
            ["None", "2026-02-03", "2026-02-03", "0"],
            ["1", "2026-02-03", "2026-02-06", "3"],
        ]
        assert [str(value) for value in item] == ["2026-02-03", "2026-02-03", "3", "None", "1"]
        db.engine.dispose()


def _insert(name: str, **values: Any) -> None:
    table = sa.Table(name, sa.MetaData(), autoload_with=db.engine)
    asked = [c for c in table.c if not c.nullable and c.name not in {"id", *values}]
    needed = {c.name: _value(c) for c in asked}
    with db.engine.begin() as connection:
        connection.execute(table.insert().values(needed | values))


def _a_row_in_every_table() -> dict[str, int]:
    found = sa.MetaData()
    found.reflect(db.engine)
    tables = [table for table in found.sorted_tables if table.name in _tables()]
    with db.engine.begin() as connection:
        for table in tables:
            connection.execute(table.insert().values({c.name: _value(c) for c in table.c if _needed(c)}))
    return {table.name: 1 for table in tables}


def _needed(column: sa.Column[Any]) -> bool:
    is_counter = column.primary_key and not column.foreign_keys and isinstance(column.type, sa.Integer)
    loops_back = any(key.column.table is column.table for key in column.foreign_keys)
    return not is_counter and not loops_back and (bool(column.foreign_keys) or not column.nullable)


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if column.foreign_keys or isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return 1
    values: list[tuple[Any, Any]] = [
        (sa.Boolean, True), (sa.DateTime, datetime(2026, 2, 3, tzinfo=UTC)), (sa.Date, date(2026, 2, 3)),
        (sa.Time, time(9)), (sa.JSON, {}), (sa.Uuid, uuid.uuid4()), (sa.LargeBinary, b"x"),
    ]  # fmt: skip
    for type_, value in values:
        if isinstance(kind, type_):
            return value
    return uuid.uuid4().hex[: getattr(kind, "length", None) or 8]


def _count(name: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0)


def _tables() -> set[str]:
    names = set(sa.inspect(db.engine).get_table_names()) - KEPT
    return {name for name in names if not name.startswith("huey_")}
