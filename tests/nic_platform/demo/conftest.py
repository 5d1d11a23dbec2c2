"""One demo for all tests of it; nobody changes it, except the last that tries the manifest's writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from nic_platform.demo.builder import Builder
from tests.conftest import new_database, settings_for

NOW = datetime.now(UTC)


@dataclass
class Demo:
    """A built demo: the application over it, what built it, and its manifest."""

    app: Flask
    builder: Builder
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def demo(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo around now, built once for each database."""
    from nic_platform.app import create_app
    from nic_platform.database import db, transaction
    from nic_platform.demo import manifest
    from nic_platform.demo.build import build

    folder = tmp_path_factory.mktemp(f"demo_{database}")
    with new_database(database, folder) as url:
        app = create_app(settings_for(url, folder))
        with app.app_context():
            db.create_all()
            with transaction(at=NOW) as session:
                built = build(session, now=NOW)
                facts = manifest.facts(built, app)
            db.session.remove()
        yield Demo(app, built, facts)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
