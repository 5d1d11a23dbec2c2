"""What people do by page, programs do by API: every act of a page has its operation, or a reason."""

from flask import Flask

from tests.api_of_pages import API_OF, NOT_YET, PAGE_ONLY
from tests.drill import lighter_database


def acts(app: Flask) -> set[str]:
    """Return the endpoints of pages that take something."""
    rules = app.url_map.iter_rules()
    return {
        rule.endpoint
        for rule in rules
        if not rule.rule.startswith("/api/") and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
    }


@lighter_database
def test_every_act_of_a_page_has_an_operation_or_a_reason(app: Flask) -> None:
    known = {*API_OF, *PAGE_ONLY, *NOT_YET}

    assert acts(app) - known == set(), "give these an operation or a reason in tests/api_of_pages.py"
    assert known - acts(app) == set(), "these acts are gone"


@lighter_database
def test_every_operation_that_is_named_is_there(app: Flask) -> None:
    named = {each for told in API_OF.values() for each in told.split()}

    assert named - set(app.view_functions) == set()


def test_an_act_stands_in_one_table() -> None:
    tables = [set(API_OF), set(PAGE_ONLY), set(NOT_YET)]

    assert sum(map(len, tables)) == len(set().union(*tables))
