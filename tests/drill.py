"""What runs at full size only: ``bin/drill`` sets NIC_DRILL; ``bin/test`` keeps a small form of each."""

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zlib import crc32

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
    """Run a test on SQLite in ``bin/test``: what it looks at is the same whatever database is beneath."""
    return small_form(lambda params: params["database"] == "sqlite" or params["asked"] != "both")(test)


def drill_only(test: Test) -> Test:
    """Leave a test to ``bin/drill`` and to runs on one database: ``bin/test`` has a near relative of it."""
    return small_form(lambda params: params["asked"] != "both")(test)


LONG = frozenset({
    "test_tools", "test_fuzz", "test_policy_matrix", "test_three_days", "test_operations", "test_drafts",
    "test_killed", "test_worker", "test_build", "test_packaging", "test_told_apart", "test_migrations",
    "test_languages", "test_own_words", "test_attacks", "test_student_looks", "test_statement_budget",
    "test_api_contract", "test_concurrency", "test_docs",
})  # fmt: skip


def takes_long(item: Any) -> bool:
    """Say whether a collected test is of a module in which one takes three seconds and more."""
    return item.path.stem in LONG


def share(what: str, of: int) -> bool:
    """Say whether *what* belongs to the part of so many that ``bin/test`` tries, always the same one."""
    return IS_DRILL or crc32(what.encode()) % of == 0


def _is_of_pages(item: Any) -> bool:
    stem = item.path.stem
    return stem.endswith(("views", "_pages", "_page", "api")) and "browse" in item.fixturenames


def is_left_out(item: Any) -> bool:
    """Say whether a collected test waits for the drill.

    What counts statements runs on SQLite: the platform asks both databases the same questions. Of the tests
    of pages and of the API every eighth runs on PostgreSQL too, the same each time; queries and services all
    do, and whatever addresses there are are opened there by roles, sent junk and held to their description.
    """
    if IS_DRILL:
        return False
    asked = item.config.getoption("--db")
    params = getattr(item, "callspec", None) and item.callspec.params
    if params and asked == "both" and params.get("database") == "postgresql" and _is_of_pages(item):
        return crc32(item.originalname.encode()) % 8 != 0
    if params and "count_queries" in item.fixturenames and asked == "both":
        return bool(params.get("database") == "postgresql")
    keeps = getattr(getattr(item, "function", None), "_small_form", None)
    return keeps is not None and not keeps((params or {}) | {"asked": asked})
