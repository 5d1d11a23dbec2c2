"""The page that says what is away asks whether it is back, and loads anew only then."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.drill import lighter_database

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).parents[2] / "nic_platform" / "static" / "js" / "again.js"
AWAY = '<p data-asks-again="15">Back soon</p><script src="/again.js"></script>'


@lighter_database
def test_a_reader_is_interrupted_only_once_it_is_back(browser: Browser, database: str) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        if route.request.url.endswith(".js"):
            route.fulfill(path=SCRIPT)
            return
        asked.append(route.request.method)
        is_away = len(asked) < 3
        route.fulfill(
            status=503 if is_away else 200, content_type="text/html", body=AWAY if is_away else "Here"
        )

    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.route("**/*", answer)
    page.goto("http://switchback.example/cycles")
    for _turn in range(2):
        with page.expect_response(lambda said: said.request.method == "HEAD"):
            page.clock.fast_forward(15_000)
        page.wait_for_timeout(0)

    expect(page.get_by_text("Here")).to_be_visible()
    assert asked == ["GET", "HEAD", "HEAD", "GET"]
    context.close()
