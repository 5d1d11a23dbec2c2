"""The addresses of many rows are those that ``url_for`` gives row by row."""

from uuid import uuid4

from flask import Flask, url_for

from nic_platform.row_addresses import each_address


def test_each_row_has_the_address_that_it_would_have_by_itself(app: Flask) -> None:
    ids = [uuid4(), uuid4()]
    with app.test_request_context("/"):
        page = each_address("milestones.milestone", "milestone_id", on="2026-01-15")
        for key in ids:
            alone = url_for("milestones.milestone", milestone_id=key, on="2026-01-15")
            assert page(key) == page(str(key)) == alone
        assert each_address("milestones.adjust", "milestone_id")(ids[0]) == url_for(
            "milestones.adjust", milestone_id=ids[0]
        )
