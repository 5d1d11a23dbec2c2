"""How PostgreSQL answers the pages of the queue: never by reading a growing table from end to end."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from feedback.models import FeedbackItem, Theme
from tests.drill import IS_DRILL, stricter_database
from tests.feedback.many_items import make_crowd

# What grows with the years and with the schools of an installation.
GROWING = frozenset({
    "answer", "feedback_item", "feedback_step", "link", "membership", "notice", "site", "site_closure",
    "team", "team_reach", "user_account",
})  # fmt: skip
ITEMS = 110_000 if IS_DRILL else 2_000  # a little less than half of them open
BUDGET = 20


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect what is asked inside the block, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scanned(plan: Any) -> Iterator[str]:
    """Yield the tables that a plan reads from end to end."""
    if plan.get("Node Type") in {"Seq Scan", "Parallel Seq Scan"}:
        yield plan["Relation Name"]
    for inner in plan.get("Plans", ()):
        yield from scanned(inner)


@stricter_database
def test_no_page_of_the_queue_reads_a_growing_table_from_end_to_end(
    session: Session, browse: Callable[..., FlaskClient]
) -> None:
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        pytest.skip("the plans are PostgreSQL's")
    crowd = make_crowd(session, ITEMS, others=ITEMS // 8 if IS_DRILL else ITEMS // 2)
    session.flush()
    connection.exec_driver_sql("ANALYZE")
    theme = session.scalar(
        select(Theme.public_id)
        .join(FeedbackItem, FeedbackItem.theme_id == Theme.id)
        .where(FeedbackItem.holder_id == crowd.state.id, Theme.network_id == crowd.network.id)
    )
    clients = {"state": browse(crowd.state_user), "hub": browse(crowd.hub_user)}
    bad, many = [], {}
    for who, page in (
        ("state", "/feedback/queue"), ("hub", "/feedback/queue"), ("state", "/feedback/queue/items"),
        ("state", "/feedback/queue/items?late=1&owner=none"),
        ("state", f"/feedback/queue/items?theme={theme}"),
        ("state", f"/themes/{theme}"), ("state", f"/themes/{theme}/arrange"),
    ):  # fmt: skip
        session.expire_all()
        with statements() as seen:
            answer = clients[who].get(page)
        assert answer.status_code == 200
        many[who, page] = len(seen)
        for statement, parameters in seen:
            found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
            plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
            bad += [f"{who} {page}: {table}\n{statement}" for table in set(scanned(plan)) & GROWING]

    assert bad == []
    assert {place: count for place, count in many.items() if count > BUDGET} == {}
    assert crowd.waiting > ITEMS * 0.08
