"""The migrations build, step by step, exactly what the models say, on both databases."""

from pathlib import Path

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


def _tables() -> set[str]:
    names = set(sa.inspect(db.engine).get_table_names()) - KEPT
    return {name for name in names if not name.startswith("huey_")}
