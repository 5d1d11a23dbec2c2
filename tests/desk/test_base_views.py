"""Where things have their pages, and that nothing leads off the site."""

from uuid import UUID

import pytest
from flask import Flask

from desk.base_views import PAGES, local, page_of

SOME = UUID(int=7)


@pytest.mark.parametrize("path", ["/", "/feedback", "/cycles/x?y=1#z"])
def test_places_on_this_site_are_taken(path: str) -> None:
    assert local(path, "/home") == path


@pytest.mark.parametrize(
    "path",
    [
        None, "", "feedback", "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
        "/\tx", "javascript:alert(1)", "/a\r\nSet-Cookie: x", " /", "/a b",
    ],
)  # fmt: skip
def test_anything_else_is_not(path: str | None) -> None:
    assert local(path, "/home") == "/home"


@pytest.mark.parametrize("kind", sorted(PAGES))
def test_every_kind_with_a_page_has_it(app: Flask, kind: str) -> None:
    with app.test_request_context():
        assert str(SOME) in page_of(kind, SOME)


def test_a_kind_without_a_page_has_no_address(app: Flask) -> None:
    with app.test_request_context():
        assert page_of("prediction", SOME) == ""
