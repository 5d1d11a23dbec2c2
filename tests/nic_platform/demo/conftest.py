"""One demo for all tests of it, which nobody changes, and one of its own for whoever does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from tests.conftest import close_app, settings_for
from tests.demo_master import Landmarks, demo_copy


@dataclass
class Demo:
    """A built demo: the application over it, where things are in it, and its manifest."""

    app: Flask
    marks: Landmarks
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def demo(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo around now, for reading."""
    with _opened(database, tmp_path_factory) as found:
        yield found


@pytest.fixture
def own_demo(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this test's own, for writing."""
    with _opened(database, tmp_path_factory) as found:
        yield found


@contextmanager
def _opened(database: str, factory: pytest.TempPathFactory) -> Iterator[Demo]:
    from nic_platform.app import create_app

    with demo_copy(database, factory) as copy:
        key = (copy.folder / "secret_key").read_text(encoding="utf-8")  # the history is sealed with it
        app = create_app(settings_for(copy.url, copy.folder) | {"SECRET_KEY": key})
        yield Demo(app, copy.landmarks, copy.facts)
        close_app(app)
