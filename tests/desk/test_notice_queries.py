"""Notices: one's own, on the page, newest first."""

import pytest
from sqlalchemy.orm import Session

from desk import notice_queries
from nic_platform.errors import AbsentError
from tests import factories as make
from tests.desk.scenes import a_notice


def test_only_what_is_for_the_page_is_counted_and_listed(session: Session) -> None:
    user = make.make_user(session)
    shown = a_notice(session, user)
    a_notice(session, user, on_page=False)
    a_notice(session, make.make_user(session))

    assert [row.id for row in notice_queries.list_notices(session, user.id)] == [shown.public_id]
    assert notice_queries.count_unread(session, user.id) == 1


def test_the_key_of_anothers_notice_opens_nothing(session: Session) -> None:
    user = make.make_user(session)
    a_notice(session, user)
    theirs = a_notice(session, make.make_user(session))

    assert notice_queries.list_notices(session, user.id, before=theirs.public_id) == []


def test_a_notice_that_is_only_mail_is_not_there(session: Session) -> None:
    user = make.make_user(session)
    notice = a_notice(session, user, on_page=False)

    with pytest.raises(AbsentError):
        notice_queries.get_notice(session, user.id, notice.public_id)


def test_newest_first_is_read_in_the_order_of_an_index(session: Session) -> None:
    connection = session.connection()
    query = notice_queries._rows(1).limit(50).compile(connection, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    if explain == "EXPLAIN":  # few rows are read whole and sorted, where nothing forbids it
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    plan = " ".join(str(row) for row in connection.exec_driver_sql(f"{explain} {query}"))
    assert "ix_notice_newest" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
