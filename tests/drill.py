"""What runs at full size only: ``bin/drill`` sets NIC_DRILL; ``bin/test`` keeps a small form of each."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., None])
IS_DRILL = os.environ.get("NIC_DRILL") == "1"


def small_form(keeps: Callable[[Mapping[str, Any]], bool]) -> Callable[[Test], Test]:
    """Say which of a test's parameter sets ``bin/test`` runs; ``bin/drill`` runs them all."""

    def mark(test: Test) -> Test:
        test.__dict__["_small_form"] = keeps
        return test

    return mark


def stricter_database(test: Test) -> Test:
    """Run a test on PostgreSQL in ``bin/test``: it takes narrower numbers and texts than SQLite does."""
    return small_form(lambda params: params["database"] == "postgresql" or params["asked"] != "both")(test)


def lighter_database(test: Test) -> Test:
    """Run a test on SQLite in ``bin/test``: it is about what a browser does, whatever database is beneath."""
    return small_form(lambda params: params["database"] == "sqlite" or params["asked"] != "both")(test)


def is_left_out(item: Any) -> bool:
    """Say whether a collected test waits for the drill.

    What counts statements runs on SQLite: the platform asks both databases the same questions.
    """
    if IS_DRILL:
        return False
    asked = item.config.getoption("--db")
    params = getattr(item, "callspec", None) and item.callspec.params
    if params and "count_queries" in item.fixturenames and asked == "both":
        return bool(params.get("database") == "postgresql")
    keeps = getattr(getattr(item, "function", None), "_small_form", None)
    return keeps is not None and not keeps((params or {}) | {"asked": asked})
